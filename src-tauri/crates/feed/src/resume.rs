//! Going on where the run of the program before this one was.
//!
//! The numbers go where those of a lost connection are (`sequence`), so the
//! first subscription is one more after a loss: whole, or told not to be. Here
//! is the rest, the state that belongs to each number: whoever is to draw the
//! price knew it before a mere loss, and does not know it at a start.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Precision, Reached, Snapshot, Symbol, SymbolKey};

use crate::outlet::Update;

/// Where to go on. Without an epoch nothing is known yet, and it begins anew.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    pub epoch: Option<Arc<str>>,
    pub symbols: BTreeMap<Symbol, Reached>,
}

/// States that hold if the venue goes on from their numbers.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    states: BTreeMap<SymbolKey, KeptState>,
}

#[derive(Debug)]
pub(crate) struct KeptState {
    pub(crate) epoch: Arc<str>,
    state: Snapshot,
}

impl Kept {
    pub(crate) fn keep(&mut self, key: SymbolKey, epoch: &Arc<str>, state: Snapshot) {
        let epoch = Arc::clone(epoch);
        self.states.insert(key, KeptState { epoch, state });
    }

    /// The venue has answered for the symbol, in whatever way: it is not asked for its state again.
    pub(crate) fn take(&mut self, key: SymbolKey) -> Option<KeptState> {
        self.states.remove(&key)
    }
}

impl KeptState {
    pub(crate) fn update(&self, key: SymbolKey) -> Update {
        Update::Snapshot {
            key,
            snapshot: Box::new(self.state),
            // How finely the venue wrote it is not kept, and a time is kept as it is.
            precision: Precision::new(9),
            beside: false,
        }
    }
}
