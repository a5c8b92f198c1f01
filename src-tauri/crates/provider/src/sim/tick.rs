//! Trades and quotes that look exactly as the page promises.
//!
//! They are nearly all that comes, and the promise is that their keys stand in
//! one order with no space between. So they are read in one pass over the
//! bytes and without an allocation. Whatever looks different in any way is
//! left to `message`, which reads the same things of the same text.

use chrono::{DateTime, Utc};
use model::{Condition, Conditions, Precision, Price, Quote, Side, Size, Tick, Trade, TradeId};

use crate::scan::{Minute, Rest};
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
