//! The topics of one symbol, and what they are called.

/// One that exists for every symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Trades,
    /// The best prices, a book one level deep.
    Best,
    /// The last 24 hours. It has no best prices.
    Ticker,
    /// What each minute comes to.
    Minute,
}

impl Channel {
    pub(super) const ALL: [Self; 4] = [Self::Trades, Self::Best, Self::Ticker, Self::Minute];

    /// What a symbol is asked for.
    pub(super) const fn wanted(bars: bool) -> &'static [Self] {
        if bars {
            &Self::ALL
        } else {
            &[Self::Trades, Self::Best, Self::Ticker]
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Trades => "publicTrade.",
            Self::Best => "orderbook.1.",
            Self::Ticker => "tickers.",
            Self::Minute => "kline.1.",
        }
    }

    /// `publicTrade.BTCUSDT` for `BTCUSDT`.
    pub(super) fn of(self, native: &str) -> String {
        format!("{}{native}", self.prefix())
    }

    /// Which one it is, and of what. `None` for one that we do not ask for.
    pub(super) fn named(topic: &str) -> Option<(Self, &str)> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|channel| Some((channel, topic.strip_prefix(channel.prefix())?)))
    }
}
