//! The computer wakes, its network changes, somebody looks.

use super::*;
use crate::backoff::Came;
use transport::Blame;

const WOKE: Event = Event::Disturbed(Disturbance::Woke {
    slept: Duration::from_secs(60),
});
const NETWORK: Event = Event::Disturbed(Disturbance::NetworkChanged);
const LOOKED_AT: Event = Event::Disturbed(Disturbance::Attention { watched: true });

fn no_route() -> Cause {
    Cause::Dial(DialError::Unreachable {
        host: "feed.example:443".to_owned(),
        kind: std::io::ErrorKind::NetworkUnreachable,
    })
}

fn ping(actions: &[Action]) -> Bytes {
    match actions {
        [Action::Ping(LINE, payload)] => payload.clone(),
        other => panic!("not one ping: {other:?}"),
    }
}

#[test]
fn a_line_that_survives_a_wake_is_asked_once_and_kept() {
    for disturbance in [WOKE, NETWORK, LOOKED_AT] {
        let mut session = live();
        let asked = ping(&after(&mut session, disturbance, 23));
        assert_eq!(
            session.deadline(),
            Some(at(25)),
            "two seconds, however slow the line was"
        );
        main(&mut session, News::Pong(asked), 24);
        assert_eq!(after(&mut session, Event::Timer, 25), []);
        assert!(matches!(session.state(), FeedState::Live(_)));
        assert_eq!(session.drops(), 0);
    }
}

#[test]
fn a_line_that_did_not_survive_is_given_up_two_seconds_later() {
    for disturbance in [WOKE, NETWORK, LOOKED_AT] {
        let mut session = live();
        let _unanswered = ping(&after(&mut session, disturbance, 23));
        let left = after(&mut session, Event::Timer, 25);
        assert_eq!(
            left,
            [Action::Lost(LossCause::Silent), Action::HangUp(LINE, None)]
        );
    }
}

#[test]
fn a_line_whose_address_has_left_is_no_flap_and_the_next_one_is_dialed_at_once() {
    // The one is young, the other has shown that it works.
    for mut session in [connected(), live()] {
        let left = main(&mut session, News::Failed(Cause::AddressGone), 23);
        assert_eq!(
            left,
            [Action::Lost(LossCause::Broken), Action::HangUp(LINE, None)]
        );
        assert!(matches!(session.state(), FeedState::Offline { .. }));
        assert_eq!(after(&mut session, NETWORK, 23), [dial(2)]);
        assert_eq!(session.transport(), TransportKind::WebSocket);
        let refused = session
            .backoff
            .after(Blame::Endpoint, Came::Nowhere, at(23))
            .unwrap();
        assert!(
            refused <= Duration::from_millis(600),
            "it was taken for a flap: {refused:?}"
        );
    }
}

#[test]
fn nobody_who_looks_away_disturbs_anything() {
    let mut session = live();
    let away = Event::Disturbed(Disturbance::Attention { watched: false });
    assert_eq!(after(&mut session, away, 23), []);
    after(&mut session, Event::Attended(Attention::Unwatched), 23);
    assert_eq!(
        session.deadline(),
        Some(at(30)),
        "fifteen seconds after the last ping"
    );
    after(&mut session, Event::Attended(Attention::Watched), 23);
    assert_eq!(session.deadline(), Some(at(27)));
}

#[test]
fn a_wait_ends_when_the_computer_wakes_and_not_more_than_every_five_seconds() {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    let mut hurried = 0;
    for second in 1..60 {
        let woken = after(&mut session, WOKE, second);
        hurried += woken
            .iter()
            .filter(|action| matches!(action, Action::Dial { .. }))
            .count();
        for action in woken.into_iter().chain(after(&mut session, Event::Timer, second)) {
            if let Action::Dial { line, .. } = action {
                let refused = DialError::Unreachable {
                    host: "feed.example:443".to_owned(),
                    kind: std::io::ErrorKind::ConnectionRefused,
                };
                after(
                    &mut session,
                    Event::On(line, News::Failed(Cause::Dial(refused))),
                    second,
                );
            }
        }
    }
    assert!((5..=12).contains(&hurried), "{hurried} in a minute");
}

#[test]
fn a_network_that_comes_in_pieces_is_tried_again_a_second_after_the_last_try() {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    main(&mut session, News::Failed(no_route()), 0);
    assert_eq!(after(&mut session, NETWORK, 2), [dial(2)]);
    main(&mut session, News::Failed(no_route()), 2);
    assert_eq!(
        after(&mut session, NETWORK, 2),
        [],
        "one piece more, in the same moment"
    );
    assert_eq!(session.deadline(), Some(at(3)));
    assert_eq!(after(&mut session, Event::Timer, 3), [dial(3)]);
}

#[test]
fn an_attempt_from_before_the_sleep_is_begun_anew() {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    let hang_up = Action::HangUp(LINE, Some(1000));
    assert_eq!(after(&mut session, WOKE, 1), [hang_up, dial(2)]);
    assert_eq!(after(&mut session, WOKE, 2), [], "not again and again");
    let mut looked_at = self::session();
    after(&mut looked_at, Event::Wanted(true), 0);
    assert_eq!(
        after(&mut looked_at, LOOKED_AT, 1),
        [],
        "a look breaks no attempt"
    );
}

#[test]
fn what_silence_has_taught_is_forgotten_with_the_network_and_not_with_a_sleep() {
    for (disturbance, remembered) in [(WOKE, true), (NETWORK, false)] {
        let mut session = live();
        after(&mut session, Event::Attended(Attention::Unwatched), 22);
        session.rhythm.died_after(Duration::from_secs(14));
        after(&mut session, disturbance, 23);
        let quiet = session.rhythm.quiet_before_ping(Attention::Unwatched);
        let expected = if remembered { 7 } else { 15 };
        assert_eq!(quiet, Duration::from_secs(expected));
    }
}
