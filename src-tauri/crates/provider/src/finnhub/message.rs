//! Everything that comes over the WebSocket.
//!
//! ```json
//! {"type":"trade","data":[{"c":["1","8","24","12"],"p":122.1,"s":"TSLA","t":1672348887195,"v":1},{"c":null,"p":16725.3,"s":"BINANCE:BTCUSDT","t":1672348887201,"v":0.00174}]}
//! {"type":"ping"}
//! {"type":"error","msg":"Subscribing to too many symbols"}
//! ```

use model::{Condition, Size, Tick};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol::instrument;
use super::{Finnhub, condition, error};
use crate::json::{Digits, Text, each, optional, parse, required};
use crate::names::Said;
use crate::offer::paid;
use crate::sale::both;
use crate::{Directory, Event, Unreadable, time};

#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
}

/// It has neither an id nor an exchange, and its time has thousandths.
#[derive(Deserialize)]
struct Trade<'a> {
    #[serde(borrow)]
    s: Option<Text<'a>>,
    #[serde(borrow)]
    p: Option<Digits<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
    #[serde(borrow)]
    t: Option<Digits<'a>>,
    #[serde(borrow)]
    c: Option<&'a RawValue>,
}

pub(super) fn read(
    text: &str,
    finnhub: &mut Finnhub,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    finnhub.names.compare(directory);
    let outline: Outline<'_> = parse(text)?;
    match outline.kind.as_deref() {
        Some("trade") => match outline.data {
            Some(list) if list.get() != "null" => {
                each(list.get(), |trade| deal(trade, finnhub, directory, events))
            }
            Some(_) | None => Err(Unreadable::Missing { field: "data" }),
        },
        Some("ping") => {
            events.push(Event::Heartbeat);
            Ok(())
        }
        Some("error") => {
            let words = outline.msg.as_deref().unwrap_or_default();
            error::told(words, finnhub, directory, events);
            Ok(())
        }
        // For whoever asks for them elsewhere.
        Some("news" | "pr") => Ok(()),
        Some(_) | None => Err(Unreadable::UnknownKind),
    }
}

fn deal(
    text: &str,
    finnhub: &mut Finnhub,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let trade: Trade<'_> = parse(text)?;
    let symbol = trade.s.as_deref().ok_or(Unreadable::Missing { field: "s" })?;
    let price = paid("p", required("p", trade.p)?)?;
    let size: Option<Size> = optional("v", trade.v)?;
    let mut conditions = condition::read(trade.c);
    // Where nobody publishes deals it tells what the price is now, as a deal of nothing. It is all
    // that there ever is of such a name: it moves the price and its candles, and adds to no volume.
    let size = size.filter(|size| !size.decimal().is_zero());
    if size.is_none() {
        conditions = both(conditions, model::Conditions::NONE.with(Condition::NotVolume));
    }
    let (time, precision) = time::stated(trade.t.and_then(Digits::text));
    let Finnhub { names, asked, .. } = finnhub;
    if asked.heard(symbol) {
        names.accept(symbol, directory, instrument, None, events);
    }
    names.tell(
        Said {
            symbol,
            seq: None,
            tick: Tick::Trade(model::Trade {
                price,
                size,
                time,
                id: None,
                side: None,
                conditions,
            }),
            precision,
        },
        events,
    );
    Ok(())
}
