//! Its past, the oldest candle first, by the minute and by the second.
//!
//! ```text
//! /api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1767623400000&endTime=1767626999999&limit=1000
//! ```
//!
//! ```json
//! [[1767623400000,"64195.20","64211.50","64190.00","64210.50","12.50000000",1767623459999,"802500.1",308,"6.1","391000.2","0"],[1767623460000,"64210.50","64215.99","64200.01","64212.34","3.14159265",1767623519999,"201700.3",97,"1.2","77000.1","0"]]
//! {"code":-1121,"msg":"Invalid symbol."}
//! ```
//!
//! The places are the start, open, high, low, close, volume, the end, the same in
//! the other coin, and how many trades. A minute without one has a row too.

use std::time::Duration;

use model::{Adjusted, Timeframe};
use serde::Deserialize;

use super::symbol;
use crate::history::{A_DAY, Bar, Cut, History, NoHistory, Page, Places, Stretch, denied};
use crate::json::{Text, each, parse};
use crate::{Denial, query};

pub(super) static HISTORY: History = History {
    timeframes: &Timeframe::ALL,
    page: 1_000,
    cut: Cut::Refused,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask,
    read,
};

/// It says so of too many requests.
const TOO_MANY: i64 = -1003;

#[derive(Deserialize)]
struct Trouble<'a> {
    code: i64,
    #[serde(borrow)]
    msg: Option<Text<'a>>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/api/v3/klines?symbol=");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let interval = match stretch.timeframe {
        Timeframe::Second => "1s",
        Timeframe::Minute => "1m",
    };
    let (start, end) = (stretch.from * 1_000, stretch.until * 1_000 - 1);
    path + &format!("&interval={interval}&startTime={start}&endTime={end}&limit=1000")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    if let Ok(Trouble { code, msg }) = parse(text) {
        let denial = (code == TOO_MANY).then_some(Denial::Slower { patience: None });
        return Err(denied(denial, msg.as_deref(), Some(&code.to_string())));
    }
    let told = each(text, |row| {
        let row = Places(parse(row)?);
        page.put_traded(Bar {
            start: row.start(0),
            open: row.at(1),
            high: row.at(2),
            low: row.at(3),
            close: row.at(4),
            volume: row.at(5),
            trades: row.count(8),
        })
    });
    Ok(told?)
}
