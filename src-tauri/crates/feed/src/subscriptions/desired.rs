//! What is wanted of one feed, whichever line brings it.

use std::collections::BTreeMap;

use model::{Symbol, SymbolKey};
use provider::Directory;

#[derive(Debug, Default)]
pub(crate) struct Desired {
    /// By key, so that what was wanted first is asked for first.
    symbols: BTreeMap<SymbolKey, Symbol>,
    directory: Directory,
    generation: u64,
}

/// A symbol that is wanted no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Released {
    pub(crate) key: SymbolKey,
    pub(crate) symbol: Symbol,
}

impl Desired {
    /// Takes over what is wanted from now on, and names what is wanted no more.
    pub(crate) fn wish(&mut self, wishes: &BTreeMap<SymbolKey, Symbol>) -> Vec<Released> {
        let mut released = Vec::new();
        let directory = &mut self.directory;
        self.symbols.retain(|key, symbol| {
            let stays = wishes.contains_key(key);
            if !stays {
                directory.remove(symbol);
                released.push(Released {
                    key: *key,
                    symbol: symbol.clone(),
                });
            }
            stays
        });
        let mut changed = !released.is_empty();
        for (key, symbol) in wishes {
            self.symbols.entry(*key).or_insert_with(|| {
                changed = true;
                directory.insert(symbol.clone(), *key);
                symbol.clone()
            });
        }
        self.generation += u64::from(changed);
        released
    }

    /// Another number whenever something else is wanted.
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    pub(crate) const fn symbols(&self) -> &BTreeMap<SymbolKey, Symbol> {
        &self.symbols
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    pub(crate) const fn directory(&self) -> &Directory {
        &self.directory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(names: &[(u32, &str)]) -> BTreeMap<SymbolKey, Symbol> {
        names
            .iter()
            .map(|(key, name)| (SymbolKey(*key), Symbol::new(name)))
            .collect()
    }

    #[test]
    fn what_is_wanted_no_more_is_named_once_and_known_no_more() {
        let mut desired = Desired::default();
        assert_eq!(desired.wish(&wishes(&[(1, "A"), (2, "B")])), []);
        let released = Released {
            key: SymbolKey(1),
            symbol: Symbol::new("A"),
        };
        assert_eq!(desired.wish(&wishes(&[(2, "B")])), [released]);
        assert_eq!(desired.wish(&wishes(&[(2, "B")])), []);
        assert!(!desired.is_empty());
        assert_eq!(desired.directory().key("A"), None);
        assert_eq!(desired.directory().key("B"), Some(SymbolKey(2)));
    }

    #[test]
    fn a_symbol_that_comes_back_under_a_new_key_is_known_by_that() {
        let mut desired = Desired::default();
        desired.wish(&wishes(&[(1, "A")]));
        desired.wish(&wishes(&[(2, "A")]));
        assert_eq!(desired.directory().key("A"), Some(SymbolKey(2)));
    }
}
