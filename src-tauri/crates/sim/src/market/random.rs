//! Random numbers that are the same on every system, for ever.
//!
//! The generator is written out because its bytes are part of what the seed
//! promises: a library may change its algorithm with a new version. It is
//! xoshiro256++ by Blackman and Vigna, seeded through their SplitMix64. Mathematics
//! comes from `libm`, since the standard library's differs between systems.

/// One stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream of `name` under `seed`; another name gives an unrelated one,
    /// so a new instrument does not move the prices of the others.
    pub(super) fn of(seed: u64, name: &str) -> Self {
        let mut mixed = seed;
        let mut state = split_mix(&mut mixed) ^ fingerprint(name);
        Self {
            state: std::array::from_fn(|_| split_mix(&mut state)),
        }
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Evenly over 0 to 1, and never 0, so that its logarithm exists.
    pub(super) fn fraction(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        ((self.next() >> 11) + 1) as f64 * STEP
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.fraction() <= probability
    }

    /// Around 0 with a deviation of 1, by the method of Box and Muller.
    pub(super) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.fraction()));
        radius * libm::cos(std::f64::consts::TAU * self.fraction())
    }

    /// The time to the next of `rate` independent events a second, in seconds.
    pub(super) fn wait(&mut self, rate: f64) -> f64 {
        -libm::log(self.fraction()) / rate
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// FNV-1a, the shortest hash that is defined on bytes.
fn fingerprint(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_numbers_that_its_authors_published() {
        let mut random = Random { state: [1, 2, 3, 4] };
        let expected = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
        ];
        assert_eq!(std::array::from_fn::<_, 5, _>(|_| random.next()), expected);

        let mut state = 1_234_567;
        assert_eq!(split_mix(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(split_mix(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn streams_of_two_names_or_two_seeds_differ() {
        let first = |seed, name| Random::of(seed, name).next();
        assert_eq!(first(1, "NVX"), first(1, "NVX"));
        assert_ne!(first(1, "NVX"), first(1, "HLQ"));
        assert_ne!(first(1, "NVX"), first(2, "NVX"));
    }

    #[test]
    fn a_million_numbers_have_the_shape_they_should() {
        let mut random = Random::of(3, "shape");
        let count = 1_000_000;
        let (mut sum, mut squares, mut waited) = (0.0, 0.0, 0.0);
        for _ in 0..count {
            let normal = random.normal();
            sum += normal;
            squares += normal * normal;
            waited += random.wait(4.0);
        }
        let count = f64::from(count);
        assert!((sum / count).abs() < 0.005);
        assert!((squares / count - 1.0).abs() < 0.01);
        assert!((waited / count - 0.25).abs() < 0.002);
    }
}
