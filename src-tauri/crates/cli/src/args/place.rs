//! Where on a tape to begin, as a person says it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};
use recording::Tape;

/// A time of day or a date on which it was recorded, or how far from the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    After(Duration),
    /// In UTC.
    TimeOfDay(NaiveTime),
    At(DateTime<Utc>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place on a tape is 90s, 12m, 1h30m, a time of day in UTC as 14:30:05, or 2026-01-05T14:30:05Z")]
pub(crate) struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::At(at.to_utc()));
        }
        let forms = ["%H:%M:%S%.f", "%H:%M"];
        if let Some(time) = forms
            .iter()
            .find_map(|form| NaiveTime::parse_from_str(text, form).ok())
        {
            return Ok(Self::TimeOfDay(time));
        }
        stretch(text).map(Self::After).ok_or(NotAPlace)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(passed) => write!(f, "{} s after its beginning", passed.as_secs_f64()),
            Self::TimeOfDay(time) => write!(f, "{time} UTC"),
            Self::At(at) => write!(f, "{}", at.to_rfc3339()),
        }
    }
}

impl Place {
    /// The moment on this tape; `None` when it is over before.
    pub(crate) fn on(&self, tape: &Tape) -> Option<Duration> {
        let (first, last) = tape.span();
        let (begin, end) = (tape.wall(first), tape.wall(last));
        let at = match self {
            Self::After(passed) => return first.checked_add(*passed).filter(|at| *at <= last),
            Self::At(at) => *at,
            Self::TimeOfDay(time) => {
                let today = begin.date_naive().and_time(*time).and_utc();
                // A tape that runs over midnight has this time on its second day.
                if today < begin && end.date_naive() > begin.date_naive() {
                    today + chrono::TimeDelta::days(1)
                } else {
                    today
                }
            }
        };
        (at <= end).then(|| tape.moment(at).max(first))
    }
}

/// `90s`, `12m`, `1h30m`, or seconds alone.
fn stretch(text: &str) -> Option<Duration> {
    let mut seconds = 0u64;
    let mut number: Option<u64> = None;
    for letter in text.chars() {
        let unit = match letter {
            '0'..='9' => {
                let digit = u64::from(letter.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    if text.is_empty() || (number.is_some() && text.contains(['h', 'm', 's'])) {
        return None;
    }
    seconds.checked_add(number.unwrap_or(0)).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_said_as_people_say_it() {
        let after = |text: &str| match text.parse() {
            Ok(Place::After(passed)) => Some(passed.as_secs()),
            Ok(Place::TimeOfDay(_) | Place::At(_)) | Err(_) => None,
        };
        assert_eq!(after("90"), Some(90));
        assert_eq!(after("90s"), Some(90));
        assert_eq!(after("1h30m"), Some(5_400));
        for text in [
            "",
            "s",
            "5x",
            "1h5",
            "-5",
            "99999999999999999999",
            "9999999999999999999h",
        ] {
            assert_eq!(after(text), None, "{text}");
        }
        assert!(matches!("14:30".parse(), Ok(Place::TimeOfDay(_))));
        assert!(matches!("14:30:05.25".parse(), Ok(Place::TimeOfDay(_))));
        assert!(matches!("2026-01-05T14:30:05Z".parse(), Ok(Place::At(_))));
    }
}
