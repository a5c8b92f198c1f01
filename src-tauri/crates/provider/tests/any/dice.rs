//! Random choices, all of them from one seed, so that a case can be had again.

use fastrand::Rng;

pub(crate) struct Dice(Rng);

impl Dice {
    pub(crate) fn of(seed: u64, case: u64) -> Self {
        let mut mixed = Rng::with_seed(seed);
        let start = mixed.u64(..) ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Rng::with_seed(start))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.usize(..end) }
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.0.u8(..)
    }

    /// As many small ones as large ones.
    pub(crate) fn number(&mut self) -> u64 {
        let bits = self.0.u32(0..64);
        self.0.u64(..) >> bits
    }

    pub(crate) fn character(&mut self) -> char {
        self.0.char(..)
    }
}
