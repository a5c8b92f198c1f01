use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

const KEY: SymbolKey = SymbolKey(1);

fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

/// In epoch `a`, with 10 as the last tick.
fn at_ten() -> Sequence {
    let mut sequence = Sequence::default();
    sequence.epoch("a".into());
    assert_eq!(sequence.accepted(KEY, Some(10), None), Reached::Nothing);
    sequence
}

#[test]
fn after_a_reconnect_it_knows_exactly_what_was_missed() {
    let mut sequence = at_ten();
    assert_eq!(sequence.tick(KEY, Some(11), at(0)), Standing::Next);
    sequence.begin_connection();
    sequence.epoch("a".into());
    assert_eq!(sequence.last(KEY), Some(11));
    assert_eq!(
        sequence.accepted(KEY, Some(14), Some(false)),
        Reached::Lost(Gap { from: 12, to: 14 })
    );
    assert_eq!(sequence.tick(KEY, Some(14), at(0)), Standing::Duplicate);
    assert_eq!(sequence.tick(KEY, Some(15), at(0)), Standing::Next);
}

#[test]
fn what_is_sent_again_after_a_reconnect_is_no_gap() {
    let mut sequence = at_ten();
    sequence.begin_connection();
    assert_eq!(sequence.accepted(KEY, Some(10), Some(true)), Reached::Resumed);
    for seq in 11..20 {
        assert_eq!(sequence.tick(KEY, Some(seq), at(0)), Standing::Next);
    }
}

#[test]
fn a_hole_is_asked_for_once_and_filled() {
    let mut sequence = at_ten();
    assert_eq!(sequence.tick(KEY, Some(13), at(0)), Standing::Hole);
    assert_eq!(sequence.last(KEY), Some(10), "it is asked for from there on");
    assert_eq!(sequence.tick(KEY, Some(14), at(0)), Standing::Early);
    assert_eq!(sequence.accepted(KEY, Some(10), Some(true)), Reached::Resumed);
    assert_eq!(sequence.tick(KEY, Some(11), at(1)), Standing::Next);
    let filled = Standing::Fills(Gap { from: 11, to: 12 });
    assert_eq!(sequence.tick(KEY, Some(12), at(1)), filled);
    assert_eq!(sequence.tick(KEY, Some(13), at(1)), Standing::Next);
}

#[test]
fn a_hole_that_the_venue_cannot_fill_is_a_gap() {
    let mut sequence = at_ten();
    assert_eq!(sequence.tick(KEY, Some(13), at(0)), Standing::Hole);
    assert_eq!(
        sequence.accepted(KEY, Some(14), Some(false)),
        Reached::Lost(Gap { from: 11, to: 14 })
    );
    assert_eq!(sequence.tick(KEY, Some(15), at(0)), Standing::Next);
}

#[test]
fn a_venue_that_keeps_nothing_is_asked_once_in_a_connection() {
    let mut sequence = at_ten();
    assert_eq!(sequence.tick(KEY, Some(13), at(0)), Standing::Hole);
    assert_eq!(
        sequence.accepted(KEY, Some(13), None),
        Reached::Lost(Gap { from: 11, to: 13 })
    );
    let gap = Gap { from: 14, to: 19 };
    assert_eq!(sequence.tick(KEY, Some(20), at(60)), Standing::After(gap));
}

#[test]
fn a_hole_without_an_answer_and_a_second_one_at_once_are_told() {
    let mut sequence = at_ten();
    assert_eq!(sequence.tick(KEY, Some(13), at(0)), Standing::Hole);
    let gap = Gap { from: 11, to: 14 };
    assert_eq!(sequence.tick(KEY, Some(15), at(3)), Standing::After(gap));

    let mut sequence = at_ten();
    assert_eq!(sequence.tick(KEY, Some(12), at(0)), Standing::Hole);
    sequence.accepted(KEY, Some(10), Some(true));
    sequence.tick(KEY, Some(11), at(0));
    let gap = Gap { from: 12, to: 12 };
    assert_eq!(sequence.tick(KEY, Some(13), at(0)), Standing::After(gap));
}

#[test]
fn a_new_epoch_starts_from_nothing() {
    let mut sequence = Sequence::default();
    sequence.epoch("a".into());
    assert_eq!(sequence.tick(KEY, Some(900), at(0)), Standing::Next);
    sequence.epoch("b".into());
    assert_eq!(sequence.last(KEY), None);
    assert_eq!(sequence.accepted(KEY, Some(3), None), Reached::Nothing);
    assert_eq!(sequence.tick(KEY, Some(4), at(0)), Standing::Next);
}

#[test]
fn looks_now_and_then_have_no_gaps_and_tell_what_has_moved() {
    let mut sequence = at_ten();
    assert!(sequence.sampled(KEY, Some(500)));
    assert!(!sequence.sampled(KEY, Some(500)));
    assert_eq!(sequence.last(KEY), Some(500));
}

proptest! {
    /// However numbers come where nothing can be asked again, each one is let
    /// through, reported missing or dropped as a duplicate exactly once.
    #[test]
    fn every_number_is_accounted_for_once(numbers in prop::collection::vec(1u64..200, 1..300)) {
        let mut sequence = Sequence::default();
        let mut accounted = BTreeSet::new();
        let first = numbers[0];
        for number in numbers {
            match sequence.tick(KEY, Some(number), at(0)) {
                Standing::Next => prop_assert!(accounted.insert(number)),
                Standing::Duplicate => prop_assert!(number < first || accounted.contains(&number)),
                Standing::After(gap) => {
                    prop_assert!(gap.from <= gap.to && gap.to + 1 == number);
                    for missing in gap.from..=number {
                        prop_assert!(accounted.insert(missing));
                    }
                }
                other @ (Standing::Hole | Standing::Early | Standing::Fills(_)) => {
                    prop_assert!(false, "{:?} without an epoch to ask in", other);
                }
            }
        }
        let last = *accounted.last().unwrap();
        prop_assert_eq!(accounted.len() as u64, last - first + 1);
    }
}
