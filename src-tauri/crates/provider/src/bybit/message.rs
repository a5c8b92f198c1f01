//! Everything that comes over the socket, whatever the order of its fields.
//!
//! ```json
//! {"success":true,"ret_msg":"","conn_id":"cejreaspqfm9se7usbrg-2xh","req_id":"1","op":"subscribe"}
//! {"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617}]}
//! {"topic":"orderbook.1.BTCUSDT","ts":1772694601512,"type":"snapshot","data":{"s":"BTCUSDT","b":[["16493.50","0.006"]],"a":[["16611.00","0.029"]],"u":18521288,"seq":7961638724},"cts":1772694601508}
//! {"topic":"tickers.BTCUSDT","ts":1673853746003,"type":"snapshot","cs":2588407389,"data":{"symbol":"BTCUSDT","lastPrice":"21109.77","highPrice24h":"21426.99","lowPrice24h":"20575","prevPrice24h":"20704.93","volume24h":"6780.866843","turnover24h":"141946527.22907118","price24hPcnt":"0.0196","usdIndexPrice":"21120.2400136"}}
//! {"topic":"kline.1.BTCUSDT","data":[{"start":1672324800000,"end":1672324859999,"interval":"1","open":"16649.5","close":"16677","high":"16677","low":"16608","volume":"2.081","turnover":"34666.4005","confirm":false,"timestamp":1672324808882}],"ts":1672324808882,"type":"snapshot"}
//! {"success":true,"ret_msg":"pong","conn_id":"0970e817-426e-429a-a679-ff7f55e0b16a","op":"ping"}
//! ```

use model::{Candle, Conditions, DayFigures, DaySpan, Quote, Session, Side, Tick, Timeframe, Trade, TradeId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Channel;
use super::error;
use crate::book::Top;
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::{Names, Said};
use crate::offer::{figure, offer, paid};
use crate::time::stated;
use crate::unanswered::Unanswered;
use crate::{Directory, Event, Unreadable, pair};

#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    topic: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    ts: Option<Digits<'a>>,
    /// When the book became so; `ts` is when that was told.
    #[serde(borrow)]
    cts: Option<Digits<'a>>,
    #[serde(borrow)]
    op: Option<Text<'a>>,
    success: Option<bool>,
    #[serde(borrow)]
    ret_msg: Option<Text<'a>>,
    #[serde(borrow)]
    req_id: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Deal<'a> {
    #[serde(rename = "T", borrow)]
    time: Option<Digits<'a>>,
    #[serde(rename = "S", borrow)]
    side: Option<Text<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
    #[serde(borrow)]
    p: Digits<'a>,
    #[serde(borrow)]
    i: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Book<'a> {
    #[serde(borrow)]
    b: Top<'a>,
    #[serde(borrow)]
    a: Top<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Figures<'a> {
    #[serde(rename = "lastPrice", borrow)]
    last: Option<Digits<'a>>,
    #[serde(rename = "prevPrice24h", borrow)]
    before: Option<Digits<'a>>,
    #[serde(rename = "highPrice24h", borrow)]
    high: Option<Digits<'a>>,
    #[serde(rename = "lowPrice24h", borrow)]
    low: Option<Digits<'a>>,
    #[serde(rename = "volume24h", borrow)]
    volume: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Bar<'a> {
    #[serde(borrow)]
    start: Digits<'a>,
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
}

pub(super) fn read(
    text: &str,
    names: &Names,
    unanswered: &mut Unanswered,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let outline: Outline<'_> = parse(text)?;
    match outline.topic.as_deref() {
        Some(topic) => told(topic, &outline, names, events),
        None => answer(&outline, unanswered, directory, events),
    }
}

fn told(
    topic: &str,
    outline: &Outline<'_>,
    names: &Names,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let Some((channel, native)) = Channel::named(topic) else {
        // Told to whoever asked for it elsewhere; nothing here reads it.
        return match topic.split('.').next() {
            Some("orderbook" | "kline" | "rpi" | "system") => Ok(()),
            Some(_) | None => Err(Unreadable::UnknownKind),
        };
    };
    let data = outline.data.ok_or(Unreadable::Missing { field: "data" })?.get();
    match channel {
        Channel::Trades => each(data, |element| {
            names.tell(deal(native, &parse(element)?)?, events);
            Ok(())
        }),
        // Where a side is left out it is what it was; of spot it is always whole.
        Channel::Best if outline.kind.as_deref() == Some("delta") => Ok(()),
        Channel::Best => {
            let time = outline.cts.or(outline.ts);
            names.tell(best(native, &parse(data)?, time)?, events);
            Ok(())
        }
        Channel::Ticker => {
            let figures: Figures<'_> = parse(data)?;
            let last = offer(optional("lastPrice", figures.last)?, None);
            names.last(native, last, events);
            names.day(native, day(&figures, outline.ts)?, events);
            Ok(())
        }
        Channel::Minute => each(data, |element| {
            names.bar(native, Timeframe::Minute, bar(&parse(element)?)?, events);
            Ok(())
        }),
    }
}

/// To something that we said.
fn answer(
    outline: &Outline<'_>,
    unanswered: &mut Unanswered,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let words = outline.ret_msg.as_deref().unwrap_or_default();
    match (outline.op.as_deref(), outline.success) {
        // On this market a pong is called a ping, on others it is not.
        (Some("ping" | "pong"), _) => events.push(Event::Heartbeat),
        (Some("unsubscribe"), _) => {}
        (Some("subscribe"), Some(success)) => {
            let id = outline.req_id.and_then(Digits::text);
            let asked = match id.and_then(|id| id.parse().ok()) {
                Some(id) => unanswered.answered(id),
                None => unanswered.only_one(),
            };
            let asked = asked.as_deref();
            let alone = asked.is_some_and(|asked| asked.len() == 1);
            if success || (alone && error::stands_already(words)) {
                for symbol in asked.unwrap_or_default() {
                    events.extend(directory.key(symbol.as_str()).map(|key| Event::Accepted {
                        key,
                        seq: None,
                        recovered: None,
                        instrument: Box::new(pair::coins(symbol)),
                        // There is no hour at which coins are not traded.
                        session: Some(Session::Open),
                    }));
                }
            } else {
                events.extend(error::told(words, asked, directory));
            }
        }
        (None, Some(false)) => events.extend(error::told(words, None, directory)),
        (Some(_) | None, _) => return Err(Unreadable::UnknownKind),
    }
    Ok(())
}

fn deal<'a>(native: &'a str, deal: &Deal<'a>) -> Result<Said<'a>, Unreadable> {
    let (time, precision) = stated(deal.time.and_then(Digits::text));
    let trade = Trade {
        price: paid("p", deal.p.read("p")?)?,
        size: optional("v", deal.v)?,
        time,
        id: deal.i.and_then(Digits::text).and_then(TradeId::new),
        // Of whoever took what was offered.
        side: match deal.side.as_deref() {
            Some("Buy") => Some(Side::Buy),
            Some("Sell") => Some(Side::Sell),
            Some(_) | None => None,
        },
        conditions: Conditions::NONE,
    };
    Ok(Said {
        symbol: native,
        seq: None,
        tick: Tick::Trade(trade),
        precision,
    })
}

fn best<'a>(native: &'a str, book: &Book<'_>, time: Option<Digits<'_>>) -> Result<Said<'a>, Unreadable> {
    let (time, precision) = stated(time.and_then(Digits::text));
    let quote = Quote {
        bid: book.b.offer()?,
        ask: book.a.offer()?,
        time,
    };
    Ok(Said {
        symbol: native,
        seq: None,
        tick: Tick::Quote(quote),
        precision,
    })
}

pub(super) fn day(figures: &Figures<'_>, time: Option<Digits<'_>>) -> Result<DayFigures, Unreadable> {
    let before = figure(optional("prevPrice24h", figures.before)?);
    Ok(DayFigures {
        span: DaySpan::Rolling,
        open: before,
        high: figure(optional("highPrice24h", figures.high)?),
        low: figure(optional("lowPrice24h", figures.low)?),
        volume: optional("volume24h", figures.volume)?,
        reference: before,
        time: stated(time.and_then(Digits::text)).0,
    })
}

fn bar(bar: &Bar<'_>) -> Result<Candle, Unreadable> {
    let (start, _) = stated(bar.start.text());
    Ok(Candle {
        start: start.ok_or(Unreadable::Time { field: "start" })?.timestamp(),
        open: bar.open.read("open")?,
        high: bar.high.read("high")?,
        low: bar.low.read("low")?,
        close: bar.close.read("close")?,
        volume: bar.volume.read("volume")?,
        // It does not say how many.
        trades: 0,
    })
}
