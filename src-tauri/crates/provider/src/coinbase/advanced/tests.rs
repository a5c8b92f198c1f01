use std::time::Duration;

use chrono::DateTime;
use model::{
    Conditions, DayFigures, DaySpan, NotANumber, Precision, Quote, Session, Side, Snapshot, SymbolKey, Tick,
    Trade, TradeId,
};

use crate::trial::{Trial, survives_any_change};
use crate::{Denial, Event, Unreadable, VenueName};

const WORD: &str = "coinbase-advanced";
const SYMBOLS: [&str; 2] = ["BTC-USD", "ETH-EUR"];
const BTC: SymbolKey = SymbolKey(0);
const ETH: SymbolKey = SymbolKey(1);

/// One of everything, as the venue writes it.
const FIXTURES: &str = include_str!("../../../fixtures/coinbase-advanced.ndjson");

fn fixture(number: usize) -> &'static str {
    FIXTURES.lines().nth(number).unwrap()
}

fn told(text: &str) -> Vec<Event> {
    Trial::subscribed(WORD, &SYMBOLS).told(text)
}

fn trade(price: &str, size: &str, id: &str, side: Side) -> Trade {
    Trade {
        price: price.parse().unwrap(),
        size: size.parse().ok(),
        time: DateTime::from_timestamp_micros(1_767_623_400_900_000),
        id: TradeId::new(id),
        side: Some(side),
        conditions: Conditions::NONE,
    }
}

#[test]
fn trades_are_told_in_the_order_in_which_they_were_made_by_those_who_did_not_wait() {
    let expected = [
        trade("64210.90", "0.20000000", "734003", Side::Buy),
        trade("64211.00", "0.10000000", "734004", Side::Sell),
    ];
    let numbered = |trade: &Trade| trade.id?.as_str().parse().ok();
    let expected = expected.map(|trade| Event::Tick {
        key: BTC,
        seq: numbered(&trade),
        tick: Tick::Trade(trade),
        precision: Precision::new(6),
    });
    assert_eq!(told(fixture(4)), expected);
}

#[test]
fn the_first_list_of_trades_is_the_price_of_each_product_and_no_trade() {
    let last = |price: &str, size: &str, micros: i64| Snapshot {
        last: Some((price.parse().unwrap(), size.parse().ok())),
        session: Some(Session::Open),
        time: DateTime::from_timestamp_micros(micros),
        ..Snapshot::default()
    };
    let expected = [
        (BTC, last("64210.60", "0.30000000", 1_767_623_399_250_113)),
        (ETH, last("2210.07", "1.5", 1_767_623_397_000_001)),
    ];
    let expected = expected.map(|(key, snapshot)| Event::Snapshot {
        key,
        seq: None,
        snapshot: Box::new(snapshot),
        precision: Precision::new(6),
    });
    assert_eq!(told(fixture(3)), expected);
}

#[test]
fn a_ticker_is_a_quote_and_the_last_24_hours_and_no_trade() {
    let time = DateTime::from_timestamp_micros(1_767_623_400_020_000);
    let quote = Quote {
        bid: Some(("64210.55".parse().unwrap(), "0.40000000".parse().ok())),
        ask: Some(("64210.61".parse().unwrap(), "1.02500000".parse().ok())),
        time,
    };
    let figures = DayFigures {
        span: DaySpan::Rolling,
        high: "64880.25".parse().ok(),
        low: "63555.00".parse().ok(),
        volume: "9214.18273645".parse().ok(),
        time,
        ..DayFigures::default()
    };
    let events = told(fixture(2));
    let expected = [
        Event::Tick {
            key: BTC,
            seq: None,
            tick: Tick::Quote(quote),
            precision: Precision::new(6),
        },
        Event::Day {
            key: BTC,
            figures: Box::new(figures),
        },
    ];
    assert_eq!(events[..2], expected);
    let [_, _, Event::Tick { key: ETH, .. }, Event::Day { key: ETH, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
}

#[test]
fn one_bad_element_loses_no_other() {
    let text = fixture(4).replace("64211.00", "a lot");
    let (events, told) = Trial::subscribed(WORD, &SYMBOLS).read(&text);
    assert!(matches!(events.as_slice(), [Event::Tick { .. }]), "{events:?}");
    let (field, why) = ("price", NotANumber::Malformed);
    assert_eq!(told, Err(Unreadable::Number { field, why }));
}

#[test]
fn what_stands_is_accepted_once_it_has_both_of_its_channels() {
    let mut trial = Trial::subscribed(WORD, &["BTC-USDC", "ETH-EUR"]);
    assert_eq!(trial.told(fixture(0)), []);
    let half = fixture(1).replace(r#","market_trades":["ETH-EUR","BTC-USD"]"#, "");
    assert_eq!(trial.told(&half), []);
    let events = trial.told(fixture(1));
    let [
        Event::Accepted {
            key: BTC,
            instrument,
            session: Some(Session::Open),
            ..
        },
        Event::Accepted { key: ETH, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USDC"), "as it was written");
    assert_eq!(trial.told(fixture(1)), []);
}

#[test]
fn a_number_that_is_left_out_ends_the_connection_once() {
    let mut trial = Trial::subscribed(WORD, &SYMBOLS);
    for number in 3..=5 {
        let text = fixture(5).replace(r#""sequence_num":5"#, &format!(r#""sequence_num":{number}"#));
        assert_eq!(trial.told(&text), [Event::Heartbeat]);
    }
    let later = fixture(5).replace(r#""sequence_num":5"#, r#""sequence_num":8"#);
    let leaving = Event::Leaving {
        why: "2 messages of this connection were lost".to_owned(),
        within: Duration::ZERO,
    };
    assert_eq!(trial.told(&later), [Event::Heartbeat, leaving]);
    assert_eq!(trial.told(&later), [Event::Heartbeat]);
}

#[test]
fn whole_messages_in_their_order_are_no_reason_to_leave() {
    let mut trial = Trial::subscribed(WORD, &SYMBOLS);
    for line in FIXTURES.lines().take(8) {
        let leaving = |event: &Event| matches!(event, Event::Leaving { .. });
        assert!(!trial.told(line).iter().any(leaving), "{line}");
    }
}

#[test]
fn books_and_candles_of_five_minutes_are_no_prices_and_no_errors() {
    for number in [6, 7] {
        assert_eq!(told(fixture(number)), [], "{number}");
    }
    let (events, told) = Trial::subscribed(WORD, &SYMBOLS).read(r#"{"channel":"songs","events":[]}"#);
    assert_eq!((events, told), (vec![], Err(Unreadable::UnknownKind)));
}

#[test]
fn errors_are_told_as_at_the_exchange() {
    let why = "failure to subscribe: ETH-EUR is not a valid product".to_owned();
    let refused = Event::Refused {
        key: ETH,
        why: why.clone(),
    };
    assert_eq!(told(fixture(8)), [Event::Complaint { why }, refused]);
    let why = "authentication failure".to_owned();
    assert_eq!(told(fixture(9)), [Event::Complaint { why }]);
}

#[test]
fn heartbeats_are_asked_for_before_anything_else() {
    let mut venue = VenueName::from_word(WORD).unwrap().translator();
    let said = venue.begin(None);
    let said: Vec<_> = said.iter().map(model::Secret::reveal).collect();
    assert_eq!(said, [r#"{"type":"subscribe","channel":"heartbeats"}"#]);
}

#[test]
fn what_is_fetched_is_the_latest_value() {
    let mut trial = Trial::fetched(WORD, &["BTC-USDC"]);
    let paths = trial.fetch();
    assert_eq!(
        paths,
        ["/api/v3/brokerage/market/products/BTC-USD/ticker?limit=1"]
    );
    let mut answered = |text: &str| trial.answered(&paths[0], text);
    let text = r#"{"trades":[{"trade_id":"734004","product_id":"BTC-USD","price":"64211.00","size":"0.10000000","side":"BUY","time":"2026-01-05T14:30:00.900000Z"}],"best_bid":"64210.55","best_ask":"64210.61"}"#;
    let (events, told) = answered(text);
    let [
        Event::Accepted { key: BTC, .. },
        Event::Snapshot {
            key: BTC, snapshot, ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let expected = Snapshot {
        last: Some(("64211.00".parse().unwrap(), "0.10000000".parse().ok())),
        bid: Some(("64210.55".parse().unwrap(), None)),
        ask: Some(("64210.61".parse().unwrap(), None)),
        session: Some(Session::Open),
        time: DateTime::from_timestamp_micros(1_767_623_400_900_000),
        ..Snapshot::default()
    };
    assert_eq!((**snapshot, told), (expected, Ok(())));
    let why = "valid product_id is required".to_owned();
    let text = r#"{"error":"NOT_FOUND","error_details":"x","message":"valid product_id is required"}"#;
    assert_eq!(answered(text).0, [Event::Refused { key: BTC, why }]);
    let slower = Event::Denied {
        denial: Denial::Slower { patience: None },
        why: "Too many requests".to_owned(),
    };
    let text = r#"{"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}"#;
    assert_eq!(answered(text).0, [slower]);
    let missing = Unreadable::Missing { field: "price" };
    assert_eq!(answered("{}"), (vec![], Err(missing)));
}

#[test]
fn no_change_of_a_message_makes_it_panic() {
    survives_any_change(WORD, &SYMBOLS, FIXTURES);
}
