//! Its past, the oldest candle first. A page may be 120 days long and costs as much as a shorter one.
//! Of best prices there are no candles.
//!
//! ```text
//! /intraday/AAPL.US?interval=1m&from=1767623400&to=1767626940&fmt=json
//! ```
//!
//! ```json
//! [{"timestamp":1767623400,"gmtoffset":0,"datetime":"2026-01-05 14:30:00","open":187.2,"high":187.3,"low":187.18,"close":187.24,"volume":41200},{"timestamp":1767623460,"gmtoffset":0,"datetime":"2026-01-05 14:31:00","open":null,"high":null,"low":null,"close":null,"volume":null}]
//! ```
//!
//! From public docs: the day of a stock is there some hours after its end. Nothing
//! there says that what happened within a day is adjusted.

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;

use super::channel::Market;
use crate::history::{A_DAY, Cut, History, MINUTES, Named, NoHistory, OVER_A_WEEKEND, Page, Stretch, denied};
use crate::json::{Digits, Text, each, parse};
use crate::{query, time};

/// Of ten days, which is more than anybody asks for.
const PAGE: usize = 14_400;
/// Three hours after a day's end, and the day is six and a half hours long.
const STOCKS_BEHIND: Duration = Duration::from_secs(10 * 60 * 60);

static STOCKS: History = History {
    timeframes: MINUTES,
    page: PAGE,
    cut: Cut::Refused,
    reach: OVER_A_WEEKEND,
    behind: STOCKS_BEHIND,
    adjusted: Adjusted::No,
    ask: |stretch| path(Market::Us, "US", stretch),
    read,
};

static COINS: History = History {
    timeframes: MINUTES,
    page: PAGE,
    cut: Cut::Refused,
    reach: A_DAY,
    behind: Duration::from_secs(60 * 60),
    adjusted: Adjusted::NotNeeded,
    ask: |stretch| path(Market::Crypto, "CC", stretch),
    read,
};

#[derive(Deserialize)]
struct Begun<'a> {
    #[serde(borrow)]
    timestamp: Option<Digits<'a>>,
}

#[derive(Deserialize)]
struct Trouble<'a> {
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

pub(super) const fn of(market: Market) -> Option<&'static History> {
    match market {
        Market::Us => Some(&STOCKS),
        Market::Crypto => Some(&COINS),
        Market::UsQuote | Market::Forex => None,
    }
}

fn path(market: Market, exchange: &str, stretch: &Stretch) -> String {
    let mut path = String::from("/intraday/");
    query::escape(&mut path, &market.native()(&stretch.symbol));
    let (from, to) = (stretch.from, stretch.newest());
    path + &format!(".{exchange}?interval=1m&from={from}&to={to}&fmt=json")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    if let Ok(trouble) = parse::<Trouble<'_>>(text) {
        return Err(denied(None, trouble.message.as_deref(), None));
    }
    let told = each(text, |row| {
        let begun: Begun<'_> = parse(row)?;
        let start = time::stated(begun.timestamp.and_then(Digits::text)).0;
        page.put(parse::<Named<'_>>(row)?.begins(start))
    });
    Ok(told?)
}
