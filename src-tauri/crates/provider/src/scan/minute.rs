//! A time as RFC 3339 writes it, read by someone who has just read another.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use model::Precision;

use super::Rest;

/// The minute of the last time that was read, nearly always that of the next one too.
#[derive(Debug, Default)]
pub(crate) struct Minute {
    text: [u8; MINUTE],
    date: NaiveDate,
    /// Since midnight, in seconds.
    begins: u32,
}

/// The bytes of `2026-01-05T14:30`.
const MINUTE: usize = 16;

impl Minute {
    /// `2026-01-05T14:30:00.250113Z` with its closing quote, and up to nine digits of a second.
    pub(crate) fn time(&mut self, rest: &mut Rest<'_>) -> Option<(DateTime<Utc>, Precision)> {
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
