use std::collections::BTreeSet;

use model::Symbol;
use proptest::prelude::*;

use super::*;
use crate::VenueName;
use crate::trial::Trial;

fn listed(ticker: &str) -> Listed {
    let here = &Bundle::here().listed;
    let (listed, _) = here.iter().find(|(listed, _)| listed.ticker == ticker).unwrap();
    *listed
}

fn tickers(query: &str) -> Vec<&'static str> {
    let found = Bundle::here().search(query, 5);
    found.iter().map(|found| found.listed.ticker).collect()
}

#[test]
fn every_line_of_the_list_is_well_formed() {
    let lines = LIST.lines().filter(|line| !line.starts_with(COMMENT));
    let here = &Bundle::here().listed;
    assert_eq!(lines.count(), here.len(), "a line cannot be read");
    assert!(here.len() >= 500);
    let mut seen = BTreeSet::new();
    for (listed, _) in here {
        let line = listed.ticker;
        assert!(seen.insert((line, listed.exchange)), "{line} is there twice");
        assert!(!line.is_empty() && !listed.name.is_empty(), "{listed:?}");
        let capitals = |text: &str| text.bytes().all(|letter| letter.is_ascii_uppercase());
        assert!(listed.currency.len() == 3 && capitals(listed.currency), "{line}");
        let open = listed.exchange.map(model::Calendar::of);
        assert!(
            open.is_none_or(|calendar| calendar.is_some()),
            "{line} is never open"
        );
        let nothing: Price = "0".parse().unwrap();
        assert!(listed.tick.is_none_or(|tick| tick > nothing), "{line}");
        let share = matches!(listed.kind, InstrumentKind::Stock | InstrumentKind::Etf);
        assert_eq!(share, listed.exchange.is_some(), "{line}");
        let pair = matches!(listed.kind, InstrumentKind::Crypto | InstrumentKind::Fx);
        assert_eq!(pair, listed.halves().is_some(), "{line}");
        if let Some((_, paid)) = listed.halves() {
            assert_eq!(paid, listed.currency, "{line}");
        }
        assert!(listed.name.trim() == listed.name && listed.aliases().all(|alias| alias.trim() == alias));
    }
}

#[test]
fn everything_is_found_by_its_own_ticker_and_name() {
    for (listed, _) in &Bundle::here().listed {
        for query in [listed.ticker, listed.name] {
            let found = Bundle::here().search(query, 5);
            assert!(found.iter().any(|found| found.listed == *listed), "{query}");
        }
    }
}

#[test]
fn what_is_meant_most_likely_is_told_first() {
    for (query, first) in [
        ("apple", "AAPL"),
        ("btc", "BTC-USD"),
        ("bitcoin", "BTC-USD"),
        ("BTC-USD", "BTC-USD"),
        ("btc/usd", "BTC-USD"),
        ("BTCUSD", "BTC-USD"),
        ("brk-b", "BRK.B"),
        ("BRK.B", "BRK.B"),
        ("brk/b", "BRK.B"),
        ("vod", "VOD"),
        ("7203", "7203"),
        ("eur", "EUR-USD"),
        ("t", "T"),
        ("nestle", "NESN"),
        ("moet", "MC"),
        ("google", "GOOGL"),
        ("^GSPC", "SPX"),
        ("bank america", "BAC"),
        ("mcdonalds", "MCD"),
        ("munich re", "MUV2"),
        ("softbank", "9984"),
    ] {
        assert_eq!(
            tickers(query).first(),
            Some(&first),
            "{query}: {:?}",
            tickers(query)
        );
    }
    assert_eq!(
        tickers("GOOG")[..2],
        ["GOOG", "GOOGL"],
        "the whole before its beginning"
    );
    for nothing in ["", " ", "--", "no such thing"] {
        assert!(tickers(nothing).is_empty(), "{nothing}");
    }
    assert!(Bundle::here().search("a", 0).is_empty());
}

#[test]
fn each_venue_is_asked_by_its_own_names() {
    const NOTHING: Option<&str> = None;
    let columns = ["BRK.B", "BTC-USD", "EUR-USD", "SPX", "VOD"];
    for (venue, names) in [
        ("sim", [NOTHING; 5]),
        ("alpaca:test", [None; 5]),
        ("coinbase", [None, Some("BTC-USD"), None, None, None]),
        ("coinbase-advanced", [None, Some("BTC-USD"), None, None, None]),
        ("binance", [None, Some("BTCUSDT"), None, None, None]),
        ("binance-us", [None, Some("BTCUSDT"), None, None, None]),
        ("bybit", [None, Some("BTCUSDT"), None, None, None]),
        ("okx", [None, Some("BTC-USDT"), None, None, None]),
        ("kraken", [None, Some("BTC/USD"), None, None, None]),
        ("bitstamp", [None, Some("btcusd"), None, None, None]),
        ("alpaca:iex", [Some("BRK.B"), None, None, None, None]),
        ("alpaca:crypto", [None, Some("BTC/USD"), None, None, None]),
        ("massive:stocks", [Some("BRK.B"), None, None, None, None]),
        ("massive:crypto", [None, Some("BTC-USD"), None, None, None]),
        ("tiingo:iex", [Some("BRK-B"), None, None, None, None]),
        ("tiingo:crypto", [None, Some("btcusd"), None, None, None]),
        ("tiingo:fx", [None, None, Some("eurusd"), None, None]),
        ("eodhd:us", [Some("BRK-B"), None, None, None, None]),
        ("eodhd:forex", [None, None, Some("EURUSD"), None, None]),
        ("eodhd:crypto", [None, Some("BTC-USD"), None, None, None]),
        (
            "finnhub",
            [
                Some("BRK.B"),
                Some("BINANCE:BTCUSDT"),
                Some("OANDA:EUR_USD"),
                None,
                None,
            ],
        ),
        (
            "twelvedata",
            [Some("BRK.B"), Some("BTC/USD"), Some("EUR/USD"), None, None],
        ),
        (
            "yahoo",
            [
                Some("BRK-B"),
                Some("BTC-USD"),
                Some("EURUSD=X"),
                Some("^GSPC"),
                Some("VOD.L"),
            ],
        ),
    ] {
        let venue = VenueName::from_word(venue).unwrap();
        for (ticker, name) in columns.into_iter().zip(names) {
            assert_eq!(
                venue.native(&listed(ticker)),
                name.map(Symbol::new),
                "{venue} {ticker}"
            );
        }
    }
    let yahoo = VenueName::from_word("yahoo").unwrap();
    for (ticker, name) in [
        ("USD-JPY", Some("JPY=X")),
        ("700", Some("0700.HK")),
        ("7203", Some("7203.T")),
        ("BT.A", Some("BT-A.L")),
        ("UNI-USD", None),
    ] {
        assert_eq!(yahoo.native(&listed(ticker)), name.map(Symbol::new), "{ticker}");
    }
    for (known, _) in &Bundle::here().listed {
        let named = yahoo.native(known).is_some();
        assert!(named || known.kind == InstrumentKind::Crypto, "{known:?}");
    }
    let binance = VenueName::BINANCE;
    assert_eq!(
        binance.native(&listed("USDT-USD")),
        None,
        "nothing is paid for with itself"
    );
}

/// Its translator writes names as it needs them, and has to leave these as they are.
#[test]
fn what_a_venue_is_asked_for_is_what_was_told() {
    for venue in VenueName::all() {
        for (listed, _) in &Bundle::here().listed {
            let Some(symbol) = venue.native(listed) else {
                continue;
            };
            let asked = Trial::of(venue.as_str(), &[symbol.as_str()]).subscribe(false);
            let said = |text: &String| text.to_lowercase().contains(&symbol.as_str().to_lowercase());
            assert!(asked.iter().any(said), "{venue}: {symbol} in {asked:?}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_searched_for_is_in_what_is_found(
        query in prop_oneof!["\\PC{0,12}", "[a-zA-Z]{1,4}", "[a-z]{1,2}[ ./-][a-z]{0,2}", "[éüß0-9 ]{0,4}"],
        limit in 0_usize..600,
    ) {
        let found = Bundle::here().search(&query, limit);
        prop_assert!(found.len() <= limit);
        prop_assert!(found.is_sorted_by_key(|found| found.closeness));
        let wanted = Words::of(&query);
        for Found { listed, .. } in found {
            let names = [listed.ticker, listed.name].into_iter().chain(listed.aliases());
            let said = names.map(Words::of).any(|name| {
                name.glued.contains(&wanted.glued) || wanted.each().all(|word| name.glued.contains(word))
            });
            prop_assert!(said, "{query:?} is not in {listed:?}");
        }
    }
}
