//! Times as venues state them. What cannot be one is none: a price from 1970 is
//! a price without a time.

use chrono::{DateTime, Utc};
use model::Precision;

/// 2001 and 2100, in seconds; no venue is older, and this program will not be as old.
const SECONDS_MIN: u64 = 978_307_200;
const SECONDS_MAX: u64 = 4_102_444_800;
/// How often a second is cut, and the digits that makes.
const UNITS: [(u64, u8); 4] = [(1, 0), (1_000, 3), (1_000_000, 6), (1_000_000_000, 9)];

/// Since 1970, in seconds or thousandths, millionths or billionths of them: in
/// this century no number is two of these.
pub(crate) fn since_1970(number: u64) -> Option<(DateTime<Utc>, Precision)> {
    let (unit, digits) = UNITS
        .into_iter()
        .find(|(unit, _)| (SECONDS_MIN..SECONDS_MAX).contains(&(number / unit)))?;
    let seconds = i64::try_from(number / unit).ok()?;
    let nanos = u32::try_from(number % unit * (1_000_000_000 / unit)).ok()?;
    Some((DateTime::from_timestamp(seconds, nanos)?, Precision::new(digits)))
}

/// `2022-12-25T09:30:59.123456Z`, or with the distance of a time zone at its end.
pub(crate) fn iso(text: &str) -> Option<(DateTime<Utc>, Precision)> {
    let time = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    of_our_days(time).then(|| (time, Precision::of(text)))
}

pub(crate) fn of_our_days(time: DateTime<Utc>) -> bool {
    u64::try_from(time.timestamp()).is_ok_and(|seconds| (SECONDS_MIN..SECONDS_MAX).contains(&seconds))
}

/// Either of both, as it stands in a message.
pub(crate) fn stated(text: Option<&str>) -> (Option<DateTime<Utc>>, Precision) {
    let known = text.and_then(|text| match text.parse() {
        Ok(number) => since_1970(number),
        Err(_) => iso(text),
    });
    match known {
        Some((time, precision)) => (Some(time), precision),
        None => (None, Precision::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_by_its_length_what_it_counts() {
        for (number, digits, text) in [
            (1_672_515_782, 0, "2022-12-31T19:43:02Z"),
            (1_672_515_782_136, 3, "2022-12-31T19:43:02.136Z"),
            (1_672_515_782_136_042, 6, "2022-12-31T19:43:02.136042Z"),
            (1_672_515_782_136_042_007, 9, "2022-12-31T19:43:02.136042007Z"),
        ] {
            let (time, precision) = since_1970(number).unwrap();
            assert_eq!(time, text.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(precision, Precision::new(digits));
            assert_eq!(iso(text), Some((time, precision)));
        }
        for number in [0, 1, 978_307_199, 4_102_444_800, u64::MAX] {
            assert_eq!(since_1970(number), None, "{number}");
        }
    }

    #[test]
    fn a_zone_is_taken_off() {
        let (time, precision) = iso("2019-01-30T13:33:45.383129126-05:00").unwrap();
        assert_eq!(time.to_rfc3339(), "2019-01-30T18:33:45.383129126+00:00");
        assert_eq!(precision, Precision::new(9));
    }

    #[test]
    fn what_cannot_be_a_time_is_none() {
        for text in [
            "",
            "1970-01-01T00:00:00Z",
            "2022-13-01T00:00:00Z",
            "yesterday",
            "2022-12-25",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_that_is_none_takes_nothing_else_with_it() {
        let precise = |text| stated(Some(text)).1;
        assert_eq!(precise("1672515782136"), Precision::new(3));
        assert_eq!(precise("2022-12-31T19:43:02.136042Z"), Precision::new(6));
        for text in [
            None,
            Some(""),
            Some("0"),
            Some("soon"),
            Some("1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(stated(text), (None, Precision::default()));
        }
    }
}
