//! What can be asked of the floor.

use chrono::{DateTime, Utc};
use model::{Instrument, Session, Snapshot};
use tokio::sync::oneshot;

use crate::protocol::request::{Place, Wish};
use crate::server::outbox::Outbox;
use crate::server::tape::Forgotten;

#[derive(Debug)]
pub(in crate::server) enum Order {
    /// A client that will say later what it wants.
    Enter {
        client: u64,
        outbox: Outbox,
    },
    /// A client that says all it wants at once, and the place in the stream
    /// that it has come to with the answer.
    Follow {
        client: u64,
        outbox: Outbox,
        wish: Wish,
        manner: Manner,
        placed: oneshot::Sender<Result<Place, Forgotten>>,
    },
    Subscribe {
        client: u64,
        id: u64,
        wish: Wish,
    },
    Unsubscribe {
        client: u64,
        id: u64,
        symbols: Vec<String>,
    },
    Look {
        question: Question,
        answer: oneshot::Sender<Answer>,
    },
    Leave {
        client: u64,
    },
    /// What was traded, as far as it is remembered.
    Recall {
        symbols: Vec<String>,
        trades: oneshot::Sender<Vec<Traded>>,
    },
}

/// A trade that was told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traded {
    pub symbol: &'static str,
    /// The id that it was told with.
    pub id: String,
}

/// What a follower expects to hear first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Manner {
    /// A welcome, whatever it has heard before; what cannot be recovered begins anew.
    Stream,
    /// Only what is new behind its place, or that it must begin anew.
    Poll,
}

/// Something that is true now.
#[derive(Debug)]
pub(in crate::server) enum Question {
    Time,
    Snapshots { symbols: Vec<String> },
    Search { text: String, limit: usize },
    Find { symbol: String },
}

#[derive(Debug)]
pub(in crate::server) struct Answer {
    pub(in crate::server) epoch: String,
    pub(in crate::server) market_time: DateTime<Utc>,
    pub(in crate::server) rate: f64,
    /// What was asked for and exists.
    pub(in crate::server) found: Vec<Found>,
    /// What was asked for and does not.
    pub(in crate::server) unknown: Vec<String>,
}

#[derive(Debug)]
pub(in crate::server) struct Found {
    pub(in crate::server) listing: usize,
    pub(in crate::server) symbol: &'static str,
    pub(in crate::server) seq: u64,
    pub(in crate::server) snapshot: Snapshot,
    pub(in crate::server) session: Option<Session>,
    pub(in crate::server) instrument: Instrument,
}
