//! Trades and quotes that look exactly as the page promises.
//!
//! They are nearly all that comes, and the promise is that their keys stand in
//! one order with no space between. So they are read in one pass over the
//! bytes and without an allocation. Whatever looks different in any way is
//! left to `message`, which reads the same things of the same text.

use chrono::{DateTime, NaiveDate, Utc};
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
pub(super) fn read(text: &str) -> Option<Said<'_>> {
    let mut rest = Rest::of(text);
    if rest.skip(r#"{"type":"trade","symbol":""#) {
        trade(rest)
    } else if rest.skip(r#"{"type":"quote","symbol":""#) {
        quote(rest)
    } else {
        None
    }
}

fn trade(mut rest: Rest<'_>) -> Option<Said<'_>> {
    let (symbol, seq, time, precision) = beginning(&mut rest)?;
    let price: Price = rest.after(r#","price":""#)?.parse().ok()?;
    // An index has neither a size nor a side.
    let size: Option<Size> = match rest.after(r#","size":""#) {
        Some(size) => Some(size.parse().ok()?),
        None => None,
    };
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

fn quote(mut rest: Rest<'_>) -> Option<Said<'_>> {
    let (symbol, seq, time, precision) = beginning(&mut rest)?;
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
fn beginning<'a>(rest: &mut Rest<'a>) -> Option<(&'a str, u64, DateTime<Utc>, Precision)> {
    let symbol = rest.text()?;
    if !rest.skip(r#","seq":"#) {
        return None;
    }
    let seq = rest.whole_number()?;
    let (time, precision) = time(rest.after(r#","time":""#)?)?;
    Some((symbol, seq, time, precision))
}

/// Both fields or none; the outer `None` is for what is not ours.
fn side(rest: &mut Rest<'_>, price: &str, size: &str) -> Option<Option<(Price, Size)>> {
    match rest.after(price) {
        Some(price) => {
            let size = rest.after(size)?;
            Some(Some((price.parse().ok()?, size.parse().ok()?)))
        }
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

/// `2026-01-05T14:30:00.250113Z`, with up to nine digits of a second.
fn time(text: &str) -> Option<(DateTime<Utc>, Precision)> {
    let bytes = text.as_bytes();
    let (whole, fraction) = bytes.split_at_checked(19)?;
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
        b':',
        s0,
        s1,
    ] = *whole
    else {
        return None;
    };
    let century = two_digits(y0, y1)?;
    let year = i32::try_from(century * 100 + two_digits(y2, y3)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, two_digits(m0, m1)?, two_digits(d0, d1)?)?;
    let (nanos, digits) = match fraction {
        b"Z" => (0, 0),
        [b'.', digits @ .., b'Z'] => (nanoseconds(digits)?, digits.len()),
        _ => return None,
    };
    let time = date.and_hms_nano_opt(
        two_digits(h0, h1)?,
        two_digits(n0, n1)?,
        two_digits(s0, s1)?,
        nanos,
    )?;
    Some((time.and_utc(), Precision::new(u8::try_from(digits).ok()?)))
}

fn two_digits(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn nanoseconds(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let mut nanos = 0;
    for place in 0..9 {
        nanos = nanos * 10
            + match digits.get(place) {
                Some(digit) if digit.is_ascii_digit() => u32::from(digit - b'0'),
                Some(_) => return None,
                None => 0,
            };
    }
    Some(nanos)
}
