//! Everything that comes over the socket. Numbers, times and ids are all texts.
//!
//! ```json
//! {"id":"1","event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"},"connId":"accb8e21"}
//! {"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instType":"SPOT","instId":"BTC-USDT","last":"30227.5","lastSz":"0.007903","askPx":"30230.3","askSz":"1.92174778","bidPx":"30230.2","bidSz":"0.4112","open24h":"29700.4","high24h":"31073","low24h":"28020.3","sodUtc0":"29028.8","sodUtc8":"30337.7","volCcy24h":"525818937.58","vol24h":"17602.68811284","ts":"1652459234813"}]}
//! {"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.9","sz":"0.12060306","side":"buy","ts":"1630048897897","count":"3"}]}
//! pong
//! ```

use chrono::{DateTime, Utc};
use model::{
    Conditions, DayFigures, DaySpan, Precision, Price, Quote, Session, Side, Size, Tick, Trade, TradeId,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Channel;
use super::error;
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::{Names, Said};
use crate::offer::{figure, offer, paid};
use crate::time::stated;
use crate::unanswered::Unanswered;
use crate::{Directory, Event, Unreadable, pair};

/// What tells the kinds apart.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    event: Option<Text<'a>>,
    #[serde(borrow)]
    arg: Option<Argument<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    /// The number of a request, which came back to us as it went.
    #[serde(borrow)]
    id: Option<Digits<'a>>,
    #[serde(borrow)]
    code: Option<Digits<'a>>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Argument<'a> {
    #[serde(borrow)]
    channel: Text<'a>,
    #[serde(borrow)]
    inst_id: Option<Text<'a>>,
}

/// One deal, or several of one order at one price.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deal<'a> {
    #[serde(borrow)]
    inst_id: Option<Text<'a>>,
    #[serde(borrow)]
    trade_id: Option<Digits<'a>>,
    #[serde(borrow)]
    px: Digits<'a>,
    #[serde(borrow)]
    sz: Option<Digits<'a>>,
    #[serde(borrow)]
    side: Option<Text<'a>>,
    #[serde(borrow)]
    ts: Option<Digits<'a>>,
}

/// What is offered, and what the last 24 hours came to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ticker<'a> {
    #[serde(borrow)]
    pub(super) inst_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) last: Option<Digits<'a>>,
    #[serde(borrow)]
    pub(super) last_sz: Option<Digits<'a>>,
    #[serde(borrow)]
    bid_px: Option<Digits<'a>>,
    #[serde(borrow)]
    bid_sz: Option<Digits<'a>>,
    #[serde(borrow)]
    ask_px: Option<Digits<'a>>,
    #[serde(borrow)]
    ask_sz: Option<Digits<'a>>,
    #[serde(rename = "open24h", borrow)]
    open: Option<Digits<'a>>,
    #[serde(rename = "high24h", borrow)]
    high: Option<Digits<'a>>,
    #[serde(rename = "low24h", borrow)]
    low: Option<Digits<'a>>,
    #[serde(rename = "vol24h", borrow)]
    volume: Option<Digits<'a>>,
    #[serde(borrow)]
    ts: Option<Digits<'a>>,
}

pub(super) fn read(
    text: &str,
    names: &Names,
    unanswered: &Unanswered,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    // The one word that is no JSON.
    if text == "pong" {
        events.push(Event::Heartbeat);
        return Ok(());
    }
    let outline: Outline<'_> = parse(text)?;
    let code = outline.code.and_then(Digits::text);
    let words = outline.msg.as_deref();
    match (outline.event.as_deref(), &outline.arg) {
        (None, Some(arg)) => return told(arg, outline.data, names, events),
        (Some("subscribe"), Some(arg)) => {
            // Each channel has an answer of its own. Where the trades come the rest comes too.
            if let (Some(Channel::Trades), Some(native)) = (Channel::from_word(&arg.channel), &arg.inst_id) {
                names.accept(native, directory, pair::coins, Some(Session::Open), events);
            }
        }
        // How many connections there are, which they may.
        (Some("unsubscribe" | "channel-conn-count"), _) => {}
        (Some("error"), _) => {
            let id = outline.id.and_then(Digits::text);
            let asked = id.and_then(|id| unanswered.of(id.parse().ok()?));
            error::told(code, words, (names, asked), directory, events);
        }
        (Some("channel-conn-count-error"), _) => events.push(error::crowded(words)),
        (Some("notice"), _) => events.push(error::notice(code, words).ok_or(Unreadable::UnknownKind)?),
        (Some(_) | None, _) => return Err(Unreadable::UnknownKind),
    }
    Ok(())
}

fn told(
    arg: &Argument<'_>,
    data: Option<&RawValue>,
    names: &Names,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let Some(channel) = Channel::from_word(&arg.channel) else {
        // Told to whoever asked for it elsewhere; nothing here reads it.
        return match &*arg.channel {
            word if word.starts_with("books") || word.starts_with("bbo") || word.starts_with("candle") => {
                Ok(())
            }
            _ => Err(Unreadable::UnknownKind),
        };
    };
    let data = data.ok_or(Unreadable::Missing { field: "data" })?;
    let of_all = arg.inst_id.as_deref();
    each(data.get(), |element| match channel {
        Channel::Trades => {
            let deal: Deal<'_> = parse(element)?;
            let native = deal.inst_id.as_deref().or(of_all);
            let native = native.ok_or(Unreadable::Missing { field: "instId" })?;
            let (time, precision) = moment(deal.ts);
            let tick = Tick::Trade(trade(&deal, time)?);
            let id = deal.trade_id.and_then(Digits::text);
            // The same trade, whichever connection tells of it.
            let seq = id.and_then(|id| id.parse().ok());
            names.tell(said(native, seq, tick, precision), events);
            Ok(())
        }
        Channel::Tickers => {
            let ticker: Ticker<'_> = parse(element)?;
            let native = ticker.inst_id.as_deref().or(of_all);
            let native = native.ok_or(Unreadable::Missing { field: "instId" })?;
            let (quote, precision) = quote(&ticker)?;
            names.tell(said(native, None, Tick::Quote(quote), precision), events);
            names.last(native, last(&ticker)?, events);
            names.day(native, day(&ticker)?, events);
            Ok(())
        }
    })
}

const fn said(symbol: &str, seq: Option<u64>, tick: Tick, precision: Precision) -> Said<'_> {
    Said {
        symbol,
        seq,
        tick,
        precision,
    }
}

fn trade(deal: &Deal<'_>, time: Option<DateTime<Utc>>) -> Result<Trade, Unreadable> {
    Ok(Trade {
        price: paid("px", deal.px.read("px")?)?,
        size: optional("sz", deal.sz)?,
        time,
        id: deal.trade_id.and_then(Digits::text).and_then(TradeId::new),
        side: match deal.side.as_deref() {
            Some("buy") => Some(Side::Buy),
            Some("sell") => Some(Side::Sell),
            Some(_) | None => None,
        },
        conditions: Conditions::NONE,
    })
}

/// What was dealt in before anything is told of deals.
pub(super) fn last(ticker: &Ticker<'_>) -> Result<Option<(Price, Option<Size>)>, Unreadable> {
    Ok(offer(
        optional("last", ticker.last)?,
        optional("lastSz", ticker.last_sz)?,
    ))
}

pub(super) fn quote(ticker: &Ticker<'_>) -> Result<(Quote, Precision), Unreadable> {
    let side = |price, size| -> Result<_, Unreadable> {
        let price: Option<Price> = optional("bidPx or askPx", price)?;
        let size: Option<Size> = optional("bidSz or askSz", size)?;
        Ok(offer(price, size))
    };
    let (time, precision) = moment(ticker.ts);
    let quote = Quote {
        bid: side(ticker.bid_px, ticker.bid_sz)?,
        ask: side(ticker.ask_px, ticker.ask_sz)?,
        time,
    };
    Ok((quote, precision))
}

pub(super) fn day(ticker: &Ticker<'_>) -> Result<DayFigures, Unreadable> {
    let open = figure(optional("open24h", ticker.open)?);
    Ok(DayFigures {
        span: DaySpan::Rolling,
        open,
        high: figure(optional("high24h", ticker.high)?),
        low: figure(optional("low24h", ticker.low)?),
        volume: optional("vol24h", ticker.volume)?,
        // Its own change is counted from the price of 24 hours ago.
        reference: open,
        time: moment(ticker.ts).0,
    })
}

fn moment(ts: Option<Digits<'_>>) -> (Option<DateTime<Utc>>, Precision) {
    stated(ts.and_then(Digits::text))
}
