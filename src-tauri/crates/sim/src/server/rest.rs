//! What is asked for once: the state of things, the past, and which
//! instruments there are.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write;
use std::hash::{Hash, Hasher};

use chrono::{DateTime, SecondsFormat, Utc};
use hyper::header::{ETAG, IF_NONE_MATCH};
use hyper::http::HeaderValue;
use hyper::{HeaderMap, StatusCode};
use model::{Candle, InstrumentKind, Session};
use serde::Serialize;

use super::body::{self, Answer};
use super::caller::Caller;
use super::floor::{Found, HEARTBEAT, Question};
use super::query::{Malformed, Query};
use crate::market::Interval;
use crate::protocol::message::{self, Ack};

/// How often it makes sense to ask for snapshots.
const POLL_INTERVAL_MS: HeaderValue = HeaderValue::from_static("1000");
/// The number in answers to those who cannot give one.
const NO_ID: u64 = 0;
const BARS_MAX: usize = 5_000;
const BARS_USUAL: usize = 1_000;
const FOUND_MAX: usize = 200;
const FOUND_USUAL: usize = 20;

pub(super) async fn snapshot(
    query: &Query,
    headers: &HeaderMap,
    caller: &Caller,
) -> Result<Option<Answer>, Malformed> {
    let symbols = query.symbols()?;
    let Some(look) = caller.look(Question::Snapshots { symbols }).await else {
        return Ok(None);
    };
    let mut states = String::new();
    for found in &look.found {
        let ack = message::ack(&Ack {
            id: NO_ID,
            symbol: found.symbol,
            seq: found.seq,
            recovered: None,
            instrument: &found.instrument,
            session: found.session,
        });
        let state = message::snapshot(found.symbol, found.seq, &found.snapshot);
        // Writing to a string cannot fail.
        let _never = writeln!(states, "{ack}\n{state}");
    }
    for symbol in &look.unknown {
        let _never = writeln!(states, "{}", message::unknown_symbol(NO_ID, symbol));
    }
    // The market's time goes on when nothing else does, so it is left out of the tag.
    let tag = tag(&look.epoch, &states);
    let same = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|known| known.to_str().is_ok_and(|known| known.contains(&tag)));
    let mut answer = if same {
        body::empty(StatusCode::NOT_MODIFIED)
    } else {
        let welcome = message::welcome(&look.epoch, look.market_time, look.rate, HEARTBEAT);
        body::full(StatusCode::OK, body::LINES, format!("{welcome}\n{states}"))
    };
    let headers = answer.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert("poll-interval-ms", POLL_INTERVAL_MS);
    Ok(Some(answer))
}

fn tag(epoch: &str, states: &str) -> String {
    let mut hash = DefaultHasher::new();
    (epoch, states).hash(&mut hash);
    format!("\"{:016x}\"", hash.finish())
}

pub(super) async fn history(query: &Query, caller: &Caller) -> Result<Option<Answer>, Malformed> {
    let symbol = query.needed("symbol")?.to_owned();
    let word = query.needed("interval")?;
    let interval = Interval::from_word(word).ok_or_else(|| {
        let words = Interval::ALL.map(Interval::as_str).join(", ");
        Malformed(format!("`interval` is one of {words}"))
    })?;
    let (from, to) = (query.time("from")?, query.time("to")?);
    let limit = query.number("limit")?.unwrap_or(BARS_USUAL).min(BARS_MAX);
    let asked = symbol.clone();
    let Some(look) = caller.look(Question::Find { symbol: asked }).await else {
        return Ok(None);
    };
    let Some(found) = look.found.into_iter().next() else {
        let unknown = message::unknown_symbol(NO_ID, &symbol);
        return Ok(Some(body::full(StatusCode::NOT_FOUND, body::JSON, unknown)));
    };
    // What has not happened yet is nobody's business.
    let to = to.unwrap_or(look.market_time).min(look.market_time);
    let history = std::sync::Arc::clone(&caller.house.history);
    let listing = found.listing;
    // Ten years of it take milliseconds, which no client's tick should wait for.
    let work = tokio::task::spawn_blocking(move || history.bars(listing, interval, from, to, limit));
    let Ok(candles) = work.await else {
        return Ok(None);
    };
    let history = Bars {
        symbol: &symbol,
        interval: interval.as_str(),
        bars: candles.iter().map(Bar::of).collect(),
    };
    Ok(Some(written(&history)))
}

pub(super) async fn search(query: &Query, caller: &Caller) -> Result<Option<Answer>, Malformed> {
    let text = query.text("q").unwrap_or_default().to_owned();
    let limit = query.number("limit")?.unwrap_or(FOUND_USUAL).min(FOUND_MAX);
    let Some(look) = caller.look(Question::Search { text, limit }).await else {
        return Ok(None);
    };
    let instruments = look.found.iter().map(Listed::of).collect();
    Ok(Some(written(&Instruments { instruments })))
}

pub(super) async fn time(caller: &Caller) -> Option<Answer> {
    let look = caller.look(Question::Time).await?;
    Some(written(&Time {
        market_time: time_text(look.market_time),
        rate: look.rate,
        wall_time: time_text(Utc::now()),
        epoch: &look.epoch,
    }))
}

#[derive(Serialize)]
struct Bars<'a> {
    symbol: &'a str,
    interval: &'static str,
    bars: Vec<Bar>,
}

#[derive(Serialize)]
struct Bar {
    time: String,
    open: String,
    high: String,
    low: String,
    close: String,
    volume: String,
    trades: u32,
}

impl Bar {
    fn of(candle: &Candle) -> Self {
        Self {
            time: time_text(DateTime::from_timestamp(candle.start, 0).unwrap_or_default()),
            open: candle.open.to_string(),
            high: candle.high.to_string(),
            low: candle.low.to_string(),
            close: candle.close.to_string(),
            volume: candle.volume.to_string(),
            trades: candle.trades,
        }
    }
}

#[derive(Serialize)]
struct Instruments<'a> {
    instruments: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    symbol: &'static str,
    name: Option<&'a str>,
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exchange: Option<&'a str>,
    currency: Option<&'a str>,
    tick: Option<String>,
    session: Option<&'static str>,
}

impl<'a> Listed<'a> {
    fn of(found: &'a Found) -> Self {
        let instrument = &found.instrument;
        Self {
            symbol: found.symbol,
            name: instrument.name.as_deref(),
            kind: instrument.kind.map(InstrumentKind::as_str),
            exchange: instrument.exchange.as_deref(),
            currency: instrument.currency.as_deref(),
            tick: instrument.tick.map(|tick| tick.to_string()),
            session: found.session.map(Session::as_str),
        }
    }
}

#[derive(Serialize)]
struct Time<'a> {
    market_time: String,
    rate: f64,
    wall_time: String,
    epoch: &'a str,
}

/// Texts and numbers of our own, which can always be written.
fn written(answer: &impl Serialize) -> Answer {
    body::json(serde_json::to_vec(answer).unwrap_or_default())
}

fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
