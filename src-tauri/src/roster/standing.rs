//! How a feed of the settings stands, as far as its connection cannot tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::FeedId;

/// Every feed that is known in this run.
pub(crate) type Standings = Arc<BTreeMap<FeedId, Standing>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has a connection, or makes one; what becomes of that the engine tells.
    Open,
    /// A person wants no connection for the time being.
    Paused,
    /// The keyring is asked for what it needs. Only the answer to the last question counts.
    Locked { question: u32 },
    /// It cannot be opened until a person does something.
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) sentence: String,
    pub(crate) next: String,
    /// Its key is not where it should be, or nowhere.
    pub(crate) is_for_want_of_a_key: bool,
}

impl Standing {
    /// What its rows say.
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Open => "the feed is opened",
            Self::Paused => "the feed is paused",
            Self::Locked { .. } => "the keyring is asked for its key",
            Self::Refused(refusal) => &refusal.sentence,
        }
    }
}
