//! When an instrument can be traded, and when it cannot.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

/// The part of the trading day that an instrument is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Session {
    /// Trading before the official opening.
    Pre,
    /// Orders are collected for one price.
    Auction,
    Open,
    /// The venue has stopped trading in this one instrument.
    Halted,
    /// Trading after the official close.
    Post,
    /// Trading between that and the next day's, where it has a name of its own.
    Overnight,
    Closed,
}

impl Session {
    pub const ALL: [Self; 7] = [
        Self::Pre,
        Self::Auction,
        Self::Open,
        Self::Halted,
        Self::Post,
        Self::Overnight,
        Self::Closed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pre => "pre",
            Self::Auction => "auction",
            Self::Open => "open",
            Self::Halted => "halted",
            Self::Post => "post",
            Self::Overnight => "overnight",
            Self::Closed => "closed",
        }
    }

    /// `None` for a word that is none of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|session| session.as_str() == word)
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A change of an instrument's session, as its venue told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionChange {
    pub session: Session,
    /// Why, in the venue's words, where it gives a reason.
    pub reason: Option<Arc<str>>,
    /// When the venue says it happened.
    pub time: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_session_is_read_back_from_its_word_and_nothing_else_is() {
        for session in Session::ALL {
            assert_eq!(Session::from_word(session.as_str()), Some(session));
        }
        assert_eq!(Session::from_word("Open"), None);
        assert_eq!(Session::from_word(""), None);
    }
}
