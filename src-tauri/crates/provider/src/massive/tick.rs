//! Deals, best prices, and what a stretch of time came to.
//!
//! Times are thousandths by the papers, and millionths and billionths in some of
//! their examples: each tells by its length what it is.

use chrono::{DateTime, Utc};
use model::{Candle, Conditions, DayFigures, DaySpan, Precision, Quote, TradeId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::condition;
use super::symbol::Market;
use crate::json::{Digits, Text, optional, required};
use crate::offer::{figure, offer, paid};
use crate::{Unreadable, time};

/// ```json
/// {"ev":"T","sym":"MSFT","x":4,"i":"12345","z":3,"p":114.125,"s":100,"ds":"100.0","c":[0,12],"t":1536036818784,"q":3681328}
/// {"ev":"XT","pair":"BTC-USD","p":33021.9,"t":1610462007425,"s":0.01616617,"c":[2],"i":14272084,"x":3,"r":1610462007576}
/// ```
#[derive(Deserialize)]
pub(super) struct Trade<'a> {
    /// A text by some papers, and a number by others.
    #[serde(borrow)]
    i: Option<Digits<'a>>,
    #[serde(borrow)]
    p: Option<Digits<'a>>,
    #[serde(borrow)]
    s: Option<Digits<'a>>,
    /// The size with the parts of a share, where it is told.
    #[serde(borrow)]
    ds: Option<Digits<'a>>,
    #[serde(borrow)]
    pub(super) c: Option<&'a RawValue>,
    #[serde(borrow)]
    t: Option<Digits<'a>>,
    #[serde(borrow)]
    q: Option<Digits<'a>>,
}

/// ```json
/// {"ev":"Q","sym":"MSFT","bx":4,"bp":114.125,"bs":100,"ax":7,"ap":114.128,"as":160,"c":0,"i":[604],"t":1536036818784,"q":50385480,"z":3}
/// {"ev":"XQ","pair":"BTC-USD","bp":33052.79,"bs":0.48,"ap":33073.19,"as":0.601,"t":1610462411115,"x":1,"r":1610462411128}
/// ```
#[derive(Deserialize)]
pub(super) struct Best<'a> {
    #[serde(borrow)]
    bp: Option<Digits<'a>>,
    #[serde(borrow)]
    bs: Option<Digits<'a>>,
    #[serde(borrow)]
    ap: Option<Digits<'a>>,
    #[serde(rename = "as", borrow)]
    ask_size: Option<Digits<'a>>,
    #[serde(borrow)]
    t: Option<Digits<'a>>,
}

/// ```json
/// {"ev":"C","p":"USD/CNH","x":"44","a":6.83366,"b":6.83363,"t":1536036818784}
/// ```
#[derive(Deserialize)]
pub(super) struct Offers<'a> {
    #[serde(borrow)]
    pub(super) p: Option<Text<'a>>,
    #[serde(borrow)]
    b: Option<Digits<'a>>,
    #[serde(borrow)]
    a: Option<Digits<'a>>,
    #[serde(borrow)]
    t: Option<Digits<'a>>,
}

/// ```json
/// {"ev":"AM","sym":"GTE","v":4110,"av":9470157,"op":0.4372,"vw":0.4488,"o":0.4488,"c":0.4486,"h":0.4489,"l":0.4486,"a":0.4352,"z":685,"s":1610144640000,"e":1610144700000}
/// ```
#[derive(Deserialize)]
pub(super) struct Bar<'a> {
    #[serde(borrow)]
    o: Option<Digits<'a>>,
    #[serde(borrow)]
    h: Option<Digits<'a>>,
    #[serde(borrow)]
    l: Option<Digits<'a>>,
    #[serde(borrow)]
    c: Option<Digits<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
    #[serde(borrow)]
    dv: Option<Digits<'a>>,
    #[serde(borrow)]
    s: Option<Digits<'a>>,
    #[serde(borrow)]
    e: Option<Digits<'a>>,
    /// What the day began with, and what was traded on it so far.
    #[serde(borrow)]
    op: Option<Digits<'a>>,
    #[serde(borrow)]
    av: Option<Digits<'a>>,
    #[serde(borrow)]
    dav: Option<Digits<'a>>,
}

impl Trade<'_> {
    /// It rises, has holes, and begins anew each day.
    pub(super) fn seq(&self) -> Option<u64> {
        self.q.and_then(Digits::text).and_then(|text| text.parse().ok())
    }
}

impl Bar<'_> {
    /// When its last price was known at the latest.
    pub(super) fn end(&self) -> (Option<DateTime<Utc>>, Precision) {
        time::stated(self.e.and_then(Digits::text))
    }
}

pub(super) fn deal(trade: &Trade<'_>, market: Market) -> Result<(model::Trade, Precision), Unreadable> {
    let (time, precision) = time::stated(trade.t.and_then(Digits::text));
    let (conditions, side) = match market {
        Market::Shares => (condition::of_share(trade.c), None),
        Market::Coins => (Conditions::NONE, condition::side(trade.c)),
        Market::Currencies => (Conditions::NONE, None),
    };
    let whole = optional("s", trade.s)?;
    let trade = model::Trade {
        price: paid("p", required("p", trade.p)?)?,
        size: optional("ds", trade.ds)?.or(whole),
        time,
        id: trade.i.and_then(Digits::text).and_then(TradeId::new),
        side,
        conditions,
    };
    Ok((trade, precision))
}

pub(super) fn best(best: &Best<'_>) -> Result<(Quote, Precision), Unreadable> {
    let (time, precision) = time::stated(best.t.and_then(Digits::text));
    let quote = Quote {
        bid: offer(optional("bp", best.bp)?, optional("bs", best.bs)?),
        ask: offer(optional("ap", best.ap)?, optional("as", best.ask_size)?),
        time,
    };
    Ok((quote, precision))
}

/// Nobody says how much of it.
pub(super) fn offers(offers: &Offers<'_>) -> Result<(Quote, Precision), Unreadable> {
    let (time, precision) = time::stated(offers.t.and_then(Digits::text));
    let quote = Quote {
        bid: offer(optional("b", offers.b)?, None),
        ask: offer(optional("a", offers.a)?, None),
        time,
    };
    Ok((quote, precision))
}

pub(super) fn candle(bar: &Bar<'_>) -> Result<Candle, Unreadable> {
    let (start, _) = time::stated(bar.s.and_then(Digits::text));
    let start = start.ok_or(Unreadable::Time { field: "s" })?;
    Ok(Candle {
        start: start.timestamp(),
        open: paid("o", required("o", bar.o)?)?,
        high: paid("h", required("h", bar.h)?)?,
        low: paid("l", required("l", bar.l)?)?,
        close: paid("c", required("c", bar.c)?)?,
        volume: match optional("dv", bar.dv)? {
            Some(volume) => volume,
            None => required("v", bar.v)?,
        },
        // It tells how large they were on average, and not how many.
        trades: 0,
    })
}

/// Nothing, of coins.
pub(super) fn day(bar: &Bar<'_>) -> Result<Option<DayFigures>, Unreadable> {
    let whole = optional("av", bar.av)?;
    let figures = DayFigures {
        span: DaySpan::Session,
        open: figure(optional("op", bar.op)?),
        volume: optional("dav", bar.dav)?.or(whole),
        ..DayFigures::default()
    };
    Ok((figures != DayFigures::default()).then_some(figures))
}
