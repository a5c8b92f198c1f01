//! How fast the market's clock runs.

use std::fmt;
use std::str::FromStr;

/// Seconds of the market in one of ours, from a tenth to a thousand, or as many
/// as the machine can make.
///
/// Kept in thousandths, so that a speed is equal to itself and prints as given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Speed(Pace);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pace {
    Thousandths(u32),
    Max,
}

/// A text or a number that is no speed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a speed is a number from 0.1 to 1000, or max")]
pub struct NotASpeed;

impl Speed {
    /// As the clock on the wall.
    pub const LIVE: Self = Self(Pace::Thousandths(1_000));
    /// As fast as it goes.
    pub const MAX: Self = Self(Pace::Max);

    /// `None` for what is not between 0.1 and 1000.
    pub fn new(factor: f64) -> Option<Self> {
        (0.1..=1_000.0)
            .contains(&factor)
            .then(|| Self(Pace::Thousandths((factor * 1_000.0).round() as u32)))
    }

    /// Seconds of the market in one of ours; `None` when nothing but the
    /// machine sets the pace.
    pub fn factor(self) -> Option<f64> {
        match self.0 {
            Pace::Thousandths(thousandths) => Some(f64::from(thousandths) / 1_000.0),
            Pace::Max => None,
        }
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self::LIVE
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.factor() {
            Some(factor) => write!(f, "{factor}"),
            None => f.write_str("max"),
        }
    }
}

impl FromStr for Speed {
    type Err = NotASpeed;

    /// `2`, `0.5`, `100x` or `max`.
    fn from_str(text: &str) -> Result<Self, NotASpeed> {
        if text == "max" {
            return Ok(Self::MAX);
        }
        let number = text.strip_suffix('x').unwrap_or(text);
        let factor = number.parse().map_err(|_| NotASpeed)?;
        Self::new(factor).ok_or(NotASpeed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_read_back_from_its_text() {
        for text in ["0.1", "1", "2.5", "1000", "max"] {
            assert_eq!(text.parse::<Speed>().unwrap().to_string(), text);
        }
        assert_eq!("100x".parse(), Ok(Speed::new(100.0).unwrap()));
    }

    #[test]
    fn what_is_too_slow_too_fast_or_no_number_is_refused() {
        for text in ["", "0", "0.09", "1000.1", "-1", "NaN", "inf", "fast", "x"] {
            assert_eq!(text.parse::<Speed>(), Err(NotASpeed), "{text}");
        }
    }
}
