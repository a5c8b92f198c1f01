//! Best prices and the figures of the last 24 hours. Prices are JSON numbers,
//! read from their digits, with exponents where they are small.
//!
//! ```json
//! {"symbol":"BTC/USD","bid":105944.20,"bid_qty":2.5,"ask":105944.30,"ask_qty":3.2,"last":105899.40,"volume":163.28908096,"vwap":105904.39279,"low":104711.00,"high":106613.10,"change":250.00,"change_pct":0.24,"timestamp":"2022-12-25T09:30:59.123456Z"}
//! ```

use model::{DayFigures, DaySpan, Price, Quote, Tick};
use serde::Deserialize;

use crate::Unreadable;
use crate::json::{Digits, Text, optional};
use crate::names::Said;
use crate::offer::{figure, offer};
use crate::time::stated;

#[derive(Deserialize)]
pub(super) struct Ticker<'a> {
    #[serde(borrow)]
    pub(super) symbol: Text<'a>,
    #[serde(borrow)]
    bid: Option<Digits<'a>>,
    #[serde(borrow)]
    bid_qty: Option<Digits<'a>>,
    #[serde(borrow)]
    ask: Option<Digits<'a>>,
    #[serde(borrow)]
    ask_qty: Option<Digits<'a>>,
    #[serde(borrow)]
    last: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    #[serde(borrow)]
    low: Option<Digits<'a>>,
    #[serde(borrow)]
    high: Option<Digits<'a>>,
    /// How far the last price is from that of 24 hours ago.
    #[serde(borrow)]
    change: Option<Digits<'a>>,
    /// Not there in every version; 1970 for one that was never traded.
    #[serde(borrow)]
    timestamp: Option<Text<'a>>,
}

impl Ticker<'_> {
    pub(super) fn quote(&self) -> Result<Said<'_>, Unreadable> {
        let (time, precision) = stated(self.timestamp.as_deref());
        let quote = Quote {
            bid: offer(optional("bid", self.bid)?, optional("bid_qty", self.bid_qty)?),
            ask: offer(optional("ask", self.ask)?, optional("ask_qty", self.ask_qty)?),
            time,
        };
        Ok(Said {
            symbol: &self.symbol,
            seq: None,
            tick: Tick::Quote(quote),
            precision,
        })
    }

    pub(super) fn day(&self) -> Result<DayFigures, Unreadable> {
        let last = figure(optional("last", self.last)?);
        let change: Option<Price> = optional("change", self.change)?;
        let before = last.zip(change);
        let before = before.and_then(|(last, change)| last.decimal().checked_sub(change.decimal()));
        let before = figure(before.map(Price::new));
        Ok(DayFigures {
            span: DaySpan::Rolling,
            open: before,
            high: figure(optional("high", self.high)?),
            low: figure(optional("low", self.low)?),
            volume: optional("volume", self.volume)?,
            reference: before,
            time: stated(self.timestamp.as_deref()).0,
        })
    }
}
