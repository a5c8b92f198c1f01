//! The lists of symbols that a person watches: `lists.toml`.
//!
//! ```toml
//! version = 1
//!
//! [[lists]]
//! name = "Main"
//!
//! [[lists.entries]]
//! feed = "sim"
//! symbol = "NVX"
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

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
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
            other: toml::Table::new(),
        }
    }
}

impl Content for Lists {
    const NAME: &'static str = "lists";
    const BROKEN: Matter = Matter::ListsBroken;

    fn fault(&self) -> Option<String> {
        None
    }
}
