//! What is found by words, at the venues that can be asked for it.

use model::InstrumentKind;
use provider::{HITS_MAX, Hit, Lookup, VenueName};

use crate::fuzz;
use crate::stage::Stage;

/// What each finds in its file, in order: all that can be dealt in, by the names of its stream.
const FOUND: [(&str, &[&str]); 23] = [
    ("sim", &["NVX", "BTC-USD"]),
    ("coinbase", &["BTC-USD", "ETH-EUR", "SKL-BTC"]),
    ("coinbase-advanced", &["BTC-USD", "ETH-EUR"]),
    ("binance", &["BTCUSDT", "ETHBTC"]),
    ("binance-us", &["BTCUSDT"]),
    ("okx", &["BTC-USDT", "ETH-EUR"]),
    ("okx:eea", &["BTC-USDT", "ETH-EUR"]),
    ("okx:us", &["BTC-USDT", "ETH-EUR"]),
    ("bybit", &["BTCUSDT", "AAPLXUSDT"]),
    ("bitstamp", &["btcusd", "etheur"]),
    ("kraken", &["DOGE/EUR", "BTC/USD"]),
    ("finnhub", &["AAPL", "APLE", "BRK.B"]),
    ("massive:stocks", &["AAPL", "SPY"]),
    ("massive:stocks-delayed", &["AAPL", "SPY"]),
    ("massive:crypto", &["BTC-USD"]),
    ("massive:forex", &["EUR/USD"]),
    ("tiingo:iex", &["AAPL", "BRK-B", "SPY"]),
    ("twelvedata", &["AAPL", "RY:TSX", "RY", "BTC/USD"]),
    ("eodhd:us", &["AAPL"]),
    ("eodhd:us-quote", &["AAPL"]),
    ("eodhd:forex", &["EURUSD"]),
    ("eodhd:crypto", &["BTC-USD"]),
    ("yahoo", &["BABA", "VOD.L", "BTC-USD"]),
];
/// Those that are asked at another house than prices are, or have no such place.
const DUMB: [&str; 7] = [
    "alpaca:iex",
    "alpaca:sip",
    "alpaca:delayed",
    "alpaca:test",
    "alpaca:crypto",
    "tiingo:crypto",
    "tiingo:fx",
];

pub(crate) fn in_bounds(text: &str, hits: &[Hit]) {
    assert!(hits.len() <= HITS_MAX.min(text.len()), "{} of {text}", hits.len());
    for hit in hits {
        let name = hit.native.as_str();
        assert!(!name.is_empty() && name.len() <= 40, "{name} of {text}");
        let words = [&hit.name, &hit.exchange, &hit.currency];
        for word in words.into_iter().flatten() {
            assert!(word.chars().count() <= 120 && !word.contains('\n'), "{text}");
        }
    }
}

#[test]
fn whatever_can_be_dealt_in_is_found_by_the_name_that_it_has_on_the_stream() {
    let _alone = fuzz::alone();
    for (word, found) in FOUND {
        let stage = Stage::of(VenueName::from_word(word).unwrap());
        let hits = hits(&stage);
        let natives: Vec<_> = hits.iter().map(|hit| hit.native.as_str()).collect();
        assert_eq!(natives, found, "{word}");
        for line in &stage.finds {
            in_bounds(line, &hits);
        }
        for hit in &hits {
            assert!(
                stage.venue.canonical(&hit.native).is_some() || ["sim", "twelvedata"].contains(&word),
                "{word} {hit:?}"
            );
        }
    }
}

#[test]
fn every_venue_is_asked_where_it_can_be_and_no_other() {
    let _alone = fuzz::alone();
    for venue in VenueName::all() {
        let asked = venue.translator().ask_symbols("at&t inc");
        let knows = FOUND.iter().any(|(word, _)| *word == venue.as_str());
        assert_eq!(asked.is_some(), knows, "{venue}");
        assert_ne!(knows, DUMB.contains(&venue.as_str()), "{venue}");
        let Some(lookup) = asked else { continue };
        // A server of one's own is asked where it is.
        assert!(venue.rest().is_some() || venue == VenueName::SIM, "{venue}");
        assert!(lookup.path().starts_with('/'), "{venue}");
        match lookup {
            Lookup::Search(path) => assert!(path.contains("at%26t%20inc"), "{venue}: {path}"),
            Lookup::List(path) => assert!(!path.contains("inc"), "{venue}: {path}"),
        }
    }
}

#[test]
fn a_person_is_told_what_the_venue_says_of_it() {
    let _alone = fuzz::alone();
    let first = |word| hits(&Stage::of(VenueName::from_word(word).unwrap())).swap_remove(0);
    let told = |hit: &Hit| {
        let words = [&hit.name, &hit.exchange, &hit.currency];
        words.map(|word| word.as_deref().map(str::to_owned))
    };
    let words = |words: [&str; 3]| words.map(|word| (!word.is_empty()).then(|| word.to_owned()));
    for (word, said, kind) in [
        (
            "yahoo",
            ["Alibaba Group Holding Limited", "NYSE", ""],
            InstrumentKind::Stock,
        ),
        (
            "massive:stocks",
            ["Apple Inc.", "XNAS", "USD"],
            InstrumentKind::Stock,
        ),
        ("eodhd:forex", ["EUR/USD", "", "USD"], InstrumentKind::Fx),
        (
            "bitstamp",
            ["Bitcoin / U.S. dollar", "", "USD"],
            InstrumentKind::Crypto,
        ),
        (
            "twelvedata",
            ["Apple Inc", "NASDAQ", "USD"],
            InstrumentKind::Stock,
        ),
    ] {
        let hit = first(word);
        assert_eq!((told(&hit), hit.kind), (words(said), Some(kind)), "{word}");
    }
}

#[test]
fn what_is_no_answer_is_an_error_and_finds_nothing() {
    let _alone = fuzz::alone();
    for (word, _) in FOUND {
        let venue = VenueName::from_word(word).unwrap();
        for text in ["", "{}", "7", "<html>", "{\"error\":\"no\"}"] {
            let mut hits = Vec::new();
            let told = venue.translator().read_symbols(text, &mut hits);
            assert!(told.is_err() && hits.is_empty(), "{word}: {text}");
        }
    }
}

fn hits(stage: &Stage) -> Vec<Hit> {
    let mut hits = Vec::new();
    for line in &stage.finds {
        let _told = stage.venue.translator().read_symbols(line, &mut hits);
    }
    hits
}
