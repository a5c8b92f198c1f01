//! A budget under whatever order of questions, words and restarts.

use std::time::Duration;

use model::{Moment, Spending};
use proptest::prelude::*;
use provider::Window;

use super::budget::{Budget, Errand, Wait, Why, Word};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

const fn window(most: u32, within: Duration) -> Window {
    Window { most, within }
}

fn budget(windows: &[Window]) -> Budget {
    Budget::new(windows.iter().copied())
}

/// Far from the beginning of the clock, as accounts have it.
fn at(seconds: u64) -> Moment {
    Moment::after_start(DAY * 3 + SECOND * u32::try_from(seconds).unwrap())
}

fn errands() -> impl Strategy<Value = Errand> {
    prop_oneof![Just(Errand::Feed), Just(Errand::Person), Just(Errand::Past)]
}

/// The most that was taken in any stretch of this length.
fn densest(taken: &[(Moment, u32)], within: Duration) -> u32 {
    let from = |first: usize| {
        let began = taken[first].0;
        let inside = taken[first..]
            .iter()
            .take_while(|(at, _)| at.since(began) < within);
        inside.map(|(_, weight)| weight).sum::<u32>()
    };
    (0..taken.len()).map(from).max().unwrap_or(0)
}

#[test]
fn what_is_used_up_is_there_again_when_its_time_is_over() {
    let mut minute = budget(&[window(3, SECOND * 60)]);
    for _ in 0..3 {
        assert_eq!(minute.ask(Errand::Feed, 1, at(0)), Ok(()));
    }
    let wait = minute.ask(Errand::Feed, 1, at(1)).unwrap_err();
    assert_eq!(wait.why, Why::Spent { window: 0 });
    let waited = wait.until.since(at(0));
    assert!((SECOND * 60..=SECOND * 65).contains(&waited), "{waited:?}");
    assert_eq!(minute.ask(Errand::Feed, 1, wait.until), Ok(()));
}

#[test]
fn a_days_questions_last_for_the_day_however_fast_they_are_asked() {
    let mut account = budget(&[window(8, SECOND * 60), window(800, DAY)]);
    let mut asked = Vec::new();
    let mut now = at(0);
    // Eight symbols in two questions, as soon as they may be asked.
    while now < at(86_400) {
        match account.ask(Errand::Feed, 4, now) {
            Ok(()) => asked.push(now),
            Err(wait) => now = wait.until,
        }
    }
    assert_eq!(asked.len() * 4 / 80, 9, "{} questions", asked.len());
    let quarter = |from: u64| {
        let inside = asked
            .iter()
            .filter(|asked| **asked >= at(from) && **asked < at(from + 21_600));
        inside.count()
    };
    assert_eq!([0, 21_600, 43_200, 64_800].map(quarter), [60, 40, 40, 40]);
    let last = asked.last().unwrap();
    assert!(
        at(86_400).since(*last) < HOUR,
        "there was something left to the end"
    );
}

#[test]
fn the_servers_own_word_counts_for_more() {
    let mut account = budget(&[window(200, SECOND * 60)]);
    let told = |left, within| Word::Left {
        left,
        within,
        told: true,
    };
    account.hear(told(2, SECOND * 30), at(0));
    assert_eq!(account.ask(Errand::Feed, 1, at(1)), Ok(()));
    // An answer that was on its way when that was asked.
    account.hear(told(3, SECOND * 29), at(1));
    assert_eq!(account.ask(Errand::Feed, 1, at(1)), Ok(()));
    let (until, why) = (at(30), Why::Said);
    assert_eq!(account.ask(Errand::Feed, 1, at(2)), Err(Wait { until, why }));
    account.hear(told(200, SECOND * 58), at(2));
    assert_eq!(account.ask(Errand::Feed, 1, at(2)), Ok(()), "it was renewed");
    account.hear(Word::LeaveAlone(SECOND * 90), at(3));
    account.hear(Word::LeaveAlone(SECOND), at(4));
    let (until, why) = (at(93), Why::LeftAlone);
    for errand in [Errand::Feed, Errand::Person, Errand::Past] {
        assert_eq!(account.ask(errand, 1, at(5)), Err(Wait { until, why }));
    }
    assert_eq!(account.ask(Errand::Feed, 1, at(93)), Ok(()));
}

#[test]
fn the_past_and_a_search_leave_a_feed_its_share() {
    let mut account = budget(&[window(50, HOUR)]);
    let take = |account: &mut Budget, errand, now| {
        let mut taken = 0;
        while account.ask(errand, 1, now).is_ok() {
            taken += 1;
        }
        taken
    };
    assert_eq!(take(&mut account, Errand::Past, at(0)), 25, "no feed asks yet");
    assert_eq!(account.ask(Errand::Feed, 1, at(60)), Ok(()));
    assert_eq!(take(&mut account, Errand::Past, at(60)), 0);
    let now = at(3_800);
    assert_eq!(account.ask(Errand::Feed, 1, at(3_000)), Ok(()));
    assert_eq!(take(&mut account, Errand::Past, now), 5);
    assert_eq!(take(&mut account, Errand::Person, now), 5);
    assert_eq!(account.ask(Errand::Feed, 1, now), Ok(()));
}

#[test]
fn where_questions_are_few_none_is_spent_on_pings() {
    assert!(!budget(&[window(50, HOUR)]).bears_pings());
    assert!(!budget(&[window(60, SECOND), window(800, DAY)]).bears_pings());
    assert!(budget(&[window(60, SECOND * 60)]).bears_pings());
    assert!(budget(&[]).bears_pings());
}

/// What is kept, and gone on from when so much seems to have passed.
fn restarted(account: &Budget, windows: &[Window], made: Moment, elapsed: Duration, now: Moment) -> Budget {
    let (kept, left_alone) = account.spending(made);
    let spending = Spending {
        account: String::new(),
        made: chrono::DateTime::UNIX_EPOCH,
        windows: kept,
        left_alone,
    };
    let mut again = budget(windows);
    again.go_on(&spending, now - elapsed, now);
    again
}

#[test]
fn a_restart_keeps_what_was_asked_and_a_clock_that_was_set_loses_nothing_else() {
    let windows = [window(10, HOUR)];
    let mut account = budget(&windows);
    for _ in 0..10 {
        account.ask(Errand::Person, 1, at(0)).unwrap();
    }
    account.hear(Word::LeaveAlone(SECOND * 100), at(0));
    let left_alone =
        |account: &mut Budget, now| account.next(now).map(|wait| (wait.why, wait.until.since(now)));
    let mut again = restarted(&account, &windows, at(10), SECOND * 50, at(60));
    let (why, wait) = left_alone(&mut again, at(60)).unwrap();
    assert_eq!(why, Why::Spent { window: 0 });
    assert!(wait > SECOND * 3_500 && wait < SECOND * 3_700, "{wait:?}");
    // The clock went back: as far as it can tell no time has passed.
    let mut back = restarted(&account, &windows, at(10), Duration::ZERO, at(60));
    assert!(left_alone(&mut back, at(60)).unwrap().1 >= wait);
    // It went forward by a year: that it did nobody can tell.
    let mut forward = restarted(&account, &windows, at(10), DAY * 2, at(60));
    assert_eq!(left_alone(&mut forward, at(60)), None);
}

proptest! {
    #[test]
    fn no_window_ever_has_more_than_it_may(
        short in 2_u32..20,
        long in 20_u32..60,
        steps in prop::collection::vec((0_u64..40, errands(), 1_u32..4, 0_u8..12), 1..300),
    ) {
        let windows = [window(short, SECOND * 60), window(long, HOUR)];
        let mut account = budget(&windows);
        let (mut seconds, mut taken) = (0, Vec::new());
        for (step, errand, weight, chance) in steps {
            let before = at(seconds);
            seconds += step;
            let now = at(seconds);
            if chance == 0 {
                // It seems to have taken as long as it has, or no time at all.
                let elapsed = if step % 2 == 0 { now.since(before) } else { Duration::ZERO };
                account = restarted(&account, &windows, before, elapsed, now);
            }
            let weight = weight.min(short);
            if account.ask(errand, weight, now).is_ok() {
                taken.push((now, weight));
            }
        }
        for Window { most, within } in windows {
            prop_assert!(densest(&taken, within) <= most);
        }
    }

    #[test]
    fn who_has_waited_as_long_as_was_said_may_go(
        steps in prop::collection::vec((0_u64..600, errands(), 1_u32..6), 1..200),
    ) {
        let mut account = budget(&[window(8, SECOND * 60), window(100, HOUR)]);
        let mut now = at(0);
        for (step, errand, weight) in steps {
            now = now + SECOND * u32::try_from(step).unwrap();
            // Several limits may hold it, one behind the other.
            let mut waits = 0;
            while let Err(wait) = account.ask(errand, weight, now) {
                prop_assert!(wait.until > now);
                now = wait.until;
                waits += 1;
                prop_assert!(waits <= 4, "it was put off again and again");
            }
        }
    }

    #[test]
    fn a_feed_that_keeps_its_pace_never_waits_for_others(
        crowd in prop::collection::vec((0_u64..60, prop_oneof![Just(Errand::Person), Just(Errand::Past)], 1_u32..4), 100..400),
    ) {
        let mut account = budget(&[window(50, HOUR)]);
        let mut crowd = crowd.into_iter().cycle();
        let (mut due, mut seconds) = (0, 0);
        // Seven tenths of what there is, evenly, for four hours.
        while due < 14_400 {
            if seconds >= due {
                prop_assert_eq!(account.ask(Errand::Feed, 1, at(due)), Ok(()));
                due += 103;
            }
            let (step, errand, weight) = crowd.next().unwrap();
            seconds = (seconds + step).min(due);
            if seconds < due {
                let _perhaps = account.ask(errand, weight, at(seconds));
            }
        }
    }
}
