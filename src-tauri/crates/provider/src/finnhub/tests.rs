use chrono::DateTime;
use model::{
    Condition, Conditions, DayFigures, DaySpan, NotANumber, Precision, Snapshot, SymbolKey, Tick, Trade,
};

use crate::trial::{Trial, only_tick, survives_any_change};
use crate::{Denial, Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/finnhub.ndjson");
const SYMBOLS: [&str; 3] = ["AAPL", "BINANCE:BTCUSDT", "OANDA:EUR_USD"];

#[test]
fn a_deal_keeps_its_digits_and_has_no_id() {
    let events =
        told(r#"{"type":"trade","data":[{"c":["1","8"],"p":122.10,"s":"AAPL","t":1672348887195,"v":300}]}"#);
    let trade = Trade {
        price: "122.10".parse().unwrap(),
        size: "300".parse().ok(),
        time: DateTime::from_timestamp_millis(1_672_348_887_195),
        id: None,
        side: None,
        conditions: Conditions::NONE,
    };
    let expected = Event::Tick {
        key: SymbolKey(0),
        seq: None,
        tick: Tick::Trade(trade),
        precision: Precision::new(3),
    };
    assert_eq!(events, [expected]);
    assert_eq!(only_trade(&events).price.to_string(), "122.10");
}

#[test]
fn the_first_deal_says_what_is_known_of_a_name_and_no_other_does_until_it_is_asked_for_again() {
    let text = r#"{"type":"trade","data":[{"p":122.1,"s":"AAPL","t":1672348887195,"v":300}]}"#;
    let mut trial = subscribed();
    for _ in 0..2 {
        let events = trial.told(text);
        let [Event::Accepted { key, instrument, .. }, Event::Tick { .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(*key, SymbolKey(0));
        assert_eq!(instrument.currency.as_deref(), Some("USD"));
        assert_eq!(trial.told(text).len(), 1);
        trial.subscribe(false);
    }
}

#[test]
fn an_odd_lot_moves_neither_last_nor_range_and_late_hours_say_so() {
    let conditions = |codes: &str| {
        let text = format!(
            r#"{{"type":"trade","data":[{{"c":{codes},"p":122.1,"s":"AAPL","t":1672348887195,"v":1}}]}}"#
        );
        only_trade(&told(&text)).conditions
    };
    assert!(conditions(r#"["1","12"]"#).has(Condition::NotLast));
    assert!(conditions(r#"["1","12"]"#).has(Condition::OddLot));
    assert!(conditions(r#"["1","24"]"#).has(Condition::Extended));
    assert!(!conditions(r#"["1","24"]"#).has(Condition::NotLast));
    for nothing in ["null", "[]", r#""12""#, "[12]", r#"["99"]"#] {
        assert_eq!(conditions(nothing), Conditions::NONE, "{nothing}");
    }
}

#[test]
fn a_deal_of_nothing_is_a_price_and_no_volume() {
    for volume in ["0", "0.0", "null", r#""""#] {
        let text = format!(
            r#"{{"type":"trade","data":[{{"p":1.08425,"s":"OANDA:EUR_USD","t":1672348887195,"v":{volume}}}]}}"#
        );
        let trade = only_trade(&told(&text));
        assert_eq!(trade.size, None);
        assert_eq!(trade.conditions, Conditions::NONE.with(Condition::NotVolume));
    }
}

#[test]
fn a_coin_may_be_traded_in_the_smallest_parts() {
    let events = told(
        r#"{"type":"trade","data":[{"c":null,"p":16725.3,"s":"BINANCE:BTCUSDT","t":1672348887201,"v":6.5e-5}]}"#,
    );
    assert_eq!(only_trade(&events).size.unwrap().to_string(), "0.000065");
}

#[test]
fn a_ping_is_a_heartbeat_and_news_are_nothing() {
    assert_eq!(told(r#"{"type":"ping"}"#), [Event::Heartbeat]);
    assert_eq!(told(r#"{"type":"news","data":[{"id":1}]}"#), []);
}

#[test]
fn one_that_cannot_be_read_loses_none_of_the_others() {
    let text = r#"{"type":"trade","data":[{"p":1,"s":"AAPL","t":1672348887195,"v":1},{"p":"NA","s":"AAPL","t":1672348887195,"v":1},7,{"p":2,"s":"AAPL","t":0,"v":1}]}"#;
    let (events, outcome) = subscribed().read(text);
    let why = NotANumber::Malformed;
    assert_eq!(outcome, Err(Unreadable::Number { field: "p", why }));
    let [
        Event::Accepted { .. },
        Event::Tick { .. },
        Event::Tick { tick, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(tick.time(), None, "a price from 1970 is a price without a time");
}

#[test]
fn what_cannot_be_read_says_what_it_lacks() {
    for (text, why) in [
        (r#"{"type":"song"}"#, Unreadable::UnknownKind),
        ("{}", Unreadable::UnknownKind),
        ("[]", Unreadable::Json),
        ("{", Unreadable::Json),
        (r#"{"type":"trade"}"#, Unreadable::Missing { field: "data" }),
        (
            r#"{"type":"trade","data":null}"#,
            Unreadable::Missing { field: "data" },
        ),
        (
            r#"{"type":"trade","data":[{"p":1}]}"#,
            Unreadable::Missing { field: "s" },
        ),
        (
            r#"{"type":"trade","data":[{"s":"AAPL"}]}"#,
            Unreadable::Missing { field: "p" },
        ),
    ] {
        let (events, outcome) = subscribed().read(text);
        assert_eq!((events, outcome), (vec![], Err(why)), "{text}");
    }
}

#[test]
fn every_name_is_asked_for_by_a_message_of_its_own() {
    let mut trial = Trial::of("finnhub", &["aapl", "BINANCE:BTCUSDT"]);
    assert_eq!(
        trial.subscribe(false),
        [
            r#"{"type":"subscribe","symbol":"AAPL"}"#,
            r#"{"type":"subscribe","symbol":"BINANCE:BTCUSDT"}"#
        ]
    );
    assert_eq!(
        trial.unsubscribe(&["aapl"]),
        [r#"{"type":"unsubscribe","symbol":"AAPL"}"#]
    );
}

#[test]
fn where_there_is_no_room_the_names_that_came_last_are_refused() {
    let mut trial = subscribed();
    let full = r#"{"type":"error","msg":"Subscribing to too many symbols"}"#;
    for key in [2, 1] {
        let refused = Event::Full {
            keys: Box::from([SymbolKey(key)]),
            why: Box::from("Subscribing to too many symbols"),
        };
        assert_eq!(trial.told(full), [refused]);
    }
    trial.unsubscribe(&["AAPL"]);
    assert!(matches!(trial.told(full).as_slice(), [Event::Complaint { .. }]));
}

#[test]
fn words_say_whether_it_is_the_key_or_the_pace() {
    for (words, expected) in [
        ("Invalid API key", Denial::Key),
        (
            "API limit reached. Please try again later.",
            Denial::Slower { patience: None },
        ),
        ("Too many connections", Denial::Crowded),
    ] {
        let events = told(&format!(r#"{{"type":"error","msg":"{words}"}}"#));
        let [Event::Denied { denial, why }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!((*denial, why.as_str()), (expected, words));
    }
}

#[test]
fn what_is_fetched_is_a_snapshot_and_figures_of_the_day() {
    let mut trial = Trial::of("finnhub", &["AAPL", "BINANCE:BTCUSDT"]);
    let paths = trial.fetch();
    assert_eq!(
        paths,
        [
            "/api/v1/quote?symbol=AAPL",
            "/api/v1/quote?symbol=BINANCE%3ABTCUSDT"
        ]
    );
    let text =
        r#"{"c":261.74,"d":0.29,"dp":0.1109,"h":263.31,"l":260.68,"o":261.07,"pc":261.45,"t":1582641000}"#;
    let (events, outcome) = trial.answered(&paths[0], text);
    assert_eq!(outcome, Ok(()));
    let [
        Event::Accepted { instrument, .. },
        Event::Snapshot {
            key: SymbolKey(0),
            snapshot,
            ..
        },
        Event::Day { figures, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    let time = DateTime::from_timestamp(1_582_641_000, 0);
    let expected = Snapshot {
        last: Some(("261.74".parse().unwrap(), None)),
        time,
        ..Snapshot::default()
    };
    assert_eq!(**snapshot, expected);
    let expected = DayFigures {
        span: DaySpan::Session,
        open: "261.07".parse().ok(),
        high: "263.31".parse().ok(),
        low: "260.68".parse().ok(),
        volume: None,
        reference: "261.45".parse().ok(),
        time,
    };
    assert_eq!(**figures, expected);
}

#[test]
fn zeros_and_closed_doors_refuse_the_one_name_of_the_path() {
    let mut trial = Trial::fetched("finnhub", &["AAPL", "NOPE"]);
    for text in [
        r#"{"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}"#,
        r#"{"error":"You don't have access to this resource."}"#,
    ] {
        let (events, _) = trial.answered("/api/v1/quote?symbol=NOPE", text);
        assert!(
            matches!(
                events.as_slice(),
                [Event::Refused {
                    key: SymbolKey(1),
                    ..
                }]
            ),
            "{events:?}"
        );
    }
    let (events, _) = trial.answered("/api/v1/quote?symbol=NOPE", r#"{"error":"Invalid API key"}"#);
    assert!(
        matches!(
            events.as_slice(),
            [Event::Denied {
                denial: Denial::Key,
                ..
            }]
        ),
        "{events:?}"
    );
}

#[test]
fn what_is_forbidden_was_not_paid_for() {
    let venue = crate::VenueName::from_word("finnhub").unwrap().translator();
    assert_eq!(venue.refusal(403, "no"), Some(Denial::Plan));
    assert_eq!(venue.refusal(401, "no"), None, "that is the key, as everywhere");
}

#[test]
fn every_fixture_is_read_and_no_change_to_one_makes_it_panic() {
    for line in FIXTURES.lines().filter(|line| line.contains("type")) {
        subscribed().told(line);
    }
    survives_any_change("finnhub", &SYMBOLS, FIXTURES);
}

fn subscribed() -> Trial {
    Trial::subscribed("finnhub", &SYMBOLS)
}

/// Without what is said of a name when it is heard of for the first time.
fn told(text: &str) -> Vec<Event> {
    let mut events = subscribed().told(text);
    events.retain(|event| !matches!(event, Event::Accepted { .. }));
    events
}

fn only_trade(events: &[Event]) -> Trade {
    let (Tick::Trade(trade), None) = only_tick(events) else {
        panic!("{events:?}")
    };
    trade
}
