//! What a venue can say, in our words.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use model::{Instrument, Snapshot, SymbolKey, Tick};

/// One thing that one message said.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The venue speaks first: how its market time runs, and which numbering of
    /// ticks holds from here on.
    Welcome {
        epoch: Arc<str>,
        market_time: DateTime<Utc>,
        rate: f64,
    },
    /// A subscription stands. `seq` is the number of the last tick so far.
    Accepted {
        key: SymbolKey,
        seq: Option<u64>,
        instrument: Instrument,
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
        snapshot: Snapshot,
    },
    Tick {
        key: SymbolKey,
        seq: Option<u64>,
        tick: Tick,
    },
    Heartbeat,
    /// The venue is about to close the connection.
    Leaving {
        why: String,
    },
    /// The venue did not like something we said that belongs to no symbol.
    Complaint {
        why: String,
    },
}
