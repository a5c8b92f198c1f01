//! The weather of the whole market, in five words.

use std::fmt;
use std::str::FromStr;

/// How prices behave from some moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mood {
    Calm,
    #[default]
    Normal,
    /// Large moves both ways.
    Wild,
    /// Falling fast, with the most sensitive first.
    Crash,
    /// Rising without a pause.
    MeltUp,
}

/// A word that names no mood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no mood is called `{0}`: it is calm, normal, wild, crash or melt-up")]
pub struct NoSuchMood(String);

impl Mood {
    pub const ALL: [Self; 5] = [Self::Calm, Self::Normal, Self::Wild, Self::Crash, Self::MeltUp];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Normal => "normal",
            Self::Wild => "wild",
            Self::Crash => "crash",
            Self::MeltUp => "melt-up",
        }
    }

    /// What it makes of the usual volatility.
    pub(super) const fn turmoil(self) -> f64 {
        match self {
            Self::Calm => 0.45,
            Self::Normal => 1.0,
            Self::Wild => 2.2,
            Self::Crash => 2.8,
            Self::MeltUp => 1.3,
        }
    }

    /// What it adds to the logarithm of the whole market in a minute of trading.
    pub(super) const fn drift(self) -> f64 {
        match self {
            Self::Calm | Self::Normal | Self::Wild => 0.0,
            // Some ten per cent in a day of 390 minutes.
            Self::Crash => -2.7e-4,
            Self::MeltUp => 1.3e-4,
        }
    }
}

impl fmt::Display for Mood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Mood {
    type Err = NoSuchMood;

    fn from_str(word: &str) -> Result<Self, NoSuchMood> {
        Self::ALL
            .into_iter()
            .find(|mood| mood.as_str() == word)
            .ok_or_else(|| NoSuchMood(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_is_read_back_from_its_word() {
        for mood in Mood::ALL {
            assert_eq!(mood.to_string().parse(), Ok(mood));
        }
        let error = "Crash".parse::<Mood>().unwrap_err().to_string();
        assert!(error.contains("`Crash`") && error.contains("melt-up"), "{error}");
    }
}
