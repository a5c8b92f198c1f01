//! Times in the unit that a person names.

use chrono::{DateTime, Utc};
use model::Precision;

use crate::time::{iso, of_our_days, stated};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Unit {
    /// A number tells by its length what it counts, and anything else is as RFC 3339 writes it.
    #[default]
    Told,
    /// Parts of a second since 1970; so many digits stand behind the second.
    Since1970(u8),
    Iso,
}

impl Unit {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "" => Self::Told,
            "s" => Self::Since1970(0),
            "ms" => Self::Since1970(3),
            "us" | "µs" => Self::Since1970(6),
            "ns" => Self::Since1970(9),
            "iso" => Self::Iso,
            _ => return None,
        })
    }

    /// What cannot be a time is none, and takes nothing else with it.
    pub(super) fn read(self, text: &str) -> Option<(DateTime<Utc>, Precision)> {
        match self {
            Self::Told => match stated(Some(text)) {
                (Some(time), precision) => Some((time, precision)),
                (None, _) => Self::Since1970(0).read(text),
            },
            Self::Since1970(digits) => since_1970(text, digits),
            Self::Iso => iso(text),
        }
    }
}

/// With a fraction of the unit, too, as far as billionths of a second go.
fn since_1970(text: &str, digits: u8) -> Option<(DateTime<Utc>, Precision)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 19 || !plain(whole) || !plain(fraction) {
        return None;
    }
    let missing = usize::from(9 - digits);
    let kept = &fraction[..fraction.len().min(missing)];
    let nanos: i128 = format!("{whole}{kept:0<missing$}").parse().ok()?;
    let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
    let time = DateTime::from_timestamp(seconds, rest)?;
    let precision = Precision::new(digits.saturating_add(u8::try_from(kept.len()).ok()?));
    of_our_days(time).then_some((time, precision))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_tells_the_same_time_with_its_own_digits() {
        for (word, text, expected) in [
            ("s", "1672515782", "2022-12-31T19:43:02Z"),
            ("s", "1672515782.136", "2022-12-31T19:43:02.136Z"),
            ("ms", "1672515782136", "2022-12-31T19:43:02.136Z"),
            ("ms", "1672515782136.042", "2022-12-31T19:43:02.136042Z"),
            ("us", "1672515782136042", "2022-12-31T19:43:02.136042Z"),
            ("ns", "1672515782136042007", "2022-12-31T19:43:02.136042007Z"),
            ("iso", "2022-12-31T20:43:02.136+01:00", "2022-12-31T19:43:02.136Z"),
            ("", "1672515782136", "2022-12-31T19:43:02.136Z"),
            ("", "1672515782.5", "2022-12-31T19:43:02.5Z"),
            ("", "2022-12-31T19:43:02Z", "2022-12-31T19:43:02Z"),
        ] {
            let (time, precision) = Unit::from_word(word).unwrap().read(text).unwrap();
            assert_eq!(precision.text(time), expected, "{word} {text}");
        }
    }

    #[test]
    fn what_is_no_time_in_that_unit_is_none() {
        for (word, text) in [
            ("s", "1672515782136"),
            ("ms", "1672515782"),
            ("ms", "0"),
            ("s", "-1"),
            ("s", ""),
            ("s", "1.x"),
            ("ns", "99999999999999999999"),
            ("iso", "1672515782"),
            ("", "soon"),
        ] {
            assert_eq!(Unit::from_word(word).unwrap().read(text), None, "{word} {text}");
        }
        assert_eq!(Unit::from_word("h"), None);
    }
}
