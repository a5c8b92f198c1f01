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
    pub(super) const fn word(self, market: Market) -> &'static str {
        match (market, self) {
            (Market::Shares, Self::Trades) => "T",
            (Market::Shares, Self::Quotes) => "Q",
            (Market::Shares, Self::Minutes) => "AM",
            (Market::Coins, Self::Trades) => "XT",
            (Market::Coins, Self::Quotes) => "XQ",
            (Market::Coins, Self::Minutes) => "XA",
        }
    }

    /// `T.BRK.B` is the channel `T` and the share `BRK.B`.
    pub(super) fn split(item: &str, market: Market) -> Option<(Self, &str)> {
        let (word, native) = item.split_once('.')?;
        let channel = Self::ALL
            .into_iter()
            .find(|channel| channel.word(market) == word)?;
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
