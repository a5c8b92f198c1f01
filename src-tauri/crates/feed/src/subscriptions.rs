//! What is wanted, beside what the present connection was asked for.
//!
//! - `desired`: what is wanted, whichever line brings it
//! - `asked`: what one line was asked for, and what it has still to be asked
//! - `split`: what was asked and is not answered, and what is done about it
//! - `limiter`: how many messages a venue takes

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the supervisor of several lines asks through it")
)]
pub(crate) mod asked;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the supervisor of several lines asks through it")
)]
pub(crate) mod desired;
mod limiter;
mod split;

pub(crate) use limiter::Limiter;

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

/// A symbol that is wanted no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Released {
    pub(crate) key: SymbolKey,
    pub(crate) symbol: Symbol,
    /// Whether this connection was asked for it.
    pub(crate) asked: bool,
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
    /// Takes over what is wanted from now on, and names what is wanted no more.
    pub(crate) fn wish(&mut self, wishes: &BTreeMap<SymbolKey, Symbol>) -> Vec<Released> {
        let mut released = Vec::new();
        let directory = &mut self.directory;
        self.wanted.retain(|key, entry| {
            let stays = wishes.contains_key(key);
            if !stays {
                directory.remove(&entry.symbol);
                released.push(Released {
                    key: *key,
                    symbol: entry.symbol.clone(),
                    asked: match entry.standing {
                        Standing::Asked | Standing::Accepted => true,
                        Standing::Open | Standing::Refused => false,
                    },
                });
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
    #[cfg(test)]
    pub(crate) fn begin_connection(&mut self) {
        for entry in self.wanted.values_mut() {
            entry.standing = Standing::Open;
        }
    }

    /// What to ask for now; afterwards it counts as asked.
    pub(crate) fn take_open(&mut self) -> Vec<(SymbolKey, Symbol)> {
        let open = self
            .wanted
            .iter_mut()
            .filter(|(_, entry)| entry.standing == Standing::Open);
        open.map(|(key, entry)| {
            entry.standing = Standing::Asked;
            (*key, entry.symbol.clone())
        })
        .collect()
    }

    /// Everything that is wanted, for where it is all asked for at once. What has
    /// its answer keeps it.
    pub(crate) fn take_all(&mut self) -> Vec<(SymbolKey, Symbol)> {
        let _now_asked = self.take_open();
        let all = self.wanted.iter();
        all.map(|(key, entry)| (*key, entry.symbol.clone())).collect()
    }

    pub(crate) fn has_open(&self) -> bool {
        self.wanted.values().any(|entry| entry.standing == Standing::Open)
    }

    /// Something of it was lost on the way.
    pub(crate) fn ask_again(&mut self, key: SymbolKey) {
        self.answer(key, Standing::Open);
    }

    /// Whether this is its first good answer on this connection.
    pub(crate) fn accepted(&mut self, key: SymbolKey) -> bool {
        self.answer(key, Standing::Accepted) != Some(Standing::Accepted)
    }

    /// Whether that is new.
    pub(crate) fn refused(&mut self, key: SymbolKey) -> bool {
        self.answer(key, Standing::Refused) != Some(Standing::Refused)
    }

    /// What it stood at before.
    fn answer(&mut self, key: SymbolKey, standing: Standing) -> Option<Standing> {
        let entry = self.wanted.get_mut(&key)?;
        Some(std::mem::replace(&mut entry.standing, standing))
    }

    /// How many have their answer, and of how many.
    pub(crate) fn counts(&self) -> (u32, u32) {
        let answered = self.wanted.values().filter(|entry| match entry.standing {
            Standing::Open | Standing::Asked => false,
            Standing::Accepted | Standing::Refused => true,
        });
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        (count(answered.count()), count(self.wanted.len()))
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

    fn names(symbols: &[(SymbolKey, Symbol)]) -> Vec<&str> {
        symbols.iter().map(|(_, symbol)| symbol.as_str()).collect()
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
    fn a_symbol_with_a_hole_is_asked_for_once_more_and_alone() {
        let mut subscriptions = Subscriptions::default();
        subscriptions.wish(&wishes(&[(1, "A"), (2, "B")]));
        subscriptions.take_open();
        assert!(subscriptions.accepted(SymbolKey(1)));
        assert!(
            !subscriptions.accepted(SymbolKey(1)),
            "that was not the first answer"
        );
        subscriptions.ask_again(SymbolKey(1));
        assert!(subscriptions.has_open());
        assert_eq!(names(&subscriptions.take_open()), ["A"]);
        assert_eq!(names(&subscriptions.take_all()), ["A", "B"]);
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
        let unasked = subscriptions.wish(&wishes(&[]));
        assert!(unasked.iter().all(|released| !released.asked), "{unasked:?}");
        subscriptions.wish(&wishes(&[(2, "B"), (3, "C")]));
        subscriptions.take_open();
        let released = Released {
            key: SymbolKey(2),
            symbol: Symbol::new("B"),
            asked: true,
        };
        assert_eq!(subscriptions.wish(&wishes(&[(3, "C")])), [released]);
        assert_eq!(subscriptions.directory().key("B"), None);
        assert_eq!(subscriptions.directory().key("C"), Some(SymbolKey(3)));
    }
}
