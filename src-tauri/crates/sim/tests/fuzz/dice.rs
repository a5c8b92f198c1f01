//! Random choices, all of them from one seed, so that a case can be had again.

use fastrand::Rng;

#[derive(Debug)]
pub(crate) struct Dice(Rng);

impl Dice {
    /// Two cases of a run have nothing in common, and neither has a case of two runs.
    pub(crate) fn of(seed: u64, case: u64) -> Self {
        let mut mixed = Rng::with_seed(seed);
        let start = mixed.u64(..) ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Rng::with_seed(start))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.usize(..end) }
    }

    pub(crate) fn between(&mut self, first: usize, last: usize) -> usize {
        self.0.usize(first..=last)
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn number(&mut self) -> u64 {
        // As many small ones as large ones.
        let bits = self.0.u32(0..64);
        self.0.u64(..) >> bits
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.fill(&mut bytes);
        bytes
    }

    /// Any characters, also such as no keyboard has.
    pub(crate) fn text(&mut self, most: usize) -> String {
        let count = self.below(most + 1);
        let any = |dice: &mut Self| match dice.below(4) {
            0 => dice.0.char(..),
            1 => dice.0.char('\u{0}'..' '),
            _ => dice.0.char(' '..'\u{7f}'),
        };
        (0..count).map(|_| any(self)).collect()
    }

    /// What may stand in a header and in the path of a URL.
    pub(crate) fn word(&mut self, most: usize) -> String {
        let count = self.between(1, most);
        (0..count).map(|_| self.0.alphanumeric()).collect()
    }

    /// Changes a few bytes: turns, takes out, puts in, repeats, swaps, cuts off.
    pub(crate) fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..self.between(1, 6) {
            let at = self.below(bytes.len());
            let end = (at + self.between(1, 24)).min(bytes.len());
            match self.below(8) {
                0 | 1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let count = self.between(1, 16);
                    let new = self.bytes(count);
                    bytes.splice(at..at, new);
                }
                4 => {
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again.repeat(self.between(1, 4)));
                }
                5 => {
                    let telling: [&[u8]; 8] =
                        [b"\r\n", b"\r\n\r\n", b"\0", b":", b" ", b"%", b"\xff\xff", b"\n"];
                    bytes.splice(at..at, telling[self.below(8)].iter().copied());
                }
                6 if !bytes.is_empty() => {
                    let other = self.below(bytes.len());
                    bytes.swap(at, other);
                }
                _ => {
                    if self.percent(20) {
                        bytes.truncate(at);
                    }
                }
            }
        }
    }
}
