//! The channels of one market, and what their names look like.

/// As many may be open on one connection.
pub(super) const CHANNELS_MAX: usize = 1_024;

/// One that is wanted of each market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Trades,
    /// The first hundred of both sides, whole each time.
    Book,
}

impl Channel {
    pub(super) const ALL: [Self; 2] = [Self::Trades, Self::Book];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Trades => "live_trades_",
            Self::Book => "order_book_",
        }
    }

    /// `live_trades_btcusd` for `btcusd`.
    pub(super) fn of(self, native: &str) -> String {
        format!("{}{native}", self.prefix())
    }

    /// Which one it is, and of what. `None` for one that we do not ask for.
    pub(super) fn named(name: &str) -> Option<(Self, &str)> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|channel| Some((channel, name.strip_prefix(channel.prefix())?)))
    }
}
