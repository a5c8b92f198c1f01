//! What stands on a tape.
//!
//! - `form`: an entry as bytes, and back
//! - `failures`: the same for why a connection did not come up or ended

mod failures;
mod form;

use std::time::Duration;

use transport::{DialError, Hint, Inbound, Loss, Outbound, Phases};

pub(crate) use form::{Malformed, read, write};

/// One thing that happened on one connection.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Since the tape's start, by a clock that never goes back.
    pub at: Duration,
    /// Counted from 1 in the order of dialing; 0 is the tape itself.
    pub connection: u64,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    /// Somebody asked for a connection to this address, which has neither query nor token.
    Dialing {
        address: String,
    },
    Connected {
        phases: Phases,
    },
    NotConnected(DialError),
    /// Whoever had asked for the connection did not wait for it.
    GivenUp,
    Inbound(Inbound),
    Outbound(Outbound),
    /// The connection ended under us.
    Lost(Loss),
    /// Our own side let go of the connection.
    Left,
    /// So many entries are not on the tape, and this is where they would stand.
    Missing(u64),
    /// The recording was ended in order; a tape without it was cut off.
    End,
}

impl What {
    /// Roughly what it takes in memory while it waits to be written.
    pub(crate) fn size(&self) -> usize {
        const FIXED: usize = 64;
        FIXED
            + match self {
                Self::Inbound(inbound) => match inbound {
                    Inbound::Text(text) => text.len(),
                    Inbound::Answer { path, text } | Inbound::Declined { path, text, .. } => {
                        path.len() + text.len()
                    }
                    Inbound::Binary(bytes) | Inbound::Pong(bytes) => bytes.len(),
                    Inbound::Hint(Hint::LastEventId(id)) => id.len(),
                    Inbound::Ping | Inbound::More | Inbound::Hint(Hint::RetryAfter(_)) => 0,
                },
                Self::Outbound(outbound) => match outbound {
                    Outbound::Text(text) => text.len(),
                    Outbound::Fetch(paths) => paths.iter().map(String::len).sum(),
                    Outbound::Exchange { gone, come } => gone.iter().chain(come).map(String::len).sum(),
                    Outbound::Binary(bytes) | Outbound::Ping(bytes) => bytes.len(),
                    Outbound::Close(_) => 0,
                },
                Self::Dialing { .. }
                | Self::Connected { .. }
                | Self::NotConnected(_)
                | Self::GivenUp
                | Self::Lost(_)
                | Self::Left
                | Self::Missing(_)
                | Self::End => 0,
            }
    }

    /// A message that somebody above would read.
    pub(crate) const fn is_message(&self) -> bool {
        matches!(
            self,
            Self::Inbound(
                Inbound::Text(_) | Inbound::Answer { .. } | Inbound::Declined { .. } | Inbound::Binary(_)
            )
        )
    }
}
