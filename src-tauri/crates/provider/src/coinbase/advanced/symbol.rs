//! What an instrument is called there.

use model::Symbol;

use crate::pair;

/// Dollars of which there is one book with the other dollars.
const COIN_DOLLARS: &str = "USDC";
/// Coins that stand for money themselves, and have a book of their own against those.
const APART: [&str; 2] = ["USDT", "EURC"];

/// `BTC-USD` for `btc/usd` and itself, and for `BTC-USDC`: whoever asks for that
/// is told of `BTC-USD`, which is the same book.
pub(super) fn native(symbol: &Symbol) -> String {
    named(&pair::joined(symbol, "-"))
}

/// The same of a name that it says itself: nobody has told which of the two it says.
pub(super) fn named(called: &str) -> String {
    match called.split_once('-') {
        Some((base, COIN_DOLLARS)) if !APART.contains(&base) => format!("{base}-USD"),
        Some(_) | None => called.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_dollars_of_one_book_are_one_name() {
        for (written, called) in [
            ("btc/usd", "BTC-USD"),
            ("BTC-USDC", "BTC-USD"),
            ("USDT-USDC", "USDT-USDC"),
            ("eurc-usdc", "EURC-USDC"),
            ("BTC-USDT", "BTC-USDT"),
            ("BTCUSDC", "BTCUSDC"),
        ] {
            assert_eq!(native(&Symbol::new(written)), called);
        }
    }
}
