//! What a `tickwire.v1` server says.
//!
//! ```json
//! {"type":"welcome","protocol":"tickwire.v1","server":"tickwire-sim/0.1.0","epoch":"5f1c","market_time":"2026-01-05T14:30:00.000Z","rate":1,"heartbeat_ms":5000}
//! {"type":"ack","id":7,"symbol":"NVX","seq":1041,"name":"Novex Systems","currency":"USD","tick":"0.01","previous_close":"187.20"}
//! {"type":"snapshot","symbol":"NVX","seq":1041,"time":"2026-01-05T14:30:00.120Z","price":"187.24","size":"100","bid":"187.23","bid_size":"300","ask":"187.25","ask_size":"200","high":"188.01","low":"186.40","volume":"120300"}
//! {"type":"trade","symbol":"NVX","seq":1042,"time":"2026-01-05T14:30:00.250Z","price":"187.24","size":"100","id":"1042","side":"buy"}
//! {"type":"quote","symbol":"NVX","seq":1043,"time":"2026-01-05T14:30:00.251Z","bid":"187.23","bid_size":"300","ask":"187.25","ask_size":"200"}
//! {"type":"gone","id":8,"symbol":"NVX"}
//! {"type":"heartbeat","time":"2026-01-05T14:30:05.000Z"}
//! {"type":"error","id":7,"code":"unknown_symbol","symbol":"XX","message":"no instrument is called XX here"}
//! {"type":"shutdown","in_ms":0,"message":"the server is going away"}
//! ```

use std::borrow::Cow;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use model::one_line;
use model::{
    Conditions, Instrument, NotANumber, Price, Quote, Side, Size, Snapshot, SymbolKey, Tick, Trade, TradeId,
};
use serde::Deserialize;

use crate::{Directory, Event, Unreadable};

/// Every field of every kind in one struct: a tagged enum would cost a second
/// pass over the text for each tick.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    seq: Option<u64>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
    #[serde(borrow)]
    price: Option<Text<'a>>,
    #[serde(borrow)]
    size: Option<Text<'a>>,
    /// A trade's id is text; the id of an answer is the number of the request, which nobody needs.
    #[serde(default, borrow)]
    id: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    side: Option<Text<'a>>,
    #[serde(borrow)]
    bid: Option<Text<'a>>,
    #[serde(borrow)]
    bid_size: Option<Text<'a>>,
    #[serde(borrow)]
    ask: Option<Text<'a>>,
    #[serde(borrow)]
    ask_size: Option<Text<'a>>,
    #[serde(borrow)]
    high: Option<Text<'a>>,
    #[serde(borrow)]
    low: Option<Text<'a>>,
    #[serde(borrow)]
    volume: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    currency: Option<Text<'a>>,
    #[serde(borrow)]
    tick: Option<Text<'a>>,
    #[serde(borrow)]
    previous_close: Option<Text<'a>>,
    #[serde(borrow)]
    epoch: Option<Text<'a>>,
    #[serde(borrow)]
    market_time: Option<Text<'a>>,
    rate: Option<f64>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// Borrowed unless it has escapes in it; a bare `Option<Cow>` would always be owned.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Long enough for any sentence, too short to fill a screen.
const SENTENCE_LENGTH_MAX: usize = 200;

pub(super) fn read(text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let message: Message<'_> = serde_json::from_str(text).map_err(|_| Unreadable::Json)?;
    let key = message.symbol.as_deref().map(|symbol| directory.key(symbol));
    let event = match (&*message.kind, key) {
        ("welcome", _) => welcome(&message)?,
        ("heartbeat", _) => Event::Heartbeat,
        ("shutdown", _) => Event::Leaving {
            why: sentence(&message),
        },
        ("error", Some(Some(key))) => Event::Refused {
            key,
            why: sentence(&message),
        },
        ("error", Some(None) | None) => Event::Complaint {
            why: sentence(&message),
        },
        // A symbol that was given up a moment ago: its last messages are still on the way.
        ("trade" | "quote" | "snapshot" | "ack" | "gone", Some(None)) => return Ok(()),
        ("trade" | "quote" | "snapshot" | "ack" | "gone", None) => {
            return Err(Unreadable::Missing { field: "symbol" });
        }
        ("trade", Some(Some(key))) => Event::Tick {
            key,
            seq: message.seq,
            tick: trade(&message)?,
        },
        ("quote", Some(Some(key))) => Event::Tick {
            key,
            seq: message.seq,
            tick: quote(&message)?,
        },
        ("snapshot", Some(Some(key))) => snapshot(key, &message)?,
        ("ack", Some(Some(key))) => accepted(key, &message)?,
        ("gone", Some(Some(key))) => Event::Released { key },
        (_, _) => return Err(Unreadable::UnknownKind),
    };
    events.push(event);
    Ok(())
}

fn welcome(message: &Message<'_>) -> Result<Event, Unreadable> {
    let epoch = message
        .epoch
        .as_deref()
        .ok_or(Unreadable::Missing { field: "epoch" })?;
    Ok(Event::Welcome {
        epoch: Arc::from(epoch),
        market_time: time("market_time", message.market_time.as_ref())?
            .ok_or(Unreadable::Missing { field: "market_time" })?,
        rate: message
            .rate
            .filter(|rate| rate.is_finite() && *rate >= 0.0)
            .unwrap_or(1.0),
    })
}

fn accepted(key: SymbolKey, message: &Message<'_>) -> Result<Event, Unreadable> {
    let words = |text: Option<&Text<'_>>| text.map(|text| Arc::from(&**text));
    let instrument = Instrument {
        name: words(message.name.as_ref()),
        currency: words(message.currency.as_ref()),
        tick: number("tick", message.tick.as_ref())?,
        previous_close: number("previous_close", message.previous_close.as_ref())?,
        ..Instrument::default()
    };
    Ok(Event::Accepted {
        key,
        seq: message.seq,
        instrument,
    })
}

fn trade(message: &Message<'_>) -> Result<Tick, Unreadable> {
    Ok(Tick::Trade(Trade {
        price: number("price", message.price.as_ref())?.ok_or(Unreadable::Missing { field: "price" })?,
        size: number("size", message.size.as_ref())?,
        time: time("time", message.time.as_ref())?,
        id: message.id.and_then(|id| TradeId::new(id.get().trim_matches('"'))),
        side: match message.side.as_deref() {
            Some("buy") => Some(Side::Buy),
            Some("sell") => Some(Side::Sell),
            Some(_) | None => None,
        },
        conditions: Conditions::NONE,
    }))
}

fn quote(message: &Message<'_>) -> Result<Tick, Unreadable> {
    Ok(Tick::Quote(Quote {
        bid: offer(message.bid.as_ref(), message.bid_size.as_ref(), "bid", "bid_size")?,
        ask: offer(message.ask.as_ref(), message.ask_size.as_ref(), "ask", "ask_size")?,
        time: time("time", message.time.as_ref())?,
    }))
}

fn snapshot(key: SymbolKey, message: &Message<'_>) -> Result<Event, Unreadable> {
    let price = number("price", message.price.as_ref())?;
    let size = number("size", message.size.as_ref())?;
    let snapshot = Snapshot {
        last: price.map(|price| (price, size)),
        bid: offer(message.bid.as_ref(), message.bid_size.as_ref(), "bid", "bid_size")?,
        ask: offer(message.ask.as_ref(), message.ask_size.as_ref(), "ask", "ask_size")?,
        high: number("high", message.high.as_ref())?,
        low: number("low", message.low.as_ref())?,
        volume: number("volume", message.volume.as_ref())?,
        session: None,
        time: time("time", message.time.as_ref())?,
    };
    Ok(Event::Snapshot {
        key,
        seq: message.seq,
        snapshot,
    })
}

/// One side of the book; without a price nobody offers on it.
fn offer(
    price: Option<&Text<'_>>,
    size: Option<&Text<'_>>,
    price_field: &'static str,
    size_field: &'static str,
) -> Result<Option<(Price, Size)>, Unreadable> {
    let Some(price) = number(price_field, price)? else {
        return Ok(None);
    };
    let size = number(size_field, size)?.ok_or(Unreadable::Missing { field: size_field })?;
    Ok(Some((price, size)))
}

fn number<N>(field: &'static str, text: Option<&Text<'_>>) -> Result<Option<N>, Unreadable>
where
    N: FromStr<Err = NotANumber>,
{
    text.map(|text| text.parse().map_err(|why| Unreadable::Number { field, why }))
        .transpose()
}

fn time(field: &'static str, text: Option<&Text<'_>>) -> Result<Option<DateTime<Utc>>, Unreadable> {
    text.map(|text| {
        DateTime::parse_from_rfc3339(text)
            .map(|time| time.to_utc())
            .map_err(|_| Unreadable::Time { field })
    })
    .transpose()
}

/// The server's words, short and on one line.
fn sentence(message: &Message<'_>) -> String {
    one_line(
        message.message.as_deref().unwrap_or("the server gave no reason"),
        SENTENCE_LENGTH_MAX,
    )
}
