//! One watched symbol: the newest of everything that came for it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use model::{
    FeedId, Instrument, Moment, Price, Quote, Received, Size, Snapshot, Source, Symbol, Tick, Timeframe,
    Trade,
};

use crate::Revision;
use crate::cadence::Cadence;
use crate::freshness::Freshness;
use crate::series::{Series, add};

/// A row's number. It is never given to another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

/// What the feed has said about being asked for this symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subscription {
    Wanted,
    Accepted,
    Refused { why: Arc<str> },
}

/// The last known price and where in time it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    pub price: Price,
    pub size: Option<Size>,
    /// When the venue says it was; never our own clock.
    pub time: Option<DateTime<Utc>>,
    pub received: DateTime<Utc>,
}

#[derive(Debug)]
pub struct Row {
    pub id: RowId,
    pub feed: FeedId,
    pub source: Source,
    pub symbol: Symbol,
    pub instrument: Instrument,
    pub subscription: Subscription,
    pub freshness: Freshness,
    /// When it came into that freshness.
    pub fresh_since: DateTime<Utc>,
    pub last: Option<Last>,
    pub bid: Option<(Price, Size)>,
    pub ask: Option<(Price, Size)>,
    pub high: Option<Price>,
    pub low: Option<Price>,
    pub volume: Option<Size>,
    /// Trades and quotes since it was opened.
    pub ticks: u64,
    /// Ticks that were numbered and never came.
    pub missed: u64,
    pub revision: Revision,
    /// When it was first wanted.
    pub(crate) opened: Moment,
    pub(crate) cadence: Cadence,
    quote_time: Option<DateTime<Utc>>,
    seconds: Series,
    minutes: Series,
}

impl Row {
    pub(crate) fn new(id: RowId, feed: FeedId, source: Source, symbol: Symbol, now: Moment) -> Self {
        Self {
            id,
            feed,
            source,
            symbol,
            instrument: Instrument::default(),
            subscription: Subscription::Wanted,
            freshness: Freshness::Unknown,
            fresh_since: DateTime::UNIX_EPOCH,
            last: None,
            bid: None,
            ask: None,
            high: None,
            low: None,
            volume: None,
            ticks: 0,
            missed: 0,
            revision: Revision::default(),
            opened: now,
            cadence: Cadence::default(),
            quote_time: None,
            seconds: Series::new(Timeframe::Second),
            minutes: Series::new(Timeframe::Minute),
        }
    }

    /// What change is counted from: the session before, as the venue states it.
    pub const fn reference(&self) -> Option<Price> {
        self.instrument.previous_close
    }

    pub const fn series(&self, timeframe: Timeframe) -> &Series {
        match timeframe {
            Timeframe::Second => &self.seconds,
            Timeframe::Minute => &self.minutes,
        }
    }

    pub(crate) fn tick(&mut self, tick: &Tick, received: Received, revision: Revision) {
        self.ticks += 1;
        match tick {
            Tick::Trade(trade) => self.trade(trade, received, revision),
            Tick::Quote(quote) => self.quote(quote),
        }
        self.revision = revision;
    }

    pub(crate) fn snapshot(&mut self, snapshot: &Snapshot, received: Received, revision: Revision) {
        if let Some((price, size)) = snapshot.last {
            self.move_last(Last {
                price,
                size,
                time: snapshot.time,
                received: received.wall,
            });
        }
        self.quote(&Quote {
            bid: snapshot.bid,
            ask: snapshot.ask,
            time: snapshot.time,
        });
        // The session's figures are the venue's own; what we counted ourselves may have holes.
        self.high = snapshot.high.or(self.high);
        self.low = snapshot.low.or(self.low);
        self.volume = snapshot.volume.or(self.volume);
        self.revision = revision;
    }

    fn trade(&mut self, trade: &Trade, received: Received, revision: Revision) {
        let Trade {
            price, size, time, ..
        } = *trade;
        self.move_last(Last {
            price,
            size,
            time,
            received: received.wall,
        });
        self.high = Some(self.high.map_or(price, |high| high.max(price)));
        self.low = Some(self.low.map_or(price, |low| low.min(price)));
        if size.is_some() {
            self.volume = Some(self.volume.map_or(add(ZERO, size), |volume| add(volume, size)));
        }
        let when = time.unwrap_or(received.wall);
        self.seconds.trade(when, price, size, revision);
        self.minutes.trade(when, price, size, revision);
    }

    fn quote(&mut self, quote: &Quote) {
        if is_older(quote.time, self.quote_time) {
            return;
        }
        self.bid = quote.bid;
        self.ask = quote.ask;
        self.quote_time = quote.time.or(self.quote_time);
    }

    /// The newer venue time wins; what comes later breaks ties. A snapshot can
    /// be days old and must not turn the price back.
    fn move_last(&mut self, last: Last) {
        if !is_older(last.time, self.last.and_then(|last| last.time)) {
            self.last = Some(last);
        }
    }
}

const ZERO: Size = Size::new(rust_decimal::Decimal::ZERO);

fn is_older(time: Option<DateTime<Utc>>, than: Option<DateTime<Utc>>) -> bool {
    time.zip(than).is_some_and(|(time, than)| time < than)
}
