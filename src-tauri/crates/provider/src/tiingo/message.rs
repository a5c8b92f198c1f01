//! Everything that the streams send.
//!
//! ```json
//! {"messageType":"I","data":{"subscriptionId":49792869},"response":{"code":200,"message":"Success"}}
//! {"messageType":"I","data":{"tickers":["uso","msft"],"thresholdLevel":"6"},"response":{"code":200,"message":"Success"}}
//! {"messageType":"H","response":{"code":200,"message":"HeartBeat"}}
//! {"messageType":"A","service":"iex","data":["2019-02-14T12:17:19.342553795-05:00","spy",274.595]}
//! {"service":"crypto_data","messageType":"A","data":["T","btcusd","2026-09-06T03:55:54.366000+00:00","bitfinex",0.0002,80132.0]}
//! ```
//!
//! A price is a list whose places have no names: which one it is tells a letter
//! at its beginning, and where there is none its length.

use std::collections::HashSet;

use foldhash::fast::RandomState;
use model::{Condition, Conditions, Precision, Quote, Session, SessionChange, Tick, Trade};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Tiingo;
use super::channel::Market;
use super::error;
use super::place::Places;
use crate::json::{Digits, Text, parse};
use crate::names::Said;
use crate::offer::offer;
use crate::time::{since_1970, stated};
use crate::{Directory, Event, Unreadable};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "messageType", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<Response<'a>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    code: Option<Digits<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// What the first question is answered by, or any that came after it.
#[derive(Deserialize)]
struct Standing<'a> {
    #[serde(rename = "subscriptionId", borrow)]
    subscription: Option<Digits<'a>>,
    #[serde(borrow)]
    tickers: Option<Vec<Text<'a>>>,
}

/// The tickers that are said to be halted, so that it is told once.
#[derive(Debug, Default)]
pub(super) struct Halts(HashSet<String, RandomState>);

impl Halts {
    pub(super) fn forget(&mut self, ticker: &str) {
        self.0.remove(ticker);
    }
}

pub(super) fn read(
    text: &str,
    tiingo: &mut Tiingo,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let envelope: Envelope<'_> = parse(text)?;
    match envelope.kind.as_deref() {
        Some("A") => {
            let data = envelope.data.ok_or(Unreadable::Missing { field: "data" })?;
            let places = Places::of(data.get())?;
            match tiingo.market {
                Market::Iex => stock(&places, tiingo, events),
                Market::Crypto => coins(&places, tiingo, events),
                Market::Fx => currencies(&places, tiingo, events),
            }
        }
        Some("H") => {
            events.push(Event::Heartbeat);
            Ok(())
        }
        Some("I") => standing(envelope.data, tiingo, directory, events),
        Some("E") => {
            let (code, words) = match &envelope.response {
                Some(response) => (response.code.and_then(Digits::text), response.message.as_deref()),
                None => (None, None),
            };
            let code = code.and_then(|code| code.parse().ok());
            error::told(
                code,
                words,
                &mut tiingo.requests,
                &tiingo.names,
                directory,
                events,
            );
            Ok(())
        }
        // Announced in its papers: something of the past is said anew, and something is gone.
        Some("U" | "D") => Ok(()),
        Some(_) => Err(Unreadable::UnknownKind),
        None => Err(Unreadable::Missing { field: "messageType" }),
    }
}

/// It says yes to a ticker that it does not know, too, as far as its papers go.
fn standing(
    data: Option<&RawValue>,
    tiingo: &mut Tiingo,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let data = data.ok_or(Unreadable::Missing { field: "data" })?;
    let standing: Standing<'_> = parse(data.get())?;
    let tickers = match (standing.subscription.and_then(Digits::text), standing.tickers) {
        (_, Some(all)) => {
            let is_standing = |ticker: &str| all.iter().any(|one| **one == *ticker || **one == *"*");
            tiingo.requests.standing(is_standing)
        }
        (Some(number), None) => {
            if let Ok(number) = number.parse() {
                tiingo.requests.numbered(number);
            }
            tiingo.requests.answered().unwrap_or_default()
        }
        (None, None) => {
            return Err(Unreadable::Missing {
                field: "subscriptionId",
            });
        }
    };
    let session = (tiingo.market == Market::Crypto).then_some(Session::Open);
    for ticker in tickers {
        let known = tiingo.market.known();
        tiingo.names.accept(&ticker, directory, known, session, events);
    }
    Ok(())
}

/// ```json
/// ["2019-02-14T12:17:19.342553795-05:00","spy",274.595]
/// ["Q","2019-01-30T13:33:45.383129126-05:00",1548873225383129126,"vym",100,81.58,81.585,81.59,100,null,null,0,0,null,null,null]
/// ["T","2019-01-30T13:33:45.594808294-05:00",1548873225594808294,"wes",null,null,null,null,null,50.285,200,null,0,0,0,0]
/// ```
fn stock(places: &Places<'_>, tiingo: &mut Tiingo, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let first = places.text(0, "data")?;
    let kind = match &*first {
        "T" | "Q" | "B" => first,
        _ => return reference(places, &first, tiingo, events),
    };
    places.needs(12, "halted")?;
    let ticker = places.ticker(3)?;
    let (time, precision) = match places.at(2).parse().ok().and_then(since_1970) {
        Some((time, precision)) => (Some(time), precision),
        None => places.stated(1),
    };
    halted(places.truth(11), &ticker, (time, precision), tiingo, events);
    let tick = match &*kind {
        "T" => {
            let mut conditions = Conditions::NONE;
            if places.truth(12) == Some(true) {
                conditions = conditions.with(Condition::Extended);
            }
            if places.truth(14) == Some(true) {
                conditions = conditions.with(Condition::OddLot);
            }
            Tick::Trade(Trade {
                price: places.paid(9, "lastPrice")?,
                size: places.size(10, "lastSize")?,
                time,
                id: None,
                side: None,
                conditions,
            })
        }
        "Q" => Tick::Quote(Quote {
            bid: offer(places.price(5, "bidPrice")?, places.size(4, "bidSize")?),
            ask: offer(places.price(7, "askPrice")?, places.size(8, "askSize")?),
            time,
        }),
        // A trade is taken back, and nothing says which: its trades have no ids.
        _ => return Ok(()),
    };
    tell(tiingo, &ticker, tick, precision, events);
    Ok(())
}

/// The venue's own estimate, made of trades and quotes. It is told as a price
/// without a size that counts for no volume, not as the state of things: it is
/// all that a free account has of a stock, and it must draw a line.
fn reference(
    places: &Places<'_>,
    date: &str,
    tiingo: &Tiingo,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    places.needs(3, "price")?;
    let ticker = places.ticker(1)?;
    let (time, precision) = stated(Some(date));
    let tick = Tick::Trade(Trade {
        price: places.paid(2, "price")?,
        size: None,
        time,
        id: None,
        side: None,
        conditions: Conditions::NONE.with(Condition::NotVolume),
    });
    tell(tiingo, &ticker, tick, precision, events);
    Ok(())
}

/// ```json
/// ["T","btcusd","2026-09-06T03:55:54.366000+00:00","bitfinex",0.0002,80132.0]
/// ["Q","btcusd","2026-09-06T03:55:54.366000+00:00","gdax",6.517e-5,80046.4,80046.405,0.63361423,80046.41]
/// ```
fn coins(places: &Places<'_>, tiingo: &mut Tiingo, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let kind = places.text(0, "data")?;
    let ticker = places.ticker(1)?;
    let (time, precision) = places.stated(2);
    let house = places.text(3, "exchange")?;
    let tick = match &*kind {
        "T" => Tick::Trade(Trade {
            price: places.paid(5, "lastPrice")?,
            size: places.size(4, "lastSize")?,
            time,
            id: None,
            side: None,
            conditions: Conditions::NONE,
        }),
        "Q" => {
            places.needs(9, "askPrice")?;
            let quote = Quote {
                bid: offer(places.price(5, "bidPrice")?, places.size(4, "bidSize")?),
                ask: offer(places.price(8, "askPrice")?, places.size(7, "askSize")?),
                time,
            };
            // Only what somebody wants is remembered.
            let is_wanted = !tiingo.names.keys(&ticker).is_empty();
            if !is_wanted || !tiingo.houses.leads(&ticker, &house, time) {
                return Ok(());
            }
            Tick::Quote(quote)
        }
        _ => return Err(Unreadable::UnknownKind),
    };
    tell(tiingo, &ticker, tick, precision, events);
    Ok(())
}

/// Its papers change the places of the last two, and their own examples do not.
///
/// ```json
/// ["Q","eurnok","2019-07-05T15:49:15.157000+00:00",5000000.0,9.6764,9.678135,5000000.0,9.67987]
/// ```
fn currencies(places: &Places<'_>, tiingo: &Tiingo, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let kind = places.text(0, "data")?;
    if *kind != *"Q" {
        return Err(Unreadable::UnknownKind);
    }
    places.needs(8, "askPrice")?;
    let ticker = places.ticker(1)?;
    let (time, precision) = places.stated(2);
    let tick = Tick::Quote(Quote {
        bid: offer(places.price(4, "bidPrice")?, places.size(3, "bidSize")?),
        ask: offer(places.price(7, "askPrice")?, places.size(6, "askSize")?),
        time,
    });
    tell(tiingo, &ticker, tick, precision, events);
    Ok(())
}

fn tell(tiingo: &Tiingo, symbol: &str, tick: Tick, precision: Precision, events: &mut Vec<Event>) {
    let said = Said {
        symbol,
        seq: None,
        tick,
        precision,
    };
    tiingo.names.tell(said, events);
}

/// It is said with every price, and is news when it changes.
fn halted(
    halted: Option<bool>,
    ticker: &str,
    (time, precision): (Option<chrono::DateTime<chrono::Utc>>, Precision),
    tiingo: &mut Tiingo,
    events: &mut Vec<Event>,
) {
    let keys = tiingo.names.keys(ticker);
    let session = match halted {
        Some(true) if !keys.is_empty() && tiingo.halts.0.insert(ticker.to_owned()) => Session::Halted,
        Some(false) if tiingo.halts.0.remove(ticker) => Session::Open,
        Some(_) | None => return,
    };
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
