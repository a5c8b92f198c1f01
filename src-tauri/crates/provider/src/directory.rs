//! Which names on the wire we asked for.

use std::collections::HashMap;

use model::{Symbol, SymbolKey};

/// From a symbol's name in a message to its key, without an allocation.
#[derive(Debug, Default)]
pub struct Directory {
    keys: HashMap<Symbol, SymbolKey>,
}

impl Directory {
    pub fn insert(&mut self, symbol: Symbol, key: SymbolKey) {
        self.keys.insert(symbol, key);
    }

    pub fn remove(&mut self, symbol: &Symbol) {
        self.keys.remove(symbol);
    }

    pub fn key(&self, symbol: &str) -> Option<SymbolKey> {
        self.keys.get(symbol).copied()
    }
}
