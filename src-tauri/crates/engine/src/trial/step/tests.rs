use std::sync::Arc;

use chrono::DateTime;
use feed::Layer;
use model::{LineHealth, Received, TransportKind};
use transport::Phases;

use super::*;

const fn at(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn course(address: &str, end: End, lasted: &[(Phase, u64)]) -> Course {
    Course {
        address: address.to_owned(),
        lasted: lasted.iter().map(|(phase, took)| (*phase, ms(*took))).collect(),
        busy: None,
        end: Some(end),
    }
}

fn up() -> Course {
    let phases = Phases {
        resolve: ms(1),
        connect: ms(2),
        tls: ms(3),
        upgrade: ms(4),
        ..Phases::default()
    };
    course("wss://ticks.example:443/v1", End::Up(phases), &[])
}

fn transitions(course: &[(u64, FeedState)]) -> Vec<Transition> {
    let mut from = FeedState::Connecting {
        attempt: 1,
        phase: DialPhase::Upgrading,
    };
    let steps = course.iter().map(|(millis, to)| {
        let step = Transition {
            at: Received {
                wall: DateTime::UNIX_EPOCH,
                at: at(*millis),
            },
            line: Some(1),
            transport: TransportKind::WebSocket,
            from,
            to: *to,
            cause: Arc::from("a cause"),
            layer: Layer::App,
            attempt: 1,
            lasted: Duration::ZERO,
        };
        from = *to;
        step
    });
    steps.collect()
}

const LOGIN: FeedState = FeedState::Authenticating { attempt: 1 };
const ASKED: FeedState = FeedState::Subscribing {
    attempt: 1,
    acked: 0,
    total: 1,
};
const LIVE: FeedState = FeedState::Live(LineHealth::Proving);
const FELL: FeedState = FeedState::Suspended { again: None };

fn outcome(found: &[(Step, Outcome)], step: Step) -> Outcome {
    let (_, outcome) = found.iter().find(|(known, _)| *known == step).unwrap();
    outcome.clone()
}

#[test]
fn where_all_is_well_each_step_has_its_time_and_nothing_stands_between() {
    let seen = transitions(&[(100, LOGIN), (110, ASKED), (130, LIVE)]);
    let found = steps(&up(), &seen, &Finding::Data { at: at(200) });
    let expected = [
        Outcome::Good(ms(1)),
        Outcome::Good(ms(2)),
        Outcome::NotNeeded,
        Outcome::Good(ms(3)),
        Outcome::Good(ms(4)),
        Outcome::Good(ms(10)),
        Outcome::Good(ms(20)),
        Outcome::Good(ms(70)),
    ];
    assert_eq!(found, Step::ALL.into_iter().zip(expected).collect::<Vec<_>>());
}

#[test]
fn a_price_that_overtakes_the_answer_is_a_first_price_all_the_same() {
    let found = steps(
        &up(),
        &transitions(&[(100, ASKED)]),
        &Finding::Data { at: at(120) },
    );
    assert_eq!(outcome(&found, Step::Login), Outcome::NotNeeded);
    assert_eq!(outcome(&found, Step::Subscribe), Outcome::Good(ms(20)));
    assert_eq!(outcome(&found, Step::FirstData), Outcome::Good(ms(20)));
}

#[test]
fn a_dial_fails_in_one_phase_and_nothing_behind_it_was_reached() {
    let end = End::Failed {
        phase: Phase::Tls,
        why: "no".to_owned(),
        next: Some("do this"),
    };
    let dial = course("wss://127.0.0.1:1/", end, &[(Phase::Resolve, 1), (Phase::Tls, 5)]);
    let found = steps(&dial, &[], &Finding::NotUp);
    let failed = Outcome::Failed {
        after: ms(5),
        why: "no".to_owned(),
        next: Some(Remedy::Dial("do this")),
    };
    assert_eq!(
        outcome(&found, Step::Tcp),
        Outcome::Good(ms(0)),
        "it took no time here"
    );
    assert_eq!(outcome(&found, Step::Proxy), Outcome::NotNeeded);
    assert_eq!(outcome(&found, Step::Tls), failed);
    for step in [Step::Upgrade, Step::Login, Step::Subscribe, Step::FirstData] {
        assert_eq!(outcome(&found, step), Outcome::NotReached);
    }
}

#[test]
fn what_falls_after_the_dial_fails_in_the_step_that_it_was_in() {
    for (seen, step) in [
        (vec![(100, LOGIN), (150, FELL)], Step::Login),
        (vec![(100, ASKED), (150, FELL)], Step::Subscribe),
        (vec![(90, ASKED), (100, LIVE), (150, FELL)], Step::FirstData),
    ] {
        let why = "the key is wrong".to_owned();
        let finding = Finding::Fell {
            at: at(150),
            why: why.clone(),
        };
        let found = steps(&up(), &transitions(&seen), &finding);
        let failed = Outcome::Failed {
            after: ms(50),
            why,
            next: None,
        };
        assert_eq!(outcome(&found, step), failed, "{found:?}");
        let failures = found
            .iter()
            .filter(|(_, outcome)| matches!(outcome, Outcome::Failed { .. }));
        assert_eq!(failures.count(), 1);
    }
}

#[test]
fn a_feed_that_is_not_let_out_at_all_says_why() {
    let finding = Finding::Fell {
        at: at(1),
        why: "this computer has no network".to_owned(),
    };
    let found = steps(&Course::default(), &[], &finding);
    assert!(matches!(outcome(&found, Step::Dns), Outcome::Failed { why, .. } if why.contains("no network")));
    assert_eq!(outcome(&found, Step::Tcp), Outcome::NotReached);
}

#[test]
fn what_an_answer_means_to_the_venue_counts_for_more_than_what_it_means_everywhere() {
    let end = || End::Failed {
        phase: Phase::Upgrade,
        why: "the server answered 403".to_owned(),
        next: Some("Check the key."),
    };
    let dial = course("ws://127.0.0.1:1/", end(), &[(Phase::Upgrade, 5)]);
    for (meant, expected, advised) in [
        (
            "the venue does not let this computer in. Wait for an hour.",
            "the venue does not let this computer in. Wait for an hour.",
            false,
        ),
        (
            "the server answered 403. Check the key.",
            "the server answered 403",
            true,
        ),
    ] {
        let finding = Finding::Fell {
            at: at(5),
            why: meant.to_owned(),
        };
        let found = outcome(&steps(&dial, &[], &finding), Step::Upgrade);
        assert!(
            matches!(&found, Outcome::Failed { why, next, .. } if why == expected && next.is_some() == advised),
            "{found:?}"
        );
    }
}

#[test]
fn silence_is_a_failure_where_the_market_is_open_and_none_where_it_is_shut() {
    let seen = transitions(&[(100, ASKED), (110, LIVE)]);
    let silent = |shut| Finding::Silent {
        at: at(15_110),
        patience: Duration::from_secs(15),
        shut,
    };
    let open = outcome(&steps(&up(), &seen, &silent(false)), Step::FirstData);
    assert!(
        matches!(&open, Outcome::Failed { after, why, next: Some(_) } if *after == ms(15_000) && why.contains("15 s")),
        "{open:?}"
    );
    let shut = outcome(&steps(&up(), &seen, &silent(true)), Step::FirstData);
    assert!(matches!(shut, Outcome::Quiet { .. }));
    let unanswered = steps(&up(), &seen[..1], &silent(true));
    assert!(matches!(
        outcome(&unanswered, Step::Subscribe),
        Outcome::Failed { .. }
    ));
}

#[test]
fn refused_symbols_are_told_with_the_reason() {
    let finding = Finding::Refused {
        at: at(130),
        why: "no such symbol".to_owned(),
    };
    let found = steps(&up(), &transitions(&[(100, ASKED), (130, LIVE)]), &finding);
    let Outcome::Failed { after, why, next } = outcome(&found, Step::Subscribe) else {
        panic!("{found:?}")
    };
    assert_eq!((after, why.as_str()), (ms(30), "no such symbol"));
    assert_eq!(next, Some(Remedy::Symbol));
    assert_eq!(outcome(&found, Step::FirstData), Outcome::NotReached);
}
