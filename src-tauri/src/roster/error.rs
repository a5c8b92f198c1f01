//! Why a feed was not changed.

use model::FeedId;
use profile::KeyringError;

/// Nothing has changed where one of these is the answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDone {
    #[error("there is no feed called {0}")]
    NoSuchFeed(FeedId),
    /// What a person has written down cannot be so; in a whole sentence.
    #[error("{0}")]
    BadFeed(String),
    /// What a person has handed over is no key of this feed; in a whole sentence.
    #[error("{0}")]
    BadKey(String),
    #[error("{error}")]
    Keyring { account: FeedId, error: KeyringError },
    #[error("that can be undone no more")]
    NoUndo,
}
