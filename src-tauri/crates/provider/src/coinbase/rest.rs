//! What is fetched where nothing else gets through: the state of one product.
//!
//! ```text
//! /products/BTC-USD/ticker
//! ```
//!
//! ```json
//! {"ask":"6267.71","bid":"6265.15","volume":"53602.03940154","trade_id":86326522,"price":"6268.48","size":"0.00698254","time":"2020-03-20T00:22:57.833Z"}
//! {"message":"NotFound"}
//! ```

use model::{Precision, Session, Snapshot};
use serde::Deserialize;

use super::{error, symbol};
use crate::json::{Digits, Text, optional, parse};
use crate::names::Names;
use crate::sentence::sentence;
use crate::{Asking, Denial, Directory, Event, Unreadable, offer, pair, query, time};

const BEFORE: &str = "/products/";
const BEHIND: &str = "/ticker";

#[derive(Deserialize)]
struct Ticker<'a> {
    #[serde(borrow)]
    price: Option<Digits<'a>>,
    #[serde(borrow)]
    size: Option<Digits<'a>>,
    #[serde(borrow)]
    bid: Option<Digits<'a>>,
    #[serde(borrow)]
    ask: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
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
    let answer: Ticker<'_> = parse(text)?;
    let product = path
        .strip_prefix(BEFORE)
        .and_then(|path| path.strip_suffix(BEHIND));
    let product = product.ok_or(Unreadable::Missing { field: "product" })?;
    if let Some(message) = answer.message.as_deref() {
        let why = sentence(Some(message), None);
        if error::is_too_many(&why) {
            let denial = Denial::Slower { patience: None };
            events.push(Event::Denied { denial, why });
        } else {
            names.refuse(product, &why, directory, events);
        }
        return Ok(());
    }
    let stated = answer.time.as_deref().and_then(time::iso);
    let snapshot = Snapshot {
        last: offer::offer(optional("price", answer.price)?, optional("size", answer.size)?),
        bid: offer::offer(optional("bid", answer.bid)?, None),
        ask: offer::offer(optional("ask", answer.ask)?, None),
        volume: optional("volume", answer.volume)?,
        session: Some(Session::Open),
        time: stated.map(|(time, _)| time),
        ..Snapshot::default()
    };
    if snapshot.last.or(snapshot.bid).or(snapshot.ask).is_none() {
        return Err(Unreadable::Missing { field: "price" });
    }
    let precision = stated.map_or(Precision::default(), |(_, precision)| precision);
    names.accept(product, directory, pair::coins, snapshot.session, events);
    // Without the number of its trade: the best prices move between two of them.
    names.snapshot(product, None, (snapshot, precision), events);
    Ok(())
}
