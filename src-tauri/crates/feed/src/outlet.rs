//! Where a feed's news goes.

use std::sync::Arc;
use std::time::Duration;

use model::{FeedStatus, Gap, Instrument, MarketClock, Received, Snapshot, SymbolKey, Tick};

/// Takes what a feed has to say. Called on the network's own task, so it must
/// not wait for anybody.
pub trait Outlet: Send {
    /// Everything that one look at the socket brought.
    fn burst(&mut self, burst: &Burst);

    /// The connection's state changed. Never more than a handful a second, and
    /// never behind a burst that is still waiting.
    fn status(&mut self, status: FeedStatus);
}

/// What was there to read when the socket was looked at.
#[derive(Debug)]
pub struct Burst {
    pub received: Received,
    pub updates: Vec<Update>,
    pub messages: u64,
    pub bytes: u64,
    /// Ticks that had come before and were dropped.
    pub duplicates: u64,
    /// Messages that nobody could read.
    pub unreadable: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    Accepted {
        key: SymbolKey,
        instrument: Instrument,
    },
    Refused {
        key: SymbolKey,
        why: Arc<str>,
    },
    Snapshot {
        key: SymbolKey,
        snapshot: Snapshot,
    },
    Tick {
        key: SymbolKey,
        tick: Tick,
    },
    /// Stands in the stream before the tick that showed it.
    Gap {
        key: SymbolKey,
        gap: Gap,
    },
    Clock(MarketClock),
    Pong {
        round_trip: Duration,
    },
}

impl Update {
    /// Whether it answers what the venue was asked for; a tick does too.
    pub(crate) const fn is_answer(&self) -> bool {
        match self {
            Self::Accepted { .. } | Self::Refused { .. } | Self::Snapshot { .. } | Self::Tick { .. } => true,
            Self::Gap { .. } | Self::Clock(_) | Self::Pong { .. } => false,
        }
    }

    /// Whether it says anything about a price.
    pub(crate) const fn is_data(&self) -> bool {
        match self {
            Self::Snapshot { .. } | Self::Tick { .. } => true,
            Self::Accepted { .. }
            | Self::Refused { .. }
            | Self::Gap { .. }
            | Self::Clock(_)
            | Self::Pong { .. } => false,
        }
    }
}

impl Burst {
    pub(crate) const fn new(received: Received) -> Self {
        Self {
            received,
            updates: Vec::new(),
            messages: 0,
            bytes: 0,
            duplicates: 0,
            unreadable: 0,
        }
    }

    /// Keeps the memory of the list, so that a burst allocates nothing.
    pub(crate) fn begin(&mut self, received: Received) {
        self.updates.clear();
        self.received = received;
        self.messages = 0;
        self.bytes = 0;
        self.duplicates = 0;
        self.unreadable = 0;
    }
}
