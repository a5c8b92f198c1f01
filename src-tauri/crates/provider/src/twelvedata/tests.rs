mod rest;

use chrono::DateTime;
use model::{Condition, Conditions, InstrumentKind, Precision, Quote, Session, SymbolKey, Tick, Trade};

use super::error;
use crate::trial::{Trial, survives_any_change};
use crate::{Denial, Event, Unreadable};

const FIXTURES: &str = include_str!("../../fixtures/twelvedata.ndjson");
const WORD: &str = "twelvedata";
const NAMES: [&str; 6] = ["AAPL", "RY:TSX", "EUR/USD", "BTC-USD", "QQQ", "btc/usd"];
const AAPL: SymbolKey = SymbolKey(0);
const RY: SymbolKey = SymbolKey(1);
const EUR: SymbolKey = SymbolKey(2);
const BTC: SymbolKey = SymbolKey(3);
const QQQ: SymbolKey = SymbolKey(4);
const BTC_AGAIN: SymbolKey = SymbolKey(5);

fn trial() -> Trial {
    Trial::subscribed(WORD, &NAMES)
}

fn fixture(part: &str) -> &'static str {
    FIXTURES.lines().find(|line| line.contains(part)).unwrap()
}

fn last(price: &str, seconds: i64) -> Tick {
    Tick::Trade(Trade {
        price: price.parse().unwrap(),
        size: None,
        time: DateTime::from_timestamp(seconds, 0),
        id: None,
        side: None,
        conditions: Conditions::NONE.with(Condition::NotVolume),
    })
}

#[test]
fn symbols_are_asked_for_as_one_list_and_each_once() {
    let mut trial = Trial::of(WORD, &NAMES);
    assert_eq!(
        trial.subscribe(false),
        [r#"{"action":"subscribe","params":{"symbols":"AAPL,RY:TSX,EUR/USD,BTC/USD,QQQ"}}"#]
    );
    assert_eq!(
        trial.unsubscribe(&["btc/usd"]),
        [] as [String; 0],
        "the other row wants it"
    );
    assert_eq!(
        trial.unsubscribe(&["BTC-USD", "AAPL"]),
        [r#"{"action":"unsubscribe","params":{"symbols":"BTC/USD,AAPL"}}"#]
    );
}

#[test]
fn a_price_is_the_last_one_and_keeps_its_digits() {
    let events = trial().told(fixture("172.8700"));
    let expected = Event::Tick {
        key: AAPL,
        seq: None,
        tick: last("172.8700", 1_763_713_966),
        precision: Precision::new(0),
    };
    assert_eq!(events, [expected]);
    let Some(Event::Tick {
        tick: Tick::Trade(trade),
        ..
    }) = events.first()
    else {
        panic!("{events:?}")
    };
    assert_eq!(trade.price.to_string(), "172.8700");
}

#[test]
fn the_exchange_says_which_of_two_it_is_and_the_day_has_a_volume() {
    let events = trial().told(fixture("205.10\""));
    let [Event::Tick { key: RY, tick, .. }, Event::Day { key: RY, figures }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(*tick, last("205.10", 1_763_713_967));
    assert_eq!(figures.volume, "1804400".parse().ok());
    let both = ["RY", "RY:TSX"];
    let keys = |text: &str| {
        let events = Trial::subscribed(WORD, &both).told(text);
        let keys = events.iter().filter_map(|event| {
            let Event::Tick { key, .. } = event else {
                return None;
            };
            Some(key.0)
        });
        keys.collect::<Vec<_>>()
    };
    assert_eq!(keys(fixture("205.10\"")), [1]);
    assert_eq!(keys(&fixture("205.10\"").replace("TSX", "NYSE")), [0]);
}

#[test]
fn a_pair_goes_to_all_who_asked_and_has_a_bid_where_it_is_told() {
    let events = trial().told(fixture("90964.8"));
    let ticks: Vec<_> = events
        .iter()
        .filter(|event| {
            matches!(
                event,
                Event::Tick {
                    key: BTC | BTC_AGAIN,
                    ..
                }
            )
        })
        .collect();
    assert_eq!((ticks.len(), events.len()), (2, 4), "{events:?}");
    let events = trial().told(fixture("1.15204"));
    let quote = Quote {
        bid: Some(("1.152".parse().unwrap(), None)),
        ask: Some(("1.15208".parse().unwrap(), None)),
        time: DateTime::from_timestamp(1_763_713_969, 0),
    };
    let [Event::Tick { key: EUR, .. }, Event::Tick { tick, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(*tick, Tick::Quote(quote));
}

#[test]
fn an_answer_accepts_some_and_refuses_others() {
    let events = trial().told(fixture("\"warning\""));
    let [
        Event::Accepted {
            key: EUR,
            instrument: euro,
            session: None,
            ..
        },
        Event::Accepted {
            key: BTC,
            instrument: coin,
            session: Some(Session::Open),
            ..
        },
        Event::Accepted { key: BTC_AGAIN, .. },
        Event::Refused { key: QQQ, why },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        (euro.kind, euro.currency.as_deref()),
        (Some(InstrumentKind::Fx), Some("USD"))
    );
    assert_eq!(coin.kind, Some(InstrumentKind::Crypto));
    assert_eq!(why, "the venue does not have it, or the plan does not include it");
    let events = trial().told(fixture("Canada"));
    let Some(Event::Accepted { instrument, .. }) = events.first() else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.exchange.as_deref(), Some("XNAS"));
    assert!(
        matches!(
            events.as_slice(),
            [Event::Accepted { key: AAPL, .. }, Event::Accepted { key: RY, .. }]
        ),
        "{events:?}"
    );
}

#[test]
fn lists_may_be_null_empty_or_not_there() {
    for (part, count) in [
        ("\"fails\":[]", 1),
        ("\"success\":null", 1),
        ("\"unsubscribe-status\"", 0),
        ("\"reset", 0),
    ] {
        assert_eq!(trial().told(fixture(part)).len(), count, "{part}");
    }
    let one_is_bad = r#"{"event":"subscribe-status","success":[7,{"symbol":"AAPL"},{"exchange":"X"}],"fails":[{},{"symbol":"QQQ"}]}"#;
    let (events, told) = trial().read(one_is_bad);
    assert_eq!(told, Err(Unreadable::Json));
    assert!(
        matches!(
            events.as_slice(),
            [Event::Accepted { key: AAPL, .. }, Event::Refused { key: QQQ, .. }]
        ),
        "{events:?}"
    );
}

#[test]
fn what_is_said_about_the_connection_is_told_with_what_to_do() {
    let patience = |seconds| Some(std::time::Duration::from_secs(seconds));
    for (part, denial) in [
        ("\"code\":401", Denial::Key),
        ("\"code\":403", Denial::Plan),
        (
            "\"code\":429",
            Denial::Slower {
                patience: patience(60),
            },
        ),
    ] {
        let events = trial().told(fixture(part));
        let [Event::Denied { denial: told, why }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(*told, denial);
        assert!(!why.contains("**"), "{why}");
    }
    let a_day = fixture("\"code\":429").replace("for the current minute", "for the day");
    let denial = Denial::Slower {
        patience: patience(3_600),
    };
    assert!(
        matches!(trial().told(&a_day).as_slice(), [Event::Denied { denial: told, .. }] if *told == denial)
    );
    assert_eq!(error::refusal(429, "for the day"), Some(denial));
    assert_eq!(error::refusal(404, ""), None);
    let why = "Cant parse message".to_owned();
    assert_eq!(trial().told(fixture("Cant parse")), [Event::Complaint { why }]);
    assert_eq!(trial().told(fixture("heartbeat")), [Event::Heartbeat]);
}

#[test]
fn what_cannot_be_read_says_which_field_it_was() {
    let error = |text: &str| trial().read(text).1.unwrap_err();
    let price = fixture("172.8700");
    assert_eq!(
        error(&price.replace(r#""symbol":"AAPL","#, "")),
        Unreadable::Missing { field: "symbol" }
    );
    assert_eq!(
        error(&price.replace(r#","price":172.8700"#, "")),
        Unreadable::Missing { field: "price" }
    );
    for wrong in ["0", "-1", "\"NA\"", "[1]"] {
        let told = error(&price.replace("172.8700", wrong));
        assert!(
            matches!(told, Unreadable::Number { field: "price", .. }),
            "{wrong}: {told:?}"
        );
    }
    assert_eq!(error(r#"{"event":"song"}"#), Unreadable::UnknownKind);
    assert_eq!(error("{}"), Unreadable::UnknownKind);
    assert_eq!(error("[]"), Unreadable::Json);
    let no_time = trial().told(&price.replace("1763713966", "0"));
    assert!(
        matches!(no_time.as_slice(), [Event::Tick { tick, .. }] if tick.time().is_none()),
        "a price from 1970 is a price without a time"
    );
}

#[test]
fn whatever_comes_is_read_or_refused() {
    survives_any_change(WORD, &NAMES, FIXTURES);
}
