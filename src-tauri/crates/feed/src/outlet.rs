//! Where a feed's news goes.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use model::{
    Amendment, Candle, DayFigures, FeedStatus, Gap, Instrument, MarketClock, Moment, Precision, Received,
    Session, SessionChange, Snapshot, Source, SymbolKey, Tick, Timeframe,
};

use crate::cause::LossCause;

/// Takes what a feed has to say. Called on the network's own task, so it must
/// not wait for anybody.
pub trait Outlet: Send {
    /// Everything that one look at the socket brought.
    fn burst(&mut self, burst: &Burst);

    /// The connection's state changed. Never more than a handful a second, and
    /// never behind a burst that is still waiting.
    fn status(&mut self, status: FeedStatus);

    /// A connection that was up is over. Its state comes by [`Outlet::status`].
    fn lost(&mut self, cause: LossCause);

    /// How far each symbol has come of what was handed on, once a second at most
    /// while something comes, and at the end. Only where the feed was told where
    /// to go on, and the venue would send again what came behind a number.
    fn reached(&mut self, _epoch: &Arc<str>, _numbers: &[(SymbolKey, u64)]) {}
}

/// What was there to read when the socket was looked at.
#[derive(Debug)]
pub struct Burst {
    pub received: Received,
    /// Whether anything came at all. Otherwise a time is over, and this is what that says.
    pub heard: bool,
    pub updates: Vec<Update>,
    pub messages: u64,
    pub bytes: u64,
    /// What says anything about a price, whether it was handed on or not.
    pub ticks: u64,
    /// Ticks that had come before and were dropped.
    pub duplicates: u64,
    /// Ticks that were overtaken by others, and put back in their place.
    pub reordered: u64,
    /// Ticks that are told to be lost.
    pub lost: u64,
    /// Ticks with a known number that say something else than before.
    pub altered: u64,
    /// How often a symbol's numbers have begun again without a word.
    pub restarts: u64,
    /// Answers to nothing that was asked.
    pub strays: u64,
    /// Messages that nobody could read.
    pub unreadable: u64,
    /// Messages that say nothing but that the venue is there.
    pub heartbeats: u64,
}

/// One piece of news. What is seldom and large has a place of its own, as in [`provider::Event`].
#[derive(Clone, Debug, PartialEq)]
pub enum Update {
    Accepted {
        key: SymbolKey,
        instrument: Box<Instrument>,
        session: Option<Session>,
        /// It goes on where it was before the connection was lost, and nothing is missing.
        resumed: bool,
    },
    Refused {
        key: SymbolKey,
        why: Arc<str>,
    },
    Snapshot {
        key: SymbolKey,
        snapshot: Box<Snapshot>,
        precision: Precision,
        /// Asked for beside the stream, which had brought no price yet.
        beside: bool,
    },
    Tick {
        key: SymbolKey,
        tick: Tick,
        precision: Precision,
    },
    Session {
        key: SymbolKey,
        change: SessionChange,
        precision: Precision,
    },
    Bar {
        key: SymbolKey,
        timeframe: Timeframe,
        candle: Candle,
    },
    /// What the day came to so far.
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
    /// Ticks that are lost. Stands in the stream where they would have been.
    Gap {
        key: SymbolKey,
        gap: Gap,
    },
    /// Ticks that were missing and have come after all, in their order. Stands
    /// in the stream behind the last of them.
    Filled {
        key: SymbolKey,
        gap: Gap,
    },
    Clock(MarketClock),
    /// Where the prices come from, as the venue itself or whoever set up the feed says.
    Source(Source),
    Pong {
        round_trip: Duration,
    },
}

impl Update {
    /// Whether it answers what the venue was asked for; a tick does too.
    pub(crate) const fn is_answer(&self) -> bool {
        match self {
            Self::Accepted { .. }
            | Self::Refused { .. }
            | Self::Snapshot { .. }
            | Self::Tick { .. }
            | Self::Session { .. }
            | Self::Bar { .. }
            | Self::Day { .. }
            | Self::Amended { .. } => true,
            Self::Gap { .. } | Self::Filled { .. } | Self::Clock(_) | Self::Source(_) | Self::Pong { .. } => {
                false
            }
        }
    }

    /// Some venues say how far their numbers have come, and nothing of what happened.
    pub(crate) fn says_nothing(&self) -> bool {
        matches!(self, Self::Snapshot { snapshot, .. } if **snapshot == Snapshot::default())
    }

    /// Whether it says anything about a price. That nothing has happened since
    /// the last one does, too.
    pub(crate) const fn is_data(&self) -> bool {
        match self {
            Self::Snapshot { .. }
            | Self::Tick { .. }
            | Self::Session { .. }
            | Self::Bar { .. }
            | Self::Day { .. }
            | Self::Amended { .. }
            | Self::Accepted { resumed: true, .. } => true,
            Self::Accepted { resumed: false, .. }
            | Self::Refused { .. }
            | Self::Gap { .. }
            | Self::Filled { .. }
            | Self::Clock(_)
            | Self::Source(_)
            | Self::Pong { .. } => false,
        }
    }
}

impl Burst {
    pub(crate) const fn new(received: Received) -> Self {
        Self {
            received,
            heard: false,
            updates: Vec::new(),
            messages: 0,
            bytes: 0,
            ticks: 0,
            duplicates: 0,
            reordered: 0,
            lost: 0,
            altered: 0,
            restarts: 0,
            strays: 0,
            unreadable: 0,
            heartbeats: 0,
        }
    }

    /// For what is told to nobody.
    pub(crate) const fn aside() -> Self {
        Self::new(Received {
            wall: DateTime::UNIX_EPOCH,
            at: Moment::START,
        })
    }

    /// Keeps the memory of the list, so that a burst allocates nothing.
    pub(crate) fn begin(&mut self, received: Received) {
        let mut updates = std::mem::take(&mut self.updates);
        updates.clear();
        *self = Self {
            updates,
            ..Self::new(received)
        };
    }
}
