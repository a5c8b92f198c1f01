//! Random numbers without a state: each is a hash of what it is for.
//!
//! So the number of any minute of any year is had at once, in any order and on
//! any thread. The functions are written out because their bytes are part of
//! what a seed promises: a library may change its algorithm with a new version.
//! `SplitMix64` by Steele, Lea and Flood mixes; [`Stream`] is the same, in sequence.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a family of numbers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    pub(super) const fn of(seed: u64) -> Self {
        Self(mix(seed ^ GOLDEN))
    }

    /// A family within this one; another name gives an unrelated one, so a new
    /// instrument does not move the prices of the others.
    pub(super) const fn named(self, name: &str) -> Self {
        // FNV-1a, the shortest hash that is defined on bytes.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let bytes = name.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            at += 1;
        }
        Self(mix(self.0 ^ mix(hash)))
    }

    /// The number of a minute, a day, or whatever the family is counted in.
    pub(super) const fn at(self, index: i64) -> u64 {
        mix(self.0.wrapping_add((index as u64).wrapping_mul(GOLDEN)))
    }

    pub(super) const fn stream(self, index: i64) -> Stream {
        Stream(self.at(index))
    }

    /// A bell-shaped number, see [`bell`].
    pub(super) fn bell(self, index: i64) -> f64 {
        bell(self.at(index))
    }

    /// A bell-shaped number that changes slowly: `period` steps from one knot to
    /// the next, and a straight line between them.
    pub(super) fn slow(self, index: i64, period: i64) -> f64 {
        let knot = index.div_euclid(period);
        let part = index.rem_euclid(period) as f64 / period as f64;
        let (from, to) = (self.bell(knot), self.bell(knot + 1));
        from + (to - from) * part
    }
}

/// [`Key::slow`] for one index after the other: the knots are hashed once each.
#[derive(Debug)]
pub(super) struct Slow {
    key: Key,
    period: i64,
    /// The knot before the index asked for last, if any was.
    knot: Option<i64>,
    from: f64,
    to: f64,
}

impl Slow {
    pub(super) const fn of(key: Key, period: i64) -> Self {
        Self {
            key,
            period,
            knot: None,
            from: 0.0,
            to: 0.0,
        }
    }

    pub(super) fn at(&mut self, index: i64) -> f64 {
        let knot = index.div_euclid(self.period);
        if self.knot != Some(knot) {
            self.knot = Some(knot);
            self.from = self.key.bell(knot);
            self.to = self.key.bell(knot + 1);
        }
        let part = index.rem_euclid(self.period) as f64 / self.period as f64;
        self.from + (self.to - self.from) * part
    }
}

const fn mix(mut mixed: u64) -> u64 {
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Around 0 with a deviation of 1: the sum of four even numbers, which is as
/// good as normal up to three deviations and needs no logarithm.
pub(super) fn bell(hash: u64) -> f64 {
    const SCALE: f64 = 1.732_050_807_568_877_2 / 65_536.0;
    let sum = (hash & 0xffff) + ((hash >> 16) & 0xffff) + ((hash >> 32) & 0xffff) + (hash >> 48);
    (sum as f64 - 131_070.0) * SCALE
}

/// Evenly over 0 to 1, and never 0 or 1, so that its logarithm exists.
pub(super) fn fraction(hash: u64) -> f64 {
    const STEP: f64 = 1.0 / (1u64 << 53) as f64;
    ((hash >> 11) as f64 + 0.5) * STEP
}

/// Many numbers for one thing, in sequence.
#[derive(Clone, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    pub(super) fn bell(&mut self) -> f64 {
        bell(self.next())
    }

    pub(super) fn fraction(&mut self) -> f64 {
        fraction(self.next())
    }

    /// Evenly over 0 to `count - 1`.
    pub(super) const fn below(&mut self, count: u64) -> u64 {
        ((self.next() as u128 * count as u128) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_numbers_that_its_authors_published() {
        let mut stream = Stream(1_234_567);
        assert_eq!(stream.next(), 6_457_827_717_110_365_317);
        assert_eq!(stream.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn slow_numbers_are_the_same_alone_and_in_a_row() {
        let key = Key::of(1).named("slow");
        let mut row = Slow::of(key, 7);
        for index in -50..50 {
            assert_eq!(row.at(index).to_bits(), key.slow(index, 7).to_bits());
        }
    }

    #[test]
    fn another_name_seed_or_index_gives_another_number() {
        let number = |seed, name, index| Key::of(seed).named(name).at(index);
        assert_eq!(number(1, "NVX", 0), number(1, "NVX", 0));
        assert_ne!(number(1, "NVX", 0), number(1, "HLQ", 0));
        assert_ne!(number(1, "NVX", 0), number(2, "NVX", 0));
        assert_ne!(number(1, "NVX", 0), number(1, "NVX", -1));
    }

    #[test]
    fn a_million_numbers_have_the_shape_they_should() {
        let key = Key::of(3).named("shape");
        let count = 1_000_000;
        let (mut sum, mut squares, mut even, mut pairs) = (0.0, 0.0, 0.0, 0.0);
        for index in 0..count {
            let number = key.bell(index);
            sum += number;
            squares += number * number;
            pairs += number * key.bell(index + 1);
            even += fraction(key.at(index));
        }
        let count = count as f64;
        assert!((sum / count).abs() < 0.005);
        assert!((squares / count - 1.0).abs() < 0.01);
        assert!((pairs / count).abs() < 0.005);
        assert!((even / count - 0.5).abs() < 0.002);
    }
}
