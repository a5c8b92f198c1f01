//! One object a line, as `--json` prints it.
//!
//! Prices and sizes are texts with the digits that came, and so are the venue's times.

mod told;

use std::collections::BTreeMap;

use serde::Serialize;

pub(super) use told::key;

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
