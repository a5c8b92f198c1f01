//! The channels that are wanted of each pair.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Trade,
    /// Whenever the best prices change, with the figures of the last 24 hours.
    Ticker,
    /// What each minute comes to.
    Minute,
}

impl Channel {
    const ALL: [Self; 3] = [Self::Trade, Self::Ticker, Self::Minute];

    /// What a pair is asked for.
    pub(super) const fn wanted(bars: bool) -> &'static [Self] {
        if bars {
            &Self::ALL
        } else {
            &[Self::Trade, Self::Ticker]
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Ticker => "ticker",
            Self::Minute => "ohlc",
        }
    }

    /// `None` for one that we do not ask for.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}
