//! Everything that the venue sends, whatever the order of its fields.
//!
//! ```json
//! {"result":null,"id":1}
//! {"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1633998288468,"s":"BTCUSDT","a":425085,"p":"13.80","q":"2.1","f":439577,"l":439577,"T":1633998288467,"m":false,"M":true}}
//! {"e":"kline","E":1672515782136,"s":"BNBBTC","k":{"t":1672515780000,"T":1672515839999,"s":"BNBBTC","i":"1m","o":"0.0010","c":"0.0020","h":"0.0025","l":"0.0015","v":"1000","n":100,"x":false}}
//! {"e":"24hrMiniTicker","E":1672515782136,"s":"BNBBTC","c":"0.0025","o":"0.0010","h":"0.0025","l":"0.0010","v":"10000","q":"18"}
//! {"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}
//! ```
//!
//! Letters mean one thing small and another large, and some are a price in one
//! kind of message and a number in another. So the kind is found first; trades
//! and best prices seldom come here, as `tick` reads those that look as promised.

use std::time::Duration;

use model::{Candle, DayFigures, DaySpan, NotANumber, Precision, Session, Size, Timeframe, TradeId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::{self, Error};
use super::tick;
use crate::json::{Digits, Text, optional, parse, required};
use crate::names::{Names, Said};
use crate::offer::{figure, offer};
use crate::time::stated;
use crate::unanswered::Unanswered;
use crate::{Directory, Event, Unreadable, pair};

/// It promises no time between its notice and the end; upgrades have taken minutes.
const LEAVES_WITHIN: Duration = Duration::from_secs(10);

/// What tells the kinds apart.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(rename = "e", borrow)]
    kind: Option<Text<'a>>,
    #[serde(rename = "s", borrow)]
    symbol: Option<Text<'a>>,
    /// The number of a request, which came back to us as it went.
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(rename = "u", borrow)]
    update: Option<&'a RawValue>,
    #[serde(rename = "lastUpdateId", borrow)]
    book: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<Error<'a>>,
    code: Option<i64>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
}

/// Of one deal, or of several that one order made at one price.
#[derive(Deserialize)]
struct Trade<'a> {
    #[serde(borrow)]
    t: Option<Digits<'a>>,
    #[serde(borrow)]
    a: Option<Digits<'a>>,
    #[serde(borrow)]
    p: Option<Digits<'a>>,
    #[serde(borrow)]
    q: Option<Digits<'a>>,
    #[serde(rename = "T", borrow)]
    time: Option<Digits<'a>>,
    m: Option<bool>,
}

#[derive(Deserialize)]
struct Best<'a> {
    #[serde(borrow)]
    b: Option<Digits<'a>>,
    #[serde(rename = "B", borrow)]
    bid_size: Option<Digits<'a>>,
    #[serde(borrow)]
    a: Option<Digits<'a>>,
    #[serde(rename = "A", borrow)]
    ask_size: Option<Digits<'a>>,
}

/// What the last 24 hours came to.
#[derive(Deserialize)]
struct Day<'a> {
    #[serde(rename = "E", borrow)]
    told: Option<Digits<'a>>,
    #[serde(borrow)]
    c: Option<Digits<'a>>,
    #[serde(borrow)]
    o: Option<Digits<'a>>,
    #[serde(borrow)]
    h: Option<Digits<'a>>,
    #[serde(borrow)]
    l: Option<Digits<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Kline<'a> {
    #[serde(borrow)]
    k: Bar<'a>,
}

#[derive(Deserialize)]
struct Bar<'a> {
    #[serde(borrow)]
    t: Option<Digits<'a>>,
    #[serde(borrow)]
    i: Text<'a>,
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
    n: Option<Digits<'a>>,
}

pub(super) fn read(
    text: &str,
    names: &Names,
    unanswered: &mut Unanswered,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let outside: Outline<'_> = parse(text)?;
    let Some(data) = outside.data else {
        return payload(text, &outside, names, unanswered, directory, events);
    };
    let inside: Outline<'_> = parse(data.get())?;
    payload(data.get(), &inside, names, unanswered, directory, events)
}

fn payload(
    text: &str,
    outline: &Outline<'_>,
    names: &Names,
    unanswered: &mut Unanswered,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    match (outline.kind.as_deref(), outline.symbol.as_deref()) {
        (Some("trade"), Some(symbol)) => {
            let trade: Trade<'_> = parse(text)?;
            let id = counted("t", trade.t)?;
            names.tell(deal(symbol, &trade, id, Some(id))?, events);
        }
        (Some("aggTrade"), Some(symbol)) => {
            let trade: Trade<'_> = parse(text)?;
            let id = counted("a", trade.a)?;
            // Counted apart from single deals, whose count is the one that is kept.
            names.tell(deal(symbol, &trade, id, None)?, events);
        }
        (None, Some(symbol)) if outline.update.is_some() => {
            names.tell(best(symbol, &parse(text)?)?, events);
        }
        (Some("kline"), Some(symbol)) => bar(symbol, &parse(text)?, names, events)?,
        (Some("serverShutdown"), _) => events.push(Event::Leaving {
            why: "the venue announces that it will close".to_owned(),
            within: LEAVES_WITHIN,
        }),
        (Some("24hrMiniTicker"), Some(symbol)) => {
            let day: Day<'_> = parse(text)?;
            names.last(symbol, offer(optional("c", day.c)?, None), events);
            names.day(symbol, figures(&day)?, events);
        }
        // Told to whoever asked for it by the address; nothing here reads it.
        (Some("depthUpdate" | "avgPrice" | "24hrTicker"), Some(_)) => {}
        (Some("1hTicker" | "4hTicker" | "1dTicker" | "referencePrice" | "blockTrade"), Some(_)) => {}
        (None, None) if outline.book.is_some() => {}
        (Some("trade" | "aggTrade" | "kline"), None) => {
            return Err(Unreadable::Missing { field: "s" });
        }
        (None, None) => return answer(outline, unanswered, directory, events),
        (_, _) => return Err(Unreadable::UnknownKind),
    }
    Ok(())
}

/// To something that we asked.
fn answer(
    outline: &Outline<'_>,
    unanswered: &mut Unanswered,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let id = outline.id.and_then(|id| id.get().parse().ok());
    let refused = match (&outline.error, outline.code) {
        (Some(error), _) => Some((error.code, error.msg.as_deref())),
        (None, Some(code)) => Some((code, outline.msg.as_deref())),
        (None, None) => None,
    };
    if let Some((code, words)) = refused {
        events.extend(error::told(code, words, id, unanswered, directory));
        return Ok(());
    }
    let id = id.ok_or(Unreadable::UnknownKind)?;
    // It says yes to a name that it does not know, too, and then nothing.
    for symbol in unanswered.answered(id).unwrap_or_default() {
        events.extend(directory.key(symbol.as_str()).map(|key| Event::Accepted {
            key,
            seq: None,
            recovered: None,
            instrument: Box::new(pair::coins(&symbol)),
            // There is no hour at which coins are not traded.
            session: Some(Session::Open),
        }));
    }
    Ok(())
}

fn deal<'a>(symbol: &'a str, trade: &Trade<'_>, id: u64, seq: Option<u64>) -> Result<Said<'a>, Unreadable> {
    let price = required("p", trade.p)?;
    let size = optional("q", trade.q)?;
    let (time, precision) = stated(trade.time.and_then(Digits::text));
    let id = TradeId::new(&id.to_string());
    Ok(Said {
        symbol,
        seq,
        tick: tick::deal(price, size, time, id, trade.m)?,
        precision,
    })
}

fn best<'a>(symbol: &'a str, best: &Best<'_>) -> Result<Said<'a>, Unreadable> {
    let bid = (optional("b", best.b)?, optional("B", best.bid_size)?);
    let ask = (optional("a", best.a)?, optional("A", best.ask_size)?);
    Ok(Said {
        symbol,
        seq: None,
        tick: tick::best(bid, ask),
        precision: Precision::default(),
    })
}

fn figures(day: &Day<'_>) -> Result<DayFigures, Unreadable> {
    let before = figure(optional("o", day.o)?);
    let (time, _) = stated(day.told.and_then(Digits::text));
    Ok(DayFigures {
        span: DaySpan::Rolling,
        open: before,
        high: figure(optional("h", day.h)?),
        low: figure(optional("l", day.l)?),
        volume: optional("v", day.v)?,
        // Its own change is counted from the price of 24 hours ago.
        reference: before,
        time,
    })
}

fn bar(
    symbol: &str,
    Kline { k: bar }: &Kline<'_>,
    names: &Names,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let timeframe = match &*bar.i {
        "1s" => Timeframe::Second,
        "1m" => Timeframe::Minute,
        // Of a length that we do not keep.
        _ => return Ok(()),
    };
    let (start, _) = stated(bar.t.and_then(Digits::text));
    let start = start.ok_or(Unreadable::Time { field: "k.t" })?;
    let candle = Candle {
        start: start.timestamp(),
        open: required("k.o", bar.o)?,
        high: required("k.h", bar.h)?,
        low: required("k.l", bar.l)?,
        close: required("k.c", bar.c)?,
        volume: optional("k.v", bar.v)?.unwrap_or(Size::ZERO),
        trades: bar
            .n
            .and_then(Digits::text)
            .and_then(|count| count.parse().ok())
            .unwrap_or(0),
    };
    names.bar(symbol, timeframe, candle, events);
    Ok(())
}

fn counted(field: &'static str, digits: Option<Digits<'_>>) -> Result<u64, Unreadable> {
    let why = NotANumber::Malformed;
    let text = digits.and_then(Digits::text);
    let text = text.ok_or(Unreadable::Missing { field })?;
    text.parse().map_err(|_| Unreadable::Number { field, why })
}
