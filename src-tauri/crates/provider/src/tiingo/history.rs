//! Its past, the oldest candle first, by whole days. Of currencies it has one too,
//! of offers and not of deals, which are no candles here.
//!
//! ```text
//! /iex/aapl/prices?startDate=2026-01-05&endDate=2026-01-05&resampleFreq=1min&columns=open,high,low,close,volume
//! /tiingo/crypto/prices?tickers=btcusd&startDate=2026-01-05&endDate=2026-01-06&resampleFreq=1min
//! ```
//!
//! ```json
//! [{"date":"2026-01-05T14:30:00.000Z","open":187.2,"high":187.3,"low":187.18,"close":187.24,"volume":4120.0},{"date":"2026-01-05T14:31:00.000Z","open":187.24,"high":187.31,"low":187.2,"close":187.25,"volume":530.0}]
//! [{"ticker":"btcusd","baseCurrency":"btc","quoteCurrency":"usd","priceData":[{"date":"2026-01-05T14:30:00+00:00","open":64195.2,"high":64211.5,"low":64190.0,"close":64210.5,"volume":12.5,"volumeNotional":802500.1,"tradesDone":308.0}]}]
//! {"detail":"Not found."}
//! ```
//!
//! Nothing in its docs says that what happened within a day is adjusted.

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel::Market;
use crate::history::{
    A_DAY, Bar, Cut, History, MINUTES, NoHistory, OVER_A_WEEKEND, Page, Stretch, day, denied,
};
use crate::json::{Digits, Text, each, parse};
use crate::{Unreadable, query, time};

static STOCKS: History = History {
    timeframes: MINUTES,
    // Unconfirmed; a week of opened exchanges has fewer.
    page: 10_000,
    cut: Cut::Refused,
    reach: OVER_A_WEEKEND,
    behind: Duration::ZERO,
    adjusted: Adjusted::No,
    ask: |stretch| {
        let mut path = String::from("/iex/");
        query::escape(&mut path, &Market::Iex.native()(&stretch.symbol));
        path.push_str("/prices?");
        days(path, stretch) + "&columns=open,high,low,close,volume"
    },
    read: |text, page| {
        let list: &RawValue = parse(text)?;
        trouble(text)?;
        Ok(rows(list, page)?)
    },
};

static COINS: History = History {
    timeframes: MINUTES,
    page: 5_000,
    cut: Cut::Refused,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask: |stretch| {
        let mut path = String::from("/tiingo/crypto/prices?tickers=");
        query::escape(&mut path, &Market::Crypto.native()(&stretch.symbol));
        path.push('&');
        days(path, stretch)
    },
    read: |text, page| {
        trouble(text)?;
        let told = each(text, |pair| {
            let pair: Pair<'_> = parse(pair)?;
            rows(pair.prices, page)
        });
        Ok(told?)
    },
};

#[derive(Deserialize)]
struct Pair<'a> {
    #[serde(rename = "priceData", borrow)]
    prices: &'a RawValue,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    date: Option<Text<'a>>,
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
}

/// What stands in the place of a list when it does not like the question.
#[derive(Deserialize)]
struct Trouble<'a> {
    #[serde(borrow)]
    detail: Text<'a>,
}

pub(super) const fn of(market: Market) -> Option<&'static History> {
    match market {
        Market::Iex => Some(&STOCKS),
        Market::Crypto => Some(&COINS),
        Market::Fx => None,
    }
}

/// The end is a day of its own: a stretch that ends at midnight ends the day before.
fn days(path: String, stretch: &Stretch) -> String {
    let (start, end) = (day(stretch.from), day(stretch.newest()));
    path + &format!("startDate={start}&endDate={end}&resampleFreq=1min")
}

fn trouble(text: &str) -> Result<(), NoHistory> {
    match parse::<Trouble<'_>>(text) {
        Ok(trouble) => Err(denied(None, Some(&trouble.detail), None)),
        Err(_) => Ok(()),
    }
}

fn rows(list: &RawValue, page: &mut Page<'_>) -> Result<(), Unreadable> {
    each(list.get(), |row| {
        let row: Row<'_> = parse(row)?;
        let start = row.date.as_deref().and_then(time::iso);
        page.put_traded(Bar {
            start: start.map(|(time, _)| time),
            open: row.open,
            high: row.high,
            low: row.low,
            close: row.close,
            volume: row.volume,
            trades: None,
        })
    })
}
