//! How a client comes to the stream.

use crate::protocol::path;

/// The ways to the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    WebSocket,
    Events,
    LongPoll,
    Poll,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::WebSocket, Self::Events, Self::LongPoll, Self::Poll];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WebSocket => "ws",
            Self::Events => "sse",
            Self::LongPoll => "longpoll",
            Self::Poll => "poll",
        }
    }

    /// `None` for a word that is none of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }

    /// The way to which a request for this path belongs.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        match path {
            path::STREAM => Some(Self::WebSocket),
            path::EVENTS => Some(Self::Events),
            path::POLL => Some(Self::LongPoll),
            path::SNAPSHOT => Some(Self::Poll),
            _ => None,
        }
    }
}
