//! Trades that were made and did not come.
//!
//! The numbers of trades have no holes, so one that is missing shows as soon as
//! the next one comes. Of the last one before a quiet hour only the heartbeat
//! tells: once a second it says which trade was the last.

use crate::directory::ByName;

/// The last trade of each product that is wanted.
#[derive(Debug, Default)]
pub(super) struct Count {
    products: ByName<String, Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The last that has come; nothing for none.
    come: Option<u64>,
    /// The last that the heartbeat before knew of.
    known: u64,
}

impl Count {
    pub(super) fn begin(&mut self, product: String) {
        self.products.entry(product).or_default();
    }

    pub(super) fn end(&mut self, product: &str) {
        self.products.remove(product);
    }

    pub(super) fn came(&mut self, product: &str, trade: u64) {
        if let Some(seen) = self.products.get_mut(product) {
            seen.come = seen.come.max(Some(trade));
        }
    }

    /// The last trade that has not come although it was known a heartbeat ago: a
    /// trade may be told behind the heartbeat that knows of it, and not a second later.
    pub(super) fn beat(&mut self, product: &str, last: u64) -> Option<u64> {
        let seen = self.products.get_mut(product)?;
        let known = std::mem::replace(&mut seen.known, last).min(last);
        let come = seen.come.as_mut()?;
        if known <= *come {
            return None;
        }
        *come = known;
        Some(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> Count {
        let mut count = Count::default();
        count.begin("BTC-USD".to_owned());
        count
    }

    #[test]
    fn a_trade_that_two_heartbeats_know_of_is_missing() {
        let mut count = counting();
        count.came("BTC-USD", 20);
        assert_eq!(count.beat("BTC-USD", 20), None);
        assert_eq!(count.beat("BTC-USD", 22), None, "it may still come");
        assert_eq!(count.beat("BTC-USD", 23), Some(22));
        assert_eq!(count.beat("BTC-USD", 23), Some(23));
        assert_eq!(count.beat("BTC-USD", 23), None, "it is told once");
    }

    #[test]
    fn a_trade_that_comes_behind_the_heartbeat_is_not_missing() {
        let mut count = counting();
        count.came("BTC-USD", 20);
        assert_eq!(count.beat("BTC-USD", 21), None);
        count.came("BTC-USD", 21);
        assert_eq!(count.beat("BTC-USD", 21), None);
    }

    #[test]
    fn nothing_is_missing_before_the_first_trade_and_of_what_nobody_wants() {
        let mut count = counting();
        for _ in 0..3 {
            assert_eq!(count.beat("BTC-USD", 9), None);
            assert_eq!(count.beat("ETH-USD", 9), None);
        }
        count.end("BTC-USD");
        count.came("BTC-USD", 3);
        assert_eq!(count.beat("BTC-USD", 9), None);
    }

    #[test]
    fn a_heartbeat_that_counts_from_the_start_again_finds_nothing_missing() {
        let mut count = counting();
        count.came("BTC-USD", 20);
        assert_eq!(count.beat("BTC-USD", 30), None);
        assert_eq!(count.beat("BTC-USD", 2), None);
    }
}
