//! Its past, as its own charts fetch it: lists of times and of prices that belong
//! together by their places, with holes in them. What came before a split is adjusted.
//!
//! ```text
//! /v8/finance/chart/AAPL?interval=1m&period1=1767623400&period2=1767627000&includePrePost=true
//! ```
//!
//! ```json
//! {"chart":{"result":[{"meta":{"currency":"USD","symbol":"AAPL","regularMarketPrice":187.25},"timestamp":[1767623400,1767623460,1767623491],"indicators":{"quote":[{"open":[187.2,null,187.25],"high":[187.3,null,187.25],"low":[187.18,null,187.25],"close":[187.24,null,187.25],"volume":[41200,null,0]}]}}],"error":null}}
//! {"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}
//! ```
//!
//! It keeps a minute for a week, and the last place is the price of this moment.

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;

use super::symbol;
use crate::history::{Bar, Cut, History, MINUTES, NoHistory, OVER_A_WEEKEND, Page, Stretch, denied};
use crate::json::{Digits, Text, parse};
use crate::{Unreadable, query, time};

pub(super) static HISTORY: History = History {
    timeframes: MINUTES,
    // All that it keeps by the minute.
    page: 7 * 24 * 60,
    cut: Cut::Refused,
    reach: OVER_A_WEEKEND,
    behind: Duration::ZERO,
    adjusted: Adjusted::Yes,
    ask,
    read,
};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    chart: Chart<'a>,
}

#[derive(Deserialize)]
struct Chart<'a> {
    #[serde(borrow)]
    result: Option<Vec<Told<'a>>>,
    #[serde(borrow)]
    error: Option<Trouble<'a>>,
}

#[derive(Deserialize)]
struct Trouble<'a> {
    #[serde(borrow)]
    description: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Told<'a> {
    /// Left out where nothing was done.
    #[serde(default, borrow)]
    timestamp: Vec<Digits<'a>>,
    #[serde(borrow)]
    indicators: Indicators<'a>,
}

#[derive(Deserialize)]
struct Indicators<'a> {
    #[serde(borrow)]
    quote: Vec<Lists<'a>>,
}

#[derive(Deserialize)]
struct Lists<'a> {
    #[serde(default, borrow)]
    open: Vec<Digits<'a>>,
    #[serde(default, borrow)]
    high: Vec<Digits<'a>>,
    #[serde(default, borrow)]
    low: Vec<Digits<'a>>,
    #[serde(default, borrow)]
    close: Vec<Digits<'a>>,
    #[serde(default, borrow)]
    volume: Vec<Digits<'a>>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/v8/finance/chart/");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let (from, until) = (stretch.from, stretch.until);
    path + &format!("?interval=1m&period1={from}&period2={until}&includePrePost=true")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let Answer { chart } = parse(text)?;
    if let Some(trouble) = chart.error {
        return Err(denied(None, trouble.description.as_deref(), None));
    }
    let told = chart.result.and_then(|result| result.into_iter().next());
    let told = told.ok_or(Unreadable::Missing { field: "result" })?;
    let Some(lists) = told.indicators.quote.first() else {
        return Ok(());
    };
    let mut read = Ok(());
    for (place, start) in told.timestamp.iter().enumerate() {
        let prices = [&lists.open, &lists.high, &lists.low, &lists.close];
        let is_hole = |list: &Vec<Digits<'_>>| list.get(place).and_then(|digits| digits.text()).is_none();
        if prices.into_iter().any(is_hole) {
            continue;
        }
        read = read.and(page.put(Bar {
            start: time::stated(start.text()).0,
            open: lists.open.get(place).copied(),
            high: lists.high.get(place).copied(),
            low: lists.low.get(place).copied(),
            close: lists.close.get(place).copied(),
            volume: lists.volume.get(place).copied(),
            trades: None,
        }));
    }
    Ok(read?)
}
