//! Its past, the newest candle first. A minute without a trade has a row too.
//!
//! ```text
//! /v5/market/kline?category=spot&symbol=BTCUSDT&interval=1&start=1767623400000&end=1767626940000&limit=1000
//! ```
//!
//! ```json
//! {"retCode":0,"retMsg":"OK","result":{"category":"spot","symbol":"BTCUSDT","list":[["1767623460000","64210.5","64215.99","64200.01","64212.34","3.14159265","201700.3"],["1767623400000","64195.2","64211.5","64190","64210.5","12.5","802500.1"]]},"retExtInfo":{},"time":1767623520000}
//! {"retCode":10001,"retMsg":"Not supported symbols","result":{},"retExtInfo":{},"time":1767623520000}
//! ```
//!
//! The places are the start, open, high, low, close, volume, and that in the other coin.

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol;
use crate::history::{A_DAY, Bar, Cut, History, MINUTES, NoHistory, Page, Places, Stretch, denied};
use crate::json::{Digits, Text, each, parse};
use crate::{Denial, Unreadable, query};

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

/// Its codes for too many requests, and for too many of one address.
const TOO_MANY: [&str; 2] = ["10006", "10018"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    ret_code: Digits<'a>,
    #[serde(borrow)]
    ret_msg: Option<Text<'a>>,
    #[serde(borrow)]
    result: Option<List<'a>>,
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    list: Option<&'a RawValue>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/v5/market/kline?category=spot&symbol=");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let (start, end) = (stretch.from * 1_000, stretch.newest() * 1_000);
    path + &format!("&interval=1&start={start}&end={end}&limit=1000")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let code = answer.ret_code.text();
    if code != Some("0") {
        let slower = code.is_some_and(|code| TOO_MANY.contains(&code));
        let denial = slower.then_some(Denial::Slower { patience: None });
        return Err(denied(denial, answer.ret_msg.as_deref(), code));
    }
    let list = answer.result.and_then(|result| result.list);
    let list = list.ok_or(Unreadable::Missing { field: "list" })?;
    let told = each(list.get(), |row| {
        let row = Places(parse(row)?);
        page.put_traded(Bar {
            start: row.start(0),
            open: row.at(1),
            high: row.at(2),
            low: row.at(3),
            close: row.at(4),
            volume: row.at(5),
            trades: None,
        })
    });
    Ok(told?)
}
