//! What a market is called there.

use model::Symbol;

use crate::pair;

/// What ends the name of one that is perpetual.
const PERPETUAL: &str = "-perp";

/// `btcusd` for `BTC-USD`, `btc/usd` and itself; `btcusd-perp` keeps its ending.
pub(super) fn native(symbol: &Symbol) -> String {
    let written = symbol.as_str().to_lowercase();
    let perpetual = written.strip_suffix(PERPETUAL);
    let pair = Symbol::new(perpetual.unwrap_or(&written));
    let ending = if perpetual.is_some() { PERPETUAL } else { "" };
    format!("{}{ending}", pair::joined(&pair, "").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_one_small_word() {
        for (written, called) in [
            ("BTC-USD", "btcusd"),
            ("btc/usd", "btcusd"),
            ("BTCUSD", "btcusd"),
            ("BTCUSD-PERP", "btcusd-perp"),
            ("btc/usd-perp", "btcusd-perp"),
        ] {
            assert_eq!(native(&Symbol::new(written)), called);
        }
    }
}
