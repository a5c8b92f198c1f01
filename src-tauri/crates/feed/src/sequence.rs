//! Which ticks are new, which are missing, and which have come after all.
//!
//! Only for venues that number their ticks without holes, per symbol. Where a
//! hole is seen, the venue is asked again for everything behind the last tick
//! before it, and what comes meanwhile is passed over: it will be sent again.

mod place;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use model::{Gap, Moment, SymbolKey};

use place::Place;

#[derive(Debug)]
pub(crate) struct Sequence {
    epoch: Option<Arc<str>>,
    places: HashMap<SymbolKey, Place>,
    /// Whether asking again makes sense: a venue that was asked from a number on
    /// and did not say whether it had that will never say.
    replays: bool,
}

/// What a number says about the tick that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Next,
    Duplicate,
    /// It is new, and these before it are lost.
    After(Gap),
    /// Some before it are missing: ask again for all that is behind the last.
    Hole,
    /// It comes once more with those that were asked for.
    Early,
    /// It is the next, and the last of these that were missing.
    Fills(Gap),
}

/// What the venue's word about how far it has come means for what we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    Nothing,
    /// These are lost.
    Lost(Gap),
    /// Everything behind what we have will follow.
    Resumed,
}

impl Default for Sequence {
    fn default() -> Self {
        Self {
            epoch: None,
            places: HashMap::new(),
            replays: true,
        }
    }
}

impl Sequence {
    /// In a new epoch the venue counts from the start again, and what was
    /// missed of the old one can no longer be told.
    pub(crate) fn epoch(&mut self, epoch: Arc<str>) {
        if self.epoch.as_ref() != Some(&epoch) {
            self.places.clear();
            self.epoch = Some(epoch);
        }
    }

    /// A new connection is asked from the last tick on, which answers every
    /// question that was open on the one before.
    pub(crate) fn begin_connection(&mut self) {
        self.replays = true;
        self.places.values_mut().for_each(Place::begin_connection);
    }

    pub(crate) fn known_epoch(&self) -> Option<&str> {
        self.epoch.as_deref()
    }

    /// The number of the last tick that is known of a symbol.
    pub(crate) fn last(&self, key: SymbolKey) -> Option<u64> {
        self.places.get(&key).map(Place::last)
    }

    pub(crate) fn tick(&mut self, key: SymbolKey, seq: Option<u64>, now: Moment) -> Standing {
        let Some(seq) = seq else { return Standing::Next };
        let may_ask = self.replays && self.epoch.is_some();
        match self.places.get_mut(&key) {
            Some(place) => place.tick(seq, may_ask, now),
            None => {
                self.places.insert(key, Place::at(seq));
                Standing::Next
            }
        }
    }

    /// The venue has accepted the symbol and says which number it has come to.
    pub(crate) fn accepted(&mut self, key: SymbolKey, seq: Option<u64>, recovered: Option<bool>) -> Reached {
        if let Some(place) = self.places.get_mut(&key) {
            if recovered == Some(true) {
                return place.resumed(seq);
            }
            // It was asked from a number on, and had no word for that.
            if place.was_asked() && recovered.is_none() {
                self.replays = false;
            }
        }
        self.reached(key, seq).map_or(Reached::Nothing, Reached::Lost)
    }

    /// What we have not seen of all that the venue has come to is lost.
    pub(crate) fn reached(&mut self, key: SymbolKey, seq: Option<u64>) -> Option<Gap> {
        let seq = seq?;
        match self.places.get_mut(&key) {
            Some(place) => place.reached(seq),
            None => {
                self.places.insert(key, Place::at(seq));
                None
            }
        }
    }

    /// What is looked at now and then has no holes: whether it has moved since.
    pub(crate) fn sampled(&mut self, key: SymbolKey, seq: Option<u64>) -> bool {
        let Some(seq) = seq else { return true };
        match self.places.get_mut(&key) {
            Some(place) => place.reached(seq).is_some(),
            None => {
                self.places.insert(key, Place::at(seq));
                true
            }
        }
    }

    pub(crate) fn forget(&mut self, key: SymbolKey) {
        self.places.remove(&key);
    }
}
