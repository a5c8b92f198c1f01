//! Everything that the venue sends: a channel, the number of the message on
//! this connection, and a list of what has happened there.
//!
//! ```json
//! {"channel":"ticker","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":12,"events":[{"type":"snapshot","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"68900.50","volume_24_h":"15328.12345678","low_24_h":"67500.00","high_24_h":"69200.00","low_52_w":"25000.00","high_52_w":"73800.00","price_percent_chg_24_h":"1.85","best_bid":"68900.00","best_bid_quantity":"1.5","best_ask":"68901.00","best_ask_quantity":"0.5"}]}]}
//! {"channel":"market_trades","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":5,"events":[{"type":"update","trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}]}]}
//! {"channel":"heartbeats","client_id":"","timestamp":"2026-04-07T14:30:10.000000Z","sequence_num":0,"events":[{"current_time":"2024-10-04 07:04:40.820713045 +0000 UTC m=+66987.628148662","heartbeat_counter":66987}]}
//! {"channel":"subscriptions","sequence_num":0,"events":[{"subscriptions":{"ticker":["BTC-USD"],"market_trades":["BTC-USD","ETH-USD"]}}],"client_id":"","timestamp":"2026-04-07T14:30:10.000000Z"}
//! {"type":"error","message":"failure to subscribe"}
//! ```

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{DayFigures, DaySpan, Precision, Quote, Session, Size, Tick};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::order::Order;
use super::{symbol, trades};
use crate::coinbase::error;
use crate::coinbase::standing::Standing;
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::{Names, Said};
use crate::time::stated;
use crate::{Directory, Event, Unreadable, offer, pair};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    channel: Option<Text<'a>>,
    #[serde(borrow)]
    sequence_num: Option<Digits<'a>>,
    #[serde(borrow)]
    timestamp: Option<Text<'a>>,
    #[serde(borrow)]
    events: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Happening<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    tickers: Option<&'a RawValue>,
    #[serde(borrow)]
    trades: Option<&'a RawValue>,
    #[serde(borrow)]
    subscriptions: Option<Listed<'a>>,
}

#[derive(Deserialize)]
struct Ticker<'a> {
    #[serde(borrow)]
    product_id: Option<Text<'a>>,
    #[serde(borrow)]
    volume_24_h: Option<Digits<'a>>,
    #[serde(borrow)]
    low_24_h: Option<Digits<'a>>,
    #[serde(borrow)]
    high_24_h: Option<Digits<'a>>,
    #[serde(borrow)]
    best_bid: Option<Digits<'a>>,
    #[serde(borrow)]
    best_bid_quantity: Option<Digits<'a>>,
    #[serde(borrow)]
    best_ask: Option<Digits<'a>>,
    #[serde(borrow)]
    best_ask_quantity: Option<Digits<'a>>,
}

/// Everything that stands, by channel; of those that a row needs.
#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(default, borrow)]
    ticker: Vec<Text<'a>>,
    #[serde(default, borrow)]
    market_trades: Vec<Text<'a>>,
}

pub(super) fn read(
    text: &str,
    names: &Names,
    standing: &mut Standing,
    order: &mut Order,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let envelope: Envelope<'_> = parse(text)?;
    let told = match (envelope.channel.as_deref(), envelope.kind.as_deref()) {
        (Some(channel), _) => told(channel, &envelope, names, standing, directory, events),
        (None, Some("error")) => {
            let message = envelope.message.as_deref().unwrap_or_default();
            let reason = envelope.reason.as_deref().unwrap_or_default();
            error::told(message, reason, names, standing, directory, events);
            Ok(())
        }
        (None, Some(_) | None) => Err(Unreadable::UnknownKind),
    };
    let number = envelope.sequence_num.and_then(Digits::text);
    if let Some(lost) = number.and_then(|number| order.lost(number.parse().ok()?)) {
        events.push(Event::Leaving {
            why: format!("{lost} messages of this connection were lost"),
            // What they said comes anew with another connection.
            within: Duration::ZERO,
        });
    }
    told
}

fn told(
    channel: &str,
    envelope: &Envelope<'_>,
    names: &Names,
    standing: &mut Standing,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    match channel {
        "ticker" | "ticker_batch" | "market_trades" | "subscriptions" => {}
        "heartbeats" => {
            events.push(Event::Heartbeat);
            return Ok(());
        }
        // Told to whoever asked for it; nothing here reads it. Its candles are of five minutes.
        "candles" | "l2_data" | "status" | "user" | "futures_balance_summary" => return Ok(()),
        _ => return Err(Unreadable::UnknownKind),
    }
    let list = envelope.events.ok_or(Unreadable::Missing { field: "events" })?;
    let (time, precision) = stated(envelope.timestamp.as_deref());
    each(list.get(), |element| {
        let happening: Happening<'_> = parse(element)?;
        if let Some(tickers) = happening.tickers {
            return each(tickers.get(), |element| {
                ticker(&parse(element)?, (time, precision), names, events)
            });
        }
        if let Some(list) = happening.trades {
            return match happening.kind.as_deref() {
                // The first list is of what was before.
                Some("snapshot") => trades::past(list.get(), names, events),
                Some(_) | None => trades::live(list.get(), names, events),
            };
        }
        let listed = happening.subscriptions.ok_or(Unreadable::Missing {
            field: "subscriptions",
        })?;
        accept(&listed, names, standing, directory, events);
        Ok(())
    })
}

fn ticker(
    ticker: &Ticker<'_>,
    (time, precision): (Option<DateTime<Utc>>, Precision),
    names: &Names,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let symbol = ticker.product_id.as_deref();
    let symbol = symbol.ok_or(Unreadable::Missing { field: "product_id" })?;
    let size = |field, digits| optional::<Size>(field, digits);
    let bid = offer::offer(
        optional("best_bid", ticker.best_bid)?,
        size("best_bid_quantity", ticker.best_bid_quantity)?,
    );
    let ask = offer::offer(
        optional("best_ask", ticker.best_ask)?,
        size("best_ask_quantity", ticker.best_ask_quantity)?,
    );
    let figures = DayFigures {
        span: DaySpan::Rolling,
        high: offer::figure(optional("high_24_h", ticker.high_24_h)?),
        low: offer::figure(optional("low_24_h", ticker.low_24_h)?),
        volume: size("volume_24_h", ticker.volume_24_h)?,
        time,
        ..DayFigures::default()
    };
    // Tickers of every five seconds have no book.
    if ticker.best_bid.is_some() || ticker.best_ask.is_some() {
        let tick = Tick::Quote(Quote { bid, ask, time });
        let said = Said {
            symbol,
            seq: None,
            tick,
            precision,
        };
        names.tell(said, events);
    }
    names.day(symbol, figures, events);
    Ok(())
}

/// The whole list of what stands on this connection, whenever it changes.
fn accept(
    listed: &Listed<'_>,
    names: &Names,
    standing: &mut Standing,
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let [tickers, trades] = [&listed.ticker, &listed.market_trades].map(|products| {
        let called = products.iter().map(|product| symbol::named(product));
        let wanted = called.filter(|product| !names.symbols(product).is_empty());
        wanted.collect::<BTreeSet<_>>()
    });
    for product in standing.told(tickers.intersection(&trades).cloned().collect()) {
        // There is no hour at which coins are not traded.
        names.accept(&product, directory, pair::coins, Some(Session::Open), events);
    }
}
