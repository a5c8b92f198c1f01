//! The channels that are wanted of each instrument.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// Deals; those that one order made at one price are one.
    Trades,
    /// The best prices and the figures of the last 24 hours, ten times a second at most.
    Tickers,
}

impl Channel {
    pub(super) const ALL: [Self; 2] = [Self::Trades, Self::Tickers];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Tickers => "tickers",
        }
    }

    /// `None` for one that we do not ask for.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}
