//! Deals and what became of them, best prices, minutes and days.

use model::{Amendment, Candle, DayFigures, DaySpan, Precision, Quote, Side, TradeId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::condition;
use crate::json::{Digits, Text, optional, required};
use crate::offer::{figure, offer, paid};
use crate::{Unreadable, time};

/// ```json
/// {"T":"t","S":"AAPL","i":628,"x":"K","p":162.92,"s":3,"c":["@","F","T","I"],"z":"C","t":"2023-04-06T11:54:26.838232225Z"}
/// {"T":"t","S":"BTC/USD","p":41853,"s":0.01,"t":"2024-01-14T23:36:23.17799008Z","i":8102483281662395354,"tks":"B"}
/// ```
#[derive(Deserialize)]
pub(super) struct Trade<'a> {
    #[serde(borrow)]
    i: Option<Digits<'a>>,
    #[serde(borrow)]
    p: Option<Digits<'a>>,
    #[serde(borrow)]
    s: Option<Digits<'a>>,
    #[serde(borrow)]
    c: Option<&'a RawValue>,
    #[serde(borrow)]
    t: Option<Text<'a>>,
    #[serde(borrow)]
    z: Option<Text<'a>>,
    /// Who came: `B` bought, `S` sold.
    #[serde(borrow)]
    tks: Option<Text<'a>>,
}

/// ```json
/// {"T":"q","S":"AMD","bx":"K","bp":91.95,"bs":2,"ax":"Q","ap":91.98,"as":1,"c":["R"],"z":"C","t":"2023-04-06T11:54:21.670905508Z"}
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
    t: Option<Text<'a>>,
}

/// ```json
/// {"T":"b","S":"SPY","o":388.985,"h":389.13,"l":388.975,"c":389.12,"v":49378,"n":461,"vw":389.062639,"t":"2021-02-22T19:15:00Z"}
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
    pub(super) c: Option<Digits<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
    #[serde(borrow)]
    n: Option<Digits<'a>>,
    #[serde(borrow)]
    t: Option<Text<'a>>,
}

/// ```json
/// {"T":"c","S":"EEM","x":"M","oi":52983525033527,"op":39.1582,"os":440000,"oc":["7"],"ci":52983525034326,"cp":39.1809,"cs":440000,"cc":["7"],"z":"B","t":"2023-04-06T14:25:06.542305024Z"}
/// ```
#[derive(Deserialize)]
pub(super) struct Correction<'a> {
    #[serde(borrow)]
    oi: Option<Digits<'a>>,
    #[serde(borrow)]
    ci: Option<Digits<'a>>,
    #[serde(borrow)]
    cp: Option<Digits<'a>>,
    #[serde(borrow)]
    cs: Option<Digits<'a>>,
    #[serde(borrow)]
    cc: Option<&'a RawValue>,
    #[serde(borrow)]
    z: Option<Text<'a>>,
}

/// ```json
/// {"T":"x","S":"GOOGL","i":465,"x":"D","p":105.31,"s":300,"a":"C","z":"C","t":"2023-04-06T13:15:42.83540958Z"}
/// ```
#[derive(Deserialize)]
pub(super) struct Cancel<'a> {
    #[serde(borrow)]
    i: Option<Digits<'a>>,
}

pub(super) fn deal(trade: &Trade<'_>) -> Result<(model::Trade, Precision), Unreadable> {
    let (time, precision) = time::stated(trade.t.as_deref());
    let side = match trade.tks.as_deref() {
        Some("B") => Some(Side::Buy),
        Some("S") => Some(Side::Sell),
        Some(_) | None => None,
    };
    let trade = model::Trade {
        price: paid("p", required("p", trade.p)?)?,
        size: optional("s", trade.s)?,
        time,
        id: trade.i.and_then(Digits::text).and_then(TradeId::new),
        side,
        conditions: condition::read(trade.c, trade.z.as_deref()),
    };
    Ok((trade, precision))
}

pub(super) fn best(best: &Best<'_>) -> Result<(Quote, Precision), Unreadable> {
    let (time, precision) = time::stated(best.t.as_deref());
    let quote = Quote {
        bid: offer(optional("bp", best.bp)?, optional("bs", best.bs)?),
        ask: offer(optional("ap", best.ap)?, optional("as", best.ask_size)?),
        time,
    };
    Ok((quote, precision))
}

pub(super) fn minute(bar: &Bar<'_>) -> Result<Candle, Unreadable> {
    let (start, _) = time::stated(bar.t.as_deref());
    let start = start.ok_or(Unreadable::Time { field: "t" })?;
    Ok(Candle {
        start: start.timestamp(),
        open: paid("o", required("o", bar.o)?)?,
        high: paid("h", required("h", bar.h)?)?,
        low: paid("l", required("l", bar.l)?)?,
        close: paid("c", required("c", bar.c)?)?,
        volume: required("v", bar.v)?,
        trades: bar
            .n
            .and_then(Digits::text)
            .and_then(|count| count.parse().ok())
            .unwrap_or_default(),
    })
}

pub(super) fn day(bar: &Bar<'_>) -> Result<DayFigures, Unreadable> {
    Ok(DayFigures {
        span: DaySpan::Session,
        open: figure(optional("o", bar.o)?),
        high: figure(optional("h", bar.h)?),
        low: figure(optional("l", bar.l)?),
        volume: optional("v", bar.v)?,
        reference: None,
        // That of the bar is when the day began.
        time: None,
    })
}

/// When the deal itself was made is not told again.
pub(super) fn correction(told: &Correction<'_>) -> Result<Amendment, Unreadable> {
    let instead = model::Trade {
        price: paid("cp", required("cp", told.cp)?)?,
        size: optional("cs", told.cs)?,
        time: None,
        id: told.ci.and_then(Digits::text).and_then(TradeId::new),
        side: None,
        conditions: condition::read(told.cc, told.z.as_deref()),
    };
    Ok(Amendment {
        original: id("oi", told.oi)?,
        instead: Some(instead),
    })
}

pub(super) fn cancel(told: &Cancel<'_>) -> Result<Amendment, Unreadable> {
    Ok(Amendment {
        original: id("i", told.i)?,
        instead: None,
    })
}

fn id(field: &'static str, digits: Option<Digits<'_>>) -> Result<TradeId, Unreadable> {
    let text = digits.and_then(Digits::text);
    text.and_then(TradeId::new).ok_or(Unreadable::Missing { field })
}
