//! What is asked of a line, message by message; and a venue that answers as it likes.

mod healing;
mod venue;

use provider::{Admission, KeyPlace, Numbering, Pacing};

use super::*;

pub(super) const CARD: Card = Card {
    subprotocol: None,
    key: KeyPlace::None,
    admission: Admission::AtOnce,
    beat: None,
    polls: Pacing {
        times: 10,
        within: Duration::from_secs(1),
    },
    budget: provider::Budget::NONE,
    transports: &TransportKind::ALL,
    sessions_max: 2,
    dials: Pacing {
        times: 30,
        within: Duration::from_secs(300),
    },
    age_max: None,
    closes: &[],
    crowd: provider::Crowd::UNTOLD,
    symbols_per_message: 100,
    symbols_per_connection: None,
    message_max: 64 << 10,
    pacing: Pacing {
        times: 5,
        within: Duration::from_secs(1),
    },
    spacing: Duration::ZERO,
    acks: true,
    hours: provider::Hours::Always,
    numbering: Numbering::Gapless,
    replay: Replay::FromNumber,
};

pub(super) const fn at(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

fn wanted(names: &[(u32, &str)]) -> Desired {
    let mut desired = Desired::default();
    want(&mut desired, names);
    desired
}

fn want(desired: &mut Desired, names: &[(u32, &str)]) {
    let names = names.iter();
    desired.wish(
        &names
            .map(|(key, name)| (SymbolKey(*key), Symbol::new(name)))
            .collect(),
    );
}

fn on_a_socket(card: Card) -> Asked {
    Asked::new(&card, TransportKind::WebSocket)
}

fn names(names: &[(u32, &str)]) -> Part {
    let names = names.iter();
    names
        .map(|(key, name)| (SymbolKey(*key), Symbol::new(name)))
        .collect()
}

fn ask(together: &[(u32, &str)]) -> Batch {
    Batch::Ask(names(together))
}

fn fetch(together: &[(u32, &str)]) -> Batch {
    Batch::Fetch(vec![names(together)])
}

fn release(names: &[&str]) -> Batch {
    Batch::Release(names.iter().map(|name| Symbol::new(name)).collect())
}

fn words(batches: &[Batch]) -> Vec<(u32, String)> {
    let refused = batches.iter().flat_map(|batch| match batch {
        Batch::Refuse(refused) => refused.as_slice(),
        Batch::Ask(_) | Batch::Fetch(_) | Batch::Exchange { .. } | Batch::Release(_) => &[],
    });
    refused.map(|(key, why)| (key.0, why.to_string())).collect()
}

#[test]
fn a_new_line_is_asked_at_once_and_once_for_each_symbol() {
    let mut desired = wanted(&[(2, "B"), (1, "A")]);
    let mut asked = on_a_socket(CARD);
    assert_eq!(asked.next(&desired, at(0)), [ask(&[(1, "A"), (2, "B")])]);
    assert_eq!(asked.next(&desired, at(1)), []);
    assert_eq!(asked.accepted(SymbolKey(1)), Answer::First);
    assert_eq!(asked.accepted(SymbolKey(1)), Answer::Again);
    assert_eq!(asked.counts(), (1, 2));
    assert_eq!(asked.refused(SymbolKey(2)), Answer::First);
    assert!(asked.is_settled(&desired), "a no is an answer");
    want(&mut desired, &[(1, "A"), (2, "B"), (3, "C")]);
    assert!(!asked.is_settled(&desired));
}

#[test]
fn wishes_that_come_together_become_one_message() {
    let mut desired = wanted(&[(1, "A")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    asked.accepted(SymbolKey(1));
    want(&mut desired, &[(1, "A"), (2, "B")]);
    assert_eq!(asked.next(&desired, at(100)), []);
    want(&mut desired, &[(1, "A"), (2, "B"), (3, "C")]);
    assert_eq!(asked.next(&desired, at(110)), []);
    assert_eq!(
        asked.deadline(),
        Some(at(120)),
        "the second does not hold up the first"
    );
    assert_eq!(asked.next(&desired, at(120)), [ask(&[(2, "B"), (3, "C")])]);
}

#[test]
fn a_symbol_is_given_up_when_it_does_not_come_back_soon() {
    let mut desired = wanted(&[(1, "A"), (2, "B")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    want(&mut desired, &[(2, "B")]);
    assert_eq!(asked.next(&desired, at(1_000)), []);
    asked.accepted(SymbolKey(2));
    assert_eq!(asked.deadline(), Some(at(6_000)));
    assert_eq!(asked.next(&desired, at(6_000)), [release(&["A"])]);
    assert_eq!(asked.deadline(), None);
}

#[test]
fn a_symbol_that_comes_back_under_a_new_key_is_asked_for_and_not_given_up() {
    let mut desired = wanted(&[(1, "A")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    asked.accepted(SymbolKey(1));
    want(&mut desired, &[]);
    asked.next(&desired, at(1_000));
    want(&mut desired, &[(2, "A")]);
    asked.next(&desired, at(2_000));
    assert_eq!(asked.next(&desired, at(2_020)), [ask(&[(2, "A")])]);
    asked.accepted(SymbolKey(2));
    assert_eq!(asked.deadline(), None, "nothing is given up later");
}

#[test]
fn a_hole_is_asked_for_alone_and_the_symbol_stays_accepted() {
    let desired = wanted(&[(1, "A"), (2, "B")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    asked.accepted(SymbolKey(1));
    asked.accepted(SymbolKey(2));
    asked.ask_again(SymbolKey(2));
    assert!(asked.is_settled(&desired));
    assert_eq!(asked.deadline(), Some(at(0)), "as soon as there is room");
    assert_eq!(asked.next(&desired, at(50)), [ask(&[(2, "B")])]);
    assert_eq!(asked.deadline(), None);
}

#[test]
fn one_bad_symbol_is_found_by_halves_and_refused_with_the_venues_words() {
    let desired = wanted(&[(1, "A"), (2, "B"), (3, "bad"), (4, "D")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    asked.complained("no such instrument");
    let halves = asked.next(&desired, at(10));
    assert_eq!(halves, [ask(&[(1, "A"), (2, "B")]), ask(&[(3, "bad"), (4, "D")])]);
    asked.accepted(SymbolKey(1));
    asked.accepted(SymbolKey(2));
    asked.complained("no such instrument");
    asked.next(&desired, at(1_200));
    asked.complained("no such instrument");
    let told = asked.next(&desired, at(1_210));
    assert_eq!(words(&told), [(3, "no such instrument".to_owned())]);
    asked.accepted(SymbolKey(4));
    assert!(asked.is_settled(&desired));
}

#[test]
fn an_answer_that_is_lost_is_asked_for_once_more_and_then_the_symbol_is_given_up() {
    let desired = wanted(&[(1, "A"), (2, "B")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    asked.accepted(SymbolKey(1));
    assert_eq!(asked.deadline(), Some(at(5_000)));
    assert_eq!(asked.next(&desired, at(5_000)), [ask(&[(2, "B")])]);
    let told = asked.next(&desired, at(10_000));
    assert_eq!(
        words(&told),
        [(2, "the server does not answer for this symbol".to_owned())]
    );
    assert_eq!(
        asked.next(&desired, at(70_000)),
        [ask(&[(2, "B")])],
        "in passing, every minute"
    );
    assert!(asked.is_settled(&desired));
    assert!(asked.delivered(SymbolKey(2)), "it was wrong about that");
    assert!(!asked.delivered(SymbolKey(2)));
    assert_eq!(asked.next(&desired, at(130_000)), []);
    assert_eq!(asked.deadline(), None);
}

#[test]
fn an_answer_to_nothing_is_known_for_one() {
    let mut desired = wanted(&[(1, "A")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    assert_eq!(asked.accepted(SymbolKey(9)), Answer::Stray);
    want(&mut desired, &[(1, "A"), (2, "B")]);
    asked.next(&desired, at(1));
    assert_eq!(
        asked.refused(SymbolKey(2)),
        Answer::Stray,
        "it was not asked for yet"
    );
}

#[test]
fn where_nothing_is_answered_asking_is_enough_and_data_tells() {
    let desired = wanted(&[(1, "A")]);
    let mut asked = on_a_socket(Card { acks: false, ..CARD });
    asked.next(&desired, at(0));
    assert!(asked.is_settled(&desired));
    assert_eq!(asked.deadline(), None);
    assert!(asked.delivered(SymbolKey(1)));
    assert!(!asked.delivered(SymbolKey(1)));
}

#[test]
fn a_refusal_is_wrong_about_what_comes_all_the_same() {
    let desired = wanted(&[(1, "A"), (2, "B")]);
    let mut asked = on_a_socket(CARD);
    asked.next(&desired, at(0));
    assert_eq!(asked.accepted(SymbolKey(1)), Answer::First);
    assert_eq!(asked.refused(SymbolKey(2)), Answer::First);
    assert!(!asked.delivered(SymbolKey(1)));
    assert!(asked.delivered(SymbolKey(2)));
    assert!(!asked.delivered(SymbolKey(2)), "it is told once");
    assert!(asked.is_settled(&desired));
}

#[test]
fn a_ping_counts_as_a_message_to_the_venue() {
    let names: Vec<_> = (0..1_000).map(|n| (n, format!("S{n}"))).collect();
    let names: Vec<_> = names.iter().map(|(key, name)| (*key, name.as_str())).collect();
    let desired = wanted(&names);
    let mut asked = on_a_socket(CARD);
    asked.pinged(at(0));
    assert_eq!(asked.next(&desired, at(0)).len(), 3);
    assert_eq!(asked.deadline(), Some(at(1_100)));
}

#[test]
fn more_than_a_connection_carries_wait_for_a_place_and_are_told_so() {
    let card = Card {
        symbols_per_connection: Some(2),
        ..CARD
    };
    let mut desired = wanted(&[(1, "A"), (2, "B"), (3, "C")]);
    let mut asked = on_a_socket(card);
    let batches = asked.next(&desired, at(0));
    assert_eq!(batches[1..], [ask(&[(1, "A"), (2, "B")])]);
    let told = "this feed carries 2 symbols at most; give up another one to see it".to_owned();
    assert_eq!(words(&batches), [(3, told)]);
    want(&mut desired, &[(2, "B"), (3, "C")]);
    asked.next(&desired, at(1_000));
    let batches = asked.next(&desired, at(1_020));
    assert_eq!(
        batches,
        [release(&["A"]), ask(&[(3, "C")])],
        "its place is needed now"
    );
}

#[test]
fn a_venue_without_room_for_a_whole_message_is_filled_to_the_last_place() {
    for acks in [true, false] {
        let card = Card { acks, ..CARD };
        let mut desired = wanted(&[(1, "A"), (2, "B"), (3, "C")]);
        let mut asked = on_a_socket(card);
        let all: Vec<_> = (1..=3).map(SymbolKey).collect();
        assert_eq!(
            asked.next(&desired, at(0)),
            [ask(&[(1, "A"), (2, "B"), (3, "C")])]
        );
        asked.full(&all, "full");
        assert_eq!(
            asked.next(&desired, at(10)),
            [ask(&[(1, "A"), (2, "B")]), ask(&[(3, "C")])],
            "none of them was taken"
        );
        asked.accepted(SymbolKey(1));
        asked.accepted(SymbolKey(2));
        asked.full(&all[2..], "full");
        asked.full(&all[2..], "full");
        let told = "the venue has no room for it; give up another symbol to see this one: full";
        assert_eq!(words(&asked.next(&desired, at(20))), [(3, told.to_owned())]);
        assert!(asked.is_settled(&desired) && asked.deadline().is_none());
        want(&mut desired, &[(1, "A"), (2, "B"), (3, "C"), (4, "D")]);
        let told = "this feed carries 2 symbols at most; give up another one to see it";
        assert_eq!(
            words(&asked.next(&desired, at(30))),
            [(4, told.to_owned())],
            "it is known by now"
        );
        want(&mut desired, &[(2, "B"), (3, "C"), (4, "D")]);
        asked.next(&desired, at(1_200));
        assert_eq!(
            asked.next(&desired, at(1_220)),
            [release(&["A"]), ask(&[(3, "C")])],
            "there is a place now"
        );
    }
}

#[test]
fn no_message_is_longer_than_the_venue_takes() {
    let names: Vec<_> = (0..100).map(|n| (n, format!("SYMBOL{n:04}"))).collect();
    let names: Vec<_> = names.iter().map(|(key, name)| (*key, name.as_str())).collect();
    let card = Card {
        message_max: 1_000,
        ..CARD
    };
    let mut asked = on_a_socket(card);
    let desired = wanted(&names);
    let Some(Batch::Ask(first)) = asked.next(&desired, at(0)).into_iter().next() else {
        panic!("nothing was asked")
    };
    assert_eq!(first.len(), 16, "so many of 44 bytes each");
}

#[test]
fn what_is_fetched_is_fetched_as_a_whole_when_something_changes() {
    let mut desired = wanted(&[(1, "A")]);
    let mut asked = Asked::new(&CARD, TransportKind::LongPoll);
    assert_eq!(asked.next(&desired, at(0)), [fetch(&[(1, "A")])]);
    asked.accepted(SymbolKey(1));
    want(&mut desired, &[(1, "A"), (2, "B")]);
    assert_eq!(asked.next(&desired, at(1_000)), []);
    assert_eq!(asked.next(&desired, at(1_020)), [fetch(&[(1, "A"), (2, "B")])]);
    asked.accepted(SymbolKey(2));
    want(&mut desired, &[(2, "B")]);
    asked.next(&desired, at(2_000));
    assert_eq!(asked.next(&desired, at(7_000)), [fetch(&[(2, "B")])]);
}

#[test]
fn what_an_answer_leaves_out_is_fetched_once_more() {
    let desired = wanted(&[(1, "A"), (2, "B")]);
    let mut asked = Asked::new(&CARD, TransportKind::EventStream);
    asked.next(&desired, at(0));
    asked.accepted(SymbolKey(1));
    assert_eq!(asked.next(&desired, at(15_000)), [fetch(&[(1, "A"), (2, "B")])]);
    let told = asked.next(&desired, at(30_000));
    assert_eq!(words(&told).len(), 1, "{told:?}");
    assert_eq!(asked.next(&desired, at(60_000)), []);
    assert_eq!(asked.deadline(), None);
}

#[test]
fn whoever_is_in_no_answer_of_a_round_is_not_asked_for_again() {
    let mut desired = wanted(&[(1, "A"), (2, "B"), (3, "C")]);
    let mut asked = Asked::new(&CARD, TransportKind::Poll).sharing(Together::UpTo(2));
    asked.next(&desired, at(0));
    asked.asks_in_turn(vec![
        (vec![SymbolKey(1), SymbolKey(2)], vec!["/ab".to_owned()]),
        (vec![SymbolKey(3)], vec!["/c".to_owned()]),
    ]);
    asked.accepted(SymbolKey(1));
    asked.heard_from("/ab", at(100));
    asked.heard_from("/ab", at(1_100));
    assert_eq!(asked.next(&desired, at(2_200)), [], "another path has the word");
    asked.accepted(SymbolKey(3));
    asked.heard_from("/c", at(2_300));
    assert_eq!(asked.deadline(), Some(at(3_300)));
    let told = asked.next(&desired, at(3_300));
    assert_eq!(words(&told).len(), 1, "{told:?}");
    assert!(asked.is_settled(&desired));
    assert!(asked.delivered(SymbolKey(2)), "it may come all the same");
    want(&mut desired, &[(1, "A"), (4, "D")]);
    asked.next(&desired, at(20_000));
    let parts = [&[(1, "A")][..], &[(4, "D")]].map(|part| part.to_vec());
    assert_eq!(
        asked.next(&desired, at(20_020)),
        [Batch::Fetch(parts.iter().map(|part| names(part)).collect())]
    );
}
