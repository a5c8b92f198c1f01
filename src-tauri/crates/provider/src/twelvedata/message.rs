//! Everything that comes over the socket.
//!
//! ```json
//! {"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1643972766,"price":172.8700}
//! {"event":"subscribe-status","status":"ok","success":[{"symbol":"AAPL","exchange":"NASDAQ","country":"United States","type":"Common Stock"}],"fails":null}
//! {"event":"heartbeat"}
//! ```

use std::sync::Arc;

use model::{
    Condition, Conditions, DayFigures, DaySpan, Instrument, InstrumentKind, Quote, Session, Tick, Trade,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol::Listed;
use super::{error, kind};
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::{Names, Said};
use crate::offer::{offer, paid};
use crate::time::stated;
use crate::{Directory, Event, Unreadable};

/// Told to a person beside a name, as it gives no reason of its own.
const REFUSED: &str = "the venue does not have it, or the plan does not include it";

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    event: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(borrow)]
    timestamp: Option<Digits<'a>>,
    #[serde(borrow)]
    price: Option<Digits<'a>>,
    #[serde(borrow)]
    bid: Option<Digits<'a>>,
    #[serde(borrow)]
    ask: Option<Digits<'a>>,
    #[serde(borrow)]
    day_volume: Option<Digits<'a>>,
    #[serde(borrow)]
    success: Option<&'a RawValue>,
    #[serde(borrow)]
    fails: Option<&'a RawValue>,
    #[serde(borrow)]
    messages: Option<&'a RawValue>,
    #[serde(borrow)]
    code: Option<Digits<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// One of those that it has taken, or not.
#[derive(Deserialize)]
struct Answered<'a> {
    #[serde(borrow)]
    symbol: Text<'a>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
}

pub(super) fn read(
    text: &str,
    names: &Names,
    listed: &Listed,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let message: Message<'_> = parse(text)?;
    match message.event.as_deref() {
        Some("price") => price(&message, names, listed, events),
        Some("subscribe-status") => status(&message, names, listed, directory, events),
        // What is given up or begun anew needs no answer.
        Some("unsubscribe-status" | "reset-status") => Ok(()),
        Some("heartbeat") => {
            events.push(Event::Heartbeat);
            Ok(())
        }
        None if message.status.as_deref() == Some("error") => {
            let code = message.code.and_then(Digits::text);
            let code = code.and_then(|code| code.parse().ok());
            events.push(error::told(code, message.message.as_deref()));
            Ok(())
        }
        Some(_) | None => Err(Unreadable::UnknownKind),
    }
}

/// Some were taken and some not; either list may be empty, or no list at all.
fn status(
    message: &Message<'_>,
    names: &Names,
    listed: &Listed,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let taken = list(message.success, |element| {
        let answered: Answered<'_> = parse(element)?;
        let name = listed.name(&answered.symbol, answered.exchange.as_deref(), names);
        let kind = answered.kind.as_deref();
        let session = match kind::known(kind, None, &model::Symbol::new(name)).kind {
            Some(InstrumentKind::Crypto) => Some(Session::Open),
            Some(
                InstrumentKind::Stock | InstrumentKind::Etf | InstrumentKind::Index | InstrumentKind::Fx,
            )
            | None => None,
        };
        let exchange = answered.exchange.as_deref().and_then(kind::exchange);
        let known = |symbol: &_| Instrument {
            exchange: exchange.map(Arc::from),
            ..kind::known(kind, None, symbol)
        };
        names.accept(name, directory, known, session, events);
        Ok(())
    });
    let not_taken = list(message.fails, |element| {
        let answered: Answered<'_> = parse(element)?;
        let name = listed.name(&answered.symbol, answered.exchange.as_deref(), names);
        names.refuse(name, REFUSED, directory, events);
        Ok(())
    });
    let complaints = list(message.messages, |element| {
        let words: Text<'_> = parse(element)?;
        events.push(error::told(None, Some(&*words)));
        Ok(())
    });
    taken.and(not_taken).and(complaints)
}

fn list<'a>(
    list: Option<&'a RawValue>,
    read: impl FnMut(&'a str) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    list.map_or(Ok(()), |list| each(list.get(), read))
}

/// The last price. It has no size, so it counts for no volume; the day's has its own field.
fn price(
    message: &Message<'_>,
    names: &Names,
    listed: &Listed,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let ticker = message.symbol.as_deref();
    let ticker = ticker.ok_or(Unreadable::Missing { field: "symbol" })?;
    let symbol = listed.name(ticker, message.exchange.as_deref(), names);
    let (time, precision) = stated(message.timestamp.and_then(Digits::text));
    let digits = message.price.ok_or(Unreadable::Missing { field: "price" })?;
    let trade = Trade {
        price: paid("price", digits.read("price")?)?,
        size: None,
        time,
        id: None,
        side: None,
        conditions: Conditions::NONE.with(Condition::NotVolume),
    };
    let tell = |tick| Said {
        symbol,
        seq: None,
        tick,
        precision,
    };
    names.tell(tell(Tick::Trade(trade)), events);
    let quote = Quote {
        bid: offer(optional("bid", message.bid)?, None),
        ask: offer(optional("ask", message.ask)?, None),
        time,
    };
    if quote.bid.is_some() || quote.ask.is_some() {
        names.tell(tell(Tick::Quote(quote)), events);
    }
    if let Some(volume) = optional("day_volume", message.day_volume)? {
        let figures = DayFigures {
            span: DaySpan::Session,
            volume: Some(volume),
            time,
            ..DayFigures::default()
        };
        names.day(symbol, figures, events);
    }
    Ok(())
}
