//! Trades and quotes that look exactly as the page promises.
//!
//! They are nearly all that comes, and the promise is that their keys stand in
//! one order with no space between. So they are read in one pass over the
//! bytes and without an allocation. Whatever looks different in any way is
//! left to `message`, which reads the same things of the same text.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use model::{Condition, Conditions, Precision, Price, Quote, Side, Size, Tick, Trade, TradeId};

use crate::scan::Rest;
use crate::{Directory, Event};

/// What the message says about a symbol that may be nobody's any more.
#[derive(Debug)]
pub(super) struct Said<'a> {
    symbol: &'a str,
    seq: u64,
    tick: Tick,
    precision: Precision,
}

impl Said<'_> {
    pub(super) fn event(self, directory: &Directory) -> Option<Event> {
        Some(Event::Tick {
            key: directory.key(self.symbol)?,
            seq: Some(self.seq),
            tick: self.tick,
            precision: self.precision,
        })
    }
}

/// `None` for everything that is not exactly as expected.
pub(super) fn read<'a>(text: &'a str, minute: &mut Minute) -> Option<Said<'a>> {
    let mut rest = Rest::of(text);
    if rest.skip(r#"{"type":"trade","symbol":""#) {
        trade(rest, minute)
    } else if rest.skip(r#"{"type":"quote","symbol":""#) {
        quote(rest, minute)
    } else {
        None
    }
}

fn trade<'a>(mut rest: Rest<'a>, minute: &mut Minute) -> Option<Said<'a>> {
    let (symbol, seq, time, precision) = beginning(&mut rest, minute)?;
    let price = rest.price(r#","price":""#)?;
    // An index has neither a size nor a side.
    let size = rest.size(r#","size":""#);
    let id = TradeId::new(rest.after(r#","id":""#)?);
    let side = match rest.after(r#","side":""#) {
        Some("buy") => Some(Side::Buy),
        Some("sell") => Some(Side::Sell),
        Some(_) => return None,
        None => None,
    };
    let conditions = conditions(&mut rest)?;
    let trade = Trade {
        price,
        size,
        time: Some(time),
        id,
        side,
        conditions,
    };
    (rest.as_str() == "}").then_some(Said {
        symbol,
        seq,
        tick: Tick::Trade(trade),
        precision,
    })
}

fn quote<'a>(mut rest: Rest<'a>, minute: &mut Minute) -> Option<Said<'a>> {
    let (symbol, seq, time, precision) = beginning(&mut rest, minute)?;
    let bid = side(&mut rest, r#","bid":""#, r#","bid_size":""#)?;
    let ask = side(&mut rest, r#","ask":""#, r#","ask_size":""#)?;
    let quote = Quote {
        bid,
        ask,
        time: Some(time),
    };
    (rest.as_str() == "}").then_some(Said {
        symbol,
        seq,
        tick: Tick::Quote(quote),
        precision,
    })
}

/// What a trade and a quote begin with, from the symbol on.
fn beginning<'a>(
    rest: &mut Rest<'a>,
    minute: &mut Minute,
) -> Option<(&'a str, u64, DateTime<Utc>, Precision)> {
    let symbol = rest.text()?;
    if !rest.skip(r#","seq":"#) {
        return None;
    }
    let (seq, _) = rest.whole_number()?;
    if !rest.skip(r#","time":""#) {
        return None;
    }
    let (time, precision) = minute.time(rest)?;
    Some((symbol, seq, time, precision))
}

/// Both fields or none; the outer `None` is for what is not ours.
#[inline]
fn side(rest: &mut Rest<'_>, price: &str, size: &str) -> Option<Option<(Price, Option<Size>)>> {
    match rest.price(price) {
        Some(price) => Some(Some((price, Some(rest.size(size)?)))),
        None => Some(None),
    }
}

fn conditions(rest: &mut Rest<'_>) -> Option<Conditions> {
    let mut conditions = Conditions::NONE;
    if !rest.skip(r#","conditions":[""#) {
        return Some(conditions);
    }
    loop {
        conditions = conditions.with(Condition::from_word(rest.text()?)?);
        if rest.skip("]") {
            return Some(conditions);
        }
        if !rest.skip(",\"") {
            return None;
        }
    }
}

/// The minute of the last time that was read, nearly always that of the next one too.
#[derive(Debug, Default)]
pub(super) struct Minute {
    text: [u8; MINUTE],
    date: NaiveDate,
    /// Since midnight, in seconds.
    begins: u32,
}

/// The bytes of `2026-01-05T14:30`.
const MINUTE: usize = 16;

impl Minute {
    /// `2026-01-05T14:30:00.250113Z` with its closing quote, and up to nine digits of a second.
    fn time(&mut self, rest: &mut Rest<'_>) -> Option<(DateTime<Utc>, Precision)> {
        let minute = rest.take(MINUTE)?.as_bytes().try_into().ok()?;
        if self.text != minute {
            *self = Self::read(minute)?;
        }
        let [b':', tens, ones] = *rest.take(3)?.as_bytes() else {
            return None;
        };
        let seconds = two_digits(tens, ones).filter(|seconds| *seconds < 60)?;
        let (nanos, digits) = if rest.skip(".") {
            nanoseconds(rest)?
        } else {
            (0, 0)
        };
        if !rest.skip("Z\"") {
            return None;
        }
        let time = NaiveTime::from_num_seconds_from_midnight_opt(self.begins + seconds, nanos)?;
        Some((self.date.and_time(time).and_utc(), Precision::new(digits)))
    }

    fn read(text: [u8; MINUTE]) -> Option<Self> {
        let [
            y0,
            y1,
            y2,
            y3,
            b'-',
            m0,
            m1,
            b'-',
            d0,
            d1,
            b'T',
            h0,
            h1,
            b':',
            n0,
            n1,
        ] = text
        else {
            return None;
        };
        let year = i32::try_from(two_digits(y0, y1)? * 100 + two_digits(y2, y3)?).ok()?;
        let date = NaiveDate::from_ymd_opt(year, two_digits(m0, m1)?, two_digits(d0, d1)?)?;
        let hour = two_digits(h0, h1).filter(|hour| *hour < 24)?;
        let minute = two_digits(n0, n1).filter(|minute| *minute < 60)?;
        let begins = (hour * 60 + minute) * 60;
        Some(Self { text, date, begins })
    }
}

fn two_digits(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// And how many digits they are told with.
fn nanoseconds(rest: &mut Rest<'_>) -> Option<(u32, u8)> {
    let (fraction, digits) = rest.digits();
    let missing = 9u8.checked_sub(u8::try_from(digits.len()).ok()?)?;
    if missing == 9 {
        return None;
    }
    let nanos = u32::try_from(fraction).ok()? * 10u32.pow(missing.into());
    Some((nanos, 9 - missing))
}
