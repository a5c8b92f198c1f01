//! The streams of one symbol, and what their names look like.

use super::symbol;

/// As many may be open on one connection.
pub(super) const STREAMS_MAX: usize = 1_024;

/// A stream that exists for every symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// Every single deal: those that one order made are told apart, and their
    /// numbers have no holes.
    Trade,
    /// The best prices, whenever they change.
    BookTicker,
    /// What the last 24 hours came to, once a second.
    Day,
    /// What each minute comes to.
    Minute,
}

impl Channel {
    pub(super) const ALL: [Self; 4] = [Self::Trade, Self::BookTicker, Self::Day, Self::Minute];

    /// What a symbol is asked for.
    pub(super) const fn wanted(bars: bool) -> &'static [Self] {
        if bars {
            &Self::ALL
        } else {
            &[Self::Trade, Self::BookTicker, Self::Day]
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Trade => "@trade",
            Self::BookTicker => "@bookTicker",
            Self::Day => "@miniTicker",
            Self::Minute => "@kline_1m",
        }
    }

    /// `btcusdt@trade` for `BTC-USDT`.
    pub(super) fn stream(self, symbol: &model::Symbol) -> String {
        let mut name = symbol::native(symbol).to_lowercase();
        name.push_str(self.suffix());
        name
    }
}
