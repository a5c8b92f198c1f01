//! What an instrument is called there.

use model::{Instrument, Symbol};

use crate::bundle::{Listed, native as bundled};
use crate::ticker;

/// `AAPL` and `BRK.B`; what is not American has its exchange before it: `BINANCE:BTCUSDT`,
/// `OANDA:EUR_USD`, and stays as it is written, save for its capitals.
pub(super) fn native(symbol: &Symbol) -> String {
    let name = symbol.as_str();
    if !name.contains(':') {
        return ticker::dotted(symbol);
    }
    if name.contains(char::is_uppercase) {
        name.to_owned()
    } else {
        name.to_uppercase()
    }
}

pub(super) fn instrument(symbol: &Symbol) -> Instrument {
    if symbol.as_str().contains(':') {
        // Where the halves of a pair are glued together, nobody can tell what is paid with.
        Instrument::default()
    } else {
        ticker::american(symbol)
    }
}

/// Coins and currencies as the houses call them that it has them from.
pub(super) fn carried(listed: &Listed) -> Option<String> {
    let coins = || Some(format!("BINANCE:{}", bundled::coins_for_tether(listed, "")?));
    let currencies = || Some(format!("OANDA:{}", bundled::currencies(listed, "_")?));
    bundled::american(listed, ".").or_else(coins).or_else(currencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_stands_before_what_is_not_american() {
        for (written, native) in [
            ("aapl", "AAPL"),
            ("brk-b", "BRK.B"),
            ("BINANCE:BTCUSDT", "BINANCE:BTCUSDT"),
            ("binance:btcusdt", "BINANCE:BTCUSDT"),
            ("OANDA:EUR_USD", "OANDA:EUR_USD"),
            ("IC MARKETS:1", "IC MARKETS:1"),
        ] {
            assert_eq!(super::native(&Symbol::new(written)), native);
        }
    }
}
