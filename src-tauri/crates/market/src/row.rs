//! One watched symbol: the newest of everything that came for it.

mod amended;
mod figures;
mod hours;
mod past;
mod recent;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use model::{
    Condition, Conditions, FeedId, Instrument, Moment, Price, Received, SessionChange, Size, Snapshot,
    Source, Symbol, Tick, Timeframe, Trade, TransportKind,
};

use crate::Revision;
use crate::arrival::Arrival;
use crate::cadence::Cadence;
use crate::choice::{Lack, Sight};
use crate::day::{Basis, Day};
use crate::hearing::Hearing;
use crate::past::Past;
use crate::schedule::Schedule;
use crate::series::Series;

pub use amended::Amended;
use recent::Recent;

/// Where a feed stands in the market's list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FeedPlace(pub(crate) usize);

/// A row's number. It is never given to another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

/// How much a price can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// There never was a price.
    Unknown,
    Live,
    /// No news for longer than usual, over a connection that is proven alive.
    Quiet,
    /// Silence that cannot be told from a fault any more.
    Stale,
    /// The venue has stopped trading in it, over a connection that is proven alive.
    Halted,
    /// Its market is closed, which is no reason to hear anything.
    Closed,
    /// Nothing can come, or nothing has come yet through the new connection.
    Disconnected,
}

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
    pub conditions: Conditions,
}

#[derive(Debug)]
pub struct Row {
    pub id: RowId,
    pub feed: FeedId,
    pub source: Source,
    /// The way its feed is talked to; `None` until there was one.
    pub transport: Option<TransportKind>,
    pub symbol: Symbol,
    pub instrument: Instrument,
    pub subscription: Subscription,
    /// The part of the trading day it is in, as far as the venue has told.
    pub session: Option<SessionChange>,
    pub freshness: Freshness,
    /// When it came into that freshness.
    pub fresh_since: DateTime<Utc>,
    pub last: Option<Last>,
    pub bid: Option<(Price, Option<Size>)>,
    pub ask: Option<(Price, Option<Size>)>,
    pub high: Option<Price>,
    pub low: Option<Price>,
    pub volume: Option<Size>,
    /// What else the venue says of the day that these are of.
    pub day: Day,
    /// Trades and quotes since it was opened.
    pub ticks: u64,
    /// Ticks that were numbered and never came.
    pub missed: u64,
    pub amended: Amended,
    /// What came of asking for its past; `None` before anybody did.
    pub past: Option<Past>,
    pub revision: Revision,
    /// When it was first wanted.
    pub(crate) opened: Moment,
    /// When the venue took the present subscription.
    pub(crate) accepted: Option<Moment>,
    pub(crate) feed_place: Option<FeedPlace>,
    pub(crate) cadence: Cadence,
    /// The newest time that the venue stated for a trade and for a quote: the
    /// newer one wins, and what comes later breaks ties.
    trade_time: Option<DateTime<Utc>>,
    quote_time: Option<DateTime<Utc>>,
    seconds: Series,
    minutes: Series,
    recent: Option<Box<Recent>>,
    pub(crate) hearing: Hearing,
    pub(crate) schedule: Schedule,
    /// What keeps it from being good, and since when it is or is not.
    lack: (Option<Lack>, Moment),
}

impl Row {
    pub(crate) fn new(
        id: RowId,
        feed: FeedId,
        feed_place: Option<FeedPlace>,
        source: Source,
        symbol: Symbol,
        now: Moment,
    ) -> Self {
        Self {
            id,
            feed,
            source,
            transport: None,
            symbol,
            instrument: Instrument::default(),
            subscription: Subscription::Wanted,
            session: None,
            freshness: Freshness::Unknown,
            fresh_since: DateTime::UNIX_EPOCH,
            last: None,
            bid: None,
            ask: None,
            high: None,
            low: None,
            volume: None,
            day: Day::default(),
            ticks: 0,
            missed: 0,
            amended: Amended::default(),
            past: None,
            hearing: Hearing::Never,
            revision: Revision::default(),
            opened: now,
            accepted: None,
            feed_place,
            cadence: Cadence::default(),
            trade_time: None,
            quote_time: None,
            seconds: Series::new(Timeframe::Second),
            minutes: Series::new(Timeframe::Minute),
            recent: None,
            schedule: Schedule::default(),
            lack: (Some(Lack::NoPrice), now),
        }
    }

    /// What change is counted from, as the venue states it.
    pub fn reference(&self) -> Option<(Price, Basis)> {
        let close = self.instrument.previous_close;
        close
            .map(|price| (price, Basis::PreviousClose))
            .or_else(|| self.day.reference())
    }

    /// All that is true of it now, as its venue would say it; `None` as long as
    /// there is no price.
    pub fn state(&self) -> Option<Snapshot> {
        let last = self.last.map(|last| (last.price, last.size));
        self.has_price().then_some(Snapshot {
            last,
            bid: self.bid,
            ask: self.ask,
            high: self.high,
            low: self.low,
            volume: self.volume,
            // Only what the venue has said: a calendar can be looked at again.
            session: self.session.as_ref().map(|told| told.session),
            time: self.trade_time.max(self.quote_time),
        })
    }

    pub(crate) const fn has_price(&self) -> bool {
        self.last.is_some() || self.bid.is_some() || self.ask.is_some()
    }

    pub(crate) fn sight(&self) -> Sight {
        let (lack, since) = self.lack;
        let priced = self.has_price();
        Sight { lack, since, priced }
    }

    pub(crate) const fn see(&mut self, lack: Option<Lack>, now: Moment) {
        let (before, since) = self.lack;
        let stays = before.is_some() == lack.is_some();
        self.lack = (lack, if stays { since } else { now });
    }

    pub const fn series(&self, timeframe: Timeframe) -> &Series {
        match timeframe {
            Timeframe::Second => &self.seconds,
            Timeframe::Minute => &self.minutes,
        }
    }

    pub(crate) fn tick(&mut self, tick: &Tick, arrival: &Arrival, revision: Revision) {
        self.ticks += 1;
        self.doubt_times_ahead(arrival);
        match tick {
            Tick::Trade(trade) => {
                let time = arrival.plausible(trade.time);
                let when = time.unwrap_or(arrival.market);
                self.remember(trade, time, when, arrival);
                self.trade(trade, time, arrival.received);
                self.seconds.trade(when, trade, revision);
                self.minutes.trade(when, trade, revision);
            }
            Tick::Quote(quote) => self.quote(quote.bid, quote.ask, arrival.plausible(quote.time)),
        }
        self.revision = revision;
    }

    pub(crate) fn accept(&mut self, now: Moment) {
        if self.subscription != Subscription::Accepted {
            self.subscription = Subscription::Accepted;
            self.accepted = Some(now);
        }
    }

    /// What is said of it on one transport may be less than on another.
    pub(crate) fn describe(&mut self, said: Instrument) {
        let known = std::mem::take(&mut self.instrument);
        self.instrument = Instrument {
            name: said.name.or(known.name),
            kind: said.kind.or(known.kind),
            exchange: said.exchange.or(known.exchange),
            currency: said.currency.or(known.currency),
            tick: said.tick.or(known.tick),
            previous_close: said.previous_close.or(known.previous_close),
        };
    }

    fn doubt_times_ahead(&mut self, arrival: &Arrival) {
        self.trade_time = arrival.believable(self.trade_time);
        self.quote_time = arrival.believable(self.quote_time);
    }

    /// The market's time stands at `now` again, as after the restart of a
    /// simulated venue. What was newest is not the measure any more: the price
    /// would stand still until that time had come round once more.
    pub(crate) fn turn_back(&mut self, now: DateTime<Utc>, revision: Revision) {
        if self
            .trade_time
            .max(self.quote_time)
            .is_none_or(|newest| newest <= now)
        {
            return;
        }
        self.trade_time = None;
        self.quote_time = None;
        self.day.forget_time();
        self.seconds.begin_anew(revision);
        self.minutes.begin_anew(revision);
        // None of them is from this time.
        self.recent = None;
        self.revision = revision;
    }

    fn trade(&mut self, trade: &Trade, time: Option<DateTime<Utc>>, received: Received) {
        self.traded(Last {
            price: trade.price,
            size: trade.size,
            time,
            received: received.wall,
            conditions: trade.conditions,
        });
        self.widen(trade.price, trade.conditions);
        self.add_volume(trade.size, trade.conditions);
    }

    fn quote(
        &mut self,
        bid: Option<(Price, Option<Size>)>,
        ask: Option<(Price, Option<Size>)>,
        time: Option<DateTime<Utc>>,
    ) {
        if !is_older(time, self.quote_time) {
            self.bid = bid;
            self.ask = ask;
            self.quote_time = time.or(self.quote_time);
        }
    }

    fn traded(&mut self, last: Last) {
        if !last.conditions.has(Condition::NotLast) {
            self.move_last(last);
        }
    }

    /// A snapshot can be days old and must not turn the price back.
    fn move_last(&mut self, last: Last) {
        if !is_older(last.time, self.trade_time) {
            self.trade_time = last.time.or(self.trade_time);
            self.last = Some(last);
        }
    }
}

fn is_older(time: Option<DateTime<Utc>>, than: Option<DateTime<Utc>>) -> bool {
    time.zip(than).is_some_and(|(time, than)| time < than)
}
