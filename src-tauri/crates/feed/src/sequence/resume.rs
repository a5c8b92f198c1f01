//! Numbers that outlive the program: how far all symbols have come, and going on from there.

use std::sync::Arc;

use model::SymbolKey;
use provider::{Numbering, Replay};

use super::Sequence;
use super::place::Place;

/// The number that each symbol has come to.
pub(crate) type Numbers = Vec<(SymbolKey, u64)>;

impl Sequence {
    /// Goes on from a number that the run before this one had come to. Whether
    /// the venue is asked from there on: not where it would not know what that
    /// means, nor once another epoch has begun.
    pub(crate) fn resume(&mut self, key: SymbolKey, epoch: &Arc<str>, number: u64) -> bool {
        if !self.is_resumable() {
            return false;
        }
        let Some(count) = self.counts.first_mut() else {
            return false;
        };
        let known = count.epoch.get_or_insert_with(|| Arc::clone(epoch));
        if known != epoch || count.places.contains_key(&key) {
            return false;
        }
        count.places.insert(key, Place::at(number));
        true
    }

    /// The epoch, and the number that each symbol has come to of what was handed on.
    pub(crate) fn reached(&self) -> Option<(&Arc<str>, Numbers)> {
        let count = self.counts.first().filter(|_| self.is_resumable())?;
        let places = count.places.iter();
        let mut numbers: Vec<_> = places
            .filter_map(|(key, place)| Some((*key, place.reached()?)))
            .collect();
        numbers.sort_unstable_by_key(|(key, _)| *key);
        Some((count.epoch.as_ref()?, numbers))
    }

    fn is_resumable(&self) -> bool {
        match (self.numbering, self.replay) {
            (Numbering::Gapless, Replay::FromNumber) => true,
            (Numbering::None | Numbering::Sparse, _) | (_, Replay::None | Replay::Snapshot) => false,
        }
    }
}
