//! Lists of trades.
//!
//! ```json
//! {"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}
//! ```

use std::collections::BTreeMap;

use model::{Conditions, Precision, Session, Side, Snapshot, Tick, Trade, TradeId};
use serde::Deserialize;

use crate::json::{Digits, Text, each, optional, parse};
use crate::names::{Names, Said};
use crate::time::stated;
use crate::{Event, Unreadable, offer};

#[derive(Deserialize)]
struct Deal<'a> {
    #[serde(borrow)]
    trade_id: Option<Digits<'a>>,
    #[serde(borrow)]
    product_id: Option<Text<'a>>,
    #[serde(borrow)]
    price: Option<Digits<'a>>,
    #[serde(borrow)]
    size: Option<Digits<'a>>,
    #[serde(borrow)]
    side: Option<Text<'a>>,
    #[serde(borrow)]
    time: Option<Text<'a>>,
}

/// What one element says.
pub(super) struct Made<'a> {
    product: Text<'a>,
    trade: Trade,
    precision: Precision,
    /// Names of trades are numbers that rise.
    number: Option<u64>,
}

/// What has happened since the list before. It is told in one message four times
/// a second, in either order, and the price is that of the newest.
pub(super) fn live(list: &str, names: &Names, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let (mut all, told) = read(list);
    all.sort_by_key(|made| (made.trade.time, made.number));
    for made in all {
        let said = Said {
            symbol: &made.product,
            // The same trade, whichever connection tells of it.
            seq: made.number,
            tick: Tick::Trade(made.trade),
            precision: made.precision,
        };
        names.tell(said, events);
    }
    told
}

/// What was before we asked: the newest of each product is its price, and the
/// rest is nothing.
pub(super) fn past(list: &str, names: &Names, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let (all, told) = read(list);
    let mut newest: BTreeMap<&str, &Made<'_>> = BTreeMap::new();
    for made in &all {
        let known = newest.entry(&made.product).or_insert(made);
        if (made.trade.time, made.number) > (known.trade.time, known.number) {
            *known = made;
        }
    }
    for (product, made) in newest {
        let snapshot = Snapshot {
            last: Some((made.trade.price, made.trade.size)),
            session: Some(Session::Open),
            time: made.trade.time,
            ..Snapshot::default()
        };
        names.snapshot(product, None, (snapshot, made.precision), events);
    }
    told
}

/// What is fetched is a list, too.
pub(super) fn newest(list: &str) -> (Option<(Trade, Precision)>, Result<(), Unreadable>) {
    let (all, told) = read(list);
    let newest = all.iter().max_by_key(|made| (made.trade.time, made.number));
    (newest.map(|made| (made.trade, made.precision)), told)
}

fn read(list: &str) -> (Vec<Made<'_>>, Result<(), Unreadable>) {
    let mut all = Vec::new();
    let told = each(list, |element| {
        all.push(made(&parse(element)?)?);
        Ok(())
    });
    (all, told)
}

fn made<'a>(deal: &Deal<'a>) -> Result<Made<'a>, Unreadable> {
    const PRICE: &str = "price";
    let missing = |field| Unreadable::Missing { field };
    let product = deal.product_id.clone().ok_or(missing("product_id"))?;
    let price = deal.price.ok_or(missing(PRICE))?.read(PRICE)?;
    let size = optional("size", deal.size)?;
    let (time, precision) = stated(deal.time.as_deref());
    let id = deal.trade_id.and_then(Digits::text);
    let trade = Trade {
        price: offer::paid(PRICE, price)?,
        size,
        time,
        id: id.and_then(TradeId::new),
        // It is that of the order that waited; the other one came.
        side: match deal.side.as_deref() {
            Some("BUY") => Some(Side::Sell),
            Some("SELL") => Some(Side::Buy),
            Some(_) | None => None,
        },
        conditions: Conditions::NONE,
    };
    Ok(Made {
        product,
        trade,
        precision,
        number: id.and_then(|id| id.parse().ok()),
    })
}
