//! How far all symbols have come in one numbering.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use model::SymbolKey;

use super::lately::AsItIs;
use super::place::{Around, Place};
use crate::outlet::{Burst, Update};
use crate::session::LineId;

/// How far each symbol has come in one numbering, and which lines are in it.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) epoch: Option<Arc<str>>,
    pub(super) lines: Vec<LineId>,
    pub(super) places: HashMap<SymbolKey, Place, BuildHasherDefault<AsItIs>>,
    /// Those that wait for something.
    pub(super) waiting: BTreeSet<SymbolKey>,
    /// Where each symbol began here, as long as nothing of this is handed on.
    pub(super) begun: BTreeMap<SymbolKey, Begun>,
}

/// The number that a symbol was accepted at, and its state there.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) seq: u64,
    pub(super) state: Option<Update>,
}

impl Count {
    pub(super) fn tick(&mut self, seq: u64, update: Update, around: Around, burst: &mut Burst) {
        match self.places.get_mut(&around.key) {
            Some(place) => {
                place.tick(seq, update, around, burst);
                if place.deadline().is_some() || !self.waiting.is_empty() {
                    self.note(around.key);
                }
            }
            None => {
                self.places.insert(around.key, Place::of(seq, &update));
                burst.updates.push(update);
            }
        }
    }

    pub(super) fn change(&mut self, key: SymbolKey, change: impl FnOnce(&mut Place)) {
        if let Some(place) = self.places.get_mut(&key) {
            change(place);
            self.note(key);
        }
    }

    fn note(&mut self, key: SymbolKey) {
        if self
            .places
            .get(&key)
            .is_some_and(|place| place.deadline().is_some())
        {
            self.waiting.insert(key);
        } else {
            self.waiting.remove(&key);
        }
    }

    pub(super) fn advance(&mut self, key: SymbolKey, seq: u64) {
        let place = self.places.entry(key).or_insert_with(|| Place::at(seq));
        place.sampled(seq);
    }

    pub(super) fn begin(&mut self, epoch: Arc<str>, burst: &mut Burst) {
        self.epoch = Some(epoch);
        let mut ended: Vec<_> = self.places.drain().collect();
        ended.sort_by_key(|(key, _)| *key);
        for (key, mut place) in ended {
            place.end(key, burst);
        }
        self.waiting.clear();
    }

    pub(super) fn rest(&mut self, burst: &mut Burst) {
        for key in std::mem::take(&mut self.waiting) {
            if let Some(place) = self.places.get_mut(&key) {
                place.rest(key, burst);
            }
        }
    }
}
