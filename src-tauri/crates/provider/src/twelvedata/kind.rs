//! What sort of thing it says something is, and where it is listed.

use std::sync::Arc;

use model::{Instrument, InstrumentKind, Symbol};

use crate::pair;

/// `Common Stock`, `Digital Currency`, `PHYSICAL_CURRENCY`: it has written them in several ways.
fn kind(words: &str) -> Option<InstrumentKind> {
    let words = words.to_lowercase().replace('_', " ");
    let has = |part: &str| words.contains(part);
    if has("digital currency") || has("crypto") {
        Some(InstrumentKind::Crypto)
    } else if has("physical currency") || has("forex") {
        Some(InstrumentKind::Fx)
    } else if has("etf") || has("exchange-traded fund") {
        Some(InstrumentKind::Etf)
    } else if has("index") {
        Some(InstrumentKind::Index)
    } else if has("stock") || has("depositary receipt") || has("reit") {
        Some(InstrumentKind::Stock)
    } else {
        None
    }
}

/// All that can be said of a symbol; a pair tells by its name what it is paid with.
pub(super) fn known(words: Option<&str>, currency: Option<&str>, symbol: &Symbol) -> Instrument {
    let by_name = |symbol: &Symbol| {
        let ticker = symbol.as_str().split(':').next().unwrap_or_default();
        pair::coins(&Symbol::new(ticker)).currency
    };
    let kind = words.and_then(kind);
    let paid_with = match kind {
        Some(InstrumentKind::Crypto | InstrumentKind::Fx) => by_name(symbol),
        Some(InstrumentKind::Stock | InstrumentKind::Etf | InstrumentKind::Index) | None => None,
    };
    Instrument {
        kind,
        currency: currency.map(Arc::from).or(paid_with),
        ..Instrument::default()
    }
}

/// Its words for exchanges, and their ISO 10383 codes: those whose hours are known.
/// Where it says the code itself, nobody asks here.
const EXCHANGES: [(&str, &str); 6] = [
    ("NASDAQ", "XNAS"),
    ("NYSE", "XNYS"),
    ("LSE", "XLON"),
    ("XETR", "XETR"),
    ("JPX", "XTKS"),
    ("HKEX", "XHKG"),
];

pub(super) fn exchange(word: &str) -> Option<&'static str> {
    let (_, code) = EXCHANGES.iter().find(|(known, _)| *known == word)?;
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_however_it_is_written() {
        for (words, expected) in [
            ("Common Stock", Some(InstrumentKind::Stock)),
            ("ETF", Some(InstrumentKind::Etf)),
            ("PHYSICAL_CURRENCY", Some(InstrumentKind::Fx)),
            ("Digital Currency", Some(InstrumentKind::Crypto)),
            ("Index", Some(InstrumentKind::Index)),
            ("Bond", None),
        ] {
            assert_eq!(kind(words), expected, "{words}");
        }
        let pair = known(Some("Digital Currency"), None, &Symbol::new("BTC/EUR:Binance"));
        assert_eq!(pair.currency.as_deref(), Some("EUR"));
        let class = known(Some("Common Stock"), None, &Symbol::new("BRK-B"));
        assert_eq!(class.currency, None);
    }

    #[test]
    fn an_exchange_has_the_code_that_its_hours_are_known_by() {
        for (word, code) in EXCHANGES {
            assert_eq!(exchange(word), Some(code));
            assert!(model::Calendar::of(code).is_some(), "{code}");
        }
        assert_eq!(exchange("Binance"), None);
    }
}
