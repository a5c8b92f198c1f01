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
    #[error("there cannot be less than nothing of it")]
    BelowZero,
}

macro_rules! decimal {
    ($(#[$doc:meta])* $name:ident, $parse:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            pub const ZERO: Self = Self(Decimal::ZERO);

            pub const fn new(value: Decimal) -> Self {
                Self(value)
            }

            pub const fn decimal(self) -> Decimal {
                self.0
            }

            /// Reads one off the beginning of a text, and says how long it is there. `None`
            /// for one that is not written as nearly every one is: digits with at most one
            /// point between them.
            #[inline]
            pub fn leading(text: &str) -> Option<(Self, usize)> {
                leading(text.as_bytes()).map(|(number, length)| (Self(number), length))
            }
        }

        impl FromStr for $name {
            type Err = NotANumber;

            fn from_str(text: &str) -> Result<Self, NotANumber> {
                $parse(text).map(Self)
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
    Price, parse
}

decimal! {
    /// How much was traded or is offered, in the venue's own unit.
    Size, parse_amount
}

/// Reads plain and scientific notation without ever going through a float.
///
/// `from_str_exact` is used, not `from_str`, because the latter rounds silently
/// what it cannot hold.
fn parse(text: &str) -> Result<Decimal, NotANumber> {
    if let Some((number, length)) = leading(text.as_bytes())
        && length == text.len()
    {
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

/// What is counted is there or is not there. Prices below zero have been seen.
fn parse_amount(text: &str) -> Result<Decimal, NotANumber> {
    let amount = parse(text)?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(NotANumber::BelowZero);
    }
    Ok(amount)
}

/// As nearly every price is written: digits with at most one point between
/// them, few enough for a machine word. A message has up to four of them.
#[inline]
fn leading(text: &[u8]) -> Option<(Decimal, usize)> {
    let (whole, before) = digits(text, 0);
    let (mantissa, behind) = match text.get(before..) {
        // Some venues write eight places whatever the price is.
        Some([b'.', fraction @ ..]) => match fraction.split_first_chunk() {
            Some((first, rest)) if let Some(eight) = eight_digits(*first) => {
                let whole = whole.wrapping_mul(100_000_000).wrapping_add(eight);
                let (mantissa, more) = digits(rest, whole);
                (mantissa, first.len() + more)
            }
            Some(_) | None => digits(fraction, whole),
        },
        Some(_) | None => return number(whole, before, 0).map(|number| (number, before)),
    };
    if behind == 0 {
        return None;
    }
    number(mantissa, before, behind).map(|number| (number, before + 1 + behind))
}

/// Goes on with a number, and says how many digits that were. Of too many of
/// them nothing is left that makes sense.
#[inline]
fn digits(text: &[u8], mut number: i64) -> (i64, usize) {
    let mut length = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit));
        length += 1;
    }
    (number, length)
}

/// Eight at once, in the lanes of one machine word: neighbours are put together
/// to pairs, pairs to fours, and those to what they all come to.
#[inline]
fn eight_digits(text: [u8; 8]) -> Option<i64> {
    // A short number has ended by the last one; then all are looked at together.
    if !text[7].is_ascii_digit() || !text.iter().fold(true, |all, byte| all & byte.is_ascii_digit()) {
        return None;
    }
    let ones = u64::from_le_bytes(text) & 0x0F0F_0F0F_0F0F_0F0F;
    let pairs = (ones * 10 + (ones >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    let eight = (fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF;
    Some(eight.cast_signed())
}

/// So many digits fit whatever they are; one more would not.
const DIGITS_MAX: usize = 18;

#[inline]
fn number(mantissa: i64, before: usize, behind: usize) -> Option<Decimal> {
    if before == 0 || before + behind > DIGITS_MAX {
        return None;
    }
    Some(Decimal::new(mantissa, u32::try_from(behind).ok()?))
}

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
            "0.00000000000000001",
            "99999999999.9999999",
            "61837.63000000",
            "0.123456789",
            "9.12345678901234567",
        ] {
            let (number, length) = leading(text.as_bytes()).unwrap();
            let library = Decimal::from_str_exact(text).unwrap();
            assert_eq!((number, number.scale()), (library, library.scale()), "{text}");
            assert_eq!(length, text.len());
        }
        let long = ["9999999999999999999", "0.000000000000000001"];
        for text in long.into_iter().chain(["", ".", ".5", "1.", "-1", "x"]) {
            assert_eq!(leading(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn eight_digits_at_once_are_the_number_that_they_are() {
        for number in [0, 1, 10, 12_345_678, 99_999_999, 90_000_009, 10_203_040] {
            let text = format!("{number:08}");
            let text: [u8; 8] = text.as_bytes().try_into().unwrap();
            assert_eq!(eight_digits(text), Some(number));
            for at in 0..8 {
                for byte in (0..=u8::MAX).filter(|byte| !byte.is_ascii_digit()) {
                    let mut damaged = text;
                    damaged[at] = byte;
                    assert_eq!(eight_digits(damaged), None);
                }
            }
        }
    }

    #[test]
    fn what_stands_behind_a_number_is_left_to_others() {
        let read = |text| Price::leading(text).map(|(price, length)| (price.to_string(), length));
        assert_eq!(read(r#"10.50","q""#), Some(("10.50".to_owned(), 5)));
        assert_eq!(read("1.2.3"), Some(("1.2".to_owned(), 3)));
        assert!("1.2.3".parse::<Price>().is_err());
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
