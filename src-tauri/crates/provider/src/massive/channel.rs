//! Which of its channels are asked for, and how they are written.

use super::symbol::Market;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// Every deal.
    Trades,
    Quotes,
    /// What each minute came to.
    Minutes,
}

impl Channel {
    pub(super) const ALL: [Self; 3] = [Self::Trades, Self::Quotes, Self::Minutes];

    /// As it stands before the dot, and as a message calls itself.
    /// Nothing where a market has no such channel.
    pub(super) const fn word(self, market: Market) -> Option<&'static str> {
        Some(match (market, self) {
            (Market::Shares, Self::Trades) => "T",
            (Market::Shares, Self::Quotes) => "Q",
            (Market::Shares, Self::Minutes) => "AM",
            (Market::Coins, Self::Trades) => "XT",
            (Market::Coins, Self::Quotes) => "XQ",
            (Market::Coins, Self::Minutes) => "XA",
            (Market::Currencies, Self::Trades) => return None,
            (Market::Currencies, Self::Quotes) => "C",
            (Market::Currencies, Self::Minutes) => "CA",
        })
    }

    /// That by whose answer a symbol stands.
    pub(super) const fn first(market: Market) -> Self {
        match market {
            Market::Shares | Market::Coins => Self::Trades,
            Market::Currencies => Self::Quotes,
        }
    }

    /// `T.BRK.B` is the channel `T` and the share `BRK.B`.
    pub(super) fn split(item: &str, market: Market) -> Option<(Self, &str)> {
        let (word, native) = item.split_once('.')?;
        let channel = Self::ALL
            .into_iter()
            .find(|channel| channel.word(market) == Some(word))?;
        Some((channel, native))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_a_dot_of_its_own() {
        assert_eq!(
            Channel::split("T.BRK.B", Market::Shares),
            Some((Channel::Trades, "BRK.B"))
        );
        assert_eq!(
            Channel::split("XQ.BTC-USD", Market::Coins),
            Some((Channel::Quotes, "BTC-USD"))
        );
        assert_eq!(Channel::split("NOI.AAPL", Market::Shares), None);
        assert_eq!(Channel::split("T", Market::Shares), None);
    }
}
