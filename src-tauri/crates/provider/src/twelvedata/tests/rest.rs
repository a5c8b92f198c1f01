use chrono::DateTime;
use model::{Session, Snapshot};

use super::{AAPL, NAMES, RY, WORD, fixture};
use crate::trial::Trial;
use crate::{Denial, Event, Unreadable};

const QUOTES: &str = "/quote?symbol=AAPL,RY%3ATSX,EUR%2FUSD,BTC%2FUSD";

#[test]
fn a_minute_of_a_free_account_is_two_questions_of_four() {
    let paths = Trial::of(WORD, &NAMES).fetch();
    assert_eq!(paths, [QUOTES, "/quote?symbol=QQQ,BTC%2FUSD"]);
}

#[test]
fn one_symbol_is_answered_by_itself() {
    let mut trial = Trial::fetched(WORD, &["AAPL"]);
    let (events, told) = trial.answered("/quote?symbol=AAPL", fixture("13012825"));
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted {
            key: AAPL,
            instrument,
            session: Some(Session::Closed),
            ..
        },
        Event::Day { figures, .. },
        Event::Snapshot { snapshot, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(instrument.name.as_deref(), Some("Apple Inc"));
    assert_eq!(instrument.exchange.as_deref(), Some("XNGS"));
    assert_eq!(instrument.currency.as_deref(), Some("USD"));
    assert_eq!(figures.reference, "120.30000".parse().ok());
    let expected = Snapshot {
        last: Some(("119.36000".parse().unwrap(), None)),
        high: "120.30000".parse().ok(),
        low: "118.96000".parse().ok(),
        volume: "13012825".parse().ok(),
        session: Some(Session::Closed),
        time: DateTime::from_timestamp(1_763_672_340, 0),
        ..Snapshot::default()
    };
    assert_eq!(
        **snapshot, expected,
        "and the beginning of the day is no time of a price"
    );
}

#[test]
fn several_are_answered_by_name_and_one_that_is_not_known_loses_no_other() {
    let mut trial = Trial::fetched(WORD, &NAMES);
    let (events, told) = trial.answered(QUOTES, fixture("\"QQQ\":{"));
    assert_eq!(told, Ok(()));
    let [
        Event::Accepted {
            key: AAPL,
            session: Some(Session::Open),
            ..
        },
        Event::Snapshot { .. },
        Event::Refused { why, .. },
        Event::Accepted { key: RY, .. },
        Event::Snapshot { key: RY, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(why, "symbol not found: QQQ. Please specify it correctly. (404)");
    let broken = fixture("\"QQQ\":{").replace(r#""close":"119.36000""#, r#""close":"soon""#);
    let (events, told) = trial.answered(QUOTES, &broken);
    assert!(
        matches!(told, Err(Unreadable::Number { field: "close", .. })),
        "{told:?}"
    );
    assert_eq!(events.len(), 4, "{events:?}");
}

#[test]
fn an_error_that_http_calls_good_is_one() {
    let mut trial = Trial::fetched(WORD, &NAMES);
    let (events, _) = trial.answered(QUOTES, fixture("\"code\":429"));
    assert!(
        matches!(
            events.as_slice(),
            [Event::Denied {
                denial: Denial::Slower { patience: Some(_) },
                ..
            }]
        ),
        "{events:?}"
    );
    let missing =
        r#"{"code":404,"message":"**symbol** or **figi** parameter is missing or invalid","status":"error"}"#;
    let (events, _) = trial.answered(QUOTES, missing);
    assert!(
        matches!(events.as_slice(), [Event::Complaint { .. }]),
        "of several: {events:?}"
    );
    let (events, _) = trial.answered("/quote?symbol=AAPL", missing);
    assert!(
        matches!(events.as_slice(), [Event::Refused { key: AAPL, .. }]),
        "{events:?}"
    );
}
