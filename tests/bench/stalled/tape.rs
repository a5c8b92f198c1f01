//! What the venue says, tick by tick: a pure function, so that whoever has
//! counted the ticks of a symbol knows what its newest prices must be.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) const SYMBOLS: usize = 500;
pub(crate) const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
/// One tick in so many is a deal, as on a spot market.
const DEAL_EVERY: u64 = 4;
/// The market keeps a day of minutes and an hour of seconds of each symbol. The
/// past is longer than both, so that what grows afterwards is not they.
const MINUTES: u64 = 1_440 + 60;
const SECONDS: u64 = 3_600 + 60;
/// Ticks of each symbol that are its past. Each is a deal.
pub(crate) const PAST: u64 = MINUTES - SECONDS / 60 + SECONDS;

/// One tick, without its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Deal { cents: u64 },
    Quote { bid: u64, ask: u64 },
}

/// Deals and quotes, counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) deals: u64,
    pub(crate) quotes: u64,
}

/// What a symbol must show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Newest {
    pub(crate) last: String,
    pub(crate) bid: String,
    pub(crate) ask: String,
}

pub(crate) fn symbol(place: usize) -> String {
    format!("COIN{place}")
}

/// The tick of this number, counted from 1.
pub(crate) const fn said(place: usize, number: u64) -> Said {
    let drawn = mixed(SEED ^ mixed((place as u64) << 40 | number));
    let cents = 10_000 + drawn % 90_000;
    if is_deal(number) {
        Said::Deal { cents }
    } else {
        Said::Quote {
            bid: cents,
            ask: cents + 1 + drawn % 7,
        }
    }
}

const fn is_deal(number: u64) -> bool {
    number <= PAST || (number - PAST) % DEAL_EVERY == 1
}

/// Of so many ticks of one symbol that came after its past.
pub(crate) const fn count(ticks: u64) -> Count {
    let deals = ticks.div_ceil(DEAL_EVERY);
    Count {
        deals,
        quotes: ticks - deals,
    }
}

/// After so many ticks. Only for a symbol that has had a quote.
pub(crate) fn newest(place: usize, ticks: u64) -> Option<Newest> {
    let mut back = (1..=ticks).rev().map(|number| said(place, number));
    let (mut deal, mut quote) = (None, None);
    while deal.is_none() || quote.is_none() {
        match back.next()? {
            Said::Deal { cents } => deal = deal.or(Some(cents)),
            Said::Quote { bid, ask } => quote = quote.or(Some((bid, ask))),
        }
    }
    let ((bid, ask), last) = quote.zip(deal)?;
    Some(Newest {
        last: price(last),
        bid: price(bid),
        ask: price(ask),
    })
}

/// When a tick of the past was, which ends now.
pub(crate) fn past(number: u64, now: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = SECONDS.saturating_sub((number + SECONDS).saturating_sub(PAST));
    let minutes = (PAST - SECONDS).saturating_sub(number);
    now - TimeDelta::seconds((seconds + 60 * minutes) as i64)
}

/// Into a text that is used again.
pub(crate) fn write(text: &mut String, place: usize, number: u64, time: &str) {
    text.clear();
    // Writing to a string cannot fail.
    let _written = match said(place, number) {
        Said::Deal { cents } => write!(
            text,
            r#"{{"type":"trade","symbol":"COIN{place}","seq":{number},"time":"{time}","price":"{}","size":"3","id":"{number}","side":"buy"}}"#,
            price(cents)
        ),
        Said::Quote { bid, ask } => write!(
            text,
            r#"{{"type":"quote","symbol":"COIN{place}","seq":{number},"time":"{time}","bid":"{}","bid_size":"100","ask":"{}","ask_size":"200"}}"#,
            price(bid),
            price(ask)
        ),
    };
}

/// To the microsecond: it is also how long a tick was on its way.
pub(crate) fn time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn price(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Mixes all bits into each.
pub(crate) const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
