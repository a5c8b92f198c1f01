//! Its past, the newest candle first. A minute without a trade has a row too.
//!
//! ```text
//! /api/v5/market/candles?instId=BTC-USDT&bar=1m&before=1767623399999&after=1767627000000&limit=300
//! ```
//!
//! ```json
//! {"code":"0","msg":"","data":[["1767623460000","64210.5","64215.99","64200.01","64212.34","3.14159265","201700.3","201700.3","0"],["1767623400000","64195.2","64211.5","64190","64210.5","12.5","802500.1","802500.1","1"]]}
//! {"code":"51001","msg":"Instrument ID, Instrument ID code, or Spread ID doesn't exist.","data":[]}
//! ```
//!
//! `after` a time is what is older than it, and `before` what is newer. The places
//! are the start, open, high, low, close, volume, that in the coin, that in the
//! other, and whether the candle is finished. That it keeps 1,440 of them is from
//! public docs.

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
    page: 300,
    cut: Cut::Refused,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask,
    read,
};

const TOO_MANY: &str = "50011";
const UNFINISHED: &str = "0";

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    code: Digits<'a>,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/api/v5/market/candles?instId=");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let (before, after) = (stretch.from * 1_000 - 1, stretch.until * 1_000);
    path + &format!("&bar=1m&before={before}&after={after}&limit=300")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let code = answer.code.text();
    if code != Some("0") {
        let slower = code == Some(TOO_MANY);
        let denial = slower.then_some(Denial::Slower { patience: None });
        return Err(denied(denial, answer.msg.as_deref(), code));
    }
    let data = answer.data.ok_or(Unreadable::Missing { field: "data" })?;
    let told = each(data.get(), |row| {
        let row = Places(parse(row)?);
        if row.at(8).and_then(Digits::text) == Some(UNFINISHED) {
            return Ok(());
        }
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
