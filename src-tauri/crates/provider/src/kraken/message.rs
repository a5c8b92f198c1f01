//! Everything that comes over the socket.
//!
//! ```json
//! {"method":"subscribe","req_id":1,"result":{"channel":"trade","symbol":"BTC/USD","snapshot":true},"success":true,"time_in":"2023-09-25T09:04:31.742599Z","time_out":"2023-09-25T09:04:31.742648Z"}
//! {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2023-10-06T17:35:55.440295Z"}]}
//! {"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD","interval":1,"interval_begin":"2023-10-04T16:25:00.000000000Z","open":106038.2,"high":106044.3,"low":106038.1,"close":106040.1,"volume":30927.68,"vwap":106039.6,"trades":12}]}
//! {"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":18239578009413566319,"system":"online","version":"2.0.10"}]}
//! {"channel":"heartbeat"}
//! {"method":"pong","req_id":42,"time_in":"2023-09-25T09:04:31.742599Z","time_out":"2023-09-25T09:04:31.742648Z"}
//! ```

use model::{
    Candle, Conditions, Precision, Session, SessionChange, Side, Snapshot, Tick, Timeframe, Trade, TradeId,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Channel;
use super::error;
use super::subscription::Requests;
use super::ticker::Ticker;
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::{Names, Said};
use crate::offer::paid;
use crate::time::stated;
use crate::{Directory, Event, Unreadable, pair};

#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    channel: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Text<'a>>,
    success: Option<bool>,
    #[serde(borrow)]
    error: Option<Text<'a>>,
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    result: Option<Subject<'a>>,
    #[serde(borrow)]
    req_id: Option<Digits<'a>>,
}

/// What was subscribed.
#[derive(Deserialize)]
struct Subject<'a> {
    #[serde(borrow)]
    channel: Option<Text<'a>>,
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Deal<'a> {
    #[serde(borrow)]
    symbol: Text<'a>,
    #[serde(borrow)]
    side: Option<Text<'a>>,
    #[serde(borrow)]
    price: Digits<'a>,
    #[serde(borrow)]
    qty: Option<Digits<'a>>,
    #[serde(borrow)]
    trade_id: Option<Digits<'a>>,
    #[serde(borrow)]
    timestamp: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Bar<'a> {
    #[serde(borrow)]
    symbol: Text<'a>,
    #[serde(borrow)]
    interval: Digits<'a>,
    #[serde(borrow)]
    interval_begin: Text<'a>,
    #[serde(borrow)]
    open: Digits<'a>,
    #[serde(borrow)]
    high: Digits<'a>,
    #[serde(borrow)]
    low: Digits<'a>,
    #[serde(borrow)]
    close: Digits<'a>,
    #[serde(borrow)]
    volume: Digits<'a>,
    #[serde(default)]
    trades: u32,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    system: Option<Text<'a>>,
}

pub(super) fn read(
    text: &str,
    (names, requests, session): (&Names, &Requests, &mut Session),
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let outline: Outline<'_> = parse(text)?;
    match (outline.method.as_deref(), outline.channel.as_deref()) {
        (Some(_), _) => answer(&outline, (names, requests, *session), directory, events),
        (None, Some("heartbeat")) => {
            events.push(Event::Heartbeat);
            Ok(())
        }
        (None, Some("status")) => each(data(&outline)?, |element| {
            state(parse(element)?, names, session, events);
            Ok(())
        }),
        // Told to whoever asked for it elsewhere; nothing here reads it.
        (None, Some("book" | "level3" | "instrument")) => Ok(()),
        (None, Some(channel)) => match Channel::from_word(channel) {
            Some(Channel::Trade) if outline.kind.as_deref() == Some("snapshot") => {
                newest(data(&outline)?, names, events)
            }
            Some(Channel::Trade) => each(data(&outline)?, |element| {
                names.tell(deal(&parse(element)?)?, events);
                Ok(())
            }),
            Some(Channel::Ticker) => each(data(&outline)?, |element| {
                let ticker: Ticker<'_> = parse(element)?;
                names.tell(ticker.quote()?, events);
                names.day(&ticker.symbol, ticker.day()?, events);
                Ok(())
            }),
            Some(Channel::Minute) => each(data(&outline)?, |element| bar(&parse(element)?, names, events)),
            None => Err(Unreadable::UnknownKind),
        },
        (None, None) if outline.error.is_some() => {
            answer(&outline, (names, requests, *session), directory, events)
        }
        (None, None) => Err(Unreadable::UnknownKind),
    }
}

fn data<'a>(outline: &Outline<'a>) -> Result<&'a str, Unreadable> {
    let data = outline.data.ok_or(Unreadable::Missing { field: "data" })?;
    Ok(data.get())
}

/// To something that we said.
fn answer(
    outline: &Outline<'_>,
    (names, requests, session): (&Names, &Requests, Session),
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let subject = outline.result.as_ref();
    let symbol = outline.symbol.as_deref();
    let symbol = symbol.or(subject.and_then(|subject| subject.symbol.as_deref()));
    match (outline.method.as_deref(), outline.success) {
        (Some("pong"), _) => events.push(Event::Heartbeat),
        (Some("subscribe"), Some(true)) => {
            let channel = subject.and_then(|subject| subject.channel.as_deref());
            // Each channel has an answer of its own. Where the trades come the rest comes too.
            if let (Some(Channel::Trade), Some(native)) = (channel.and_then(Channel::from_word), symbol) {
                names.accept(native, directory, pair::coins, Some(session), events);
            }
        }
        (Some("unsubscribe"), _) => {}
        (_, Some(false)) | (None, _) => {
            let words = outline.error.as_deref().unwrap_or("it gave no reason");
            let id = outline.req_id.and_then(Digits::text);
            let asked = id.and_then(|id| requests.unanswered.of(id.parse().ok()?));
            match symbol {
                Some(native) if error::stands_already(words) => {
                    names.accept(native, directory, pair::coins, Some(session), events);
                }
                symbol => error::told(words, symbol, (names, asked), directory, events),
            }
        }
        (Some(_), Some(true) | None) => return Err(Unreadable::UnknownKind),
    }
    Ok(())
}

/// Whether there is any trading at all. It may say so before anything is asked for.
fn state(status: Status<'_>, names: &Names, session: &mut Session, events: &mut Vec<Event>) {
    let Some(system) = status.system else {
        return;
    };
    let now = match &*system {
        "online" => Session::Open,
        "maintenance" | "cancel_only" => Session::Halted,
        // Orders are taken and none is filled at once.
        "post_only" | "limit_only" => Session::Auction,
        _ => return,
    };
    if *session == now {
        return;
    }
    *session = now;
    for key in names.all() {
        events.push(Event::Session {
            key,
            seq: None,
            change: SessionChange {
                session: now,
                reason: (now != Session::Open).then(|| (&*system).into()),
                time: None,
            },
            precision: Precision::default(),
        });
    }
}

fn deal<'a>(deal: &'a Deal<'a>) -> Result<Said<'a>, Unreadable> {
    let id = deal.trade_id.and_then(Digits::text);
    let (time, precision) = stated(deal.timestamp.as_deref());
    let trade = Trade {
        price: paid("price", deal.price.read("price")?)?,
        size: optional("qty", deal.qty)?,
        time,
        id: id.and_then(TradeId::new),
        // Of whoever took what was offered.
        side: match deal.side.as_deref() {
            Some("buy") => Some(Side::Buy),
            Some("sell") => Some(Side::Sell),
            Some(_) | None => None,
        },
        conditions: Conditions::NONE,
    };
    Ok(Said {
        symbol: &deal.symbol,
        seq: id.and_then(|id| id.parse().ok()),
        tick: Tick::Trade(trade),
        precision,
    })
}

/// What was traded before we asked. Only the last of it counts, as the latest
/// value and as the number from which on nothing may be missing.
fn newest(data: &str, names: &Names, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let mut last: Option<Deal<'_>> = None;
    let number = |deal: &Deal<'_>| {
        deal.trade_id
            .and_then(Digits::text)
            .and_then(|id| id.parse::<u64>().ok())
    };
    let told = each(data, |element| {
        let next: Deal<'_> = parse(element)?;
        match &last {
            // Those of one message are of one symbol, it seems; safe if they are not.
            Some(before) if *before.symbol == *next.symbol => {
                if number(before) <= number(&next) {
                    last = Some(next);
                }
            }
            Some(before) => {
                known(before, names, events)?;
                last = Some(next);
            }
            None => last = Some(next),
        }
        Ok(())
    });
    match &last {
        Some(deal) => told.and(known(deal, names, events)),
        None => told,
    }
}

fn known(of: &Deal<'_>, names: &Names, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let said = deal(of)?;
    let Tick::Trade(trade) = said.tick else {
        return Ok(());
    };
    let snapshot = Snapshot {
        last: Some((trade.price, trade.size)),
        time: trade.time,
        ..Snapshot::default()
    };
    names.snapshot(said.symbol, said.seq, (snapshot, said.precision), events);
    Ok(())
}

fn bar(bar: &Bar<'_>, names: &Names, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    // Of a length that we do not keep.
    if bar.interval.text() != Some("1") {
        return Ok(());
    }
    let (start, _) = stated(Some(&bar.interval_begin));
    let start = start.ok_or(Unreadable::Time {
        field: "interval_begin",
    })?;
    let candle = Candle {
        start: start.timestamp(),
        open: bar.open.read("open")?,
        high: bar.high.read("high")?,
        low: bar.low.read("low")?,
        close: bar.close.read("close")?,
        volume: bar.volume.read("volume")?,
        trades: bar.trades,
    };
    names.bar(&bar.symbol, Timeframe::Minute, candle, events);
    Ok(())
}
