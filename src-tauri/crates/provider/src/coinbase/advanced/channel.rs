//! The channels of one product. That of heartbeats is of none.

/// A channel that exists for every product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// The best prices and the figures of the day, with every trade.
    Ticker,
    /// Every single trade, four times a second.
    Trades,
}

pub(super) const HEARTBEATS: &str = "heartbeats";

impl Channel {
    pub(super) const ALL: [Self; 2] = [Self::Ticker, Self::Trades];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ticker => "ticker",
            Self::Trades => "market_trades",
        }
    }
}
