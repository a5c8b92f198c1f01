//! What happened in one stretch of time.

use chrono::{DateTime, Utc};

use crate::{Price, Size};

/// How long a candle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timeframe {
    Second,
    Minute,
}

impl Timeframe {
    pub const ALL: [Self; 2] = [Self::Second, Self::Minute];

    pub const fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
        }
    }

    /// The start of the candle that `time` falls into, in seconds since 1970.
    pub const fn start(self, time: DateTime<Utc>) -> i64 {
        let seconds = time.timestamp();
        seconds - seconds.rem_euclid(self.seconds())
    }
}

/// Open, high, low and close of one timeframe, from trades only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candle {
    /// Seconds since 1970, the first moment that belongs to it.
    pub start: i64,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: Size,
    pub trades: u32,
}

/// Whether prices from before a split are in today's shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjusted {
    Yes,
    No,
    /// Nothing of this sort is ever split.
    NotNeeded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candle_starts_on_its_own_grid_also_before_1970() {
        let at = |seconds, nanos| DateTime::from_timestamp(seconds, nanos).unwrap();
        assert_eq!(Timeframe::Second.start(at(59, 999_999_999)), 59);
        assert_eq!(Timeframe::Minute.start(at(119, 0)), 60);
        assert_eq!(Timeframe::Minute.start(at(-1, 0)), -60);
    }
}
