//! Its past: the newest 720 candles at most, whatever is asked, the oldest first,
//! and the last of them unfinished. A minute without a trade has a row too.
//!
//! ```text
//! /0/public/OHLC?pair=XBTUSD&interval=1&since=1767623399
//! ```
//!
//! ```json
//! {"error":[],"result":{"XXBTZUSD":[[1767623400,"64195.2","64211.5","64190.0","64210.5","64201.1","12.50000000",308],[1767623460,"64210.5","64216.0","64200.0","64212.3","64208.9","3.14159265",97]],"last":1767623400}}
//! {"error":["EQuery:Unknown asset pair"]}
//! ```
//!
//! The places are time, open, high, low, close, the mean, volume, how many trades.

use std::collections::BTreeMap;
use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol;
use crate::history::{Bar, Cut, History, MINUTES, NoHistory, Page, Places, Stretch, denied};
use crate::json::{Text, each, parse};
use crate::{Denial, Unreadable, query};

pub(super) static HISTORY: History = History {
    timeframes: MINUTES,
    page: 720,
    cut: Cut::Newest,
    // There is nothing further back.
    reach: Duration::from_secs(720 * 60),
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask,
    read,
};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    error: Vec<Text<'a>>,
    #[serde(borrow)]
    result: Option<BTreeMap<String, &'a RawValue>>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/0/public/OHLC?pair=");
    let native = symbol::native(&stretch.symbol);
    query::escape(&mut path, &symbol::fetched(&native));
    path + &format!("&interval=1&since={}", stretch.from - 1)
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    // Those that begin with a W are warnings.
    if let Some(words) = answer.error.iter().find(|words| words.starts_with('E')) {
        let slower = words.contains("Rate limit") || words.contains("Too many");
        let denial = slower.then_some(Denial::Slower { patience: None });
        return Err(denied(denial, Some(words), None));
    }
    let missing = Unreadable::Missing { field: "result" };
    let lists = answer.result.ok_or(missing)?;
    let (_, list) = lists
        .into_iter()
        .find(|(name, _)| name != "last")
        .ok_or(missing)?;
    let told = each(list.get(), |row| {
        let row = Places(parse(row)?);
        page.put_traded(Bar {
            start: row.start(0),
            open: row.at(1),
            high: row.at(2),
            low: row.at(3),
            close: row.at(4),
            volume: row.at(6),
            trades: row.count(7),
        })
    });
    Ok(told?)
}
