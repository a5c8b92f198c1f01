//! A venue that looks at the key before it answers anything, and one that will not serve us.

use provider::{Admission, Denial};

use super::*;

fn told() -> Terms {
    terms_of(&[TransportKind::WebSocket], |card| {
        card.admission = Admission::Told;
        card.acks = true;
    })
}

fn up(terms: Terms) -> (Session, Vec<Action>) {
    let mut session = Session::new(terms, at(0));
    after(&mut session, Event::Wanted(true), 0);
    let actions = main(&mut session, News::Dialed, 0);
    (session, actions)
}

fn denied(denial: Denial) -> News {
    News::Failed(Cause::Denied {
        denial,
        why: "it said so".to_owned(),
    })
}

#[test]
fn nothing_is_asked_for_before_the_venue_has_taken_the_key() {
    let (mut session, actions) = up(told());
    assert!(!actions.contains(&Action::Subscribe(LINE)), "{actions:?}");
    assert_eq!(session.state(), FeedState::Authenticating { attempt: 1 });
    assert_eq!(
        session.why(),
        "connected; the server has not answered the login yet"
    );
    assert_eq!(after(&mut session, Event::Wanted(true), 1), [], "one more symbol");
    assert_eq!(main(&mut session, News::Admitted, 2), [Action::Subscribe(LINE)]);
    assert!(matches!(session.state(), FeedState::Subscribing { .. }));
    assert_eq!(
        main(&mut session, News::Admitted, 3),
        [],
        "said twice is done once"
    );
    main(&mut session, TICKS, 11);
    assert!(session.state().is_live(), "its answers have a time of their own");
}

#[test]
fn what_is_fetched_waits_for_no_word() {
    let mut terms = told();
    terms.rungs = vec![TransportKind::Poll];
    let (session, actions) = up(terms);
    assert!(actions.contains(&Action::Subscribe(LINE)));
    assert!(matches!(session.state(), FeedState::Subscribing { .. }));
}

#[test]
fn who_is_asked_once_a_minute_is_given_the_time_to_be_asked() {
    let mut terms = told();
    terms.rungs = vec![TransportKind::Poll];
    terms.card.polls = provider::Pacing {
        times: 1,
        within: Duration::from_secs(60),
    };
    let (mut session, _) = up(terms);
    let pong = heard(false, false, false);
    for second in 1..=75 {
        main(&mut session, pong.clone(), second);
        after(&mut session, Event::Timer, second);
        assert!(
            matches!(session.state(), FeedState::Subscribing { .. }),
            "{second} s"
        );
    }
    main(&mut session, pong, 76);
    after(&mut session, Event::Timer, 76);
    assert!(matches!(session.state(), FeedState::Waiting { .. }));
}

#[test]
fn a_login_that_nobody_answers_is_given_up_whatever_else_is_said() {
    let (mut session, _) = up(told());
    main(&mut session, heard(true, true, true), 9);
    assert_eq!(session.state(), FeedState::Authenticating { attempt: 1 });
    assert_eq!(
        after(&mut session, Event::Timer, 10),
        [Action::Lost(LossCause::Silent), Action::HangUp(LINE, Some(1000))]
    );
    assert!(matches!(session.state(), FeedState::Waiting { .. }));
    assert_eq!(
        session.why(),
        "the server took the connection and did not answer the login"
    );
}

#[test]
fn each_denial_has_its_sentence_its_next_step_and_its_time() {
    let hour = Some(at(5) + Duration::from_secs(3_600));
    for (denial, again, why) in [
        (
            Denial::Key,
            None,
            "the venue does not take the key: it said so. Check the feed's key or token.",
        ),
        (
            Denial::Plan,
            hour,
            "the account's plan does not include this: it said so. Check what your plan with this venue includes.",
        ),
        (
            Denial::Region,
            hour,
            "the venue does not serve the place where this computer is: it said so. \
             Take these symbols from a provider that serves the place you connect from.",
        ),
        (
            Denial::Unwelcome,
            hour,
            "the venue does not let this computer in: it said so. \
             Wait for an hour, or connect from another network.",
        ),
    ] {
        // A person's matter is no reason to try another way.
        let mut terms = told();
        terms.rungs = vec![TransportKind::WebSocket, TransportKind::Poll];
        let (mut session, _) = up(terms);
        let actions = main(&mut session, denied(denial), 5);
        assert_eq!(
            actions,
            [Action::Lost(LossCause::Refused), Action::HangUp(LINE, Some(1000))],
            "{denial:?}"
        );
        assert_eq!(session.state(), FeedState::Suspended { again }, "{denial:?}");
        assert_eq!(session.why(), why);
        assert_eq!(after(&mut session, Event::Retry, 6), [dial(2)], "{denial:?}");
    }
}

#[test]
fn a_venue_that_wants_us_slower_is_left_alone_for_as_long_as_it_says() {
    let second = Duration::from_secs(1);
    for (patience, least) in [
        (None, second * 60),
        (Some(second * 7), second * 7),
        (Some(second * 600), second * 600),
    ] {
        let (mut session, _) = up(told());
        main(&mut session, denied(Denial::Slower { patience }), 5);
        let FeedState::Waiting { until, .. } = session.state() else {
            panic!("no wait: {}", session.why())
        };
        assert!(
            until >= at(5) + least && until <= at(5) + least + least / 10,
            "{until:?}"
        );
        for disturbance in DISTURBANCES {
            assert_eq!(after(&mut session, Event::Disturbed(disturbance), 6), []);
        }
    }
    // What it has said is never cut short; what it has not said is our own choice.
    for (patience, least) in [(None, second * 3), (Some(second * 60), second * 60)] {
        let terms = Terms {
            policy: Policy::hastened(20),
            ..told()
        };
        let (mut session, _) = up(terms);
        main(&mut session, denied(Denial::Slower { patience }), 5);
        let state = session.state();
        let is_meant = |until| until >= at(5) + least && until <= at(5) + least + least / 10;
        assert!(
            matches!(state, FeedState::Waiting { until, .. } if is_meant(until)),
            "{state:?}"
        );
    }
    let (mut session, _) = up(told());
    let patience = Some(second * 7_200);
    main(&mut session, denied(Denial::Slower { patience }), 5);
    assert!(
        matches!(session.state(), FeedState::Suspended { again: Some(again) } if again >= at(7_205)),
        "who is told to wait for hours wants to know it: {:?}",
        session.state()
    );
}

#[test]
fn another_connection_of_the_key_is_a_crowd_by_whatever_word() {
    let (mut session, _) = up(told());
    let mut now = 5;
    for _ in 0..2 {
        main(&mut session, denied(Denial::Crowded), now);
        let FeedState::Waiting { until, .. } = session.state() else {
            panic!("no wait: {}", session.why())
        };
        assert!(until >= at(now + 30));
        now += 40;
        after(&mut session, Event::Timer, now);
        main(&mut session, News::Dialed, now);
    }
    main(&mut session, denied(Denial::Crowded), now);
    assert!(
        session.why().starts_with("another app uses this key"),
        "{}",
        session.why()
    );
}

#[test]
fn what_passes_is_tried_again_and_less_often_each_time() {
    let (mut session, _) = up(told());
    let mut waits = Vec::new();
    for step in 0..6 {
        let now = 1_000 * step;
        main(&mut session, denied(Denial::Passing), now);
        let FeedState::Waiting { until, .. } = session.state() else {
            panic!("no wait: {}", session.why())
        };
        waits.push(until.since(at(now)));
        after(&mut session, Event::Timer, now + 900);
        main(&mut session, News::Dialed, now + 900);
        main(&mut session, News::Admitted, now + 900);
        main(&mut session, TICKS, now + 901);
    }
    assert!(
        waits.last() > waits.first() && waits[5] >= Duration::from_secs(15),
        "being let in for a moment makes up for nothing: {waits:?}"
    );
}

#[test]
fn who_is_turned_away_before_a_word_shares_its_key_where_the_card_says_so() {
    let closed = || {
        News::Failed(Cause::Loss(Loss::Closed {
            code: Some(1000),
            reason: String::new(),
        }))
    };
    for (closes_unheard, spoke, crowd) in [(true, false, true), (true, true, false), (false, false, false)] {
        let terms = terms_of(&[TransportKind::WebSocket], |card| {
            card.crowd.closes_unheard = closes_unheard;
        });
        let (mut session, _) = up(terms);
        if spoke {
            main(&mut session, TICKS, 1);
        }
        main(&mut session, closed(), 2);
        assert!(matches!(session.state(), FeedState::Waiting { .. }));
        assert_eq!(
            session.why().contains("another connection of this key"),
            crowd,
            "{closes_unheard} {spoke}: {}",
            session.why()
        );
    }
}

#[test]
fn what_is_noted_of_a_connection_stands_behind_its_state_and_goes_with_it() {
    let (mut session, _) = up(terms_of(&[TransportKind::WebSocket], |_| {}));
    main(&mut session, TICKS, 1);
    let before = session.glance();
    let note = || News::Noted {
        why: "the plan has no best prices".to_owned(),
    };
    main(&mut session, note(), 2);
    assert_eq!(
        session.why(),
        "connected and subscribed; the plan has no best prices"
    );
    let noted = session.glance();
    assert_ne!(before, noted, "it is told");
    main(&mut session, note(), 3);
    assert_eq!(session.glance(), noted, "and once");
    main(&mut session, denied(Denial::Passing), 4);
    assert!(!session.why().contains("best prices"), "{}", session.why());
}
