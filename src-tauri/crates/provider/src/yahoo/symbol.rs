//! What an instrument is called there: `AAPL`, `VOD.L`, `BTC-USD`, `EURUSD=X`, `^GSPC`, `ES=F`.

use model::Symbol;

use crate::pair;

/// What dollars are worth in another currency is called by that currency alone.
/// By the long name it is taken without a word, and nothing comes.
pub(super) const DOLLARS: &str = "USD";
pub(super) const CURRENCIES: &str = "=X";

/// In capitals. A stroke is in no name there: it stands between two currencies or two coins.
pub(super) fn native(symbol: &Symbol) -> String {
    let name = symbol.as_str().to_uppercase().replace('/', "-");
    let name = match name.split_once('-') {
        Some((base, quote)) if pair::is_money(base) && pair::is_money(quote) => {
            format!("{base}{quote}{CURRENCIES}")
        }
        Some(_) | None => name,
    };
    let pair = name.strip_suffix(CURRENCIES).filter(|pair| pair.len() == 6);
    match pair.and_then(|pair| pair.strip_prefix(DOLLARS)) {
        Some(currency) => format!("{currency}{CURRENCIES}"),
        None => name,
    }
}

/// Its words for exchanges, and their ISO 10383 codes: those whose hours are known.
const EXCHANGES: [(&str, &str); 39] = [
    ("NMS", "XNAS"),
    ("NGM", "XNAS"),
    ("NCM", "XNAS"),
    ("NYQ", "XNYS"),
    ("PCX", "ARCX"),
    ("ASE", "XASE"),
    ("BTS", "BATS"),
    ("LSE", "XLON"),
    ("IOB", "XLON"),
    ("GER", "XETR"),
    ("PAR", "XPAR"),
    ("AMS", "XAMS"),
    ("BRU", "XBRU"),
    ("LIS", "XLIS"),
    ("JPX", "XTKS"),
    ("HKG", "XHKG"),
    ("TOR", "XTSE"),
    ("VAN", "XTSX"),
    ("ISE", "XDUB"),
    ("MIL", "XMIL"),
    ("MCE", "XMAD"),
    ("EBS", "XSWX"),
    ("VIE", "XWBO"),
    ("STO", "XSTO"),
    ("CPH", "XCSE"),
    ("HEL", "XHEL"),
    ("OSL", "XOSL"),
    ("WSE", "XWAR"),
    ("IST", "XIST"),
    ("JNB", "XJSE"),
    ("SHH", "XSHG"),
    ("SHZ", "XSHE"),
    ("KSC", "XKRX"),
    ("KOE", "XKOS"),
    ("TAI", "XTAI"),
    ("BSE", "XBOM"),
    ("NSI", "XNSE"),
    ("ASX", "XASX"),
    ("NZE", "XNZE"),
];

/// Of any other exchange nothing is known.
pub(super) fn exchange(word: &str) -> Option<&'static str> {
    let (_, code) = EXCHANGES.iter().find(|(known, _)| *known == word)?;
    Some(code)
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
            ("EUR/USD", "EURUSD=X"),
            ("usd-jpy", "JPY=X"),
            ("ETH-EUR", "ETH-EUR"),
            ("^GSPC", "^GSPC"),
        ] {
            assert_eq!(native(&Symbol::new(written)), name);
        }
    }

    #[test]
    fn an_exchange_has_the_code_that_its_hours_are_known_by() {
        for (word, code) in EXCHANGES {
            assert_eq!(exchange(word), Some(code));
            assert!(model::Calendar::of(code).is_some(), "{code}");
        }
        assert_eq!(exchange("CCC"), None);
    }
}
