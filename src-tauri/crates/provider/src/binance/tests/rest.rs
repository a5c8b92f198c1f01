//! What is fetched.

use crate::trial::{Trial, survives_any_change};
use crate::{Denial, VenueName};

use super::*;

const FIXTURES: &str = include_str!("../../../fixtures/binance.ndjson");
const FIRST: SymbolKey = SymbolKey(0);
const SYMBOLS: [&str; 2] = ["BTC-USDT", "ETHUSDT"];

fn line(of: &str) -> &'static str {
    FIXTURES.lines().find(|line| line.contains(of)).unwrap()
}

#[test]
fn what_is_fetched_is_the_state_of_things_at_a_number() {
    let mut trial = Trial::of("binance", &SYMBOLS);
    let paths = trial.fetch();
    assert_eq!(
        paths,
        [
            "/api/v3/ticker/24hr?symbol=BTCUSDT",
            "/api/v3/ticker/24hr?symbol=ETHUSDT"
        ]
    );
    let (events, told) = trial.answered(&paths[0], line("lastPrice"));
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted { key: FIRST, .. },
        Event::Snapshot {
            key: FIRST,
            seq: Some(3_735_683_260),
            snapshot,
            ..
        },
        Event::Day { key: FIRST, figures },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let side = |price: &str, size: &str| Some((price.parse().unwrap(), size.parse().ok()));
    assert_eq!(snapshot.last, side("61837.63000000", "0.02000000"));
    assert_eq!(snapshot.bid, side("61837.63000000", "3.78826000"));
    assert_eq!(snapshot.ask, side("61837.64000000", "1.54698000"));
    assert_eq!(figures.reference, "61000.00000000".parse().ok());
}

#[test]
fn a_symbol_without_a_trade_has_neither_a_number_nor_prices() {
    let mut trial = Trial::fetched("binance", &SYMBOLS);
    let text = r#"{"symbol":"ETHUSDT","lastPrice":"0.00000000","lastQty":"0.00000000","bidPrice":"0.00000000","bidQty":"0.00000000","askPrice":"1.00000000","askQty":"2.00000000","openPrice":"0.00000000","closeTime":1767623401249,"firstId":-1,"lastId":-1,"count":0}"#;
    let (events, told) = trial.answered("/api/v3/ticker/24hr?symbol=ETHUSDT", text);
    assert_eq!(told, Ok(()));
    let [
        _,
        Event::Snapshot {
            seq: None, snapshot, ..
        },
        Event::Day { figures, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!((snapshot.last, snapshot.bid), (None, None));
    assert!(snapshot.ask.is_some() && figures.reference.is_none());
}

#[test]
fn an_error_in_the_place_of_a_ticker_is_about_its_symbol_or_about_us() {
    let mut trial = Trial::fetched("binance", &SYMBOLS);
    let path = "/api/v3/ticker/24hr?symbol=ETHUSDT";
    let (events, _) = trial.answered(path, line("-1121"));
    let why = "Invalid symbol. (-1121)".to_owned();
    let key = SymbolKey(1);
    assert_eq!(events, [Event::Refused { key, why }]);
    let (events, _) = trial.answered(path, r#"{"code":-1003,"msg":"Too many requests."}"#);
    let denial = Denial::Slower { patience: None };
    let why = "Too many requests. (-1003)".to_owned();
    assert_eq!(events, [Event::Denied { denial, why }]);
}

#[test]
fn the_us_have_a_house_of_their_own_which_says_the_same() {
    let of = |word| VenueName::from_word(word).unwrap();
    assert_eq!(
        of("binance-us").stream(),
        Some("wss://stream.binance.us:9443/stream")
    );
    assert_eq!(of("binance-us").rest(), Some("https://api.binance.us"));
    assert_eq!(of("binance"), VenueName::BINANCE);
    assert!(of("binance-us").card().polls.times < of("binance").card().polls.times);
    for word in ["binance", "binance-us"] {
        let mut trial = Trial::of(word, &["BTC-USD"]);
        assert_eq!(
            trial.subscribe(false),
            [
                r#"{"method":"SUBSCRIBE","params":["btcusd@trade","btcusd@bookTicker","btcusd@miniTicker"],"id":1}"#
            ]
        );
    }
}

#[test]
fn any_change_of_what_it_sends_is_read_without_a_panic() {
    survives_any_change("binance", &SYMBOLS, FIXTURES);
}
