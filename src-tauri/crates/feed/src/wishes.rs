//! What everybody else wants of a feed, and its task reads.

use std::collections::BTreeMap;

use model::{Symbol, SymbolKey};

/// What is wanted is a state, not a queue of commands: however often it
/// changes while the feed is busy, only the newest counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) symbols: BTreeMap<SymbolKey, Symbol>,
    /// How often a person has asked to try again now.
    pub(crate) retries: u64,
}
