//! The channels of one product.

/// A channel that exists for every product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// The best prices and the figures of the day, with every trade.
    Ticker,
    /// Every single trade.
    Matches,
    /// Once a second, which trade was the last.
    Heartbeat,
}

impl Channel {
    pub(super) const ALL: [Self; 3] = [Self::Ticker, Self::Matches, Self::Heartbeat];
    /// What a row cannot do without.
    pub(super) const NEEDED: [Self; 2] = [Self::Ticker, Self::Matches];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ticker => "ticker",
            Self::Matches => "matches",
            Self::Heartbeat => "heartbeat",
        }
    }
}
