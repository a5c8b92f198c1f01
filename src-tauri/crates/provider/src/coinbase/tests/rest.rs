use model::TransportKind;

use super::*;

const TICKER: &str = r#"{"ask":"64210.61","bid":"64210.55","volume":"9214.18273645","trade_id":734002,"price":"64210.60","size":"0.30000000","time":"2026-01-05T14:30:01.250113Z","rfq_volume":"12.5"}"#;
const PATH: &str = "/products/BTC-USD/ticker";

fn fetched(path: &str, text: &str) -> Result<Vec<Event>, Unreadable> {
    let mut venue = Coinbase::default();
    asking(&["BTC-USD"], |asking| venue.fetch(TransportKind::Poll, asking));
    let mut events = Vec::new();
    venue
        .read_fetched(path, text, &directory(), &mut events)
        .map(|()| events)
}

#[test]
fn each_product_is_fetched_by_a_path_of_its_own() {
    let mut venue = Coinbase::default();
    let paths = asking(&["btc/usd", "A/B&?"], |asking| {
        venue.fetch(TransportKind::Poll, asking)
    });
    assert_eq!(paths, [PATH, "/products/A-B%26%3F/ticker"]);
    let none = asking(&["btc/usd"], |asking| {
        venue.fetch(TransportKind::LongPoll, asking)
    });
    assert_eq!(none, [] as [String; 0]);
}

#[test]
fn what_is_fetched_is_accepted_and_the_latest_value() {
    let events = fetched(PATH, TICKER).unwrap();
    let snapshot = Snapshot {
        last: Some(("64210.60".parse().unwrap(), "0.30000000".parse().ok())),
        bid: Some(("64210.55".parse().unwrap(), None)),
        ask: Some(("64210.61".parse().unwrap(), None)),
        volume: "9214.18273645".parse().ok(),
        session: Some(Session::Open),
        time: DateTime::from_timestamp_micros(1_767_623_401_250_113),
        ..Snapshot::default()
    };
    let [Event::Accepted { key: BTC, .. }, told] = events.as_slice() else {
        panic!("{events:?}")
    };
    let expected = Event::Snapshot {
        key: BTC,
        seq: None,
        snapshot: Box::new(snapshot),
        precision: Precision::new(6),
    };
    assert_eq!(*told, expected);
}

#[test]
fn a_product_that_there_is_not_is_refused_and_too_many_questions_are_heard_of() {
    let refused = Event::Refused {
        key: BTC,
        why: "NotFound".to_owned(),
    };
    assert_eq!(fetched(PATH, r#"{"message":"NotFound"}"#), Ok(vec![refused]));
    let slower = Event::Denied {
        denial: Denial::Slower { patience: None },
        why: "Public rate limit exceeded".to_owned(),
    };
    let text = r#"{"message":"Public rate limit exceeded"}"#;
    assert_eq!(fetched(PATH, text), Ok(vec![slower]));
}

#[test]
fn an_answer_without_any_price_is_none() {
    assert_eq!(fetched(PATH, "{}"), Err(Unreadable::Missing { field: "price" }));
    assert_eq!(fetched(PATH, "<html>"), Err(Unreadable::Json));
    assert_eq!(
        fetched("/elsewhere", TICKER),
        Err(Unreadable::Missing { field: "product" })
    );
}
