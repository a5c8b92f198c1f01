//! Its past.
//!
//! ```text
//! /api/v3/brokerage/market/products/BTC-USD/candles?start=1767623400&end=1767626940&granularity=ONE_MINUTE&limit=350
//! ```
//!
//! ```json
//! {"candles":[{"start":"1767623460","low":"64200.01","high":"64215.99","open":"64210.50","close":"64212.34","volume":"3.14159265"},{"start":"1767623400","low":"64190.00","high":"64211.50","open":"64195.20","close":"64210.50","volume":"12.50000000"}]}
//! {"error":"NOT_FOUND","error_details":"valid product_id is required","message":"valid product_id is required"}
//! ```

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol;
use crate::coinbase::error;
use crate::history::{A_DAY, Cut, History, MINUTES, Named, NoHistory, Page, Stretch, denied};
use crate::json::{Digits, Text, each, parse};
use crate::{Denial, query, time};

pub(super) static HISTORY: History = History {
    timeframes: MINUTES,
    page: 350,
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
    candles: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(default, borrow)]
    errors: Vec<Fault<'a>>,
}

#[derive(Deserialize)]
struct Fault<'a> {
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Begun<'a> {
    #[serde(borrow)]
    start: Option<Digits<'a>>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/api/v3/brokerage/market/products/");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let (start, end) = (stretch.from, stretch.newest());
    path + &format!("/candles?start={start}&end={end}&granularity=ONE_MINUTE&limit=350")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let Some(candles) = answer.candles else {
        let fault = answer.errors.first().and_then(|fault| fault.message.as_deref());
        let words = answer.message.as_deref().or(fault);
        let slower = words.is_some_and(error::is_too_many);
        let denial = slower.then_some(Denial::Slower { patience: None });
        return Err(denied(denial, words, None));
    };
    let told = each(candles.get(), |row| {
        let begun: Begun<'_> = parse(row)?;
        let start = time::stated(begun.start.and_then(Digits::text)).0;
        page.put(parse::<Named<'_>>(row)?.begins(start))
    });
    Ok(told?)
}
