//! What an instrument is called there.

use model::{Instrument, Symbol};

use crate::bundle::{Listed, native as bundled};
use crate::canonical::{self, Canonical, Naming};
use crate::{pair, ticker};

/// Whose coins and currencies are the same as everybody's.
const COINS: [&str; 2] = ["BINANCE", "COINBASE"];
const CURRENCIES: &str = "OANDA";
const TETHER: &str = "USDT";

pub(super) const NAMING: Naming = Naming { read, write };

fn read(symbol: &Symbol) -> Option<Canonical> {
    let native = native(symbol);
    match native.split_once(':') {
        None => canonical::american(symbol),
        Some((CURRENCIES, name)) => canonical::halves(&Symbol::new(&name.replace('_', "/"))),
        Some((house, name)) if COINS.contains(&house) => canonical::halves(&Symbol::new(name)),
        Some(_) => None,
    }
}

fn write(canonical: &Canonical) -> Option<String> {
    match canonical {
        Canonical::Pair { base, quote } if pair::is_money(base) && pair::is_money(quote) => {
            Some(format!("{CURRENCIES}:{base}_{quote}"))
        }
        Canonical::Pair { base, quote } if quote == TETHER => Some(format!("{}:{base}{quote}", COINS[0])),
        Canonical::Pair { .. } | Canonical::Index { .. } => None,
        Canonical::Share { .. } => canonical::class(canonical, "."),
    }
}

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
