//! Everything that comes over the socket. Numbers come twice, once as a text
//! with all its digits and once as whatever a float has made of them.
//!
//! ```json
//! {"data":{"id":216000477,"timestamp":"1641343699","amount":0.0792,"amount_str":"0.07920000","price":3805.44,"price_str":"3805.44","type":0,"microtimestamp":"1641343699596000","buy_order_id":1443875737346049,"sell_order_id":1443875731320832},"channel":"live_trades_ethusd","event":"trade"}
//! {"data":{"timestamp":"1789457617","microtimestamp":"1789457617906487","bids":[["77188","0.41122"]],"asks":[["77189","0.41124"]]},"channel":"order_book_btcusd","event":"data"}
//! {"event":"bts:subscription_succeeded","channel":"live_trades_btcusd","data":{}}
//! {"event":"bts:request_reconnect","channel":"","data":null}
//! ```

use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{Conditions, Precision, Quote, Session, Side, Tick, Trade, TradeId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Channel;
use super::error;
use super::subscription::Frames;
use crate::book::Top;
use crate::json::{Digits, Text, optional, parse};
use crate::names::{Names, Said};
use crate::offer::paid;
use crate::time::stated;
use crate::{Directory, Event, Unreadable, pair};

/// It says that it closes in a few seconds.
const LEAVES_WITHIN: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    event: Text<'a>,
    #[serde(borrow)]
    channel: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Deal<'a> {
    #[serde(borrow)]
    id: Option<Digits<'a>>,
    /// Where a float would lose some of it.
    #[serde(borrow)]
    id_str: Option<Digits<'a>>,
    #[serde(borrow)]
    price: Option<Digits<'a>>,
    #[serde(borrow)]
    price_str: Option<Digits<'a>>,
    #[serde(borrow)]
    amount: Option<Digits<'a>>,
    #[serde(borrow)]
    amount_str: Option<Digits<'a>>,
    /// 0 where a buyer took what was offered, 1 where a seller did.
    #[serde(rename = "type", borrow)]
    side: Option<Digits<'a>>,
    #[serde(borrow)]
    timestamp: Option<Digits<'a>>,
    #[serde(borrow)]
    microtimestamp: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Book<'a> {
    #[serde(borrow)]
    bids: Top<'a>,
    #[serde(borrow)]
    asks: Top<'a>,
    #[serde(borrow)]
    timestamp: Option<Digits<'a>>,
    #[serde(borrow)]
    microtimestamp: Option<Digits<'a>>,
}

pub(super) fn read(
    text: &str,
    names: &Names,
    frames: &mut Frames,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let outline: Outline<'_> = parse(text)?;
    let channel = outline.channel.as_deref().unwrap_or_default();
    match &*outline.event {
        "trade" => {
            let (_, native) = Channel::named(channel).ok_or(Unreadable::UnknownKind)?;
            names.tell(deal(native, &parse(payload(outline.data)?)?)?, events);
        }
        "data" => {
            // The other books, told to whoever asked for them elsewhere.
            if let Some((Channel::Book, native)) = Channel::named(channel) {
                names.tell(best(native, &parse(payload(outline.data)?)?)?, events);
            }
        }
        "bts:subscription_succeeded" => {
            frames.answered(channel);
            // It says yes to a market that it does not know, too, and then nothing.
            if let Some((Channel::Trades, native)) = Channel::named(channel) {
                names.accept(native, directory, pair::coins, Some(Session::Open), events);
            }
        }
        "bts:heartbeat" => events.push(Event::Heartbeat),
        "bts:request_reconnect" => events.push(Event::Leaving {
            why: "the venue asks to connect anew".to_owned(),
            within: LEAVES_WITHIN,
        }),
        "bts:error" => error::told(channel, outline.data, (names, frames), directory, events)?,
        "bts:unsubscription_succeeded" => {}
        // Single orders, and an order that has changed.
        "order_created" | "order_changed" | "order_deleted" => {}
        _ => return Err(Unreadable::UnknownKind),
    }
    Ok(())
}

fn payload(data: Option<&RawValue>) -> Result<&str, Unreadable> {
    let data = data.ok_or(Unreadable::Missing { field: "data" })?;
    Ok(data.get())
}

fn deal<'a>(symbol: &'a str, deal: &Deal<'_>) -> Result<Said<'a>, Unreadable> {
    let price = deal.price_str.or(deal.price);
    let price = price.ok_or(Unreadable::Missing { field: "price_str" })?;
    let id = deal.id_str.or(deal.id).and_then(Digits::text);
    let (time, precision) = moment(deal.microtimestamp, deal.timestamp);
    let seq = id.and_then(|id| id.parse().ok());
    let trade = Trade {
        price: paid("price_str", price.read("price_str")?)?,
        size: optional("amount_str", deal.amount_str.or(deal.amount))?,
        time,
        id: id.and_then(TradeId::new),
        side: match deal.side.and_then(Digits::text) {
            Some("0") => Some(Side::Buy),
            Some("1") => Some(Side::Sell),
            Some(_) | None => None,
        },
        conditions: Conditions::NONE,
    };
    Ok(Said {
        symbol,
        // The same trade, whichever connection tells of it.
        seq,
        tick: Tick::Trade(trade),
        precision,
    })
}

fn best<'a>(symbol: &'a str, book: &Book<'_>) -> Result<Said<'a>, Unreadable> {
    let (time, precision) = moment(book.microtimestamp, book.timestamp);
    let quote = Quote {
        bid: book.bids.offer()?,
        ask: book.asks.offer()?,
        time,
    };
    Ok(Said {
        symbol,
        seq: None,
        tick: Tick::Quote(quote),
        precision,
    })
}

/// The coarser one is in seconds on some channels and in thousandths on others.
fn moment(fine: Option<Digits<'_>>, coarse: Option<Digits<'_>>) -> (Option<DateTime<Utc>>, Precision) {
    match stated(fine.and_then(Digits::text)) {
        (None, _) => stated(coarse.and_then(Digits::text)),
        known => known,
    }
}
