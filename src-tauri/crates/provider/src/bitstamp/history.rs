//! Its past, the oldest candle first. A minute without a trade has a row too.
//!
//! ```text
//! /api/v2/ohlc/btcusd/?step=60&limit=1000&start=1767623400&end=1767626940
//! ```
//!
//! ```json
//! {"data":{"pair":"BTC/USD","ohlc":[{"timestamp":"1767623400","open":"64195.20","high":"64211.50","low":"64190.00","close":"64210.50","volume":"12.50000000"},{"timestamp":"1767623460","open":"64210.50","high":"64215.99","low":"64200.01","close":"64212.34","volume":"3.14159265"}]}}
//! {"code":"404.002","errors":[],"reason":"Invalid market symbol."}
//! ```
//!
//! The path was found in no public page that could be read here; an answer that is no such list is told as one that nobody can read.

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol;
use crate::history::{A_DAY, Cut, History, MINUTES, Named, NoHistory, Page, Stretch, denied};
use crate::json::{Digits, Text, each, parse};
use crate::{query, time};

pub(super) static HISTORY: History = History {
    timeframes: MINUTES,
    page: 1_000,
    cut: Cut::Refused,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask,
    read,
};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    ohlc: &'a RawValue,
}

#[derive(Deserialize)]
struct Begun<'a> {
    #[serde(borrow)]
    timestamp: Option<Digits<'a>>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/api/v2/ohlc/");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let (start, end) = (stretch.from, stretch.newest());
    path + &format!("/?step=60&limit=1000&start={start}&end={end}")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let Some(data) = answer.data else {
        return Err(denied(None, answer.reason.as_deref(), None));
    };
    let told = each(data.ohlc.get(), |row| {
        let begun: Begun<'_> = parse(row)?;
        let start = time::stated(begun.timestamp.and_then(Digits::text)).0;
        page.put_traded(parse::<Named<'_>>(row)?.begins(start))
    });
    Ok(told?)
}
