//! Everything that comes: one object in each message, and what it is tell its fields.
//!
//! ```json
//! {"s":"AAPL","p":309.19,"c":[],"v":2,"dp":false,"ms":"extended-hours","t":1787671313868}
//! {"s":"AAPL","ap":227.33,"as":200,"bp":227.30,"bs":100,"t":1725198451165}
//! {"s":"AUDUSD","a":0.70743161,"b":0.70722341,"dc":"0.552","dd":"0.0039","ppms":false,"t":1770759992063}
//! {"s":"BTC-USD","p":"82986","q":"0.1","t":1791667254826}
//! ```
//!
//! Numbers are written as numbers or as texts. Deals come late and in any order;
//! whoever keeps them looks at their times.

use chrono::{DateTime, Utc};
use model::{Condition, Conditions, Precision, Quote, Session, SessionChange, Size, Snapshot, Tick, Trade};
use serde::Deserialize;

use super::channel::Market;
use super::{Eodhd, error, heard};
use crate::json::{Digits, Text, optional, parse};
use crate::names::Said;
use crate::offer::{offer, paid};
use crate::time::stated;
use crate::{Directory, Event, Unreadable};

/// The codes in `c` are in no table of its papers: a deal with any of them
/// moves the price, as one without does.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "s", borrow)]
    symbol: Option<Text<'a>>,
    #[serde(rename = "p", borrow)]
    price: Option<Digits<'a>>,
    #[serde(rename = "v", borrow)]
    volume: Option<Digits<'a>>,
    #[serde(rename = "q", borrow)]
    quantity: Option<Digits<'a>>,
    #[serde(rename = "ap", borrow)]
    ask_price: Option<Digits<'a>>,
    #[serde(rename = "as", borrow)]
    ask_size: Option<Digits<'a>>,
    #[serde(rename = "bp", borrow)]
    bid_price: Option<Digits<'a>>,
    #[serde(rename = "bs", borrow)]
    bid_size: Option<Digits<'a>>,
    #[serde(rename = "a", borrow)]
    ask: Option<Digits<'a>>,
    #[serde(rename = "b", borrow)]
    bid: Option<Digits<'a>>,
    #[serde(rename = "ms", borrow)]
    session: Option<Text<'a>>,
    #[serde(rename = "t", borrow)]
    time: Option<Digits<'a>>,
    #[serde(borrow)]
    status: Option<Digits<'a>>,
    #[serde(borrow)]
    status_code: Option<Digits<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

pub(super) fn read(
    text: &str,
    eodhd: &mut Eodhd,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let message: Message<'_> = parse(text)?;
    if let Some(status) = message.status_code.or(message.status) {
        let code = status.text().and_then(|code| code.parse().ok());
        let about = (&eodhd.names, &mut eodhd.asked);
        error::told(code, message.message.as_deref(), about, directory, events);
        return Ok(());
    }
    let Some(symbol) = message.symbol.as_deref() else {
        let is_price = message.price.is_some() || message.ask.is_some() || message.ask_price.is_some();
        return Err(if is_price {
            Unreadable::Missing { field: "s" }
        } else {
            Unreadable::UnknownKind
        });
    };
    let (time, precision) = stated(message.time.and_then(Digits::text));
    let words = message.session.as_deref().unwrap_or_default();
    let (session, is_extended) = heard::phase(words, time);
    let tick = tick(&message, is_extended, time)?;
    if eodhd.names.keys(symbol).is_empty() {
        return Ok(());
    }
    if eodhd.heard.is_first(symbol) {
        let session = session.or(eodhd.market.session());
        let known = |symbol: &_| eodhd.market.known(symbol);
        eodhd.names.accept(symbol, directory, known, session, events);
        if let Some(session) = session {
            eodhd.heard.is_news(symbol, session, time);
        }
        // Of currencies it is the last price of before, maybe of days ago: what is known, and
        // nothing that happens. The others send only what happens.
        if eodhd.market == Market::Forex {
            let snapshot = state(tick, session);
            eodhd.names.snapshot(symbol, None, (snapshot, precision), events);
            return Ok(());
        }
    }
    if let Some(session) = session
        && eodhd.heard.is_news(symbol, session, time)
    {
        changed(symbol, session, (time, precision), eodhd, events);
    }
    let said = Said {
        symbol,
        seq: None,
        tick,
        precision,
    };
    eodhd.names.tell(said, events);
    Ok(())
}

fn tick(message: &Message<'_>, is_extended: bool, time: Option<DateTime<Utc>>) -> Result<Tick, Unreadable> {
    if let Some(price) = message.price {
        let conditions = if is_extended {
            Conditions::NONE.with(Condition::Extended)
        } else {
            Conditions::NONE
        };
        let size: Option<Size> = optional("v", message.volume.or(message.quantity))?;
        return Ok(Tick::Trade(Trade {
            price: paid("p", price.read("p")?)?,
            // A change of the price without a deal.
            size: size.filter(|size| !size.decimal().is_zero()),
            time,
            id: None,
            side: None,
            conditions,
        }));
    }
    let (bid, ask) = (
        message.bid_price.or(message.bid),
        message.ask_price.or(message.ask),
    );
    if bid.is_none() && ask.is_none() {
        return Err(Unreadable::Missing { field: "p" });
    }
    Ok(Tick::Quote(Quote {
        bid: offer(optional("b", bid)?, optional("bs", message.bid_size)?),
        ask: offer(optional("a", ask)?, optional("as", message.ask_size)?),
        time,
    }))
}

fn state(tick: Tick, session: Option<Session>) -> Snapshot {
    let time = tick.time();
    let state = Snapshot {
        session,
        time,
        ..Snapshot::default()
    };
    match tick {
        Tick::Trade(trade) => Snapshot {
            last: Some((trade.price, trade.size)),
            ..state
        },
        Tick::Quote(quote) => Snapshot {
            bid: quote.bid,
            ask: quote.ask,
            ..state
        },
    }
}

/// Told with every deal, and news when it is another.
fn changed(
    symbol: &str,
    session: Session,
    (time, precision): (Option<DateTime<Utc>>, Precision),
    eodhd: &Eodhd,
    events: &mut Vec<Event>,
) {
    let keys = eodhd.names.keys(symbol);
    events.extend(keys.iter().map(|key| Event::Session {
        key: *key,
        seq: None,
        change: SessionChange {
            session,
            reason: None,
            time,
        },
        precision,
    }));
}
