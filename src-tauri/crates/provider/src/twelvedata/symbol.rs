//! What an instrument is called there, and which of two exchanges is meant.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use model::Symbol;

use crate::bundle::{Listed as Known, native as bundled};
use crate::canonical::{self, Naming};
use crate::names::Names;
use crate::pair;

/// What has an exchange beside it is called by names of exchanges that are its own.
pub(super) const NAMING: Naming = Naming {
    read: |symbol| {
        let native = Symbol::new(&native(symbol));
        canonical::american(&native).or_else(|| canonical::halves(&native))
    },
    write: |canonical| canonical::joined(canonical, "/").or_else(|| canonical::class(canonical, ".")),
};

/// `EUR/USD` for `EUR-USD`, `BRK.B` for `BRK-B`, `RY:TSX` for itself.
pub(super) fn native(symbol: &Symbol) -> String {
    let written = symbol.as_str();
    match written.split_once(':') {
        Some((ticker, exchange)) => format!("{}:{exchange}", plain(&Symbol::new(ticker))),
        None => plain(symbol),
    }
}

fn plain(symbol: &Symbol) -> String {
    match pair::halves(symbol) {
        // No currency and no coin has fewer than two letters; a class of shares has one.
        Some((_, quote)) if quote.len() > 1 => pair::joined(symbol, "/"),
        Some(_) => pair::joined(symbol, "."),
        None => symbol.as_str().to_uppercase(),
    }
}

/// Shares of other exchanges are left to whoever has a plan for them, and knows what it calls those.
pub(super) fn carried(listed: &Known) -> Option<String> {
    let coins = || bundled::coins(listed, "/");
    let currencies = || bundled::currencies(listed, "/");
    bundled::american(listed, ".").or_else(coins).or_else(currencies)
}

/// By ticker alone, the names with an exchange that were asked for: of `RY` it
/// says `RY`, and the exchange beside it.
#[derive(Debug, Default)]
pub(super) struct Listed(HashMap<String, Vec<String>, RandomState>);

impl Listed {
    pub(super) fn add(&mut self, native: &str) {
        if let Some((ticker, _)) = native.split_once(':') {
            let names = self.0.entry(ticker.to_owned()).or_default();
            if !names.iter().any(|name| name == native) {
                names.push(native.to_owned());
            }
        }
    }

    pub(super) fn remove(&mut self, native: &str) {
        if let Some((ticker, _)) = native.split_once(':')
            && let Some(names) = self.0.get_mut(ticker)
        {
            names.retain(|name| name != native);
            if names.is_empty() {
                self.0.remove(ticker);
            }
        }
    }

    /// The name that was asked for, of something on this exchange.
    pub(super) fn name<'a>(&'a self, ticker: &'a str, exchange: Option<&str>, names: &Names) -> &'a str {
        let Some(listed) = self.0.get(ticker) else {
            return ticker;
        };
        let there = listed.iter().find(|name| {
            let (_, place) = name.split_once(':').unwrap_or_default();
            exchange.is_some_and(|exchange| exchange.eq_ignore_ascii_case(place))
        });
        match (there, listed.as_slice()) {
            (Some(name), _) => name,
            // It calls the exchange something else, and there is no other that could be meant.
            (None, [only]) if names.symbols(ticker).is_empty() => only,
            (None, _) => ticker,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_the_venue_writes_it() {
        for (written, name) in [
            ("aapl", "AAPL"),
            ("BTC-USD", "BTC/USD"),
            ("eur/usd", "EUR/USD"),
            ("BRK-B", "BRK.B"),
            ("BRK.B", "BRK.B"),
            ("ry:TSX", "RY:TSX"),
            ("btc-usd:Coinbase Pro", "BTC/USD:Coinbase Pro"),
        ] {
            assert_eq!(native(&Symbol::new(written)), name);
        }
    }

    #[test]
    fn of_two_exchanges_the_one_that_was_named_is_meant() {
        let mut names = Names::new(native);
        let mut listed = Listed::default();
        listed.add("RY:TSX");
        names.add(&Symbol::new("RY:TSX"));
        assert_eq!(listed.name("RY", Some("tsx"), &names), "RY:TSX");
        assert_eq!(
            listed.name("RY", Some("Toronto"), &names),
            "RY:TSX",
            "nobody asked for another"
        );
        assert_eq!(listed.name("RY", None, &names), "RY:TSX");
        names.add(&Symbol::new("RY"));
        assert_eq!(listed.name("RY", Some("NYSE"), &names), "RY");
        assert_eq!(listed.name("RY", Some("TSX"), &names), "RY:TSX");
        listed.remove("RY:TSX");
        assert_eq!(listed.name("RY", Some("TSX"), &names), "RY");
        assert!(listed.0.is_empty());
    }
}
