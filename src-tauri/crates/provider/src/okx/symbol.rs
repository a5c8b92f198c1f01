//! What an instrument is called there.

use model::Symbol;

use crate::pair;

/// `BTC-USDT` for `btc/usdt` and itself; a contract has more parts than two and
/// keeps its name.
pub(super) fn native(symbol: &Symbol) -> String {
    pair::joined(symbol, "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_contracts_have_dashes() {
        for (written, called) in [
            ("BTC-USDT", "BTC-USDT"),
            ("btc/usdt", "BTC-USDT"),
            ("btc-usdt-swap", "BTC-USDT-SWAP"),
            ("BTC-USD-220527", "BTC-USD-220527"),
        ] {
            assert_eq!(native(&Symbol::new(written)), called);
        }
    }
}
