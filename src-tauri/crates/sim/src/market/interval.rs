//! How long the candles of a history are.

/// Each begins on its own grid of UTC, but for the day, which is one of trading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    Second,
    Minute,
    FiveMinutes,
    QuarterHour,
    Hour,
    Day,
}

impl Interval {
    pub const ALL: [Self; 6] = [
        Self::Second,
        Self::Minute,
        Self::FiveMinutes,
        Self::QuarterHour,
        Self::Hour,
        Self::Day,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Second => "1s",
            Self::Minute => "1m",
            Self::FiveMinutes => "5m",
            Self::QuarterHour => "15m",
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    /// `None` for a word that is none of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.as_str() == word)
    }

    pub const fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::FiveMinutes => 300,
            Self::QuarterHour => 900,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_is_read_back_from_its_word() {
        for interval in Interval::ALL {
            assert_eq!(Interval::from_word(interval.as_str()), Some(interval));
        }
        assert_eq!(Interval::from_word("2m"), None);
    }
}
