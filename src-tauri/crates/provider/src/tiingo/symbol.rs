//! What an instrument is called there: always in small letters.

use model::Symbol;

/// `brk-b` for `BRK.B`, `BRK/B` and itself.
pub(super) fn stock(symbol: &Symbol) -> String {
    symbol.as_str().replace(['.', '/'], "-").to_lowercase()
}

/// `btcusd` for `BTC-USD`, `btc/usd` and itself.
pub(super) fn pair(symbol: &Symbol) -> String {
    crate::pair::joined(symbol, "").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_the_venue_writes_it() {
        for (written, name) in [
            ("SPY", "spy"),
            ("BRK.B", "brk-b"),
            ("brk/b", "brk-b"),
            ("BRK-B", "brk-b"),
        ] {
            assert_eq!(stock(&Symbol::new(written)), name);
        }
        for written in ["EUR/NOK", "eur-nok", "EURNOK"] {
            assert_eq!(pair(&Symbol::new(written)), "eurnok");
        }
    }
}
