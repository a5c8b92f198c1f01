//! Which of its channels are asked for.

use super::symbol::Market;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// Every deal, and with it whatever is corrected or cancelled later.
    Trades,
    Quotes,
    /// What each minute came to, right after it.
    Bars,
    /// The same once more, where a late deal has changed it.
    UpdatedBars,
    /// Halts and resumptions. The bands that prices must stay in are a channel of their own, which
    /// is not asked for: they move all day, and what happens at their edges is told here.
    Statuses,
}

impl Channel {
    /// What a symbol is asked for, in one message.
    pub(super) const fn wanted(market: Market, bars: bool) -> &'static [Self] {
        match (market, bars) {
            (_, false) => &[Self::Trades, Self::Quotes],
            (Market::Test, true) => &[Self::Trades, Self::Quotes, Self::Bars],
            (Market::Iex | Market::Sip | Market::Delayed | Market::Crypto, true) => {
                &[Self::Trades, Self::Quotes, Self::Bars, Self::UpdatedBars]
            }
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Quotes => "quotes",
            Self::Bars => "bars",
            Self::UpdatedBars => "updatedBars",
            Self::Statuses => "statuses",
        }
    }
}

/// Whether a market can say that trading in something stops.
pub(super) const fn has_halts(market: Market) -> bool {
    match market {
        Market::Iex | Market::Sip | Market::Delayed => true,
        Market::Test | Market::Crypto => false,
    }
}
