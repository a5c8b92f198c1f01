//! The latest prices, where they are fetched. The key is in the head.
//!
//! ```text
//! /iex/?tickers=spy,uso
//! /tiingo/crypto/top?tickers=btcusd
//! /tiingo/fx/top?tickers=eurusd
//! ```

use chrono::{DateTime, Utc};
use model::{DayFigures, DaySpan, Precision, Session, Snapshot};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Market;
use crate::json::{Digits, Text, each, optional, parse};
use crate::names::Names;
use crate::offer::{figure, offer};
use crate::query::escape;
use crate::sentence::sentence;
use crate::time::iso;
use crate::{Asking, Directory, Event, Unreadable};

pub(super) fn paths(market: Market, names: &mut Names, asking: Asking<'_>) -> Vec<String> {
    let chunks = asking.chunks(super::STOCKS.symbols_per_message);
    let paths = chunks.map(|chunk| {
        let mut path = market.path().to_owned();
        for (at, wanted) in chunk.symbols.iter().enumerate() {
            names.add(wanted.symbol);
            if at > 0 {
                path.push(',');
            }
            escape(&mut path, &names.native(wanted.symbol));
        }
        path
    });
    paths.collect()
}

/// A stock, a pair of currencies, or one exchange's view of a pair of coins.
///
/// ```json
/// {"ticker":"AAPL","tngoLast":207.12,"last":207.21,"lastSize":100,"lastSaleTimestamp":"2026-09-04T19:59:59.996Z","timestamp":"2026-09-04T20:00:00Z","quoteTimestamp":"2026-09-04T20:00:00Z","prevClose":205.17,"open":206.65,"high":207.23,"low":205.61,"mid":null,"volume":9567133,"bidPrice":null,"bidSize":null,"askPrice":null,"askSize":null}
/// {"ticker":"eurusd","quoteTimestamp":"2026-09-04T20:00:00.157000+00:00","bidPrice":1.08,"bidSize":1000000.0,"askPrice":1.0801,"askSize":1000000.0,"midPrice":1.08005}
/// ```
#[derive(Deserialize)]
struct Latest<'a> {
    #[serde(borrow)]
    ticker: Option<Text<'a>>,
    #[serde(borrow)]
    last: Option<Digits<'a>>,
    #[serde(rename = "lastPrice", borrow)]
    last_price: Option<Digits<'a>>,
    #[serde(rename = "tngoLast", borrow)]
    reference: Option<Digits<'a>>,
    #[serde(rename = "lastSize", borrow)]
    last_size: Option<Digits<'a>>,
    #[serde(rename = "lastSaleTimestamp", borrow)]
    last_time: Option<Text<'a>>,
    #[serde(borrow)]
    timestamp: Option<Text<'a>>,
    #[serde(rename = "quoteTimestamp", borrow)]
    quote_time: Option<Text<'a>>,
    #[serde(rename = "prevClose", borrow)]
    previous: Option<Digits<'a>>,
    #[serde(borrow)]
    open: Option<Digits<'a>>,
    #[serde(borrow)]
    high: Option<Digits<'a>>,
    #[serde(borrow)]
    low: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    #[serde(rename = "bidPrice", borrow)]
    bid: Option<Digits<'a>>,
    #[serde(rename = "bidSize", borrow)]
    bid_size: Option<Digits<'a>>,
    #[serde(rename = "askPrice", borrow)]
    ask: Option<Digits<'a>>,
    #[serde(rename = "askSize", borrow)]
    ask_size: Option<Digits<'a>>,
    /// Of a pair of coins it all stands in here.
    #[serde(rename = "topOfBookData", borrow)]
    inside: Option<&'a RawValue>,
}

/// What stands in the place of a list when it does not like the question.
#[derive(Deserialize)]
struct Trouble<'a> {
    #[serde(borrow)]
    detail: Text<'a>,
}

pub(super) fn read(
    text: &str,
    market: Market,
    names: &Names,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    if let Ok(trouble) = parse::<Trouble<'_>>(text) {
        let why = sentence(Some(&*trouble.detail), None);
        events.push(Event::Complaint { why });
        return Ok(());
    }
    each(text, |element| {
        let latest: Latest<'_> = parse(element)?;
        let ticker = latest.ticker.as_deref();
        // In capitals here, in small letters on the stream.
        let ticker = ticker
            .ok_or(Unreadable::Missing { field: "ticker" })?
            .to_lowercase();
        let session = (market == Market::Crypto).then_some(Session::Open);
        names.accept(&ticker, directory, market.known(), session, events);
        match latest.inside {
            // One for all exchanges together, and it is the first where there are more.
            Some(list) => {
                let mut is_first = true;
                each(list.get(), |top| {
                    if std::mem::take(&mut is_first) {
                        told(&ticker, &parse(top)?, names, events)?;
                    }
                    Ok(())
                })
            }
            None => told(&ticker, &latest, names, events),
        }
    })
}

fn told(ticker: &str, latest: &Latest<'_>, names: &Names, events: &mut Vec<Event>) -> Result<(), Unreadable> {
    let figures = DayFigures {
        span: DaySpan::Session,
        open: figure(optional("open", latest.open)?),
        high: figure(optional("high", latest.high)?),
        low: figure(optional("low", latest.low)?),
        volume: optional("volume", latest.volume)?,
        reference: figure(optional("prevClose", latest.previous)?),
        time: time(latest.timestamp.as_ref()).map(|(time, _)| time),
    };
    if figures.open.or(figures.reference).or(figures.high).is_some() {
        names.day(ticker, figures, events);
    }
    let traded = figure(optional("last", latest.last)?.or(optional("lastPrice", latest.last_price)?));
    let estimated = figure(optional("tngoLast", latest.reference)?);
    let bid = offer(
        optional("bidPrice", latest.bid)?,
        optional("bidSize", latest.bid_size)?,
    );
    let ask = offer(
        optional("askPrice", latest.ask)?,
        optional("askSize", latest.ask_size)?,
    );
    // The time of what is said to be the last price, so that it never looks newer than it is.
    let (last, time) = match (traded, estimated) {
        (Some(price), _) => {
            let last = (price, optional("lastSize", latest.last_size)?);
            (
                Some(last),
                time(latest.last_time.as_ref().or(latest.timestamp.as_ref())),
            )
        }
        (None, Some(price)) => (Some((price, None)), time(latest.timestamp.as_ref())),
        (None, None) => (None, time(latest.quote_time.as_ref())),
    };
    if last.is_none() && bid.is_none() && ask.is_none() {
        return Ok(());
    }
    let snapshot = Snapshot {
        last,
        bid,
        ask,
        high: figures.high,
        low: figures.low,
        volume: figures.volume,
        session: None,
        time: time.map(|(time, _)| time),
    };
    let precision = time.map(|(_, precision)| precision).unwrap_or_default();
    names.snapshot(ticker, None, (snapshot, precision), events);
    Ok(())
}

fn time(text: Option<&Text<'_>>) -> Option<(DateTime<Utc>, Precision)> {
    iso(text?)
}
