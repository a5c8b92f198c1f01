//! Why a feed is not connected, in a sentence and as a verdict.

use std::time::Duration;

use transport::{Blame, DialError, Loss};

#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    Dial(DialError),
    #[error("{0}")]
    Loss(Loss),
    #[error("the server stopped answering: nothing came for {} s, not even the answer to a ping", .silent.as_secs())]
    NoPong { silent: Duration },
    #[error("the server took the connection and then never answered")]
    NoAnswer,
    #[error("connecting took longer than {} s", .after.as_secs())]
    DialTooLong { after: Duration },
    #[error("the server stopped reading what we send")]
    WriteStalled,
    #[error("the server said goodbye: {why}")]
    Left { why: String },
}

impl Cause {
    pub(crate) fn blame(&self) -> Blame {
        match self {
            Self::Dial(error) => error.blame(),
            Self::Loss(loss) => loss.blame(),
            Self::NoPong { .. } | Self::NoAnswer | Self::DialTooLong { .. } | Self::WriteStalled => {
                Blame::Endpoint
            }
            Self::Left { .. } => Blame::Announced { retry_after: None },
        }
    }

    /// What a person can do, where there is something.
    pub(crate) const fn next_step(&self) -> Option<&'static str> {
        match self {
            Self::Dial(error) => error.next_step(),
            Self::Loss(loss) => loss.next_step(),
            Self::NoPong { .. }
            | Self::NoAnswer
            | Self::DialTooLong { .. }
            | Self::WriteStalled
            | Self::Left { .. } => None,
        }
    }

    /// What the other side is told when we are the one who leaves.
    pub(crate) const fn close_code(&self) -> Option<u16> {
        match self {
            Self::Loss(Loss::Closed { .. }) | Self::NoAnswer | Self::Left { .. } => Some(1000),
            Self::Loss(loss) => loss.close_code(),
            // Nobody is there to read it.
            Self::Dial(_) | Self::NoPong { .. } | Self::DialTooLong { .. } | Self::WriteStalled => None,
        }
    }
}
