//! What is fetched where nothing else gets through: the last trade of a product
//! and its best prices.
//!
//! ```text
//! /api/v3/brokerage/market/products/BTC-USD/ticker?limit=1
//! ```
//!
//! ```json
//! {"trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}],"best_bid":"68900.00","best_ask":"68901.00"}
//! {"error":"NOT_FOUND","error_details":"valid product_id is required","message":"valid product_id is required"}
//! {"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}
//! ```

use model::{Precision, Session, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{symbol, trades};
use crate::coinbase::error;
use crate::json::{Digits, Text, optional, parse};
use crate::names::Names;
use crate::sentence::sentence;
use crate::{Asking, Denial, Directory, Event, Unreadable, offer, pair, query};

const BEFORE: &str = "/api/v3/brokerage/market/products/";
/// One trade is enough to know the price.
const BEHIND: &str = "/ticker?limit=1";

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    trades: Option<&'a RawValue>,
    #[serde(borrow)]
    best_bid: Option<Digits<'a>>,
    #[serde(borrow)]
    best_ask: Option<Digits<'a>>,
    #[serde(borrow)]
    error: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(default, borrow)]
    errors: Vec<Fault<'a>>,
}

#[derive(Deserialize)]
struct Fault<'a> {
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

pub(super) fn paths(asking: Asking<'_>) -> Vec<String> {
    let paths = asking.symbols.iter().map(|wanted| {
        let mut path = BEFORE.to_owned();
        query::escape(&mut path, &symbol::native(wanted.symbol));
        path.push_str(BEHIND);
        path
    });
    paths.collect()
}

pub(super) fn read(
    path: &str,
    text: &str,
    names: &Names,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let answer: Answer<'_> = parse(text)?;
    let product = path
        .strip_prefix(BEFORE)
        .and_then(|path| path.strip_suffix(BEHIND));
    let product = product.ok_or(Unreadable::Missing { field: "product" })?;
    if answer.error.is_some() || answer.message.is_some() || !answer.errors.is_empty() {
        refuse(&answer, product, names, directory, events);
        return Ok(());
    }
    let (newest, told) = answer
        .trades
        .map_or((None, Ok(())), |list| trades::newest(list.get()));
    let trade = newest.map(|(trade, _)| trade);
    let snapshot = Snapshot {
        last: trade.map(|trade| (trade.price, trade.size)),
        bid: offer::offer(optional("best_bid", answer.best_bid)?, None),
        ask: offer::offer(optional("best_ask", answer.best_ask)?, None),
        session: Some(Session::Open),
        time: trade.and_then(|trade| trade.time),
        ..Snapshot::default()
    };
    if snapshot.last.or(snapshot.bid).or(snapshot.ask).is_none() {
        return told.and(Err(Unreadable::Missing { field: "price" }));
    }
    let precision = newest.map_or(Precision::default(), |(_, precision)| precision);
    names.accept(product, directory, pair::coins, snapshot.session, events);
    names.snapshot(product, None, (snapshot, precision), events);
    told
}

fn refuse(answer: &Answer<'_>, product: &str, names: &Names, directory: &Directory, events: &mut Vec<Event>) {
    let of_list = answer.errors.first().and_then(|fault| fault.message.as_deref());
    let words = of_list.or(answer.message.as_deref()).or(answer.error.as_deref());
    let why = sentence(words, None);
    if error::is_too_many(&why) {
        let denial = Denial::Slower { patience: None };
        events.push(Event::Denied { denial, why });
    } else {
        names.refuse(product, &why, directory, events);
    }
}
