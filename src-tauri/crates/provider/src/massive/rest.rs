//! The state of things, asked for again and again, name by name.
//!
//! ```json
//! {"status":"OK","request_id":"6a7e466379af0a71039d60cc78e72282","ticker":{"ticker":"AAPL","updated":1605192894630916600,"day":{"o":119.62,"h":120.53,"l":118.81,"c":120.4229,"v":28727868},"lastTrade":{"c":[14,41],"i":"4046","p":120.47,"s":236,"t":1605195918306274000,"x":10},"lastQuote":{"P":120.47,"S":4,"p":120.46,"s":8,"t":1605195918507251700},"prevDay":{"c":119.49}}}
//! {"status":"OK","request_id":"7","ticker":{"ticker":"C:EURUSD","updated":1605280919000,"day":{"o":1.17,"h":1.19,"l":1.16,"c":1.185,"v":183},"lastQuote":{"a":1.1853,"b":1.1851,"t":1605280919000,"x":48},"prevDay":{"c":1.1802}}}
//! {"status":"NotFound","request_id":"1","message":"Ticker not found."}
//! ```

use model::{Condition, DayFigures, DaySpan, Snapshot};
use serde::Deserialize;

use super::Massive;
use super::symbol::Market;
use super::tick::{Trade, deal};
use crate::json::{Digits, Text, optional, parse};
use crate::offer::{figure, offer};
use crate::query::escape;
use crate::sentence::sentence;
use crate::{Denial, Directory, Event, Unreadable, time};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    ticker: Option<State<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    error: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State<'a> {
    #[serde(borrow)]
    last_trade: Option<Trade<'a>>,
    #[serde(borrow)]
    last_quote: Option<LastQuote<'a>>,
    #[serde(borrow)]
    day: Option<Day<'a>>,
    #[serde(borrow)]
    prev_day: Option<Day<'a>>,
    #[serde(borrow)]
    updated: Option<Digits<'a>>,
}

/// Small letters buy, capitals sell.
#[derive(Deserialize)]
struct LastQuote<'a> {
    #[serde(borrow)]
    p: Option<Digits<'a>>,
    #[serde(borrow)]
    s: Option<Digits<'a>>,
    #[serde(rename = "P", borrow)]
    ask: Option<Digits<'a>>,
    #[serde(rename = "S", borrow)]
    ask_size: Option<Digits<'a>>,
    /// Of currencies, where nobody says how much of it.
    #[serde(borrow)]
    b: Option<Digits<'a>>,
    #[serde(borrow)]
    a: Option<Digits<'a>>,
    #[serde(borrow)]
    t: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Day<'a> {
    #[serde(borrow)]
    o: Option<Digits<'a>>,
    #[serde(borrow)]
    h: Option<Digits<'a>>,
    #[serde(borrow)]
    l: Option<Digits<'a>>,
    #[serde(borrow)]
    c: Option<Digits<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
}

/// There a pair of coins is written in one word.
pub(super) fn path(market: Market, native: &str) -> String {
    let (mut path, name) = match market {
        Market::Shares => (
            "/v2/snapshot/locale/us/markets/stocks/tickers/".to_owned(),
            native.to_owned(),
        ),
        Market::Coins => (
            "/v2/snapshot/locale/global/markets/crypto/tickers/X:".to_owned(),
            native.replace('-', ""),
        ),
        Market::Currencies => (
            "/v2/snapshot/locale/global/markets/forex/tickers/C:".to_owned(),
            native.replace('/', ""),
        ),
    };
    escape(&mut path, &name);
    path
}

pub(super) fn read(
    asked: &str,
    text: &str,
    massive: &mut Massive,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    massive.names.compare(directory);
    let mut natives = massive.fetched.iter();
    let native = natives.find(|native| path(massive.market, native) == asked);
    let native = native.ok_or(Unreadable::Missing { field: "ticker" })?;
    let answer: Answer<'_> = parse(text)?;
    match &answer.ticker {
        Some(state) => told(native, state, massive, directory, events),
        // Every answer of its own has a state; other words are of somebody on the way.
        None if answer.status.is_none() => Err(Unreadable::Missing { field: "ticker" }),
        None => {
            refused(native, &answer, massive, directory, events);
            Ok(())
        }
    }
}

fn refused(
    native: &str,
    answer: &Answer<'_>,
    massive: &Massive,
    directory: &Directory,
    events: &mut Vec<Event>,
) {
    let words = answer.message.as_deref().or(answer.error.as_deref());
    let why = sentence(words, None);
    let status = answer.status.as_deref().unwrap_or_default().to_uppercase();
    let said = why.to_lowercase();
    if status.starts_with("NOT_AUTHORIZED") {
        let denial = Denial::Plan;
        events.push(Event::Denied { denial, why });
    } else if said.contains("api key") {
        let denial = Denial::Key;
        events.push(Event::Denied { denial, why });
    } else if said.contains("maximum requests") {
        let denial = Denial::Slower { patience: None };
        events.push(Event::Denied { denial, why });
    } else {
        massive.names.refuse(native, &why, directory, events);
    }
}

fn told(
    native: &str,
    state: &State<'_>,
    massive: &Massive,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let (known, session) = (massive.market.instrument(), massive.market.session());
    massive.names.accept(native, directory, known, session, events);
    let trade = state.last_trade.as_ref();
    let trade = trade.map(|trade| deal(trade, massive.market)).transpose()?;
    let day = state.day.as_ref();
    let close = figure(optional("day.c", day.and_then(|day| day.c))?);
    let last = match (trade, close) {
        (Some((trade, _)), None) => Some((trade.price, trade.size)),
        (Some((trade, _)), Some(_)) if !trade.conditions.has(Condition::NotLast) => {
            Some((trade.price, trade.size))
        }
        // The day knows the last deal that is one. Some plans have nothing but days.
        (Some(_) | None, close) => close.map(|close| (close, None)),
    };
    let quote = state.last_quote.as_ref();
    // Of a pair of currencies the best price is the newest thing that is known.
    let offered = quote.filter(|quote| quote.a.is_some() || quote.b.is_some());
    let stated = offered.and_then(|quote| quote.t).or(state.updated);
    let stated = time::stated(stated.and_then(Digits::text));
    let (time, precision) = trade.map_or(stated, |(trade, precision)| (trade.time, precision));
    let (bid, bid_size) = quote.map_or((None, None), |quote| (quote.p.or(quote.b), quote.s));
    let (ask, ask_size) = quote.map_or((None, None), |quote| (quote.ask.or(quote.a), quote.ask_size));
    let snapshot = Snapshot {
        last,
        bid: offer(optional("p", bid)?, optional("s", bid_size)?),
        ask: offer(optional("P", ask)?, optional("S", ask_size)?),
        session,
        time,
        ..Snapshot::default()
    };
    massive
        .names
        .snapshot(native, None, (snapshot, precision), events);
    if let Some(day) = day {
        let before = state.prev_day.as_ref().and_then(|day| day.c);
        let figures = DayFigures {
            span: DaySpan::Session,
            open: figure(optional("day.o", day.o)?),
            high: figure(optional("day.h", day.h)?),
            low: figure(optional("day.l", day.l)?),
            volume: optional("day.v", day.v)?,
            reference: figure(optional("prevDay.c", before)?),
            time: None,
        };
        massive.names.day(native, figures, events);
    }
    Ok(())
}
