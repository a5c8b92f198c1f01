//! What an instrument is called there: in capitals, without the exchange that
//! stands behind it elsewhere in its papers.

use model::Symbol;

use crate::canonical::{self, Naming};
use crate::pair;

pub(super) const STOCKS: Naming = Naming {
    read: |symbol| canonical::american(&Symbol::new(&stock(symbol))),
    ..canonical::CLASS_DASHED
};
pub(super) const CURRENCIES: Naming = Naming {
    read: |symbol| canonical::halves(&Symbol::new(&currencies(symbol))),
    ..canonical::GLUED
};
pub(super) const COINS: Naming = Naming {
    read: |symbol| canonical::halves(&Symbol::new(&coins(symbol))),
    ..canonical::DASHED
};

/// `AAPL` for `AAPL.US`, `BRK-B` for `BRK.B` and `BRK/B`.
pub(super) fn stock(symbol: &Symbol) -> String {
    let name = symbol.as_str().to_uppercase();
    let ticker = name.strip_suffix(".US").unwrap_or(&name);
    ticker.replace(['.', '/'], "-")
}

/// `EURUSD` for `EUR/USD` and `EURUSD.FOREX`.
pub(super) fn currencies(symbol: &Symbol) -> String {
    without(&pair::joined(symbol, ""), ".FOREX")
}

/// `BTC-USD` for `btc/usd` and `BTC-USD.CC`.
pub(super) fn coins(symbol: &Symbol) -> String {
    without(&pair::joined(symbol, "-"), ".CC")
}

fn without(name: &str, exchange: &str) -> String {
    name.strip_suffix(exchange).unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_the_venue_writes_it() {
        let name = |native: fn(&Symbol) -> String, written| native(&Symbol::new(written));
        for (written, expected) in [
            ("aapl", "AAPL"),
            ("AAPL.US", "AAPL"),
            ("BRK.B", "BRK-B"),
            ("BRK-B", "BRK-B"),
        ] {
            assert_eq!(name(stock, written), expected);
        }
        for written in ["EUR/USD", "eurusd", "EUR-USD", "EURUSD.FOREX"] {
            assert_eq!(name(currencies, written), "EURUSD");
        }
        for written in ["BTC-USD", "btc/usd", "BTC-USD.CC"] {
            assert_eq!(name(coins, written), "BTC-USD");
        }
    }
}
