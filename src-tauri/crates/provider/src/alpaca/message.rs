//! Everything that comes over the WebSocket.
//!
//! ```json
//! [{"T":"success","msg":"connected"}]
//! [{"T":"subscription","trades":["AAPL"],"quotes":[],"bars":["*"],"statuses":[],"corrections":["AAPL"],"cancelErrors":["AAPL"]}]
//! ```
//!
//! Each frame is a list, of several kinds and symbols where it is not an answer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use model::{
    Amendment, Candle, DayFigures, DaySpan, Precision, Quote, Session, SessionChange, Side, Tick, Timeframe,
    TradeId, one_line,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::subscription::{Request, login};
use super::{Alpaca, condition, error};
use crate::json::{Digits, Text, each, optional, parse, required};
use crate::names::Said;
use crate::offer::{figure, offer, paid};
use crate::{Denial, Directory, Event, Unreadable, time};

/// A reason is some words; what is longer is no reason.
const REASON_LENGTH_MAX: usize = 120;

/// What tells the kinds apart. A large `T` is the kind, a small one the time.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(rename = "T", borrow)]
    kind: Option<Text<'a>>,
    #[serde(rename = "S", borrow)]
    symbol: Option<Text<'a>>,
}

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
struct Correction<'a> {
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
struct Cancel<'a> {
    #[serde(borrow)]
    i: Option<Digits<'a>>,
}

/// ```json
/// {"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"T12","rm":"Trading Halted; For information requested by NASDAQ","t":"2021-02-22T19:15:00Z","z":"C"}
/// ```
#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    sc: Option<Text<'a>>,
    #[serde(borrow)]
    sm: Option<Text<'a>>,
    #[serde(borrow)]
    rm: Option<Text<'a>>,
    #[serde(borrow)]
    t: Option<Text<'a>>,
}

/// All that stands, after each request.
#[derive(Deserialize)]
struct Standing<'a> {
    #[serde(borrow)]
    trades: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    quotes: Option<Vec<Text<'a>>>,
}

#[derive(Deserialize)]
struct Control<'a> {
    code: Option<i64>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
}

pub(super) fn read(
    text: &str,
    alpaca: &mut Alpaca,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    alpaca.names.compare(directory);
    each(text, |element| one(element, alpaca, directory, events))
}

fn one(
    text: &str,
    alpaca: &mut Alpaca,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let outline: Outline<'_> = parse(text)?;
    let kind = outline.kind.as_deref().ok_or(Unreadable::UnknownKind)?;
    match kind {
        "success" => return greeted(text, alpaca, events),
        "subscription" => return standing(text, alpaca, directory, events),
        "error" => {
            let said: Control<'_> = parse(text)?;
            let code = said.code.ok_or(Unreadable::Missing { field: "code" })?;
            error::told(code, said.msg.as_deref(), alpaca, directory, events);
            return Ok(());
        }
        "t" | "q" | "b" | "u" | "d" | "c" | "x" | "s" => {}
        // Price bands, imbalances and books, told to whoever asked for them elsewhere.
        "l" | "i" | "o" => return Ok(()),
        _ => return Err(Unreadable::UnknownKind),
    }
    let symbol = outline
        .symbol
        .as_deref()
        .ok_or(Unreadable::Missing { field: "S" })?;
    match kind {
        "t" => {
            let (trade, precision) = deal(&parse(text)?)?;
            let said = Said {
                symbol,
                seq: None,
                tick: Tick::Trade(trade),
                precision,
            };
            alpaca.names.tell(said, events);
        }
        "q" => {
            let (quote, precision) = best(&parse(text)?)?;
            let said = Said {
                symbol,
                seq: None,
                tick: Tick::Quote(quote),
                precision,
            };
            alpaca.names.tell(said, events);
        }
        "b" | "u" => {
            let candle = minute(&parse(text)?)?;
            alpaca.names.bar(symbol, Timeframe::Minute, candle, events);
        }
        "d" => alpaca.names.day(symbol, day(&parse(text)?)?, events),
        "c" => amended(symbol, correction(&parse(text)?)?, alpaca, events),
        "x" => amended(symbol, cancel(&parse(text)?)?, alpaca, events),
        // Nothing else is left.
        _ => status(symbol, &parse(text)?, alpaca, events),
    }
    Ok(())
}

fn greeted(text: &str, alpaca: &Alpaca, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let said: Control<'_> = parse(text)?;
    match said.msg.as_deref() {
        Some("connected") => {
            let login = alpaca.key.as_ref().and_then(login);
            events.push(login.map_or_else(
                || Event::Denied {
                    denial: Denial::Key,
                    why: "it wants a key and its secret, written as KEY:SECRET".to_owned(),
                },
                Event::Reply,
            ));
        }
        Some("authenticated") => events.push(Event::Admitted),
        Some(_) | None => {}
    }
    Ok(())
}

/// What was asked for and is not among it was not taken.
fn standing(
    text: &str,
    alpaca: &mut Alpaca,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let standing: Standing<'_> = parse(text)?;
    let lists = [standing.trades, standing.quotes];
    let stands = |name: &str| {
        let mut all = lists.iter().flatten().flatten();
        all.any(|known| &**known == name || &**known == "*")
    };
    let accepted = alpaca.requests.stands(stands);
    let (known, session) = (alpaca.market.instrument(), alpaca.market.session());
    for name in accepted {
        alpaca.names.accept(&name, directory, known, session, events);
    }
    if let Some(Request::Prices(missing)) = alpaca.requests.answered() {
        for name in missing {
            let why = "it is not among what the venue sends";
            alpaca.names.refuse(&name, why, directory, events);
        }
    }
    Ok(())
}

pub(super) fn deal(trade: &Trade<'_>) -> Result<(model::Trade, Precision), Unreadable> {
    let (time, precision) = moment(trade.t.as_deref());
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
    let (time, precision) = moment(best.t.as_deref());
    let quote = Quote {
        bid: offer(optional("bp", best.bp)?, optional("bs", best.bs)?),
        ask: offer(optional("ap", best.ap)?, optional("as", best.ask_size)?),
        time,
    };
    Ok((quote, precision))
}

fn minute(bar: &Bar<'_>) -> Result<Candle, Unreadable> {
    let (start, _) = moment(bar.t.as_deref());
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
fn correction(told: &Correction<'_>) -> Result<Amendment, Unreadable> {
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

fn cancel(told: &Cancel<'_>) -> Result<Amendment, Unreadable> {
    Ok(Amendment {
        original: id("i", told.i)?,
        instead: None,
    })
}

fn amended(symbol: &str, amendment: Amendment, alpaca: &Alpaca, events: &mut Vec<Event>) {
    for key in alpaca.names.keys(symbol) {
        events.push(Event::Amended {
            key: *key,
            amendment: Box::new(amendment),
            precision: Precision::default(),
        });
    }
}

/// New York's tapes say it by numbers, Nasdaq's by letters, and no sign means two things. What is
/// said of prices and imbalances in between changes nothing.
fn status(symbol: &str, status: &Status<'_>, alpaca: &Alpaca, events: &mut Vec<Event>) {
    let session = match status.sc.as_deref() {
        Some("2" | "H" | "P") => Session::Halted,
        // Quotes first, and one price for all of them then.
        Some("Q") => Session::Auction,
        Some("3" | "T") => Session::Open,
        Some(_) | None => return,
    };
    let words = status.rm.as_deref().filter(|words| !words.is_empty());
    let words = words.or(status.sm.as_deref()).filter(|words| !words.is_empty());
    let reason: Option<Arc<str>> = words.map(|words| one_line(words, REASON_LENGTH_MAX).into());
    let (time, precision) = moment(status.t.as_deref());
    for key in alpaca.names.keys(symbol) {
        events.push(Event::Session {
            key: *key,
            seq: None,
            change: SessionChange {
                session,
                reason: reason.clone(),
                time,
            },
            precision,
        });
    }
}

fn id(field: &'static str, digits: Option<Digits<'_>>) -> Result<TradeId, Unreadable> {
    let text = digits.and_then(Digits::text);
    text.and_then(TradeId::new).ok_or(Unreadable::Missing { field })
}

/// A price whose time cannot be one is a price without a time.
fn moment(text: Option<&str>) -> (Option<DateTime<Utc>>, Precision) {
    text.and_then(time::iso)
        .map_or((None, Precision::default()), |(time, precision)| {
            (Some(time), precision)
        })
}
