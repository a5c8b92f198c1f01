//! What is wanted, beside what the present connection was asked for.

use std::collections::BTreeMap;

use model::{Symbol, SymbolKey};
use provider::Directory;

#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    /// By key, so that what was wanted first is asked for first.
    wanted: BTreeMap<SymbolKey, Entry>,
    directory: Directory,
}

#[derive(Debug)]
struct Entry {
    symbol: Symbol,
    standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// This connection was not asked for it yet.
    Open,
    Asked,
    Accepted,
    Refused,
}

impl Subscriptions {
    /// Takes over what is wanted from now on, and names what this connection
    /// was asked for and is wanted no more.
    pub(crate) fn wish(&mut self, wishes: &BTreeMap<SymbolKey, Symbol>) -> Vec<Symbol> {
        let mut released = Vec::new();
        let directory = &mut self.directory;
        self.wanted.retain(|key, entry| {
            let stays = wishes.contains_key(key);
            if !stays {
                directory.remove(&entry.symbol);
                match entry.standing {
                    Standing::Asked | Standing::Accepted => released.push(entry.symbol.clone()),
                    Standing::Open | Standing::Refused => {}
                }
            }
            stays
        });
        for (key, symbol) in wishes {
            self.wanted.entry(*key).or_insert_with(|| {
                directory.insert(symbol.clone(), *key);
                Entry {
                    symbol: symbol.clone(),
                    standing: Standing::Open,
                }
            });
        }
        released
    }

    /// A new connection knows nothing, and a refusal may have been the old one's.
    pub(crate) fn begin_connection(&mut self) {
        for entry in self.wanted.values_mut() {
            entry.standing = Standing::Open;
        }
    }

    /// What to ask for now; afterwards it counts as asked.
    pub(crate) fn take_open(&mut self) -> Vec<Symbol> {
        let open = self
            .wanted
            .values_mut()
            .filter(|entry| entry.standing == Standing::Open);
        open.map(|entry| {
            entry.standing = Standing::Asked;
            entry.symbol.clone()
        })
        .collect()
    }

    pub(crate) fn accepted(&mut self, key: SymbolKey) {
        self.answer(key, Standing::Accepted);
    }

    pub(crate) fn refused(&mut self, key: SymbolKey) {
        self.answer(key, Standing::Refused);
    }

    fn answer(&mut self, key: SymbolKey, standing: Standing) {
        if let Some(entry) = self.wanted.get_mut(&key) {
            entry.standing = standing;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Every wanted symbol has its answer.
    pub(crate) fn is_settled(&self) -> bool {
        self.wanted.values().all(|entry| match entry.standing {
            Standing::Open | Standing::Asked => false,
            Standing::Accepted | Standing::Refused => true,
        })
    }

    pub(crate) const fn directory(&self) -> &Directory {
        &self.directory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(symbols: &[Symbol]) -> Vec<&str> {
        symbols.iter().map(Symbol::as_str).collect()
    }

    fn wishes(names: &[(u32, &str)]) -> BTreeMap<SymbolKey, Symbol> {
        names
            .iter()
            .map(|(key, name)| (SymbolKey(*key), Symbol::new(name)))
            .collect()
    }

    #[test]
    fn asks_each_connection_once_for_each_symbol() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.wish(&wishes(&[(2, "B"), (1, "A")]));
        assert_eq!(names(&subscriptions.take_open()), ["A", "B"]);
        subscriptions.wish(&wishes(&[(1, "A"), (2, "B"), (3, "C")]));
        assert_eq!(names(&subscriptions.take_open()), ["C"]);
        subscriptions.begin_connection();
        assert_eq!(names(&subscriptions.take_open()), ["A", "B", "C"]);
    }

    #[test]
    fn is_settled_when_every_symbol_has_an_answer_and_a_no_is_one() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.wish(&wishes(&[(1, "A"), (2, "XX")]));
        subscriptions.take_open();
        subscriptions.accepted(SymbolKey(1));
        assert!(!subscriptions.is_settled());
        subscriptions.refused(SymbolKey(2));
        assert!(subscriptions.is_settled());
    }

    #[test]
    fn tells_the_venue_to_stop_only_what_it_was_asked_for() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.wish(&wishes(&[(1, "A")]));
        assert!(subscriptions.wish(&wishes(&[])).is_empty());
        subscriptions.wish(&wishes(&[(2, "B"), (3, "C")]));
        subscriptions.take_open();
        assert_eq!(names(&subscriptions.wish(&wishes(&[(3, "C")]))), ["B"]);
        assert_eq!(subscriptions.directory().key("B"), None);
        assert_eq!(subscriptions.directory().key("C"), Some(SymbolKey(3)));
    }
}
