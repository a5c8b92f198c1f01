//! What a venue can say, in our words.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{
    Candle, Instrument, Precision, Session, SessionChange, Snapshot, Source, SymbolKey, Tick, Timeframe,
};

/// One thing that one message said. What is said seldom and is large has a place
/// of its own, so that a tick, which is moved some times on its way, is small.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Welcome(Welcome),
    /// A subscription stands.
    Accepted {
        key: SymbolKey,
        /// The number of the last tick so far, or the one that was asked after
        /// where everything behind it follows.
        seq: Option<u64>,
        /// Whether all that was missed will follow; `None` when nothing was asked after.
        recovered: Option<bool>,
        instrument: Box<Instrument>,
        session: Option<Session>,
    },
    /// A symbol that this venue will not send, and why.
    Refused {
        key: SymbolKey,
        why: String,
    },
    Released {
        key: SymbolKey,
    },
    Snapshot {
        key: SymbolKey,
        seq: Option<u64>,
        snapshot: Box<Snapshot>,
        precision: Precision,
    },
    Tick {
        key: SymbolKey,
        seq: Option<u64>,
        tick: Tick,
        precision: Precision,
    },
    /// Trading in it begins, stops or ends. Numbered as ticks are.
    Session {
        key: SymbolKey,
        seq: Option<u64>,
        change: SessionChange,
        precision: Precision,
    },
    Bar {
        key: SymbolKey,
        timeframe: Timeframe,
        candle: Candle,
    },
    Heartbeat,
    /// The venue is about to close the connection.
    Leaving {
        why: String,
        /// It goes on sending for so long.
        within: Duration,
    },
    /// The venue did not like something we said that belongs to no symbol.
    Complaint {
        why: String,
    },
}

/// The venue speaks first: which numbering of ticks holds from here on, and how
/// its market time runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Welcome {
    pub epoch: Arc<str>,
    /// Where the prices come from, when the venue tells; one that trades for
    /// real has no reason to.
    pub source: Option<Source>,
    pub market_time: DateTime<Utc>,
    pub rate: f64,
    /// It says something at least this often.
    pub heartbeat: Option<Duration>,
}
