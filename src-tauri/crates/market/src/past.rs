//! What came of asking for a row's past.

use std::sync::Arc;

use model::Adjusted;

/// Whose history its candles are filled from, and how far that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// As a person calls them.
    pub by: Arc<str>,
    pub adjusted: Adjusted,
    pub state: PastState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastState {
    Asked,
    /// All that they have of it is there.
    Told,
    /// Not now, and it is asked for again.
    Delayed {
        why: Arc<str>,
    },
    Refused {
        why: Arc<str>,
    },
}
