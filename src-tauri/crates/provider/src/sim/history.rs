//! What such a server has of the past, the oldest candle first.
//!
//! ```text
//! /v1/history?symbol=NVX&interval=1m&from=2026-01-05T14:00:00Z&to=2026-01-05T15:00:00Z&limit=5000
//! ```
//!
//! ```json
//! {"symbol":"NVX","interval":"1m","bars":[{"time":"2026-01-05T14:00:00Z","open":"187.20","high":"187.31","low":"187.18","close":"187.24","volume":"5300","trades":12}]}
//! {"type":"error","code":"unknown_symbol","symbol":"XX","message":"no instrument is called XX here"}
//! ```

use std::time::Duration;

use model::{Adjusted, Timeframe};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::history::{Bar, Cut, History, NoHistory, OVER_A_WEEKEND, Page, Stretch, denied, utc};
use crate::json::{Digits, Text, each, parse};
use crate::{Denial, query, time};

pub(super) static HISTORY: History = History {
    timeframes: &Timeframe::ALL,
    page: 5_000,
    cut: Cut::Newest,
    reach: OVER_A_WEEKEND,
    behind: Duration::ZERO,
    // Nothing is ever split there.
    adjusted: Adjusted::NotNeeded,
    ask,
    read,
};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    bars: Option<&'a RawValue>,
    #[serde(borrow)]
    code: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    time: Option<Text<'a>>,
    #[serde(borrow)]
    open: Option<Digits<'a>>,
    #[serde(borrow)]
    high: Option<Digits<'a>>,
    #[serde(borrow)]
    low: Option<Digits<'a>>,
    #[serde(borrow)]
    close: Option<Digits<'a>>,
    #[serde(borrow)]
    volume: Option<Digits<'a>>,
    trades: Option<u32>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/v1/history?symbol=");
    query::escape(&mut path, stretch.symbol.as_str());
    let interval = match stretch.timeframe {
        Timeframe::Second => "1s",
        Timeframe::Minute => "1m",
    };
    let (from, to) = (utc(stretch.from), utc(stretch.until));
    path + &format!("&interval={interval}&from={from}&to={to}&limit=5000")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let Some(bars) = answer.bars else {
        let slower = answer.code.as_deref() == Some("too_many_requests");
        let denial = slower.then_some(Denial::Slower { patience: None });
        return Err(denied(denial, answer.message.as_deref(), None));
    };
    let told = each(bars.get(), |row| {
        let row: Row<'_> = parse(row)?;
        let start = row.time.as_deref().and_then(time::iso);
        page.put(Bar {
            start: start.map(|(time, _)| time),
            open: row.open,
            high: row.high,
            low: row.low,
            close: row.close,
            volume: row.volume,
            trades: row.trades,
        })
    });
    Ok(told?)
}
