//! Random choices, all of them from one seed.

use fastrand::Rng;

pub(crate) struct Dice {
    rng: Rng,
    /// This case alone is wanted, to be looked at.
    pub(crate) tells: bool,
}

impl Dice {
    pub(crate) fn of(seed: u64, case: u64, tells: bool) -> Self {
        let mut mixed = Rng::with_seed(seed);
        let start = mixed.u64(..) ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            rng: Rng::with_seed(start),
            tells,
        }
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.rng.usize(..end) }
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// How the bytes are cut: often not at all, often very small.
    pub(crate) fn pieces(&mut self) -> Vec<usize> {
        match self.below(4) {
            0 => Vec::new(),
            1 => vec![1],
            2 => vec![1 + self.below(16)],
            _ => (0..1 + self.below(4)).map(|_| 1 + self.below(200)).collect(),
        }
    }

    /// Changes a few bytes: turns, takes out, puts in, repeats, swaps, cuts off.
    pub(crate) fn mutate(&mut self, bytes: &mut Vec<u8>, telling: &[&[u8]]) {
        for _ in 0..1 + self.below(5) {
            let at = self.below(bytes.len() + 1);
            let end = (at + 1 + self.below(24)).min(bytes.len());
            match self.below(8) {
                0 | 1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                2 => drop(bytes.drain(at..end)),
                3 => {
                    let new: Vec<u8> = (0..1 + self.below(12)).map(|_| self.rng.u8(..)).collect();
                    bytes.splice(at..at, new);
                }
                4 => {
                    let again = bytes[at..end].repeat(1 + self.below(4));
                    bytes.splice(at..at, again);
                }
                5 => {
                    let telling = *self.one(telling);
                    bytes.splice(at..at, telling.iter().copied());
                }
                6 if at < bytes.len() => {
                    let other = self.below(bytes.len());
                    bytes.swap(at, other);
                }
                7 if self.percent(30) => bytes.truncate(at),
                _ if at < bytes.len() => bytes[at] = self.rng.u8(..),
                _ => {}
            }
        }
    }

    /// All of what was made, cut as it is cut, for whoever reads case by case.
    pub(crate) fn pieces_of<'a>(&mut self, bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let sizes = self.pieces();
        let mut sizes = sizes.iter().copied().cycle();
        let (mut rest, mut pieces) = (bytes, Vec::new());
        while !rest.is_empty() {
            let count = sizes.next().unwrap_or(usize::MAX).min(rest.len());
            let (piece, left) = rest.split_at(count);
            pieces.push(piece);
            rest = left;
        }
        pieces
    }
}
