//! Its past, asked for from the newest candle on.
//!
//! ```text
//! /v2/stocks/bars?symbols=AAPL&timeframe=1Min&start=2026-01-05T14:30:00Z&end=2026-01-05T15:29:00Z&limit=1500&sort=desc&adjustment=split&feed=iex
//! /v1beta3/crypto/us/bars?symbols=BTC%2FUSD&timeframe=1Min&start=2026-01-05T14:30:00Z&end=2026-01-05T15:29:00Z&limit=1500&sort=desc
//! ```
//!
//! ```json
//! {"bars":{"AAPL":[{"t":"2026-01-05T14:31:00Z","o":187.24,"h":187.31,"l":187.2,"c":187.25,"v":5300,"n":61,"vw":187.26},{"t":"2026-01-05T14:30:00Z","o":187.2,"h":187.3,"l":187.18,"c":187.24,"v":41200,"n":308,"vw":187.23}]},"next_page_token":null}
//! {"message":"subscription does not permit querying recent SIP data"}
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::symbol::Market;
use crate::history::{
    A_DAY, Bar, Cut, History, MINUTES, NoHistory, OVER_A_WEEKEND, Page, Stretch, denied, utc,
};
use crate::json::{Digits, Text, each, parse};
use crate::{Denial, Unreadable, query, time};

/// It would give 10,000; a day has fewer.
const PAGE: usize = 1_500;
/// Where it tells everything late, it tells the past as late.
const LATE: Duration = Duration::from_secs(15 * 60);

static IEX: History = shares(Duration::ZERO, |stretch| stocks(stretch, "iex"));
static SIP: History = shares(Duration::ZERO, |stretch| stocks(stretch, "sip"));
static DELAYED: History = shares(LATE, |stretch| stocks(stretch, "sip"));
static CRYPTO: History = History {
    timeframes: MINUTES,
    page: PAGE,
    cut: Cut::Newest,
    reach: A_DAY,
    behind: Duration::ZERO,
    adjusted: Adjusted::NotNeeded,
    ask: |stretch| path("/v1beta3/crypto/us/bars", Market::Crypto, stretch),
    read,
};

const fn shares(behind: Duration, ask: fn(&Stretch) -> String) -> History {
    History {
        timeframes: MINUTES,
        page: PAGE,
        cut: Cut::Newest,
        reach: OVER_A_WEEKEND,
        behind,
        adjusted: Adjusted::Yes,
        ask,
        read,
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    bars: Option<BTreeMap<String, &'a RawValue>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    t: Option<Text<'a>>,
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

pub(super) const fn of(market: Market) -> Option<&'static History> {
    match market {
        Market::Iex => Some(&IEX),
        Market::Sip => Some(&SIP),
        Market::Delayed => Some(&DELAYED),
        Market::Crypto => Some(&CRYPTO),
        // What does not exist has no past.
        Market::Test => None,
    }
}

fn stocks(stretch: &Stretch, feed: &str) -> String {
    path("/v2/stocks/bars", Market::Sip, stretch) + &format!("&adjustment=split&feed={feed}")
}

fn path(place: &str, market: Market, stretch: &Stretch) -> String {
    let mut path = format!("{place}?symbols=");
    query::escape(&mut path, &market.native()(&stretch.symbol));
    let (start, end) = (utc(stretch.from), utc(stretch.newest()));
    path + &format!("&timeframe=1Min&start={start}&end={end}&limit={PAGE}&sort=desc")
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    if let Some(words) = answer.message.as_deref() {
        let unpaid = words.contains("subscription");
        return Err(denied(unpaid.then_some(Denial::Plan), Some(words), None));
    }
    // Of a name under which nothing was done it says nothing.
    let bars = answer.bars.ok_or(Unreadable::Missing { field: "bars" })?;
    let Some(list) = bars.into_values().next() else {
        return Ok(());
    };
    let told = each(list.get(), |row| {
        let row: Row<'_> = parse(row)?;
        let start = row.t.as_deref().and_then(time::iso);
        page.put_traded(Bar {
            start: start.map(|(time, _)| time),
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
