//! The fields of one price.
//!
//! | field | what | field | what |
//! |---|---|---|---|
//! | 1 | symbol | 12 | change since the close before |
//! | 2 | price | 13 | name |
//! | 3 | time, in thousandths | 15 | opening price |
//! | 4 | currency | 16 | close of the day before |
//! | 5 | exchange | 23, 24 | bid and its size |
//! | 6 | kind | 25, 26 | ask and its size |
//! | 7 | part of the day | 27 | digits behind the point |
//! | 9 | volume of the day | 10, 11 | high and low of the day |
//!
//! Prices are floats of 32 bits. What is told is the shortest number that is
//! this float: as it was before it was packed, if it had seven digits.

use chrono::{DateTime, Utc};
use model::{InstrumentKind, Precision, Price, Session, Size};

use super::symbol;
use super::wire::{Damaged, Fields, Value};
use crate::time::since_1970;

/// More digits than any price has; what stands there is no number of digits then.
const DIGITS_MAX: u32 = 8;

#[derive(Debug, Default)]
pub(super) struct Pricing<'a> {
    pub(super) symbol: Option<&'a str>,
    pub(super) price: Option<Price>,
    pub(super) time: Option<(DateTime<Utc>, Precision)>,
    pub(super) currency: Option<&'a str>,
    pub(super) exchange: Option<&'static str>,
    pub(super) name: Option<&'a str>,
    kind: u64,
    /// Zero means before the opening where it stands, and nothing where it does not.
    hours: Option<u64>,
    pub(super) volume: Option<Size>,
    pub(super) open: Option<Price>,
    pub(super) high: Option<Price>,
    pub(super) low: Option<Price>,
    change: Option<Price>,
    previous_close: Option<Price>,
    pub(super) bid: Option<Price>,
    pub(super) bid_size: Option<Size>,
    pub(super) ask: Option<Price>,
    pub(super) ask_size: Option<Size>,
    digits: Option<u32>,
}

impl<'a> Pricing<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut pricing = Self::default();
        for field in Fields(bytes) {
            let (number, value) = field?;
            pricing.take(number, value);
        }
        Ok(pricing)
    }

    fn take(&mut self, number: u64, value: Value<'a>) {
        match number {
            1 => self.symbol = value.text(),
            2 => self.price = price(value),
            3 => self.time = value.signed().and_then(time),
            4 => self.currency = value.text().filter(|text| !text.is_empty()),
            5 => self.exchange = value.text().and_then(symbol::exchange),
            6 => self.kind = value.number().unwrap_or_default(),
            7 => self.hours = value.number(),
            9 => self.volume = size(value),
            10 => self.high = price(value),
            11 => self.low = price(value),
            12 => self.change = decimal(value),
            13 => self.name = value.text().filter(|text| !text.is_empty()),
            15 => self.open = price(value),
            16 => self.previous_close = price(value),
            23 => self.bid = price(value),
            24 => self.bid_size = size(value),
            25 => self.ask = price(value),
            26 => self.ask_size = size(value),
            27 => {
                let digits = value.signed().and_then(|digits| u32::try_from(digits).ok());
                self.digits = digits.filter(|digits| *digits <= DIGITS_MAX);
            }
            // The last size is the volume of a day where it is told at all; of the rest nothing is shown.
            _ => {}
        }
    }

    /// One that says nothing but that the line is there.
    pub(super) const fn is_heartbeat(&self) -> bool {
        self.kind == 7
    }

    pub(super) const fn kind(&self) -> Option<InstrumentKind> {
        match self.kind {
            8 => Some(InstrumentKind::Stock),
            9 => Some(InstrumentKind::Index),
            14 => Some(InstrumentKind::Fx),
            20 => Some(InstrumentKind::Etf),
            41 => Some(InstrumentKind::Crypto),
            _ => None,
        }
    }

    /// `None` where it says nothing, or only that it is not the regular one.
    pub(super) const fn session(&self) -> Option<Session> {
        if let Some(InstrumentKind::Crypto) = self.kind() {
            return Some(Session::Open);
        }
        match self.hours {
            Some(0) => Some(Session::Pre),
            Some(1) => Some(Session::Open),
            Some(2) => Some(Session::Post),
            Some(4) => Some(Session::Overnight),
            Some(_) | None => None,
        }
    }

    pub(super) const fn is_extended(&self) -> bool {
        matches!(self.hours, Some(0 | 2 | 3 | 4)) && !matches!(self.kind(), Some(InstrumentKind::Crypto))
    }

    /// What the day's change is counted from. For stocks it tells the change
    /// alone, and behind the close counts that from the close itself.
    pub(super) fn reference(&self) -> Option<Price> {
        if self.previous_close.is_some() {
            return self.previous_close;
        }
        match self.session()? {
            Session::Pre | Session::Open => {}
            Session::Auction | Session::Halted | Session::Post | Session::Overnight | Session::Closed => {
                return None;
            }
        }
        let (price, change, digits) = (self.price?, self.change?, self.digits?);
        let before = price.decimal().checked_sub(change.decimal())?.round_dp(digits);
        Some(Price::new(before))
            .filter(|price| price.decimal().is_sign_positive() && !price.decimal().is_zero())
    }
}

/// What is nothing, less, or no number at all is no price.
fn price(value: Value<'_>) -> Option<Price> {
    crate::offer::figure(decimal(value))
}

fn decimal(value: Value<'_>) -> Option<Price> {
    value.float()?.to_string().parse().ok()
}

fn size(value: Value<'_>) -> Option<Size> {
    let number = value.signed().filter(|number| *number > 0)?;
    number.to_string().parse().ok()
}

fn time(millis: i64) -> Option<(DateTime<Utc>, Precision)> {
    u64::try_from(millis).ok().and_then(since_1970)
}
