//! One object a line, as `--json` prints it.
//!
//! Prices and sizes are texts with the digits that came, and so are the venue's times.

use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};
use engine::Observation;
use feed::Update;
use model::{
    Amendment, Candle, Conditions, DayFigures, DaySpan, FeedStatus, Gap, Precision, Price, Side, Size,
    Source, Symbol, SymbolKey, Tick, Timeframe,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line {
    Status {
        feed: String,
        state: &'static str,
        transport: &'static str,
        /// Where the prices come from: `live`, `simulated` or `replay`.
        source: &'static str,
        why: String,
    },
    Accepted {
        feed: String,
        symbol: String,
        name: Option<String>,
        currency: Option<String>,
        tick: Option<String>,
        previous_close: Option<String>,
        kind: Option<&'static str>,
        exchange: Option<String>,
        session: Option<&'static str>,
        resumed: bool,
    },
    Refused {
        feed: String,
        symbol: String,
        why: String,
    },
    Snapshot {
        feed: String,
        symbol: String,
        price: Option<String>,
        size: Option<String>,
        #[serde(flatten)]
        book: Book,
        high: Option<String>,
        low: Option<String>,
        volume: Option<String>,
        session: Option<&'static str>,
        time: Option<String>,
        received: String,
    },
    Trade {
        feed: String,
        symbol: String,
        price: String,
        size: Option<String>,
        time: Option<String>,
        received: String,
        id: Option<String>,
        side: Option<&'static str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<&'static str>,
    },
    Quote {
        feed: String,
        symbol: String,
        #[serde(flatten)]
        book: Book,
        time: Option<String>,
        received: String,
    },
    Session {
        feed: String,
        symbol: String,
        session: &'static str,
        reason: Option<String>,
        time: Option<String>,
        received: String,
    },
    Bar {
        feed: String,
        symbol: String,
        interval: &'static str,
        time: Option<String>,
        open: String,
        high: String,
        low: String,
        close: String,
        volume: String,
        trades: u32,
        received: String,
    },
    /// What the day came to so far, as the venue counts it.
    Day {
        feed: String,
        symbol: String,
        /// `session`: since the exchange opened; `rolling`: in the last 24 hours.
        span: &'static str,
        open: Option<String>,
        high: Option<String>,
        low: Option<String>,
        volume: Option<String>,
        reference: Option<String>,
        time: Option<String>,
        received: String,
    },
    /// A trade that was printed before was another one.
    Correction {
        feed: String,
        symbol: String,
        original: String,
        price: String,
        size: Option<String>,
        time: Option<String>,
        received: String,
    },
    /// A trade that was printed before was none.
    Cancel {
        feed: String,
        symbol: String,
        original: String,
        received: String,
    },
    Gap {
        feed: String,
        symbol: String,
        from: u64,
        to: u64,
        filled: bool,
    },
    /// Here so many updates were left out, since what is printed was not read in time.
    Lagged {
        feed: String,
        unprinted: u64,
    },
    Summary(Summary),
}

#[derive(Debug, Serialize)]
pub(super) struct Book {
    pub(super) bid: Option<String>,
    pub(super) bid_size: Option<String>,
    pub(super) ask: Option<String>,
    pub(super) ask_size: Option<String>,
}

/// The figures of the whole watch.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) feed: String,
    pub(super) seconds: f64,
    pub(super) transport: Option<&'static str>,
    pub(super) symbols: BTreeMap<String, Counts>,
    pub(super) reconnects: u64,
    pub(super) reconnects_by_cause: BTreeMap<&'static str, u64>,
    /// Stretches of what the server numbered and did not send at first.
    pub(super) gaps_found: u64,
    /// Those of them that it sent when it was asked again.
    pub(super) gaps_filled: u64,
    /// What the server numbered and never sent.
    pub(super) missing: u64,
    pub(super) duplicates: u64,
    pub(super) unreadable: u64,
    pub(super) messages: u64,
    pub(super) bytes: u64,
    /// Updates that came and were not printed, as our output was not read in time.
    pub(super) unprinted: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    pub(super) trade: u64,
    pub(super) quote: u64,
    pub(super) snapshot: u64,
    pub(super) session: u64,
    pub(super) bar: u64,
    pub(super) day: u64,
    /// Corrections and cancels.
    pub(super) amended: u64,
    /// Gaps, filled or not.
    pub(super) gap: u64,
    /// How often it went on after a lost connection without missing anything.
    pub(super) resumed: u64,
}

/// Which symbol an update is about; `None` when it is about the connection.
pub(super) const fn key(update: &Update) -> Option<SymbolKey> {
    match update {
        Update::Accepted { key, .. }
        | Update::Refused { key, .. }
        | Update::Snapshot { key, .. }
        | Update::Tick { key, .. }
        | Update::Session { key, .. }
        | Update::Bar { key, .. }
        | Update::Day { key, .. }
        | Update::Amended { key, .. }
        | Update::Gap { key, .. }
        | Update::Filled { key, .. } => Some(*key),
        Update::Clock(_) | Update::Source(_) | Update::Pong { .. } => None,
    }
}

impl Line {
    pub(super) fn status(status: &FeedStatus) -> Self {
        Self::Status {
            feed: status.feed.to_string(),
            state: status.state.as_str(),
            transport: status.transport.as_str(),
            source: source(status.source),
            why: status.why.to_string(),
        }
    }

    /// One of the many that a feed is there for.
    pub(super) const fn is_price(&self) -> bool {
        matches!(
            self,
            Self::Trade { .. } | Self::Quote { .. } | Self::Snapshot { .. } | Self::Bar { .. }
        )
    }

    pub(super) fn update(symbol: &Symbol, observation: &Observation) -> Option<Self> {
        let feed = observation.feed.to_string();
        let symbol = symbol.to_string();
        let received = time(observation.received.wall);
        Some(match &observation.update {
            Update::Accepted {
                instrument,
                session,
                resumed,
                ..
            } => Self::Accepted {
                feed,
                symbol,
                name: text(instrument.name.as_ref()),
                currency: text(instrument.currency.as_ref()),
                tick: text(instrument.tick),
                previous_close: text(instrument.previous_close),
                kind: instrument.kind.map(model::InstrumentKind::as_str),
                exchange: text(instrument.exchange.as_ref()),
                session: session.map(model::Session::as_str),
                resumed: *resumed,
            },
            Update::Refused { why, .. } => Self::Refused {
                feed,
                symbol,
                why: why.to_string(),
            },
            Update::Snapshot {
                snapshot, precision, ..
            } => Self::Snapshot {
                feed,
                symbol,
                price: text(snapshot.last.map(|(price, _)| price)),
                size: text(snapshot.last.and_then(|(_, size)| size)),
                book: book(snapshot.bid, snapshot.ask),
                high: text(snapshot.high),
                low: text(snapshot.low),
                volume: text(snapshot.volume),
                session: snapshot.session.map(model::Session::as_str),
                time: stated(snapshot.time, *precision),
                received,
            },
            Update::Tick { tick, precision, .. } => match tick {
                Tick::Trade(trade) => Self::Trade {
                    feed,
                    symbol,
                    price: trade.price.to_string(),
                    size: text(trade.size),
                    time: stated(trade.time, *precision),
                    received,
                    id: text(trade.id),
                    side: trade.side.map(side),
                    conditions: conditions(trade.conditions),
                },
                Tick::Quote(quote) => Self::Quote {
                    feed,
                    symbol,
                    book: book(quote.bid, quote.ask),
                    time: stated(quote.time, *precision),
                    received,
                },
            },
            Update::Session {
                change, precision, ..
            } => Self::Session {
                feed,
                symbol,
                session: change.session.as_str(),
                reason: text(change.reason.as_ref()),
                time: stated(change.time, *precision),
                received,
            },
            Update::Bar {
                timeframe, candle, ..
            } => Self::bar(feed, symbol, *timeframe, candle, received),
            Update::Day { figures, .. } => Self::day(feed, symbol, figures, received),
            Update::Amended {
                amendment, precision, ..
            } => Self::amended(feed, symbol, amendment, *precision, received),
            Update::Gap { gap, .. } => Self::gap(feed, symbol, *gap, false),
            Update::Filled { gap, .. } => Self::gap(feed, symbol, *gap, true),
            Update::Clock(_) | Update::Source(_) | Update::Pong { .. } => return None,
        })
    }

    fn bar(feed: String, symbol: String, timeframe: Timeframe, candle: &Candle, received: String) -> Self {
        Self::Bar {
            feed,
            symbol,
            interval: match timeframe {
                Timeframe::Second => "1s",
                Timeframe::Minute => "1m",
            },
            time: DateTime::from_timestamp(candle.start, 0).map(time),
            open: candle.open.to_string(),
            high: candle.high.to_string(),
            low: candle.low.to_string(),
            close: candle.close.to_string(),
            volume: candle.volume.to_string(),
            trades: candle.trades,
            received,
        }
    }

    fn day(feed: String, symbol: String, figures: &DayFigures, received: String) -> Self {
        Self::Day {
            feed,
            symbol,
            span: match figures.span {
                DaySpan::Session => "session",
                DaySpan::Rolling => "rolling",
            },
            open: text(figures.open),
            high: text(figures.high),
            low: text(figures.low),
            volume: text(figures.volume),
            reference: text(figures.reference),
            time: figures.time.map(time),
            received,
        }
    }

    fn amended(
        feed: String,
        symbol: String,
        amendment: &Amendment,
        precision: Precision,
        received: String,
    ) -> Self {
        let original = amendment.original.to_string();
        match amendment.instead {
            Some(trade) => Self::Correction {
                feed,
                symbol,
                original,
                price: trade.price.to_string(),
                size: text(trade.size),
                time: stated(trade.time, precision),
                received,
            },
            None => Self::Cancel {
                feed,
                symbol,
                original,
                received,
            },
        }
    }

    pub(super) fn lagged(observation: &Observation) -> Self {
        Self::Lagged {
            feed: observation.feed.to_string(),
            unprinted: observation.lagged,
        }
    }

    const fn gap(feed: String, symbol: String, gap: Gap, filled: bool) -> Self {
        Self::Gap {
            feed,
            symbol,
            from: gap.from,
            to: gap.to,
            filled,
        }
    }
}

const fn source(source: Source) -> &'static str {
    match source {
        Source::Live => "live",
        Source::Simulated => "simulated",
        Source::Replay => "replay",
    }
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

fn book(bid: Option<(Price, Option<Size>)>, ask: Option<(Price, Option<Size>)>) -> Book {
    Book {
        bid: text(bid.map(|(price, _)| price)),
        bid_size: text(bid.and_then(|(_, size)| size)),
        ask: text(ask.map(|(price, _)| price)),
        ask_size: text(ask.and_then(|(_, size)| size)),
    }
}

fn text(value: Option<impl Display>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn conditions(conditions: Conditions) -> Vec<&'static str> {
    conditions.iter().map(model::Condition::as_str).collect()
}

/// What the venue stated, with the digits that came.
fn stated(time: Option<DateTime<Utc>>, precision: Precision) -> Option<String> {
    time.map(|time| precision.text(time))
}

/// A time of our own.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
