//! What is fetched where no socket gets through. The key is in the head.
//!
//! ```text
//! /quote?symbol=AAPL,RY%3ATSX
//! ```
//!
//! One symbol is answered by itself, several by their names; numbers are texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{DayFigures, DaySpan, Instrument, Session, Snapshot, Symbol};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol::{self, Listed};
use super::{error, kind};
use crate::json::{Digits, Text, optional, parse};
use crate::names::Names;
use crate::offer::figure;
use crate::query::{escape, unescaped, value};
use crate::time::stated;
use crate::{Asking, Directory, Event, Unreadable};

/// Two questions of so many are what a free account has in a minute: each symbol costs one credit.
pub(super) const SYMBOLS_MAX: usize = 4;

pub(super) fn paths(asking: Asking<'_>) -> Vec<String> {
    let paths = asking.chunks(SYMBOLS_MAX).map(|chunk| {
        let names: Vec<_> = chunk.symbols.iter().map(|wanted| wanted.symbol).collect();
        path(&names)
    });
    paths.collect()
}

fn path(symbols: &[&Symbol]) -> String {
    let mut path = String::from("/quote?symbol=");
    for (at, symbol) in symbols.iter().enumerate() {
        if at > 0 {
            path.push(',');
        }
        escape(&mut path, &symbol::native(symbol));
    }
    path
}

/// ```json
/// {"symbol":"AAPL","name":"Apple Inc","exchange":"NASDAQ","mic_code":"XNGS","currency":"USD","datetime":"2026-11-20","timestamp":1795098600,"last_quote_at":1795125540,"open":"119.54900","high":"120.30000","low":"118.96000","close":"119.36000","volume":"13012825","previous_close":"120.30000","change":"-0.94000","percent_change":"-0.78138","average_volume":"106265760","is_market_open":false}
/// ```
#[derive(Deserialize)]
struct Latest<'a> {
    #[serde(borrow)]
    symbol: Option<Text<'a>>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    exchange: Option<Text<'a>>,
    #[serde(borrow)]
    mic_code: Option<Text<'a>>,
    #[serde(borrow)]
    currency: Option<Text<'a>>,
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    /// The beginning of the day is in `timestamp`, which is no time of a price.
    #[serde(borrow)]
    last_quote_at: Option<Digits<'a>>,
    #[serde(borrow)]
    open: Option<Digits<'a>>,
    #[serde(borrow)]
    high: Option<Digits<'a>>,
    #[serde(borrow)]
    low: Option<Digits<'a>>,
    #[serde(borrow)]
    close: Option<Digits<'a>>,
    #[serde(borrow)]
    price: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    #[serde(borrow)]
    previous_close: Option<Digits<'a>>,
    is_market_open: Option<bool>,
    #[serde(borrow)]
    code: Option<Digits<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
}

impl Latest<'_> {
    fn is_error(&self) -> bool {
        self.status.as_deref() == Some("error") || self.code.is_some()
    }

    /// What it did not like, and in which words.
    fn trouble(&self) -> (Option<u16>, Option<&str>) {
        let code = self.code.and_then(Digits::text);
        (code.and_then(|code| code.parse().ok()), self.message.as_deref())
    }

    fn is_alone(&self) -> bool {
        self.is_error() || self.symbol.is_some() || self.price.is_some()
    }
}

pub(super) fn read(
    path: &str,
    text: &str,
    names: &Names,
    listed: &Listed,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    let asked = value(path, "symbol").unwrap_or_default();
    let only = (!asked.is_empty() && !asked.contains(',')).then(|| unescaped(asked));
    let alone = parse::<Latest<'_>>(text).ok().filter(Latest::is_alone);
    if let Some(latest) = alone {
        return match &only {
            Some(name) => told(name, &latest, names, directory, events),
            None if latest.is_error() => {
                let (code, words) = latest.trouble();
                events.push(error::told(code, words));
                Ok(())
            }
            None => {
                let ticker = latest.symbol.as_deref();
                let ticker = ticker.ok_or(Unreadable::Missing { field: "symbol" })?;
                let name = listed.name(ticker, latest.exchange.as_deref(), names);
                told(name, &latest, names, directory, events)
            }
        };
    }
    let all: BTreeMap<String, &RawValue> = parse(text)?;
    let mut outcome = Ok(());
    for (name, one) in all {
        let one = parse::<Latest<'_>>(one.get());
        let read = one.and_then(|latest| {
            let name = if names.symbols(&name).is_empty() {
                listed.name(&name, latest.exchange.as_deref(), names)
            } else {
                &name
            };
            told(name, &latest, names, directory, events)
        });
        outcome = outcome.and(read);
    }
    outcome
}

fn told(
    name: &str,
    latest: &Latest<'_>,
    names: &Names,
    directory: &Directory,
    events: &mut Vec<Event>,
) -> Result<(), Unreadable> {
    if latest.is_error() {
        let (code, words) = latest.trouble();
        match code {
            // About the account, whatever was asked.
            Some(401 | 429 | 500..=599) => events.push(error::told(code, words)),
            Some(_) | None => names.refuse(name, &error::sentence(code, words), directory, events),
        }
        return Ok(());
    }
    let session = latest.is_market_open.map(|is_open| match is_open {
        true => Session::Open,
        false => Session::Closed,
    });
    let listed_at = latest.exchange.as_deref().and_then(kind::exchange);
    let known = |symbol: &Symbol| Instrument {
        name: latest.name.as_deref().map(Arc::from),
        exchange: latest.mic_code.as_deref().or(listed_at).map(Arc::from),
        ..kind::known(latest.kind.as_deref(), latest.currency.as_deref(), symbol)
    };
    names.accept(name, directory, known, session, events);
    let (time, precision) = stated(latest.last_quote_at.and_then(Digits::text));
    let figures = DayFigures {
        span: DaySpan::Session,
        open: figure(optional("open", latest.open)?),
        high: figure(optional("high", latest.high)?),
        low: figure(optional("low", latest.low)?),
        volume: optional("volume", latest.volume)?,
        reference: figure(optional("previous_close", latest.previous_close)?),
        time,
    };
    if figures.open.or(figures.reference).is_some() {
        names.day(name, figures, events);
    }
    let last = match latest.close {
        Some(close) => figure(optional("close", Some(close))?),
        None => figure(optional("price", latest.price)?),
    };
    if let Some(last) = last {
        let snapshot = Snapshot {
            last: Some((last, None)),
            high: figures.high,
            low: figures.low,
            volume: figures.volume,
            session,
            time,
            ..Snapshot::default()
        };
        names.snapshot(name, None, (snapshot, precision), events);
    }
    Ok(())
}
