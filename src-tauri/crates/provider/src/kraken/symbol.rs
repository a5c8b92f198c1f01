//! What a pair is called there: `BTC/USD` on the stream, `XBTUSD` where it is fetched.

use model::Symbol;

use crate::canonical::{self, Naming};
use crate::pair;

/// By their old names and by those of everybody else.
const COINS: [(&str, &str); 2] = [("XBT", "BTC"), ("XDG", "DOGE")];

/// A share that is traded as a coin is another thing than the share.
pub(super) const NAMING: Naming = Naming {
    read: |symbol| {
        let native = native(symbol);
        let plain = !native.contains(char::is_lowercase);
        plain.then(|| canonical::halves(&Symbol::new(&native))).flatten()
    },
    ..canonical::SLASHED
};

/// `BTC/USD` for `btc-usd`, `XBT/USD` and itself. A share that is traded as a
/// coin has a small letter behind its name, `ANETx/USD`, and keeps it.
pub(super) fn native(symbol: &Symbol) -> String {
    match pair::halves(symbol) {
        Some((base, quote)) => format!("{}/{}", modern(base), modern(quote)),
        None => capitals(symbol.as_str()),
    }
}

/// `XBTUSD` for `BTC/USD`.
pub(super) fn fetched(native: &str) -> String {
    native.split('/').map(old).collect()
}

fn modern(coin: &str) -> String {
    let coin = capitals(coin);
    let known = COINS.into_iter().find(|(old, _)| *old == coin);
    known.map_or(coin, |(_, modern)| modern.to_owned())
}

fn old(coin: &str) -> &str {
    let known = COINS.into_iter().find(|(_, modern)| *modern == coin);
    known.map_or(coin, |(old, _)| old)
}

/// Whoever writes large and small letters means them.
fn capitals(word: &str) -> String {
    if word.chars().any(char::is_uppercase) {
        word.to_owned()
    } else {
        word.to_uppercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_name_on_the_stream_and_another_where_it_is_fetched() {
        for (written, streamed, asked_for) in [
            ("BTC/USD", "BTC/USD", "XBTUSD"),
            ("btc-usd", "BTC/USD", "XBTUSD"),
            ("XBT/EUR", "BTC/EUR", "XBTEUR"),
            ("xdg/usd", "DOGE/USD", "XDGUSD"),
            ("ETH-BTC", "ETH/BTC", "ETHXBT"),
            ("ANETx/USD", "ANETx/USD", "ANETxUSD"),
        ] {
            let native = native(&Symbol::new(written));
            assert_eq!(native, streamed);
            assert_eq!(fetched(&native), asked_for);
        }
        assert_eq!(native(&Symbol::new("btcusd")), "BTCUSD");
    }
}
