use model::{DialPhase, FeedState, LineHealth};
use transport::{DialError, Loss};

use super::*;
use crate::cause::LossCause;
use crate::disturbance::Disturbance;
use bytes::Bytes;
use provider::{CloseMeaning, VenueName};
use transport::Phase;

mod admission;
mod crowded;
mod disturbed;
mod eventually;
mod herd;
mod orders;
mod ways;

fn at(seconds: u64) -> Moment {
    Moment::after_start(Duration::from_secs(seconds))
}

const DISTURBANCES: [Disturbance; 4] = [
    Disturbance::Woke {
        slept: Duration::from_secs(60),
    },
    Disturbance::NetworkChanged,
    Disturbance::Attention { watched: true },
    Disturbance::Attention { watched: false },
];

const TICKS: News = heard(true, true, true);

const fn heard(answered: bool, data: bool, settled: bool) -> News {
    News::Heard(Heard {
        spoke: answered || data,
        answered,
        data,
        settled,
        acked: if settled { (2, 2) } else { (1, 2) },
    })
}

#[test]
fn connects_only_when_something_is_wanted() {
    let mut session = session();
    assert_eq!(session.state(), FeedState::Idle);
    assert_eq!(session.deadline(), None);
    assert_eq!(after(&mut session, Event::Wanted(true), 0), [dial(1)]);
    let phase = DialPhase::Dialing;
    assert_eq!(session.state(), FeedState::Connecting { attempt: 1, phase });
    let hang_up = [Action::HangUp(LINE, Some(1000))];
    assert_eq!(after(&mut session, Event::Wanted(false), 1), hang_up);
    assert_eq!(session.state(), FeedState::Idle);
}

#[test]
fn is_live_when_every_symbol_has_its_answer() {
    let mut session = connected();
    let subscribing = |acked, total| FeedState::Subscribing {
        attempt: 1,
        acked,
        total,
    };
    assert_eq!(session.state(), subscribing(0, 0));
    main(&mut session, heard(true, true, false), 1);
    assert_eq!(session.state(), subscribing(1, 2));
    main(&mut session, TICKS, 2);
    assert!(session.state().is_live());
    assert_eq!(session.since(), at(2));
}

#[test]
fn one_missing_answer_does_not_keep_the_others_waiting() {
    let mut session = connected();
    main(&mut session, heard(true, true, false), 9);
    after(&mut session, Event::Timer, 10);
    assert!(session.state().is_live());
}

#[test]
fn a_server_that_takes_the_connection_and_says_nothing_is_left() {
    let mut session = connected();
    // Pongs prove that somebody is there, and nothing more.
    main(&mut session, heard(false, false, false), 9);
    let actions = after(&mut session, Event::Timer, 10);
    assert_eq!(
        actions,
        [Action::Lost(LossCause::Silent), Action::HangUp(LINE, Some(1000))]
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
    main(&mut session, heard(true, true, false), 1);
    main(&mut session, heard(true, false, true), 2);
    after(&mut session, Event::Timer, 10);
    main(&mut session, News::Failed(Cause::Loss(Loss::Dropped)), 12);
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
    let actions = main(&mut session, News::Failed(Cause::Loss(Loss::Dropped)), 30);
    assert_eq!(
        actions,
        [Action::Lost(LossCause::Broken), Action::HangUp(LINE, None)]
    );
    assert_eq!(session.drops(), 1);
    let FeedState::Waiting { until, .. } = session.state() else {
        panic!("not waiting")
    };
    assert!(until <= at(30) + Duration::from_millis(500));
    assert_eq!(session.deadline(), Some(until));
    assert_eq!(after(&mut session, Event::Timer, 31), [dial(2)]);
    assert!(main(&mut session, News::Dialed, 31).contains(&Action::Subscribe(LineId(2))));
}

#[test]
fn a_silent_connection_is_pinged_and_then_left() {
    let mut session = live();
    let pinged = after(&mut session, Event::Timer, 27);
    assert!(matches!(pinged.as_slice(), [Action::Ping(..)]), "{pinged:?}");
    let left = after(&mut session, Event::Timer, 29);
    assert_eq!(
        left,
        [Action::Lost(LossCause::Silent), Action::HangUp(LINE, None)]
    );
    assert!(
        session
            .why()
            .starts_with("the server stopped answering: nothing came for 7 s"),
        "{}",
        session.why()
    );
}

#[test]
fn a_connection_that_is_asked_whether_it_lives_says_so() {
    let mut session = live();
    assert_eq!(session.state(), FeedState::Live(LineHealth::Healthy));
    after(&mut session, Event::Timer, 27);
    assert_eq!(session.state(), FeedState::Live(LineHealth::Probing));
    main(&mut session, TICKS, 28);
    assert_eq!(session.state(), FeedState::Live(LineHealth::Healthy));
}

#[test]
fn a_server_that_only_answers_pings_is_left() {
    let mut session = live();
    main(&mut session, News::SpeaksWithin(Duration::from_secs(15)), 22);
    // It spoke last at second 22; pongs alone keep it until 37.
    for second in 23..37 {
        for action in after(&mut session, Event::Timer, second) {
            if let Action::Ping(_, payload) = action {
                main(&mut session, heard(false, false, true), second);
                main(&mut session, News::Pong(payload), second);
            }
        }
        assert!(session.state().is_live(), "second {second}");
    }
    let left = after(&mut session, Event::Timer, 37);
    assert_eq!(
        left,
        [Action::Lost(LossCause::Silent), Action::HangUp(LINE, Some(1000))]
    );
    assert_eq!(
        session.why(),
        "the server stopped talking: for 15 s nothing came but answers to pings"
    );
}

#[test]
fn a_server_that_will_go_is_listened_to_until_it_goes() {
    let leaving = |within| News::Leaving {
        why: "maintenance".to_owned(),
        within: Duration::from_secs(within),
    };
    let mut session = live();
    assert_eq!(main(&mut session, leaving(3), 22), []);
    assert!(session.state().is_live());
    let gone = main(&mut session, News::Failed(Cause::Loss(Loss::Dropped)), 24);
    assert_eq!(
        gone,
        [
            Action::Lost(LossCause::Announced),
            Action::HangUp(LINE, Some(1000))
        ]
    );
    assert_eq!(session.why(), "a new connection is needed: maintenance");

    let mut session = live();
    main(&mut session, leaving(3), 22);
    let left = after(&mut session, Event::Timer, 25);
    assert!(left.contains(&Action::Lost(LossCause::Announced)), "{left:?}");

    let mut session = live();
    let left = main(&mut session, leaving(0), 22);
    assert!(left.contains(&Action::Lost(LossCause::Announced)), "{left:?}");
}

#[test]
fn patience_that_is_asked_for_is_not_cut_short() {
    let mut session = live();
    main(&mut session, News::RetryAfter(Duration::from_secs(4)), 22);
    main(&mut session, News::Failed(Cause::Loss(Loss::Dropped)), 23);
    let FeedState::Waiting { until, .. } = session.state() else {
        panic!("not waiting")
    };
    assert!(until >= at(27), "{until:?}");
}

#[test]
fn a_refused_key_waits_for_a_person_and_a_person_can_end_the_wait() {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    let refused = DialError::Refused {
        status: 401,
        retry_after: None,
        body: String::new(),
    };
    main(&mut session, News::Failed(Cause::Dial(refused)), 1);
    assert_eq!(session.state(), FeedState::Suspended { again: None });
    assert_eq!(
        session.why(),
        "the server answered 401. Check the feed's key or token."
    );
    assert_eq!(session.deadline(), None);
    assert_eq!(after(&mut session, Event::Timer, 100_000), []);
    assert_eq!(after(&mut session, Event::Retry, 100_001), [dial(2)]);
}

fn closed(code: u16) -> News {
    News::Failed(Cause::Loss(Loss::Closed {
        code: Some(code),
        reason: String::new(),
    }))
}

#[test]
fn a_policy_that_was_broken_is_believed_when_it_is_said_twice() {
    let mut session = live();
    main(&mut session, closed(1008), 30);
    assert!(matches!(session.state, State::Waiting { .. }));
    after(&mut session, Event::Timer, 31);
    main(&mut session, News::Dialed, 31);
    main(&mut session, closed(1008), 32);
    assert!(matches!(session.state, State::Suspended { .. }));
}

#[test]
fn what_the_venues_card_says_of_a_code_holds() {
    for (meaning, suspended) in [
        (CloseMeaning::Announced, false),
        (CloseMeaning::Retry, false),
        (CloseMeaning::Stop, true),
    ] {
        let closes: &'static [(u16, CloseMeaning)] = Box::leak(Box::new([(4_006, meaning)]));
        let terms = terms_of(&[TransportKind::WebSocket], |card| card.closes = closes);
        let mut session = Session::new(terms, at(0));
        after(&mut session, Event::Wanted(true), 0);
        main(&mut session, News::Dialed, 0);
        main(&mut session, closed(4_006), 1);
        assert_eq!(
            matches!(session.state, State::Suspended { .. }),
            suspended,
            "{meaning:?}"
        );
    }
}

#[test]
fn protocol_errors_are_told_to_the_server_with_their_code() {
    let mut session = live();
    let actions = main(&mut session, News::Failed(Cause::Loss(Loss::NotUtf8)), 30);
    assert_eq!(
        actions,
        [
            Action::Lost(LossCause::Protocol),
            Action::HangUp(LINE, Some(1007))
        ]
    );
}

#[test]
fn only_a_connection_that_works_for_ten_seconds_makes_up_for_the_past() {
    let mut session = connected();
    main(&mut session, TICKS, 1);
    main(&mut session, News::Failed(Cause::Loss(Loss::Dropped)), 9);
    let FeedState::Waiting { until, attempt } = session.state() else {
        panic!("not waiting")
    };
    assert!(until >= at(10), "a connection that dies young is a flap");
    assert_eq!(attempt, 1);

    let mut session = live();
    main(&mut session, News::Failed(Cause::Loss(Loss::Dropped)), 30);
    assert!(matches!(session.state(), FeedState::Waiting { attempt: 0, .. }));
}

/// Dialed at second 0, nothing heard yet, its first ping already out.
fn connected() -> Session {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    let actions = main(&mut session, News::Dialed, 0);
    assert!(
        matches!(actions.as_slice(), [Action::Subscribe(_), Action::Ping(..)]),
        "{actions:?}"
    );
    session
}

/// Healthy, last heard at second 22, its last ping answered then.
fn live() -> Session {
    let mut session = connected();
    main(
        &mut session,
        News::Pong(Bytes::copy_from_slice(&1u64.to_be_bytes())),
        0,
    );
    for second in 1..=22 {
        main(&mut session, TICKS, second);
        for action in after(&mut session, Event::Timer, second) {
            if let Action::Ping(_, payload) = action {
                main(&mut session, News::Pong(payload), second);
            }
        }
    }
    assert!(session.state().is_live());
    session
}

fn session() -> Session {
    Session::new(terms(&[TransportKind::WebSocket]), at(0))
}

fn terms(rungs: &[TransportKind]) -> Terms {
    Terms {
        rungs: rungs.to_vec(),
        card: VenueName::SIM.card().clone(),
        policy: Policy::default(),
        seed: 1,
    }
}

/// On a card that says something else.
fn terms_of(rungs: &[TransportKind], change: impl FnOnce(&mut Card)) -> Terms {
    let mut terms = terms(rungs);
    change(&mut terms.card);
    terms
}

/// The first line of a session.
const LINE: LineId = LineId(1);

const fn dial(line: u64) -> Action {
    Action::Dial {
        line: LineId(line),
        transport: TransportKind::WebSocket,
    }
}

/// The same on the line that counts.
fn main(session: &mut Session, news: News, second: u64) -> Vec<Action> {
    let State::Active(active) = &session.state else {
        panic!("there is no line: {:?}", session.state)
    };
    let line = active.main.line;
    after(session, Event::On(line, news), second)
}

fn after(session: &mut Session, event: Event, second: u64) -> Vec<Action> {
    let mut actions = Vec::new();
    session.step(event, at(second), &mut actions);
    actions
}
