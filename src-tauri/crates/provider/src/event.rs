//! What a venue can say, in our words.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{
    Amendment, Candle, DayFigures, Instrument, Precision, Secret, Session, SessionChange, Snapshot, Source,
    SymbolKey, Tick, Timeframe,
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
    /// There is no room for all of these, which were asked for in one message. Alone or in a smaller
    /// one some may find a place.
    Full {
        keys: Box<[SymbolKey]>,
        why: Box<str>,
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
    /// What the day, or the last one, came to so far. It moves no price.
    Day {
        key: SymbolKey,
        figures: Box<DayFigures>,
    },
    /// A trade that was told before was not so.
    Amended {
        key: SymbolKey,
        amendment: Box<Amendment>,
        precision: Precision,
    },
    Heartbeat,
    /// It waits for this from us, and at once. It may hold the key.
    Reply(Secret),
    /// It may be asked for something from here on.
    Admitted,
    /// It will not serve this connection.
    Denied {
        denial: Denial,
        why: String,
    },
    /// The venue is about to close the connection.
    Leaving {
        why: String,
        /// It goes on sending for so long.
        within: Duration,
    },
    /// What a person should know of this connection, which goes on.
    Notice {
        why: String,
    },
    /// The venue did not like something we said that belongs to no symbol.
    Complaint {
        why: String,
    },
}

/// Why a venue does not serve a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The key is wrong, or there is none. A person has to give another one.
    Key,
    /// The account has not paid for it. A person has to choose something else.
    Plan,
    /// It does not serve the place where we are.
    Region,
    /// It does not let us in, and there is no key that could be wrong.
    Unwelcome,
    /// Another connection of the same key is open, and may be our own dead one.
    Crowded,
    /// We were too many or too fast; not again before this, where it says so.
    Slower { patience: Option<Duration> },
    /// Something of its own went wrong.
    Passing,
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
