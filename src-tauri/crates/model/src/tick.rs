//! One thing that happened to one instrument.

use chrono::{DateTime, Utc};

use crate::{Conditions, Price, Session, Size, TradeId};

/// Who crossed the spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Buy,
    Sell,
}

/// A deal that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    pub price: Price,
    pub size: Option<Size>,
    /// When the venue says it happened; never our own clock.
    pub time: Option<DateTime<Utc>>,
    pub id: Option<TradeId>,
    pub side: Option<Side>,
    pub conditions: Conditions,
}

/// The best prices on offer. A side that nobody offers is `None`, never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    pub bid: Option<(Price, Option<Size>)>,
    pub ask: Option<(Price, Option<Size>)>,
    pub time: Option<DateTime<Utc>>,
}

/// What a venue says is true at the moment it is asked. It is not an event: it
/// moves the latest value and the session's figures and makes no candle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub last: Option<(Price, Option<Size>)>,
    pub bid: Option<(Price, Option<Size>)>,
    pub ask: Option<(Price, Option<Size>)>,
    pub high: Option<Price>,
    pub low: Option<Price>,
    pub volume: Option<Size>,
    pub session: Option<Session>,
    pub time: Option<DateTime<Utc>>,
}

/// What a day came to so far, in the venue's own figures. It moves no price and
/// makes no candle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayFigures {
    pub span: DaySpan,
    pub open: Option<Price>,
    pub high: Option<Price>,
    pub low: Option<Price>,
    pub volume: Option<Size>,
    /// What changes are counted from: the close of the day before, or the price of 24 hours ago.
    pub reference: Option<Price>,
    pub time: Option<DateTime<Utc>>,
}

/// Which day is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DaySpan {
    /// That of the exchange.
    #[default]
    Session,
    /// The last 24 hours, at any time.
    Rolling,
}

/// A trade that was told before was not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// As it was told.
    pub original: TradeId,
    /// What was so; nothing where there was no trade.
    pub instead: Option<Trade>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    Trade(Trade),
    Quote(Quote),
}

impl Tick {
    pub const fn time(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Trade(trade) => trade.time,
            Self::Quote(quote) => quote.time,
        }
    }
}

/// Ticks that the venue numbered and that never arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    /// The first number that is missing.
    pub from: u64,
    /// The last number that is missing.
    pub to: u64,
}

impl Gap {
    /// How many it lacks.
    pub const fn ticks(self) -> u64 {
        self.to.saturating_sub(self.from).saturating_add(1)
    }
}
