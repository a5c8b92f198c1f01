//! Which names on the wire we asked for.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use model::{Symbol, SymbolKey};

/// What is found by a name in a message, once or twice for each. Only names that
/// were asked for are put in, so no venue can choose them to be slow to find.
pub(crate) type ByName<N, T> = HashMap<N, T, RandomState>;

/// From a symbol's name in a message to its key, without an allocation.
#[derive(Debug, Default)]
pub struct Directory {
    keys: ByName<Symbol, SymbolKey>,
    generation: u64,
}

impl Directory {
    pub fn insert(&mut self, symbol: Symbol, key: SymbolKey) {
        self.keys.insert(symbol, key);
        self.generation += 1;
    }

    pub fn remove(&mut self, symbol: &Symbol) {
        self.keys.remove(symbol);
        self.generation += 1;
    }

    /// Another number whenever some name has another key, or none any more.
    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    pub fn key(&self, symbol: &str) -> Option<SymbolKey> {
        self.keys.get(symbol).copied()
    }
}
