use model::FeedState;
use proptest::prelude::*;
use transport::{DialError, Loss};

use super::*;

fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

const TICKS: Event = heard(true, true, true);

const fn heard(answered: bool, data: bool, settled: bool) -> Event {
    Event::Heard(Heard {
        spoke: answered || data,
        answered,
        data,
        settled,
    })
}

#[test]
fn connects_only_when_something_is_wanted() {
    let mut session = Session::new(1, at(0));
    assert_eq!(session.state(), FeedState::Idle);
    assert_eq!(session.deadline(), None);
    assert_eq!(after(&mut session, Event::Wanted(true), 0), [Action::Dial]);
    assert_eq!(session.state(), FeedState::Connecting { attempt: 1 });
    let hang_up = [Action::HangUp(Some(1000))];
    assert_eq!(after(&mut session, Event::Wanted(false), 1), hang_up);
    assert_eq!(session.state(), FeedState::Idle);
}

#[test]
fn is_live_when_every_symbol_has_its_answer() {
    let mut session = connected();
    assert_eq!(session.state(), FeedState::Connecting { attempt: 1 });
    after(&mut session, heard(true, true, false), 1);
    assert_eq!(session.state(), FeedState::Connecting { attempt: 1 });
    after(&mut session, TICKS, 2);
    assert_eq!(session.state(), FeedState::Live);
    assert_eq!(session.since(), at(2));
}

#[test]
fn one_missing_answer_does_not_keep_the_others_waiting() {
    let mut session = connected();
    after(&mut session, heard(true, true, false), 9);
    after(&mut session, Event::Timer, 10);
    assert_eq!(session.state(), FeedState::Live);
}

#[test]
fn a_server_that_takes_the_connection_and_says_nothing_is_left() {
    let mut session = connected();
    // Pongs prove that somebody is there, and nothing more.
    after(&mut session, heard(false, false, false), 9);
    let actions = after(&mut session, Event::Timer, 10);
    assert_eq!(
        actions,
        [Action::Lost(LossCause::Silent), Action::HangUp(Some(1000))]
    );
    assert!(matches!(session.state(), FeedState::Waiting { .. }));
    assert_eq!(
        session.why(),
        "the server took the connection and then never answered"
    );
}

#[test]
fn a_snapshot_before_the_last_answer_counts_as_data() {
    let mut session = connected();
    after(&mut session, heard(true, true, false), 1);
    after(&mut session, heard(true, false, true), 2);
    after(&mut session, Event::Timer, 10);
    after(&mut session, Event::Failed(Cause::Loss(Loss::Dropped)), 12);
    let FeedState::Waiting { until, attempt } = session.state() else {
        panic!("not waiting")
    };
    assert!(
        until <= at(12) + Duration::from_millis(500),
        "a quiet market was taken for a flap"
    );
    assert_eq!(attempt, 0);
}

#[test]
fn reconnects_by_itself_and_asks_for_everything_again() {
    let mut session = live();
    let actions = after(&mut session, Event::Failed(Cause::Loss(Loss::Dropped)), 30);
    assert_eq!(actions, [Action::Lost(LossCause::Broken), Action::HangUp(None)]);
    assert_eq!(session.drops(), 1);
    let FeedState::Waiting { until, .. } = session.state() else {
        panic!("not waiting")
    };
    assert!(until <= at(30) + Duration::from_millis(500));
    assert_eq!(session.deadline(), Some(until));
    assert_eq!(after(&mut session, Event::Timer, 31), [Action::Dial]);
    assert!(after(&mut session, Event::Dialed, 31).contains(&Action::Subscribe));
}

#[test]
fn a_silent_connection_is_pinged_and_then_left() {
    let mut session = live();
    let pinged = after(&mut session, Event::Timer, 27);
    assert!(matches!(pinged.as_slice(), [Action::Ping(_)]), "{pinged:?}");
    let left = after(&mut session, Event::Timer, 29);
    assert_eq!(left, [Action::Lost(LossCause::Silent), Action::HangUp(None)]);
    assert!(
        session
            .why()
            .starts_with("the server stopped answering: nothing came for 7 s"),
        "{}",
        session.why()
    );
}

#[test]
fn a_server_that_only_answers_pings_is_left() {
    let mut session = live();
    after(&mut session, Event::SpeaksWithin(Duration::from_secs(15)), 22);
    // It spoke last at second 22; pongs alone keep it until 37.
    for second in 23..37 {
        for action in after(&mut session, Event::Timer, second) {
            if let Action::Ping(payload) = action {
                after(&mut session, heard(false, false, true), second);
                after(&mut session, Event::Pong(payload), second);
            }
        }
        assert_eq!(session.state(), FeedState::Live, "second {second}");
    }
    let left = after(&mut session, Event::Timer, 37);
    assert_eq!(
        left,
        [Action::Lost(LossCause::Silent), Action::HangUp(Some(1000))]
    );
    assert_eq!(
        session.why(),
        "the server stopped talking: for 15 s nothing came but answers to pings"
    );
}

#[test]
fn a_server_that_will_go_is_listened_to_until_it_goes() {
    let leaving = |within| Event::Leaving {
        why: "maintenance".to_owned(),
        within: Duration::from_secs(within),
    };
    let mut session = live();
    assert_eq!(after(&mut session, leaving(3), 22), []);
    assert_eq!(session.state(), FeedState::Live);
    let gone = after(&mut session, Event::Failed(Cause::Loss(Loss::Dropped)), 24);
    assert_eq!(
        gone,
        [Action::Lost(LossCause::Announced), Action::HangUp(Some(1000))]
    );
    assert_eq!(session.why(), "the server said goodbye: maintenance");

    let mut session = live();
    after(&mut session, leaving(3), 22);
    let left = after(&mut session, Event::Timer, 25);
    assert!(left.contains(&Action::Lost(LossCause::Announced)), "{left:?}");

    let mut session = live();
    let left = after(&mut session, leaving(0), 22);
    assert!(left.contains(&Action::Lost(LossCause::Announced)), "{left:?}");
}

#[test]
fn patience_that_is_asked_for_is_not_cut_short() {
    let mut session = live();
    after(&mut session, Event::RetryAfter(Duration::from_secs(4)), 22);
    after(&mut session, Event::Failed(Cause::Loss(Loss::Dropped)), 23);
    let FeedState::Waiting { until, .. } = session.state() else {
        panic!("not waiting")
    };
    assert!(until >= at(27), "{until:?}");
}

#[test]
fn a_refused_key_waits_for_a_person_and_a_person_can_end_the_wait() {
    let mut session = Session::new(1, at(0));
    after(&mut session, Event::Wanted(true), 0);
    let refused = DialError::Refused {
        status: 401,
        retry_after: None,
        body: String::new(),
    };
    after(&mut session, Event::Failed(Cause::Dial(refused)), 1);
    assert_eq!(session.state(), FeedState::Suspended);
    assert_eq!(
        session.why(),
        "the server answered 401. Check the feed's key or token."
    );
    assert_eq!(session.deadline(), None);
    assert_eq!(after(&mut session, Event::Timer, 100_000), []);
    assert_eq!(after(&mut session, Event::Retry, 100_001), [Action::Dial]);
}

#[test]
fn protocol_errors_are_told_to_the_server_with_their_code() {
    let mut session = live();
    let actions = after(&mut session, Event::Failed(Cause::Loss(Loss::NotUtf8)), 30);
    assert_eq!(
        actions,
        [Action::Lost(LossCause::Protocol), Action::HangUp(Some(1007))]
    );
}

#[test]
fn only_a_connection_that_works_for_ten_seconds_makes_up_for_the_past() {
    let mut session = connected();
    after(&mut session, TICKS, 1);
    after(&mut session, Event::Failed(Cause::Loss(Loss::Dropped)), 9);
    let FeedState::Waiting { until, attempt } = session.state() else {
        panic!("not waiting")
    };
    assert!(until >= at(10), "a connection that dies young is a flap");
    assert_eq!(attempt, 1);

    let mut session = live();
    after(&mut session, Event::Failed(Cause::Loss(Loss::Dropped)), 30);
    assert!(matches!(session.state(), FeedState::Waiting { attempt: 0, .. }));
}

fn arbitrary_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        any::<bool>().prop_map(Event::Wanted),
        Just(Event::Dialed),
        Just(Event::Failed(Cause::Loss(Loss::Dropped))),
        Just(Event::Failed(Cause::Loss(Loss::Closed {
            code: Some(1001),
            reason: String::new()
        }))),
        Just(Event::Failed(Cause::Dial(DialError::Refused {
            status: 403,
            retry_after: None,
            body: String::new()
        }))),
        (any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(answered, data, settled)| heard(answered, data, settled)),
        (10u64..60).prop_map(|seconds| Event::SpeaksWithin(Duration::from_secs(seconds))),
        (0u64..30).prop_map(|seconds| Event::Leaving {
            why: "maintenance".to_owned(),
            within: Duration::from_secs(seconds),
        }),
        (0u64..30).prop_map(|seconds| Event::RetryAfter(Duration::from_secs(seconds))),
        Just(Event::Pong(Bytes::from_static(&[0, 0, 0, 0, 0, 0, 0, 1]))),
        Just(Event::Timer),
        Just(Event::Retry),
    ]
}

proptest! {
    /// Whatever happens in whatever order: there are never two connections or attempts at once,
    /// and every state that must not last for ever has a timer.
    #[test]
    fn no_order_of_events_makes_two_dials_or_forgets_a_timer(
        events in prop::collection::vec((arbitrary_event(), 0u64..20), 1..200),
    ) {
        let mut session = Session::new(7, at(0));
        let mut now = 0;
        // The attempts and connections that the supervisor would hold.
        let mut dialing = false;
        let mut up = false;
        for (event, later) in events {
            now += later;
            // A supervisor reports only what can happen to what it holds.
            match &event {
                Event::Dialed if !dialing => continue,
                Event::Dialed => (dialing, up) = (false, true),
                Event::Failed(Cause::Dial(_)) if !dialing => continue,
                Event::Failed(Cause::Loss(_))
                | Event::Heard(_)
                | Event::Pong(_)
                | Event::SpeaksWithin(_)
                | Event::Leaving { .. }
                | Event::RetryAfter(_)
                    if !up =>
                {
                    continue;
                }
                Event::Wanted(_)
                | Event::Failed(_)
                | Event::Heard(_)
                | Event::Pong(_)
                | Event::SpeaksWithin(_)
                | Event::Leaving { .. }
                | Event::RetryAfter(_)
                | Event::Timer
                | Event::Retry
                | Event::Close => {}
            }
            for action in after(&mut session, event, now) {
                match action {
                    Action::Dial => {
                        prop_assert!(!dialing && !up, "a second attempt beside the first");
                        dialing = true;
                    }
                    Action::HangUp(_) => (dialing, up) = (false, false),
                    Action::Subscribe | Action::Ping(_) => prop_assert!(up),
                    Action::Lost(_) => prop_assert!(up, "lost what was not up"),
                    Action::RoundTrip(_) => {}
                }
            }
            let must_wake = matches!(
                session.state(),
                FeedState::Connecting { .. } | FeedState::Live | FeedState::Waiting { .. }
            );
            prop_assert!(!must_wake || session.deadline().is_some(), "{session:?}");
            prop_assert!(!session.why().is_empty());
        }
    }
}

/// Dialed at second 0, nothing heard yet, its first ping already out.
fn connected() -> Session {
    let mut session = Session::new(1, at(0));
    after(&mut session, Event::Wanted(true), 0);
    let actions = after(&mut session, Event::Dialed, 0);
    assert!(
        matches!(actions.as_slice(), [Action::Subscribe, Action::Ping(_)]),
        "{actions:?}"
    );
    session
}

/// Healthy, last heard at second 22, its last ping answered then.
fn live() -> Session {
    let mut session = connected();
    after(
        &mut session,
        Event::Pong(Bytes::copy_from_slice(&1u64.to_be_bytes())),
        0,
    );
    for second in 1..=22 {
        after(&mut session, TICKS, second);
        for action in after(&mut session, Event::Timer, second) {
            if let Action::Ping(payload) = action {
                after(&mut session, Event::Pong(payload), second);
            }
        }
    }
    assert_eq!(session.state(), FeedState::Live);
    session
}

fn after(session: &mut Session, event: Event, second: u64) -> Vec<Action> {
    let mut actions = Vec::new();
    session.step(event, at(second), &mut actions);
    actions
}
