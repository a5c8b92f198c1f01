//! What a WebSocket's close code means, where the venue's card does not say otherwise.

use super::{Blame, STOP_RETRY, person};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goodbye {
    /// Going away, restarting, try again later: said in time by a server that knows.
    Announced,
    /// It says that we broke the rules, or somebody between us did.
    Protocol,
    /// The key or what was asked for; believed when it is said twice.
    Policy,
    /// Said in so many words: do not come back.
    Stop,
    /// Any other end.
    Over,
}

impl Goodbye {
    pub(super) const fn of(code: Option<u16>) -> Self {
        match code {
            Some(1001 | 1012 | 1013) => Self::Announced,
            Some(1002 | 1003 | 1007) => Self::Protocol,
            // 3000 and 3003 are registered as "unauthorized" and "forbidden".
            Some(1008 | 3000 | 3003) => Self::Policy,
            // 1010: the server lacks an extension that we never insist on. The
            // ranges are Centrifugo's, and nobody else's mean the contrary.
            Some(1010 | 3500..=3999 | 4500..=4999) => Self::Stop,
            Some(_) | None => Self::Over,
        }
    }

    pub(super) const fn blame(self) -> Blame {
        match self {
            Self::Announced => Blame::Announced { retry_after: None },
            Self::Protocol | Self::Over => Blame::Endpoint,
            Self::Policy => Blame::Person { again: None },
            Self::Stop => person(STOP_RETRY),
        }
    }

    pub(super) const fn next_step(self) -> Option<&'static str> {
        match self {
            Self::Policy => Some("Check the feed's key or token, and whether it is in use elsewhere."),
            Self::Stop => Some("Ask who runs the server why it wants nobody to come back."),
            Self::Announced | Self::Protocol | Self::Over => None,
        }
    }
}
