//! Everything that comes over the WebSocket.
//!
//! ```json
//! [{"T":"success","msg":"connected"}]
//! [{"T":"subscription","trades":["AAPL"],"quotes":[],"bars":["*"],"statuses":[],"corrections":["AAPL"],"cancelErrors":["AAPL"]}]
//! ```
//!
//! Each frame is a list, of several kinds and symbols where it is not an answer.

use std::sync::Arc;

use model::{Amendment, Precision, Session, SessionChange, Tick, Timeframe, one_line};
use serde::Deserialize;

use super::subscription::{Request, login};
use super::{Alpaca, error, tick};
use crate::json::{Text, each, parse};
use crate::names::Said;
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
            let (trade, precision) = tick::deal(&parse(text)?)?;
            let said = Said {
                symbol,
                seq: None,
                tick: Tick::Trade(trade),
                precision,
            };
            alpaca.names.tell(said, events);
        }
        "q" => {
            let (quote, precision) = tick::best(&parse(text)?)?;
            let said = Said {
                symbol,
                seq: None,
                tick: Tick::Quote(quote),
                precision,
            };
            alpaca.names.tell(said, events);
        }
        "b" | "u" => {
            let candle = tick::minute(&parse(text)?)?;
            alpaca.names.bar(symbol, Timeframe::Minute, candle, events);
        }
        "d" => alpaca.names.day(symbol, tick::day(&parse(text)?)?, events),
        "c" => amended(symbol, tick::correction(&parse(text)?)?, alpaca, events),
        "x" => amended(symbol, tick::cancel(&parse(text)?)?, alpaca, events),
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
    let (time, precision) = time::stated(status.t.as_deref());
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
