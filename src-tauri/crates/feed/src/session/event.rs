//! What a session is told, and what it orders.

use std::time::Duration;

use bytes::Bytes;
use model::TransportKind;
use transport::Phase;

use super::connected::Heard;
use crate::cause::{Cause, LossCause};
use crate::disturbance::Disturbance;
use crate::rhythm::Attention;

/// One attempt and the connection that it became. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LineId(pub(crate) u64);

/// What a line is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The one that counts.
    Main,
    Hedge,
    Climb,
    Follow,
}

/// A line that is over, and nobody wanted it to be.
#[derive(Clone, Debug)]
pub(crate) struct Fallen {
    pub(crate) line: LineId,
    pub(crate) transport: TransportKind,
    pub(crate) role: Role,
    pub(crate) cause: Cause,
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Whether anything is wanted at all.
    Wanted(bool),
    On(LineId, News),
    Timer,
    /// Something has happened around the feed.
    Disturbed(Disturbance),
    /// Who waits for what comes.
    Attended(Attention),
    /// A person does not want to wait.
    Retry,
    Close,
}

/// What has happened on one line.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// How far the attempt is.
    Phase(Phase),
    Dialed,
    /// How long one of the dial's round trips took.
    Expected {
        round_trip: Duration,
    },
    /// The venue has taken the key: it may be asked for something.
    Admitted,
    /// The attempt or the connection is over.
    Failed(Cause),
    /// Bytes came.
    Heard(Heard),
    /// The venue speaks at least this often, as long as all is well.
    SpeaksWithin(Duration),
    /// The venue goes on for so long and not longer.
    Leaving {
        why: String,
        within: Duration,
    },
    /// A person should know this of the connection.
    Noted {
        why: String,
    },
    /// After this connection's end, so much patience is asked for.
    RetryAfter(Duration),
    Pong(Bytes),
    /// Whatever another line brings from here on, this one brings too.
    Joined,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Dial {
        line: LineId,
        transport: TransportKind,
    },
    /// Ask for everything that this line was not asked for yet.
    Subscribe(LineId),
    Ping(LineId, Bytes),
    /// Leave the line or the attempt to itself, with this word.
    HangUp(LineId, Option<u16>),
    /// From here on this is the line that counts.
    Promoted(LineId, Role),
    RoundTrip(Duration),
    /// A connection that was up and counted is over.
    Lost(LossCause),
}
