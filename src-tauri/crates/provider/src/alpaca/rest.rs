//! The state of things, asked for again and again.
//!
//! ```json
//! {"AAPL":{"latestTrade":{"t":"2021-05-11T20:00:00.435997104Z","x":"Q","p":125.91,"s":5589631,"c":["@","M"],"i":179430,"z":"C"},"latestQuote":{"t":"2021-05-11T22:05:02.307304704Z","ax":"P","ap":125.68,"as":12,"bx":"P","bp":125.6,"bs":4,"c":["R"]},"minuteBar":{},"dailyBar":{"t":"2021-05-11T04:00:00Z","o":123.5,"h":126.27,"l":122.77,"c":125.91,"v":125863164},"prevDailyBar":{"c":126.85}}}
//! {"snapshots":{"BTC/USD":{"latestTrade":{"t":"2022-05-20T23:59:52.311Z","p":29195.2,"s":0.01,"tks":"S","i":1},"latestQuote":{"ap":29224,"as":0.5,"bp":29160,"bs":1,"t":"2022-05-20T23:59:52.311Z"}}}}
//! ```

use std::collections::BTreeMap;

use model::{Condition, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Alpaca;

use super::symbol::Market;
use super::tick::{Bar, Best, Trade, best, day, deal};
use crate::json::{optional, parse};
use crate::offer::figure;
use crate::query::{escape, named};
use crate::sentence::sentence;
use crate::{Directory, Event, Unreadable};

/// So many names make an address that every server takes.
pub(super) const SYMBOLS_PER_PATH: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State<'a> {
    #[serde(borrow)]
    latest_trade: Option<Trade<'a>>,
    #[serde(borrow)]
    latest_quote: Option<Best<'a>>,
    #[serde(borrow)]
    daily_bar: Option<Bar<'a>>,
    #[serde(borrow)]
    prev_daily_bar: Option<Bar<'a>>,
}

pub(super) fn paths(market: Market, names: &[String]) -> Vec<String> {
    let (path, feed) = match market {
        Market::Iex => ("/v2/stocks/snapshots", "&feed=iex"),
        Market::Sip => ("/v2/stocks/snapshots", "&feed=sip"),
        Market::Delayed => ("/v2/stocks/snapshots", "&feed=delayed_sip"),
        Market::Crypto => ("/v1beta3/crypto/us/snapshots", ""),
        Market::Test => return Vec::new(),
    };
    let chunks = names.chunks(SYMBOLS_PER_PATH);
    let paths = chunks.map(|chunk| {
        let mut path = format!("{path}?symbols=");
        for (at, name) in chunk.iter().enumerate() {
            if at > 0 {
                path.push(',');
            }
            escape(&mut path, name);
        }
        path.push_str(feed);
        path
    });
    paths.collect()
}

pub(super) fn read(
    path: &str,
    text: &str,
    alpaca: &mut Alpaca,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    alpaca.names.compare(directory);
    let mut answer: BTreeMap<String, &RawValue> = parse(text)?;
    if let Some(words) = answer
        .get("message")
        .and_then(|words| parse::<String>(words.get()).ok())
    {
        let why = sentence(Some(&words), None);
        events.push(Event::Complaint { why });
        return Ok(());
    }
    if let Some(inside) = answer.get("snapshots") {
        answer = parse(inside.get())?;
    }
    let mut told = Ok(());
    for (name, state) in &answer {
        told = told.and(one(name, state, alpaca, directory, events));
    }
    for name in named(path, "symbols", &alpaca.fetched) {
        if !answer.contains_key(name) {
            let why = "it is not among what the venue has";
            alpaca.names.refuse(name, why, directory, events);
        }
    }
    told
}

fn one(
    name: &str,
    state: &RawValue,
    alpaca: &Alpaca,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    // It knows the name, and nothing was ever done under it.
    let state: Option<State<'_>> = parse(state.get())?;
    let (known, session) = (alpaca.market.instrument(), alpaca.market.session());
    alpaca.names.accept(name, directory, known, session, events);
    let Some(state) = state else { return Ok(()) };
    let trade = state.latest_trade.as_ref().map(deal).transpose()?;
    let quote = state.latest_quote.as_ref().map(best).transpose()?;
    let time = trade
        .and_then(|(trade, precision)| Some((trade.time?, precision)))
        .or_else(|| quote.and_then(|(quote, precision)| Some((quote.time?, precision))));
    let bar = state.daily_bar.as_ref();
    let close = figure(optional("dailyBar.c", bar.and_then(|bar| bar.c))?);
    let last = trade.map(|(trade, _)| match close {
        // The day's bar knows the last deal that is one.
        Some(close) if trade.conditions.has(Condition::NotLast) => (close, None),
        Some(_) | None => (trade.price, trade.size),
    });
    let snapshot = Snapshot {
        last,
        bid: quote.and_then(|(quote, _)| quote.bid),
        ask: quote.and_then(|(quote, _)| quote.ask),
        session,
        time: time.map(|(time, _)| time),
        ..Snapshot::default()
    };
    let precision = time.map(|(_, precision)| precision).unwrap_or_default();
    alpaca.names.snapshot(name, None, (snapshot, precision), events);
    if let Some(bar) = bar {
        let mut figures = day(bar)?;
        let before = state.prev_daily_bar.as_ref().and_then(|bar| bar.c);
        figures.reference = figure(optional("prevDailyBar.c", before)?);
        alpaca.names.day(name, figures, events);
    }
    Ok(())
}
