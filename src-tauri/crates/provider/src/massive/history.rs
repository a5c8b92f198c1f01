//! Its past, asked for from the newest candle on, with prices from before a split adjusted.
//!
//! ```text
//! /v2/aggs/ticker/AAPL/range/1/minute/1767623400000/1767626940000?adjusted=true&sort=desc&limit=1500
//! /v2/aggs/ticker/X:BTCUSD/range/1/minute/1767623400000/1767626940000?adjusted=true&sort=desc&limit=1500
//! ```
//!
//! ```json
//! {"ticker":"AAPL","queryCount":2,"resultsCount":2,"adjusted":true,"results":[{"v":5300,"vw":187.26,"o":187.24,"c":187.25,"h":187.31,"l":187.2,"t":1767623460000,"n":61},{"v":41200,"vw":187.23,"o":187.2,"c":187.24,"h":187.3,"l":187.18,"t":1767623400000,"n":308}],"status":"OK","request_id":"6a7e466379af0a71039d60cc78e72282","count":2}
//! {"status":"NOT_AUTHORIZED","request_id":"1","message":"You are not entitled to this data. Please upgrade your plan."}
//! ```

use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol::Market;
use crate::history::{A_DAY, Bar, Cut, History, MINUTES, NoHistory, OVER_A_WEEKEND, Page, Stretch, denied};
use crate::json::{Digits, Text, each, parse};
use crate::{Denial, query, time};

/// It would give 50,000; a day has fewer.
const PAGE: usize = 1_500;

static SHARES: History = History {
    timeframes: MINUTES,
    page: PAGE,
    cut: Cut::Newest,
    reach: OVER_A_WEEKEND,
    behind: Duration::ZERO,
    adjusted: Adjusted::Yes,
    ask: |stretch| path("", &Market::Shares.native()(&stretch.symbol), stretch),
    read,
};

static COINS: History = History {
    timeframes: MINUTES,
    page: PAGE,
    cut: Cut::Newest,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask: |stretch| {
        let pair = Market::Coins.native()(&stretch.symbol);
        path("X:", &pair.replace('-', ""), stretch)
    },
    read,
};

static CURRENCIES: History = History {
    reach: OVER_A_WEEKEND,
    ask: |stretch| {
        let pair = Market::Currencies.native()(&stretch.symbol);
        path("C:", &pair.replace('/', ""), stretch)
    },
    ..COINS
};

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    error: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    t: Option<Digits<'a>>,
    #[serde(borrow)]
    o: Option<Digits<'a>>,
    #[serde(borrow)]
    h: Option<Digits<'a>>,
    #[serde(borrow)]
    l: Option<Digits<'a>>,
    #[serde(borrow)]
    c: Option<Digits<'a>>,
    #[serde(borrow)]
    v: Option<Digits<'a>>,
    n: Option<u32>,
}

pub(super) const fn of(market: Market) -> &'static History {
    match market {
        Market::Shares => &SHARES,
        Market::Coins => &COINS,
        Market::Currencies => &CURRENCIES,
    }
}

fn path(before: &str, name: &str, stretch: &Stretch) -> String {
    let mut path = format!("/v2/aggs/ticker/{before}");
    query::escape(&mut path, name);
    let (from, to) = (stretch.from * 1_000, stretch.newest() * 1_000);
    path + &format!("/range/1/minute/{from}/{to}?adjusted=true&sort=desc&limit={PAGE}")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let Some(results) = answer.results else {
        let words = answer.message.as_deref().or(answer.error.as_deref());
        let denial = match answer.status.as_deref() {
            // Nothing was traded, and it leaves the list out.
            Some("OK" | "DELAYED") => return Ok(()),
            Some("NOT_AUTHORIZED") => Some(Denial::Plan),
            Some(_) | None => {
                let slower = words.is_some_and(|words| words.to_lowercase().contains("maximum requests"));
                slower.then_some(Denial::Slower { patience: None })
            }
        };
        return Err(denied(denial, words, None));
    };
    let told = each(results.get(), |row| {
        let row: Row<'_> = parse(row)?;
        page.put_traded(Bar {
            start: time::stated(row.t.and_then(Digits::text)).0,
            open: row.o,
            high: row.h,
            low: row.l,
            close: row.c,
            volume: row.v,
            trades: row.n,
        })
    });
    Ok(told?)
}
