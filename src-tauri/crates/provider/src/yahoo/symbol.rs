//! What an instrument is called there: `AAPL`, `VOD.L`, `BTC-USD`, `EURUSD=X`, `^GSPC`, `ES=F`.

use model::Symbol;

/// What dollars are worth in another currency is called by that currency alone.
/// By the long name it is taken without a word, and nothing comes.
const DOLLARS: &str = "USD";
const CURRENCIES: &str = "=X";

/// In capitals. A stroke is in no name there; between two coins it is a dash.
pub(super) fn native(symbol: &Symbol) -> String {
    let name = symbol.as_str().to_uppercase().replace('/', "-");
    let pair = name.strip_suffix(CURRENCIES).filter(|pair| pair.len() == 6);
    match pair.and_then(|pair| pair.strip_prefix(DOLLARS)) {
        Some(currency) => format!("{currency}{CURRENCIES}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_the_venue_writes_it() {
        for (written, name) in [
            ("aapl", "AAPL"),
            ("VOD.L", "VOD.L"),
            ("btc/usd", "BTC-USD"),
            ("EURUSD=X", "EURUSD=X"),
            ("USDJPY=X", "JPY=X"),
            ("JPY=X", "JPY=X"),
            ("^GSPC", "^GSPC"),
        ] {
            assert_eq!(native(&Symbol::new(written)), name);
        }
    }
}
