//! What a `tickwire.v1` server says.
//!
//! ```json
//! {"type":"welcome","protocol":"tickwire.v1","server":"tickwire-sim/0.1.0","epoch":"5f1c","market_time":"2026-01-05T14:30:00.000Z","rate":1,"heartbeat_ms":5000}
//! {"type":"ack","id":7,"symbol":"NVX","seq":1041,"recovered":true,"name":"Novex Systems","currency":"USD","tick":"0.01","previous_close":"187.20","kind":"stock","exchange":"XNAS","session":"open"}
//! {"type":"snapshot","symbol":"NVX","seq":1041,"time":"2026-01-05T14:30:00.120Z","price":"187.24","size":"100","bid":"187.23","bid_size":"300","ask":"187.25","ask_size":"200","high":"188.01","low":"186.40","volume":"120300","session":"open"}
//! {"type":"trade","symbol":"NVX","seq":1042,"time":"2026-01-05T14:30:00.250Z","price":"187.24","size":"100","id":"1042","side":"buy","conditions":["odd_lot"]}
//! {"type":"quote","symbol":"NVX","seq":1043,"time":"2026-01-05T14:30:00.251Z","bid":"187.23","bid_size":"300","ask":"187.25","ask_size":"200"}
//! {"type":"status","symbol":"NVX","seq":1044,"time":"2026-01-05T14:31:00.000Z","session":"halted","reason":"news pending"}
//! {"type":"bar","symbol":"NVX","interval":"1m","time":"2026-01-05T14:30:00Z","open":"187.20","high":"187.31","low":"187.20","close":"187.24","volume":"4200","trades":12}
//! {"type":"gone","id":8,"symbol":"NVX"}
//! {"type":"heartbeat","time":"2026-01-05T14:30:05.000Z"}
//! {"type":"error","id":7,"code":"unknown_symbol","symbol":"XX","message":"no instrument is called XX here"}
//! {"type":"shutdown","in_ms":0,"message":"the server is going away"}
//! ```
//!
//! This is the reader of everything, whatever the order of its fields. Trades
//! and quotes seldom come here: `tick` reads those that look as promised.

use std::borrow::Cow;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::one_line;
use model::{
    Candle, Condition, Conditions, Instrument, InstrumentKind, NotANumber, Precision, Price, Quote, Session,
    SessionChange, Side, Size, Snapshot, Source, SymbolKey, Tick, Timeframe, Trade, TradeId,
};
use serde::Deserialize;

use crate::{Directory, Event, Unreadable, Welcome};

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
    server: Option<Text<'a>>,
    heartbeat_ms: Option<u64>,
    recovered: Option<bool>,
    #[serde(rename = "kind", borrow)]
    sort: Option<Text<'a>>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(borrow)]
    session: Option<Text<'a>>,
    #[serde(borrow)]
    reason: Option<Text<'a>>,
    #[serde(borrow)]
    conditions: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    interval: Option<Text<'a>>,
    #[serde(borrow)]
    open: Option<Text<'a>>,
    #[serde(borrow)]
    close: Option<Text<'a>>,
    trades: Option<u32>,
    in_ms: Option<u64>,
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

/// What our own simulated venue calls itself, before its version.
const SIMULATOR: &str = "tickwire-sim/";

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
            within: Duration::from_millis(message.in_ms.unwrap_or(0)),
        },
        ("error", Some(Some(key))) => Event::Refused {
            key,
            why: sentence(&message),
        },
        ("error", Some(None) | None) => Event::Complaint {
            why: sentence(&message),
        },
        // A symbol that was given up a moment ago: its last messages are still on the way.
        ("trade" | "quote" | "status" | "bar" | "snapshot" | "ack" | "gone", Some(None)) => return Ok(()),
        ("trade" | "quote" | "status" | "bar" | "snapshot" | "ack" | "gone", None) => {
            return Err(Unreadable::Missing { field: "symbol" });
        }
        ("trade", Some(Some(key))) => Event::Tick {
            key,
            seq: message.seq,
            tick: trade(&message)?,
            precision: precision(&message),
        },
        ("quote", Some(Some(key))) => Event::Tick {
            key,
            seq: message.seq,
            tick: quote(&message)?,
            precision: precision(&message),
        },
        ("status", Some(Some(key))) => status(key, &message)?,
        ("bar", Some(Some(key))) => bar(key, &message)?,
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
    Ok(Event::Welcome(Welcome {
        epoch: Arc::from(epoch),
        // A simulator says so, and nobody else has a reason to say anything.
        source: message
            .server
            .as_deref()
            .filter(|server| server.starts_with(SIMULATOR))
            .map(|_| Source::Simulated),
        market_time: time("market_time", message.market_time.as_ref())?
            .ok_or(Unreadable::Missing { field: "market_time" })?,
        rate: message
            .rate
            .filter(|rate| rate.is_finite() && *rate >= 0.0)
            .unwrap_or(1.0),
        heartbeat: message.heartbeat_ms.map(Duration::from_millis),
    }))
}

fn accepted(key: SymbolKey, message: &Message<'_>) -> Result<Event, Unreadable> {
    let words = |text: Option<&Text<'_>>| text.map(|text| Arc::from(&**text));
    let instrument = Instrument {
        name: words(message.name.as_ref()),
        kind: message.sort.as_deref().and_then(InstrumentKind::from_word),
        exchange: words(message.exchange.as_ref()),
        currency: words(message.currency.as_ref()),
        tick: number("tick", message.tick.as_ref())?,
        previous_close: number("previous_close", message.previous_close.as_ref())?,
    };
    Ok(Event::Accepted {
        key,
        seq: message.seq,
        recovered: message.recovered,
        instrument: Box::new(instrument),
        session: session(message),
    })
}

fn status(key: SymbolKey, message: &Message<'_>) -> Result<Event, Unreadable> {
    let reason = message
        .reason
        .as_deref()
        .map(|reason| one_line(reason, SENTENCE_LENGTH_MAX));
    let change = SessionChange {
        session: session(message).ok_or(Unreadable::Missing { field: "session" })?,
        reason: reason.filter(|reason| !reason.is_empty()).map(Arc::from),
        time: time("time", message.time.as_ref())?,
    };
    Ok(Event::Session {
        key,
        seq: message.seq,
        change,
        precision: precision(message),
    })
}

fn bar(key: SymbolKey, message: &Message<'_>) -> Result<Event, Unreadable> {
    fn needed<T>(field: &'static str, value: Option<T>) -> Result<T, Unreadable> {
        value.ok_or(Unreadable::Missing { field })
    }
    let timeframe = match message.interval.as_deref() {
        Some("1s") => Timeframe::Second,
        Some("1m") => Timeframe::Minute,
        Some(_) | None => return Err(Unreadable::Missing { field: "interval" }),
    };
    let candle = Candle {
        start: needed("time", time("time", message.time.as_ref())?)?.timestamp(),
        open: needed("open", number("open", message.open.as_ref())?)?,
        high: needed("high", number("high", message.high.as_ref())?)?,
        low: needed("low", number("low", message.low.as_ref())?)?,
        close: needed("close", number("close", message.close.as_ref())?)?,
        volume: needed("volume", number("volume", message.volume.as_ref())?)?,
        trades: needed("trades", message.trades)?,
    };
    Ok(Event::Bar {
        key,
        timeframe,
        candle,
    })
}

/// A word that is none of ours says nothing.
fn session(message: &Message<'_>) -> Option<Session> {
    message.session.as_deref().and_then(Session::from_word)
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
        conditions: conditions(message),
    }))
}

/// What we have no word for is for others.
fn conditions(message: &Message<'_>) -> Conditions {
    let words = message.conditions.iter().flatten();
    words
        .filter_map(|word| Condition::from_word(word))
        .fold(Conditions::NONE, Conditions::with)
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
        session: session(message),
        time: time("time", message.time.as_ref())?,
    };
    Ok(Event::Snapshot {
        key,
        seq: message.seq,
        snapshot: Box::new(snapshot),
        precision: precision(message),
    })
}

/// One side of the book; without a price nobody offers on it.
fn offer(
    price: Option<&Text<'_>>,
    size: Option<&Text<'_>>,
    price_field: &'static str,
    size_field: &'static str,
) -> Result<Option<(Price, Option<Size>)>, Unreadable> {
    let Some(price) = number(price_field, price)? else {
        return Ok(None);
    };
    let size = number(size_field, size)?.ok_or(Unreadable::Missing { field: size_field })?;
    Ok(Some((price, Some(size))))
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

fn precision(message: &Message<'_>) -> Precision {
    message
        .time
        .as_deref()
        .map_or_else(Precision::default, Precision::of)
}

/// The server's words, short and on one line.
fn sentence(message: &Message<'_>) -> String {
    one_line(
        message.message.as_deref().unwrap_or("the server gave no reason"),
        SENTENCE_LENGTH_MAX,
    )
}
