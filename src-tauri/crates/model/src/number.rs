//! Exact decimal numbers, parsed from the text that came.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

/// Text that should have been a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    #[error("the number is empty")]
    Empty,
    #[error("not a decimal number")]
    Malformed,
    #[error("the number has more digits than a price can hold")]
    OutOfRange,
}

macro_rules! decimal {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            pub const fn new(value: Decimal) -> Self {
                Self(value)
            }

            pub const fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = NotANumber;

            fn from_str(text: &str) -> Result<Self, NotANumber> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

decimal! {
    /// What one unit costs. The scale of the text is kept: `10.50` stays `10.50`.
    Price
}

decimal! {
    /// How much was traded or is offered, in the venue's own unit.
    Size
}

/// Reads plain and scientific notation without ever going through a float.
///
/// `from_str_exact` is used, not `from_str`, because the latter rounds silently
/// what it cannot hold.
fn parse(text: &str) -> Result<Decimal, NotANumber> {
    if let Some(number) = plain(text) {
        return Ok(number);
    }
    if text.is_empty() {
        return Err(NotANumber::Empty);
    }
    // Venues write neither `_` nor a leading `+`, both of which the parser would take.
    if text.starts_with('+') || text.contains('_') {
        return Err(NotANumber::Malformed);
    }
    let number = if text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        Decimal::from_scientific(text)
    } else {
        Decimal::from_str_exact(text)
    };
    number.map_err(|_| {
        if has_the_shape_of_a_number(text) {
            NotANumber::OutOfRange
        } else {
            NotANumber::Malformed
        }
    })
}

/// As nearly every price is written: digits with at most one point between
/// them, few enough for a machine word. A message has up to four of them.
fn plain(text: &str) -> Option<Decimal> {
    if text.len() > PLAIN_LENGTH_MAX {
        return None;
    }
    let mut mantissa = 0i64;
    let mut point = None;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() && at > 0 => point = Some(at),
            _ => return None,
        }
    }
    let scale = match point {
        Some(point) if point + 1 < text.len() => text.len() - point - 1,
        None if !text.is_empty() => 0,
        Some(_) | None => return None,
    };
    Some(Decimal::new(mantissa, u32::try_from(scale).ok()?))
}

/// Eighteen digits fit whatever they are; one more would not.
const PLAIN_LENGTH_MAX: usize = 18;

/// The library's errors do not tell "too long" from "no number at all".
fn has_the_shape_of_a_number(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let power = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    (!whole.is_empty() || !fraction.is_empty())
        && !power.is_empty()
        && digits(whole)
        && digits(fraction)
        && digits(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_digits_that_came() {
        for text in [
            "0",
            "10.50",
            "-3.1400",
            "0.00000001",
            "115735.99",
            "7922816251426433759354395033",
        ] {
            assert_eq!(text.parse::<Price>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_short_way_reads_what_the_library_reads() {
        for text in [
            "0",
            "7",
            "007",
            "0.0",
            "0.00",
            "10.50",
            "999999999999999999",
            "0.0000000000000001",
            "1.",
            ".5",
            "",
            ".",
            "1.2.3",
            "-1",
            "9x",
        ] {
            if let Some(number) = plain(text) {
                let library = Decimal::from_str_exact(text).unwrap();
                assert_eq!((number, number.scale()), (library, library.scale()), "{text}");
            }
        }
        assert!(plain("10.50").is_some() && plain("999999999999999999").is_some());
        assert!([".5", "1.", "", "."].iter().all(|text| plain(text).is_none()));
    }

    #[test]
    fn reads_exponents_exactly() {
        assert_eq!("6.517e-5".parse::<Price>().unwrap().to_string(), "0.00006517");
        assert_eq!("1E3".parse::<Size>().unwrap(), "1000".parse().unwrap());
    }

    #[test]
    fn refuses_what_is_not_a_number() {
        assert_eq!("".parse::<Price>(), Err(NotANumber::Empty));
        for text in [
            "NaN", "inf", "1_000", "+1", "1,5", "0x10", "--1", ".", "1e", "e5", " 1",
        ] {
            assert!(text.parse::<Price>().is_err(), "{text} was taken for a number");
        }
    }

    #[test]
    fn refuses_to_round_what_it_cannot_hold() {
        let digits = "1.23456789012345678901234567890123";
        assert_eq!(digits.parse::<Price>(), Err(NotANumber::OutOfRange));
        assert_eq!(
            "99999999999999999999999999999999".parse::<Price>(),
            Err(NotANumber::OutOfRange)
        );
    }
}
