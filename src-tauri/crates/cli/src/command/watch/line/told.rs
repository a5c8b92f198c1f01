//! From what the engine tells to the line that is printed of it.

use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};
use engine::Observation;
use feed::Update;
use model::{
    Amendment, Candle, Conditions, DayFigures, DaySpan, FeedStatus, Gap, Precision, Price, Side, Size,
    Source, Symbol, SymbolKey, Tick, Timeframe,
};

use super::{Book, Line};

/// Which symbol an update is about; `None` when it is about the connection.
pub(in crate::command::watch) const fn key(update: &Update) -> Option<SymbolKey> {
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
    pub(in crate::command::watch) fn status(status: &FeedStatus) -> Self {
        Self::Status {
            feed: status.feed.to_string(),
            state: status.state.as_str(),
            transport: status.transport.as_str(),
            source: source(status.source),
            why: status.why.to_string(),
        }
    }

    /// One of the many that a feed is there for.
    pub(in crate::command::watch) const fn is_price(&self) -> bool {
        matches!(
            self,
            Self::Trade { .. } | Self::Quote { .. } | Self::Snapshot { .. } | Self::Bar { .. }
        )
    }

    pub(in crate::command::watch) fn update(symbol: &Symbol, observation: &Observation) -> Option<Self> {
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

    pub(in crate::command::watch) fn lagged(observation: &Observation) -> Self {
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
