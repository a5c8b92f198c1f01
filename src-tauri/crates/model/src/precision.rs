//! How finely a venue states its times.

use chrono::{DateTime, Utc};

/// The digits of a second that stood behind the point; beyond nine none are kept.
///
/// A time alone cannot tell `30.250` from `30.250000`, and whoever prints what
/// came must print no more and no less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Precision(u8);

impl Precision {
    const DIGITS_MAX: u8 = 9;

    pub const fn new(digits: u8) -> Self {
        Self(if digits < Self::DIGITS_MAX {
            digits
        } else {
            Self::DIGITS_MAX
        })
    }

    /// That of a time as RFC 3339 writes it.
    pub fn of(text: &str) -> Self {
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        Self::new(u8::try_from(digits).unwrap_or(Self::DIGITS_MAX))
    }

    /// The time in UTC as RFC 3339 writes it, with these digits.
    pub fn text(self, time: DateTime<Utc>) -> String {
        let mut text = time.format("%Y-%m-%dT%H:%M:%S%.9f").to_string();
        let unwanted = match self.0 {
            // The point goes too.
            0 => usize::from(Self::DIGITS_MAX) + 1,
            digits => usize::from(Self::DIGITS_MAX - digits),
        };
        text.truncate(text.len().saturating_sub(unwanted));
        text.push('Z');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_the_digits_that_came() {
        for text in [
            "2026-01-05T14:30:00Z",
            "2026-01-05T14:30:00.2Z",
            "2026-01-05T14:30:00.250Z",
            "2026-01-05T14:30:00.250000Z",
            "2026-01-05T14:30:00.123456789Z",
        ] {
            let time = DateTime::parse_from_rfc3339(text).unwrap().to_utc();
            assert_eq!(Precision::of(text).text(time), text);
        }
    }

    #[test]
    fn more_than_nine_digits_are_nine() {
        let text = "2026-01-05T14:30:00.12345678912+01:00";
        let time = DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert_eq!(Precision::of(text).text(time), "2026-01-05T13:30:00.123456789Z");
    }
}
