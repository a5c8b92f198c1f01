//! Everything that the venue sends, whatever the order of its fields.
//!
//! ```json
//! {"type":"subscriptions","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]}]}
//! {"type":"last_match","trade_id":881613,"maker_order_id":"27ff…","taker_order_id":"1da6…","side":"sell","size":"0.04","price":"14.7775","product_id":"BAND-GBP","sequence":333938798,"time":"2021-04-17T16:43:30.244075Z"}
//! {"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}
//! ```
//!
//! Trades and tickers seldom come here, as `tick` reads those that look as usual.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use model::{Conditions, NotANumber, Precision, Quote, Session, Size, Snapshot, Tick, Trade, TradeId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Channel;
use super::count::Count;
use super::error;
use super::standing::Standing;
use super::tick::{Heard, day, taker};
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::Names;
use crate::{Directory, Event, Unreadable, offer, pair, time};

/// Every field of every kind that is read.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    product_id: Option<Text<'a>>,
    #[serde(borrow)]
    price: Option<Digits<'a>>,
    #[serde(borrow)]
    size: Option<Digits<'a>>,
    #[serde(borrow)]
    side: Option<&'a RawValue>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
    #[serde(borrow)]
    trade_id: Option<Digits<'a>>,
    #[serde(borrow)]
    last_trade_id: Option<Digits<'a>>,
    #[serde(borrow)]
    open_24h: Option<Digits<'a>>,
    #[serde(borrow)]
    volume_24h: Option<Digits<'a>>,
    #[serde(borrow)]
    low_24h: Option<Digits<'a>>,
    #[serde(borrow)]
    high_24h: Option<Digits<'a>>,
    #[serde(borrow)]
    best_bid: Option<Digits<'a>>,
    #[serde(borrow)]
    best_bid_size: Option<Digits<'a>>,
    #[serde(borrow)]
    best_ask: Option<Digits<'a>>,
    #[serde(borrow)]
    best_ask_size: Option<Digits<'a>>,
    #[serde(borrow)]
    channels: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    product_ids: Option<Vec<Text<'a>>>,
}

pub(super) fn read(
    text: &str,
    names: &Names,
    standing: &mut Standing,
    count: &mut Count,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let message: Message<'_> = parse(text)?;
    let product = message
        .product_id
        .as_deref()
        .ok_or(Unreadable::Missing { field: "product_id" });
    match message.kind.as_deref() {
        Some("match") => deal(product?, &message)?.tell(names, count, events),
        Some("ticker") => ticker(product?, &message)?.tell(names, count, events),
        Some("last_match") => last(product?, &message, names, count, events)?,
        Some("heartbeat") => beat(product?, &message, names, count, events)?,
        Some("subscriptions") => listed(&message, names, standing, directory, events)?,
        Some("error") => {
            let message_text = message.message.as_deref().unwrap_or_default();
            let reason = message.reason.as_deref().unwrap_or_default();
            error::told(message_text, reason, names, standing, directory, events);
        }
        // Told to whoever asked for it; nothing here reads it.
        Some("snapshot" | "l2update" | "level2" | "status" | "auction") => {}
        Some("received" | "open" | "done" | "change" | "activate" | "rfq_match") => {}
        Some(_) | None => return Err(Unreadable::UnknownKind),
    }
    Ok(())
}

fn deal<'a>(product: &'a str, message: &Message<'_>) -> Result<Heard<'a>, Unreadable> {
    let (trade, seq, precision) = trade(message)?;
    Ok(Heard {
        product,
        seq: Some(seq),
        tick: Some(Tick::Trade(trade)),
        day: None,
        precision,
    })
}

fn trade(message: &Message<'_>) -> Result<(Trade, u64, Precision), Unreadable> {
    const PRICE: &str = "price";
    let missing = |field| Unreadable::Missing { field };
    let id = message.trade_id.and_then(Digits::text);
    let id = id.ok_or(missing("trade_id"))?;
    let seq = counted("trade_id", id)?;
    let price = message.price.ok_or(missing(PRICE))?.read(PRICE)?;
    let size = optional("size", message.size)?;
    let (time, precision) = moment(message);
    let side = message.side.and_then(|side| parse::<Text<'_>>(side.get()).ok());
    let trade = Trade {
        price: offer::paid(PRICE, price)?,
        size,
        time,
        id: TradeId::new(id),
        side: side.and_then(|side| taker(&side)),
        conditions: Conditions::NONE,
    };
    Ok((trade, seq, precision))
}

fn ticker<'a>(product: &'a str, message: &Message<'_>) -> Result<Heard<'a>, Unreadable> {
    let (time, precision) = moment(message);
    let size = |field, digits| optional::<Size>(field, digits);
    let quote = Quote {
        bid: offer::offer(
            optional("best_bid", message.best_bid)?,
            size("best_bid_size", message.best_bid_size)?,
        ),
        ask: offer::offer(
            optional("best_ask", message.best_ask)?,
            size("best_ask_size", message.best_ask_size)?,
        ),
        time,
    };
    let prices = [
        optional("open_24h", message.open_24h)?,
        optional("high_24h", message.high_24h)?,
        optional("low_24h", message.low_24h)?,
    ];
    let volume = size("volume_24h", message.volume_24h)?;
    let says_best = message.best_bid.is_some() || message.best_ask.is_some();
    Ok(Heard {
        product,
        seq: None,
        tick: says_best.then_some(Tick::Quote(quote)),
        day: Some(day(prices, volume, time)),
        precision,
    })
}

/// What was true when it was asked for, and no deal of now.
fn last(
    product: &str,
    message: &Message<'_>,
    names: &Names,
    count: &mut Count,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let (trade, seq, precision) = trade(message)?;
    count.came(product, seq);
    let snapshot = Snapshot {
        last: Some((trade.price, trade.size)),
        session: Some(Session::Open),
        time: trade.time,
        ..Snapshot::default()
    };
    names.snapshot(product, Some(seq), (snapshot, precision), events);
    Ok(())
}

fn beat(
    product: &str,
    message: &Message<'_>,
    names: &Names,
    count: &mut Count,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    events.push(Event::Heartbeat);
    // Nothing was ever traded in some.
    let Some(last) = message.last_trade_id.and_then(Digits::text) else {
        return Ok(());
    };
    if let Some(missing) = count.beat(product, counted("last_trade_id", last)?) {
        // It says how far the count has come, and of prices nothing.
        let nothing = (Snapshot::default(), Precision::default());
        names.snapshot(product, Some(missing), nothing, events);
    }
    Ok(())
}

/// The whole list of what stands on this connection, whenever it changes.
fn listed(
    message: &Message<'_>,
    names: &Names,
    standing: &mut Standing,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let field = "channels";
    let channels = message.channels.ok_or(Unreadable::Missing { field })?;
    let mut lists = Channel::NEEDED.map(|_| BTreeSet::new());
    let told = each(channels.get(), |element| {
        let Listed { name, product_ids } = parse(element)?;
        let place = Channel::NEEDED
            .iter()
            .position(|channel| channel.word() == &*name);
        if let Some(list) = place.and_then(|place| lists.get_mut(place)) {
            let products = product_ids.unwrap_or_default().into_iter();
            let wanted = products.filter(|product| !names.symbols(product).is_empty());
            list.extend(wanted.map(|product| (*product).to_owned()));
        }
        Ok(())
    });
    let [some, others] = &lists;
    for product in standing.told(some.intersection(others).cloned().collect()) {
        // There is no hour at which coins are not traded.
        let open = Some(Session::Open);
        names.accept(&product, directory, pair::coins, open, events);
    }
    told
}

fn moment(message: &Message<'_>) -> (Option<DateTime<Utc>>, Precision) {
    let stated = message.time.as_deref().and_then(time::iso);
    stated.map_or((None, Precision::default()), |(time, precision)| {
        (Some(time), precision)
    })
}

fn counted(field: &'static str, digits: &str) -> Result<u64, Unreadable> {
    let why = NotANumber::Malformed;
    digits.parse().map_err(|_| Unreadable::Number { field, why })
}
