use proptest::prelude::*;

use super::*;

const GOOD: Option<Lack> = None;
const CUT: Option<Lack> = Some(Lack::Disconnected);
const OLD: Option<Lack> = Some(Lack::Stale);
const NEVER: Option<Lack> = Some(Lack::NoPrice);
const SHUT: Option<Lack> = Some(Lack::NotOpen);

/// Some sources, and a row that shows one of them. Time passes by the second.
struct Row {
    sights: Vec<Sight>,
    choice: Choice,
    now: Moment,
    /// When it changed of its own accord, and from which to which.
    changes: Vec<(Moment, usize, usize)>,
}

impl Row {
    fn of(lacks: &[Option<Lack>]) -> Self {
        let now = Moment::after_start(Duration::from_secs(1_000));
        let sight = |lack: &Option<Lack>| Sight {
            lack: *lack,
            since: now,
            priced: has_price(*lack),
        };
        Self {
            sights: lacks.iter().map(sight).collect(),
            choice: Choice::default(),
            now,
            changes: Vec::new(),
        }
    }

    fn becomes(&mut self, place: usize, lack: Option<Lack>) {
        let sight = &mut self.sights[place];
        if sight.lack.is_some() != lack.is_some() {
            sight.since = self.now;
        }
        sight.lack = lack;
        sight.priced = match lack {
            Some(Lack::NotOpen) => false,
            lack => sight.priced || has_price(lack),
        };
        self.look();
    }

    fn look(&mut self) {
        if let Some(next) = self.choice.next(&self.sights, self.now) {
            self.changes.push((self.now, self.choice.shown(), next));
            self.choice = Choice::moved(next, self.now);
        }
    }

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now = self.now + Duration::from_secs(1);
            self.look();
        }
    }

    fn shown(&self) -> usize {
        self.choice.shown()
    }
}

fn has_price(lack: Option<Lack>) -> bool {
    match lack {
        None | Some(Lack::Disconnected | Lack::Stale) => true,
        Some(Lack::NotOpen | Lack::Refused | Lack::NoPrice) => false,
    }
}

#[test]
fn a_source_that_is_lost_is_left_after_three_seconds_and_taken_again_after_thirty_good_ones() {
    let mut row = Row::of(&[GOOD, GOOD]);
    row.pass(60);
    row.becomes(0, CUT);
    row.pass(2);
    assert_eq!(row.shown(), 0);
    row.pass(1);
    assert_eq!(row.shown(), 1);
    row.pass(600);
    row.becomes(0, GOOD);
    row.pass(29);
    assert_eq!(row.shown(), 1);
    row.pass(1);
    assert_eq!(row.shown(), 0);
}

#[test]
fn a_connection_that_is_back_at_once_changes_nothing() {
    let mut row = Row::of(&[GOOD, GOOD]);
    for _ in 0..100 {
        row.becomes(0, CUT);
        row.pass(2);
        row.becomes(0, GOOD);
        row.pass(1);
    }
    assert_eq!(row.changes, []);
}

#[test]
fn one_that_comes_and_goes_does_not_take_the_row_with_it() {
    let mut row = Row::of(&[GOOD, GOOD]);
    for _ in 0..100 {
        row.becomes(0, CUT);
        row.pass(4);
        row.becomes(0, GOOD);
        row.pass(20);
    }
    assert_eq!((row.shown(), row.changes.len()), (1, 1));
}

#[test]
fn what_is_shown_stays_while_all_are_bad() {
    let mut row = Row::of(&[GOOD, GOOD]);
    row.becomes(0, CUT);
    row.becomes(1, OLD);
    row.pass(600);
    assert_eq!(row.shown(), 0, "the preferred one, with its own freshness");
    row.becomes(1, GOOD);
    row.pass(1);
    assert_eq!(row.shown(), 1);
    row.becomes(1, CUT);
    row.pass(600);
    assert_eq!(row.shown(), 1, "its price is the newer one");
}

#[test]
fn an_old_price_is_better_than_none() {
    let mut row = Row::of(&[NEVER, OLD]);
    row.pass(10);
    assert_eq!(row.shown(), 1);
    let mut nothing = Row::of(&[NEVER, NEVER]);
    nothing.pass(600);
    assert_eq!(nothing.changes, []);
}

#[test]
fn one_that_a_person_has_closed_is_left_at_once() {
    let mut row = Row::of(&[GOOD, GOOD, GOOD]);
    row.becomes(0, SHUT);
    row.becomes(1, SHUT);
    assert_eq!(row.shown(), 2);
    row.becomes(2, SHUT);
    row.pass(60);
    assert_eq!(row.shown(), 2, "there is nothing anywhere");
}

#[test]
fn a_new_order_holds_at_once() {
    let sights = |lacks: &[Option<Lack>]| Row::of(lacks).sights;
    assert_eq!(Choice::at_once(&sights(&[CUT, GOOD, GOOD]), Some(2)), 1);
    assert_eq!(Choice::at_once(&sights(&[CUT, OLD]), Some(1)), 1);
    assert_eq!(Choice::at_once(&sights(&[CUT, NEVER]), Some(1)), 0);
    assert_eq!(Choice::at_once(&sights(&[NEVER, NEVER]), None), 0);
    assert_eq!(Choice::at_once(&[], None), 0);
}

fn lack() -> impl Strategy<Value = Option<Lack>> {
    prop_oneof![
        3 => Just(GOOD),
        1 => Just(CUT),
        1 => Just(OLD),
        1 => Just(NEVER),
        1 => Just(Some(Lack::Refused)),
    ]
}

/// Places, what becomes of them, and how long it stays so.
fn history() -> impl Strategy<Value = Vec<(usize, Option<Lack>, u64)>> {
    prop::collection::vec((0..4usize, lack(), 0..45u64), 0..60)
}

fn played(count: usize, history: &[(usize, Option<Lack>, u64)]) -> Row {
    let mut row = Row::of(&vec![NEVER; count]);
    for (place, lack, seconds) in history {
        row.becomes(place % count, *lack);
        row.pass(*seconds);
    }
    row
}

proptest! {
    #[test]
    fn a_row_rests_between_two_changes(count in 1..5usize, history in history()) {
        let row = played(count, &history);
        for pair in row.changes.windows(2) {
            prop_assert!(pair[1].0.since(pair[0].0) >= REST);
        }
    }

    #[test]
    fn it_always_comes_to_the_best_good_one(count in 1..5usize, history in history()) {
        let mut row = played(count, &history);
        row.pass((TAKEN_AGAIN_AFTER + REST).as_secs());
        if let Some(best) = row.sights.iter().position(|sight| sight.lack.is_none()) {
            prop_assert_eq!(row.shown(), best);
        }
    }

    /// It leaves a good one for nothing but a better one that has been good for long, and
    /// never goes to one that is not good from one that has any price.
    #[test]
    fn a_price_that_is_not_live_is_never_preferred(count in 1..5usize, history in history()) {
        let mut row = Row::of(&vec![NEVER; count]);
        for (place, lack, seconds) in history {
            row.becomes(place % count, lack);
            for _ in 0..seconds {
                let (before, changes) = (row.shown(), row.changes.len());
                row.pass(1);
                if row.changes.len() == changes {
                    continue;
                }
                let (left, taken) = (row.sights[before], row.sights[row.shown()]);
                if left.lack.is_none() {
                    prop_assert!(row.shown() < before && taken.lack.is_none());
                    prop_assert!(row.now.since(taken.since) >= TAKEN_AGAIN_AFTER);
                } else {
                    prop_assert!(row.now.since(left.since) >= LEFT_AFTER);
                    prop_assert!(taken.lack.is_none() || (taken.priced && !left.priced));
                }
            }
        }
    }

    /// Whoever looks at the moment that is named, and not before, misses nothing.
    #[test]
    fn the_moment_of_the_next_change_is_known(count in 1..5usize, history in history()) {
        let row = played(count, &history);
        let silent = |at| row.choice.next(&row.sights, at).is_none();
        match row.choice.next_change(&row.sights, row.now) {
            Some(at) => {
                prop_assert!(!silent(at));
                let wait = at.since(row.now);
                for part in 0..20 {
                    prop_assert!(silent(row.now + wait * part / 20));
                }
            }
            None => prop_assert!((0..60).all(|later| silent(row.now + Duration::from_secs(later)))),
        }
    }
}
