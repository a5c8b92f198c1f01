//! Its past, the newest candle first.
//!
//! ```text
//! /time_series?symbol=AAPL&interval=1min&start_date=2026-01-05T14:30:00&end_date=2026-01-05T15:29:00&timezone=UTC&order=DESC&outputsize=1500
//! ```
//!
//! ```json
//! {"meta":{"symbol":"AAPL","interval":"1min","currency":"USD","exchange_timezone":"America/New_York","exchange":"NASDAQ","type":"Common Stock"},"values":[{"datetime":"2026-01-05 14:31:00","open":"187.24000","high":"187.31000","low":"187.20000","close":"187.25000","volume":"5300"},{"datetime":"2026-01-05 14:30:00","open":"187.20000","high":"187.30000","low":"187.18000","close":"187.24000","volume":"41200"}],"status":"ok"}
//! {"code":400,"message":"No data is available on the specified dates. Try setting different start/end dates.","status":"error"}
//! ```
//!
//! From public docs: the parameters' names, and that prices within a day are not adjusted.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use model::Adjusted;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{error, symbol};
use crate::history::{Cut, History, MINUTES, Named, NoHistory, OVER_A_WEEKEND, Page, Stretch, utc};
use crate::json::{Text, each, parse};
use crate::{query, time};

pub(super) static HISTORY: History = History {
    timeframes: MINUTES,
    // It would give 5,000 for the same credit; a day has fewer.
    page: 1_500,
    cut: Cut::Newest,
    reach: OVER_A_WEEKEND,
    behind: Duration::ZERO,
    adjusted: Adjusted::No,
    ask,
    read,
};

/// It has nothing there, and says so as it says what is wrong.
const NOTHING: &str = "No data is available";

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    code: Option<u16>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Begun<'a> {
    #[serde(borrow)]
    datetime: Option<Text<'a>>,
}

fn ask(stretch: &Stretch) -> String {
    let mut path = String::from("/time_series?symbol=");
    query::escape(&mut path, &symbol::native(&stretch.symbol));
    let [start, end] = [stretch.from, stretch.newest()].map(|time| utc(time).replace('Z', ""));
    path + &format!(
        "&interval=1min&start_date={start}&end_date={end}&timezone=UTC&order=DESC&outputsize=1500"
    )
}

fn read(text: &str, page: &mut Page<'_>) -> Result<(), NoHistory> {
    let answer: Answer<'_> = parse(text)?;
    let Some(values) = answer.values else {
        let words = answer.message.as_deref();
        if words.is_some_and(|words| words.contains(NOTHING)) {
            return Ok(());
        }
        let denial = answer
            .code
            .and_then(|code| error::denial(code, words.unwrap_or_default()));
        let why = error::sentence(answer.code, words);
        return Err(NoHistory::Denied { denial, why });
    };
    let told = each(values.get(), |row| {
        let begun: Begun<'_> = parse(row)?;
        let start = begun.datetime.as_deref().and_then(start);
        page.put(parse::<Named<'_>>(row)?.begins(start))
    });
    Ok(told?)
}

/// In UTC, because we have asked for that.
fn start(text: &str) -> Option<DateTime<Utc>> {
    let time = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    Some(time.and_utc()).filter(|time| time::of_our_days(*time))
}
