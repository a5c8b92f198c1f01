use chrono::DateTime;
use model::{Conditions, Precision, Price, Quote, Size, Trade};

use super::*;

const ONE: SymbolKey = SymbolKey(1);
const TWO: SymbolKey = SymbolKey(2);

fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn size(text: &str) -> Size {
    text.parse().unwrap()
}

fn accepted(key: SymbolKey) -> Update {
    Update::Accepted {
        key,
        instrument: Box::default(),
        session: None,
        resumed: false,
    }
}

fn tick(key: SymbolKey, tick: Tick) -> Update {
    Update::Tick {
        key,
        tick,
        precision: Precision::default(),
    }
}

fn trade(key: SymbolKey) -> Update {
    let trade = Trade {
        price: price("7"),
        size: None,
        time: None,
        id: None,
        side: None,
        conditions: Conditions::NONE,
    };
    tick(key, Tick::Trade(trade))
}

fn quote(key: SymbolKey) -> Update {
    let quote = Quote {
        bid: Some((price("6"), None)),
        ask: None,
        time: None,
    };
    tick(key, Tick::Quote(quote))
}

fn known(key: SymbolKey) -> Event {
    let snapshot = Snapshot {
        last: Some((price("5"), Some(size("1")))),
        bid: Some((price("4"), None)),
        time: DateTime::from_timestamp(9, 0),
        ..Snapshot::default()
    };
    Event::Snapshot {
        key,
        seq: None,
        snapshot: Box::new(snapshot),
        precision: Precision::default(),
    }
}

fn refused(key: SymbolKey) -> Event {
    Event::Refused {
        key,
        why: "no such symbol".to_owned(),
    }
}

/// Both were accepted at the start.
fn accepted_both() -> Unpriced {
    let mut unpriced = Unpriced::new(true);
    unpriced.hear(&[accepted(ONE), accepted(TWO)], at(0));
    unpriced
}

#[test]
fn whatever_has_no_price_after_a_moment_is_asked_for_once() {
    let mut unpriced = accepted_both();
    assert_eq!(unpriced.deadline(), Some(at(2)));
    assert_eq!(unpriced.due(at(1)), []);
    unpriced.hear(&[trade(ONE)], at(1));
    assert_eq!(unpriced.due(at(2)), [TWO]);
    assert_eq!((unpriced.deadline(), unpriced.due(at(3))), (None, vec![]));
    let told = unpriced.answer(known(TWO));
    let Some(Update::Snapshot {
        key: TWO,
        snapshot,
        beside: true,
        ..
    }) = told
    else {
        panic!("{told:?}")
    };
    assert_eq!(
        (snapshot.last, snapshot.bid),
        (Some((price("5"), Some(size("1")))), Some((price("4"), None)))
    );
    unpriced.answered(at(4));
    unpriced.hear(&[accepted(ONE), accepted(TWO)], at(60));
    assert_eq!(
        unpriced.deadline(),
        None,
        "a new connection asks for nothing anew"
    );
}

#[test]
fn a_price_that_the_stream_was_quicker_with_is_not_turned_back() {
    let mut unpriced = accepted_both();
    assert_eq!(unpriced.due(at(2)), [ONE, TWO]);
    unpriced.hear(&[trade(ONE)], at(3));
    assert_eq!(unpriced.answer(known(ONE)), None);
}

#[test]
fn best_prices_of_the_stream_stand_and_the_last_price_is_added_to_them() {
    let mut unpriced = accepted_both();
    unpriced.hear(&[quote(ONE)], at(1));
    assert_eq!(unpriced.due(at(2)), [ONE, TWO]);
    let told = unpriced.answer(known(ONE));
    let Some(Update::Snapshot { snapshot, .. }) = told else {
        panic!("{told:?}")
    };
    assert_eq!((snapshot.last.is_some(), snapshot.bid), (true, None));
}

#[test]
fn a_name_that_the_venue_does_not_know_is_refused_unless_something_of_it_has_come() {
    let mut unpriced = accepted_both();
    unpriced.hear(&[quote(ONE)], at(1));
    unpriced.due(at(2));
    assert_eq!(unpriced.answer(refused(ONE)), None);
    let told = unpriced.answer(refused(TWO));
    assert!(
        matches!(&told, Some(Update::Refused { key: TWO, why }) if &**why == "no such symbol"),
        "{told:?}"
    );
    assert_eq!(unpriced.answer(refused(TWO)), None, "it is told once");
}

#[test]
fn whoever_cannot_answer_is_asked_five_times_and_later_each_time() {
    let mut unpriced = Unpriced::new(true);
    unpriced.hear(&[accepted(ONE)], at(0));
    let mut asked = Vec::new();
    while let Some(next) = unpriced.deadline() {
        asked.push(next);
        assert_eq!(unpriced.due(next), [ONE]);
        unpriced.answered(next);
    }
    assert_eq!(asked, [2, 32, 92, 212, 452].map(at));
}

#[test]
fn nobody_is_asked_for_where_the_stream_tells_the_state_of_things_itself() {
    let mut unpriced = Unpriced::new(false);
    unpriced.hear(&[accepted(ONE)], at(0));
    assert_eq!(unpriced.deadline(), None);
}

#[test]
fn what_is_wanted_no_more_is_not_asked_for() {
    let mut unpriced = accepted_both();
    unpriced.forget(ONE);
    unpriced.hear(
        &[Update::Refused {
            key: TWO,
            why: "no".into(),
        }],
        at(1),
    );
    assert_eq!((unpriced.deadline(), unpriced.due(at(9))), (None, vec![]));
}
