//! How far a feed has come, for whoever goes on from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{FeedId, Snapshot, Symbol};

/// Where one feed stands in the numbers of its venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    pub feed: FeedId,
    /// Without a query, in which some venues want their key.
    pub address: String,
    /// The numbering that it counts in, in the venue's words.
    pub epoch: Arc<str>,
    pub made: DateTime<Utc>,
    pub symbols: BTreeMap<Symbol, Reached>,
}

/// The number of the last tick of one symbol, and what was true right behind it.
///
/// A venue that goes on from a number sends what came later and no state, so
/// the state must be kept with the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub number: u64,
    pub state: Snapshot,
}
