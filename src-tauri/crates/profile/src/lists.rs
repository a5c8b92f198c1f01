//! The lists of symbols that a person watches: `lists.toml`.
//!
//! ```toml
//! version = 1
//!
//! [[lists]]
//! name = "Main"
//!
//! [[lists.entries]]
//! feed = "alpaca"
//! symbol = "AAPL"
//! or = [{ feed = "finnhub", symbol = "AAPL" }]
//! ```

use model::{FeedId, Symbol};
use serde::{Deserialize, Serialize};

use crate::document::Content;
use crate::form;
use crate::notice::Matter;

const VERSION: u32 = 1;

/// All lists, in the order that the person gave them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lists {
    version: u32,
    pub lists: Vec<List>,
    /// What a newer version may have written; it is put back as it came.
    #[serde(flatten)]
    other: toml::Table,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    pub name: String,
    #[serde(default)]
    pub entries: Vec<Entry>,
    #[serde(flatten)]
    other: toml::Table,
}

/// One line of a list: an instrument, as the feed calls it that a person prefers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(with = "form::feed_id")]
    pub feed: FeedId,
    #[serde(with = "form::symbol")]
    pub symbol: Symbol,
    /// Who stands in for that feed, in this order.
    #[serde(default, rename = "or", skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Alternative>,
    #[serde(flatten)]
    other: toml::Table,
}

/// The same instrument, as another feed calls it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    #[serde(with = "form::feed_id")]
    pub feed: FeedId,
    #[serde(with = "form::symbol")]
    pub symbol: Symbol,
    #[serde(flatten)]
    other: toml::Table,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            version: VERSION,
            lists: Vec::new(),
            other: toml::Table::new(),
        }
    }
}

impl List {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            entries: Vec::new(),
            other: toml::Table::new(),
        }
    }
}

impl Entry {
    pub fn new(feed: FeedId, symbol: Symbol) -> Self {
        Self {
            feed,
            symbol,
            others: Vec::new(),
            other: toml::Table::new(),
        }
    }

    /// All that can be asked for it, the preferred one first.
    pub fn sources(&self) -> impl Iterator<Item = (&FeedId, &Symbol)> {
        let others = self.others.iter().map(|other| (&other.feed, &other.symbol));
        std::iter::once((&self.feed, &self.symbol)).chain(others)
    }

    /// The same feed has another name.
    pub fn rename_feed(&mut self, from: &FeedId, to: &FeedId) {
        let others = self.others.iter_mut().map(|other| &mut other.feed);
        for feed in std::iter::once(&mut self.feed).chain(others) {
            if feed == from {
                feed.clone_from(to);
            }
        }
    }

    /// Puts these in the place of its sources. What else is written beside one that stays stays
    /// with it; `None` of them changes nothing.
    pub fn set_sources(&mut self, sources: &[(FeedId, Symbol)]) {
        let Some(((feed, symbol), others)) = sources.split_first() else {
            return;
        };
        let mut before = std::mem::take(&mut self.others);
        if (&self.feed, &self.symbol) != (feed, symbol) {
            // What stands beside the first is of the whole line, and stays where it is.
            before.push(Alternative::new(self.feed.clone(), self.symbol.clone()));
            (self.feed, self.symbol) = (feed.clone(), symbol.clone());
        }
        self.others = others
            .iter()
            .map(|(feed, symbol)| {
                let known = before.iter().find(|known| known.is(feed, symbol));
                known.map_or_else(|| Alternative::new(feed.clone(), symbol.clone()), Clone::clone)
            })
            .collect();
    }
}

impl Alternative {
    pub fn new(feed: FeedId, symbol: Symbol) -> Self {
        Self {
            feed,
            symbol,
            other: toml::Table::new(),
        }
    }

    fn is(&self, feed: &FeedId, symbol: &Symbol) -> bool {
        self.feed == *feed && self.symbol == *symbol
    }
}

impl Content for Lists {
    const NAME: &'static str = "lists";
    const BROKEN: Matter = Matter::ListsBroken;

    fn fault(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Lists {
        toml::from_str(text).unwrap()
    }

    fn source(feed: &str, symbol: &str) -> (FeedId, Symbol) {
        (FeedId::new(feed), Symbol::new(symbol))
    }

    const LINE: &str = "[[lists]]\nname = \"Main\"\n[[lists.entries]]\nfeed = \"alpaca\"\nsymbol = \"BRK.B\"\n\
        note = \"mine\"\nor = [{ feed = \"tiingo\", symbol = \"BRK-B\", since = 2026 }, \
        { feed = \"yahoo\", symbol = \"BRK-B\" }]\n";

    #[test]
    fn the_sources_of_a_line_are_kept_as_they_are_written_with_all_that_stands_beside_them() {
        let lists = read(LINE);
        let again = read(&toml::to_string(&lists).unwrap());
        assert_eq!(again, lists);
        let entry = &again.lists[0].entries[0];
        let sources: Vec<_> = entry
            .sources()
            .map(|(feed, symbol)| format!("{feed} {symbol}"))
            .collect();
        assert_eq!(sources, ["alpaca BRK.B", "tiingo BRK-B", "yahoo BRK-B"]);
        assert_eq!(entry.other["note"].as_str(), Some("mine"));
        assert_eq!(entry.others[0].other["since"].as_integer(), Some(2026));
    }

    #[test]
    fn a_line_with_one_source_is_written_as_it_always_was() {
        let mut lists = Lists::default();
        let mut list = List::new("Main");
        list.entries
            .push(Entry::new(FeedId::new("sim"), Symbol::new("NVX")));
        lists.lists.push(list);
        let text = toml::to_string(&lists).unwrap();
        assert!(!text.contains("or =") && !text.contains(".or]"), "{text}");
    }

    #[test]
    fn another_order_takes_along_what_stands_beside_a_source() {
        let mut entry = read(LINE).lists[0].entries[0].clone();
        entry.set_sources(&[
            source("yahoo", "BRK-B"),
            source("tiingo", "BRK-B"),
            source("alpaca", "BRK.B"),
        ]);
        let sources: Vec<_> = entry.sources().map(|(feed, _)| feed.as_str()).collect();
        assert_eq!(sources, ["yahoo", "tiingo", "alpaca"]);
        assert_eq!(entry.others[0].other["since"].as_integer(), Some(2026));
        assert_eq!(entry.other["note"].as_str(), Some("mine"));
        entry.set_sources(&[]);
        assert_eq!(entry.sources().count(), 3, "a line without a source is none");
    }
}
