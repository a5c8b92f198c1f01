//! Its past, the newest candle first. Nothing stands for a minute without a trade.
//!
//! ```text
//! /products/BTC-USD/candles?granularity=60&start=2026-01-05T14:30:00Z&end=2026-01-05T15:29:00Z
//! ```
//!
//! ```json
//! [[1767623460,64200.01,64215.99,64210.5,64212.34,3.14159265],[1767623400,64190,64211.5,64195.2,64210.5,12.5]]
//! {"message":"granularity too small for the requested time range. Count of aggregations requested exceeds 300"}
//! ```
//!
//! The places are time, low, high, open, close, volume. How many rows there are
//! and in which order is from public docs.

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;

use super::{error, symbol};
use crate::history::{A_DAY, Bar, Cut, History, MINUTES, NoHistory, Page, Places, Stretch, denied, utc};
use crate::json::{Text, each, parse};
use crate::{Denial, query};

pub(super) static HISTORY: History = History {
    timeframes: MINUTES,
    page: 300,
    cut: Cut::Refused,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask,
    read,
};

#[derive(Deserialize)]
struct Trouble<'a> {
    #[serde(borrow)]
    message: Text<'a>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/products/");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let (start, end) = (utc(stretch.from), utc(stretch.newest()));
    path + &format!("/candles?granularity=60&start={start}&end={end}")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    if let Ok(trouble) = parse::<Trouble<'_>>(text) {
        let slower = error::is_too_many(&trouble.message);
        let denial = slower.then_some(Denial::Slower { patience: None });
        return Err(denied(denial, Some(&trouble.message), None));
    }
    let told = each(text, |row| {
        let row = Places(parse(row)?);
        page.put(Bar {
            start: row.start(0),
            low: row.at(1),
            high: row.at(2),
            open: row.at(3),
            close: row.at(4),
            volume: row.at(5),
            trades: None,
        })
    });
    Ok(told?)
}
