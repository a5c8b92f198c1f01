//! Pairs of currencies as people write them: `BTC-USD`, `btc/usd`.

use std::sync::Arc;

use model::{Instrument, InstrumentKind, Symbol};

const SEPARATORS: [char; 2] = ['-', '/'];

/// Those of ISO 4217 that are traded the most; a pair of them is no pair of coins.
const MONEY: [&str; 32] = [
    "AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR",
    "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "TWD",
    "USD", "ZAR",
];

/// What is paid with at the venues that write a pair in one word. Where one ends like another, the
/// longer stands first.
const PAID: [&str; 25] = [
    "FDUSD", "RLUSD", "USDT", "USDC", "USDG", "USD1", "EURC", "USD", "EUR", "GBP", "JPY", "CHF", "CAD",
    "AUD", "NZD", "SGD", "TRY", "BRL", "MXN", "PLN", "ZAR", "BTC", "ETH", "BNB", "DAI",
];

/// Whether it is money of some country.
pub(crate) fn is_money(code: &str) -> bool {
    MONEY.contains(&code)
}

/// What is bought and what is paid with. `None` where it is written in one word.
pub(crate) fn halves(symbol: &Symbol) -> Option<(&str, &str)> {
    let (base, quote) = symbol.as_str().split_once(SEPARATORS)?;
    (!base.is_empty() && !quote.is_empty() && !quote.contains(SEPARATORS)).then_some((base, quote))
}

/// With this between the halves; in one word it stays as it is. In capitals.
pub(crate) fn joined(symbol: &Symbol, separator: &str) -> String {
    halves(symbol).map_or_else(
        || symbol.as_str().to_uppercase(),
        |(base, quote)| format!("{base}{separator}{quote}").to_uppercase(),
    )
}

/// What is paid with in a pair of coins that is written in one word and in
/// capitals, where that is known.
pub(crate) fn paid_with(word: &str) -> Option<&'static str> {
    let known = |quote: &&&str| word.len() > quote.len() && word.ends_with(**quote);
    PAID.iter().find(known).copied()
}

/// What is known of a pair of coins by its name alone.
pub(crate) fn coins(symbol: &Symbol) -> Instrument {
    let currency = match halves(symbol) {
        Some((_, quote)) => Some(Arc::from(quote.to_uppercase())),
        None => paid_with(&symbol.as_str().to_uppercase()).map(Arc::from),
    };
    Instrument {
        kind: Some(InstrumentKind::Crypto),
        currency,
        ..Instrument::default()
    }
}

/// What is known of a pair of currencies by its name alone: in one word, too, as
/// each half has three letters.
pub(crate) fn currencies(symbol: &Symbol) -> Instrument {
    let quote = match halves(symbol) {
        Some((_, quote)) => Some(quote),
        None => symbol.as_str().split_at_checked(3).map(|(_, quote)| quote),
    };
    let quote = quote.filter(|quote| quote.len() == 3);
    Instrument {
        kind: Some(InstrumentKind::Fx),
        currency: quote.map(|quote| Arc::from(quote.to_uppercase())),
        ..Instrument::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_written_as_the_venue_writes_it() {
        for (written, glued, dashed) in [
            ("BTC-USD", "BTCUSD", "BTC-USD"),
            ("btc/usd", "BTCUSD", "BTC-USD"),
            ("btcusd", "BTCUSD", "BTCUSD"),
            ("-USD", "-USD", "-USD"),
            ("A-B-C", "A-B-C", "A-B-C"),
        ] {
            let symbol = Symbol::new(written);
            assert_eq!(joined(&symbol, ""), glued);
            assert_eq!(joined(&symbol, "-"), dashed);
        }
    }

    #[test]
    fn what_is_paid_with_is_known_where_the_halves_are() {
        assert_eq!(coins(&Symbol::new("btc/usdt")).currency.as_deref(), Some("USDT"));
        assert_eq!(coins(&Symbol::new("BTCUSDT")).currency.as_deref(), Some("USDT"));
        assert_eq!(coins(&Symbol::new("btcusd")).currency.as_deref(), Some("USD"));
        assert_eq!(coins(&Symbol::new("BTCXYZ")).currency, None);
        assert_eq!(coins(&Symbol::new("USDT")).currency, None);
    }

    #[test]
    fn currencies_have_three_letters_each() {
        for written in ["EUR/USD", "eurusd", "EUR-USD"] {
            let known = currencies(&Symbol::new(written));
            assert_eq!(known.currency.as_deref(), Some("USD"), "{written}");
        }
        assert_eq!(currencies(&Symbol::new("gold")).currency, None);
    }
}
