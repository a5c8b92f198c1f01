//! One object a line, as `--json` prints it.
//!
//! Prices and sizes are texts with the digits that came.

use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};
use engine::Observation;
use feed::Update;
use model::{FeedState, FeedStatus, Price, Side, Size, Symbol, SymbolKey, Tick, TransportKind};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Line {
    Status {
        feed: String,
        state: &'static str,
        transport: &'static str,
        why: String,
    },
    Accepted {
        feed: String,
        symbol: String,
        name: Option<String>,
        currency: Option<String>,
        tick: Option<String>,
        previous_close: Option<String>,
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
    },
    Quote {
        feed: String,
        symbol: String,
        #[serde(flatten)]
        book: Book,
        time: Option<String>,
        received: String,
    },
    Gap {
        feed: String,
        symbol: String,
        from: u64,
        to: u64,
        filled: bool,
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
    pub(super) gap: u64,
}

/// Which symbol an update is about; `None` when it is about the connection.
pub(super) const fn key(update: &Update) -> Option<SymbolKey> {
    match update {
        Update::Accepted { key, .. }
        | Update::Refused { key, .. }
        | Update::Snapshot { key, .. }
        | Update::Tick { key, .. }
        | Update::Gap { key, .. } => Some(*key),
        Update::Clock(_) | Update::Pong { .. } => None,
    }
}

impl Line {
    pub(super) fn status(status: &FeedStatus) -> Self {
        Self::Status {
            feed: status.feed.to_string(),
            state: state(status.state),
            transport: transport(status.transport),
            why: status.why.to_string(),
        }
    }

    pub(super) fn update(symbol: &Symbol, observation: &Observation) -> Option<Self> {
        let feed = observation.feed.to_string();
        let symbol = symbol.to_string();
        let received = time(observation.received.wall);
        Some(match &observation.update {
            Update::Accepted { instrument, .. } => Self::Accepted {
                feed,
                symbol,
                name: text(instrument.name.as_ref()),
                currency: text(instrument.currency.as_ref()),
                tick: text(instrument.tick),
                previous_close: text(instrument.previous_close),
            },
            Update::Refused { why, .. } => Self::Refused {
                feed,
                symbol,
                why: why.to_string(),
            },
            Update::Snapshot { snapshot, .. } => Self::Snapshot {
                feed,
                symbol,
                price: text(snapshot.last.map(|(price, _)| price)),
                size: text(snapshot.last.and_then(|(_, size)| size)),
                book: book(snapshot.bid, snapshot.ask),
                high: text(snapshot.high),
                low: text(snapshot.low),
                volume: text(snapshot.volume),
                time: snapshot.time.map(time),
                received,
            },
            Update::Tick { tick, .. } => match tick {
                Tick::Trade(trade) => Self::Trade {
                    feed,
                    symbol,
                    price: trade.price.to_string(),
                    size: text(trade.size),
                    time: trade.time.map(time),
                    received,
                    id: text(trade.id),
                    side: trade.side.map(side),
                },
                Tick::Quote(quote) => Self::Quote {
                    feed,
                    symbol,
                    book: book(quote.bid, quote.ask),
                    time: quote.time.map(time),
                    received,
                },
            },
            Update::Gap { gap, .. } => Self::Gap {
                feed,
                symbol,
                from: gap.from,
                to: gap.to,
                filled: false,
            },
            Update::Clock(_) | Update::Pong { .. } => return None,
        })
    }
}

pub(super) const fn transport(kind: TransportKind) -> &'static str {
    match kind {
        TransportKind::WebSocket => "ws",
        TransportKind::EventStream => "sse",
        TransportKind::LongPoll => "longpoll",
        TransportKind::Poll => "poll",
    }
}

const fn state(state: FeedState) -> &'static str {
    match state {
        FeedState::Idle => "idle",
        FeedState::Connecting { .. } => "connecting",
        FeedState::Live => "live",
        FeedState::Waiting { .. } => "waiting",
        FeedState::Suspended => "suspended",
        FeedState::Closed => "closed",
    }
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

fn book(bid: Option<(Price, Size)>, ask: Option<(Price, Size)>) -> Book {
    Book {
        bid: text(bid.map(|(price, _)| price)),
        bid_size: text(bid.map(|(_, size)| size)),
        ask: text(ask.map(|(price, _)| price)),
        ask_size: text(ask.map(|(_, size)| size)),
    }
}

fn text(value: Option<impl Display>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
