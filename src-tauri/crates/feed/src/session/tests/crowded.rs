//! The venue says that another connection of the same key is open.

use super::*;

const STOOD: Duration = Duration::from_secs(30);

fn at_the_door() -> Cause {
    Cause::Dial(DialError::Refused {
        status: 409,
        retry_after: None,
        body: String::new(),
    })
}

/// Each way to say so: at the door, on a line that is up, by closing it.
fn refusals() -> [(bool, Cause); 3] {
    let refused = Loss::Refused {
        status: 409,
        retry_after: None,
        body: String::new(),
    };
    let closed = Loss::Closed {
        code: Some(4409),
        reason: String::new(),
    };
    [
        (false, at_the_door()),
        (true, Cause::Loss(refused)),
        (true, Cause::Loss(closed)),
    ]
}

fn waits_until(session: &Session) -> Moment {
    let FeedState::Waiting { until, .. } = session.state() else {
        panic!("no wait: {}", session.why())
    };
    until
}

/// Tries once more when it may, and is refused.
fn refused_again(session: &mut Session, is_up: bool, cause: &Cause, now: Moment) {
    let mut actions = Vec::new();
    session.step(Event::Timer, now, &mut actions);
    let State::Active(active) = &session.state else {
        panic!("it did not try")
    };
    let line = active.main.line;
    if is_up {
        session.step(Event::On(line, News::Dialed), now, &mut actions);
    }
    session.step(Event::On(line, News::Failed(cause.clone())), now, &mut actions);
}

#[test]
fn it_waits_until_a_dead_one_of_ours_is_forgotten_and_then_a_person_must_look() {
    for (is_up, cause) in refusals() {
        let rungs = [TransportKind::WebSocket, TransportKind::EventStream];
        let mut session = Session::new(terms(&rungs), at(0));
        session.step(Event::Wanted(true), at(0), &mut Vec::new());
        let mut now = at(0);
        for _ in 0..2 {
            refused_again(&mut session, is_up, &cause, now);
            let until = waits_until(&session);
            assert!(
                until >= now + STOOD && until <= now + STOOD + STOOD / 10,
                "{until:?}"
            );
            assert_eq!(
                session.why(),
                "another connection of this key is still open at the venue; trying again in 30 s"
            );
            assert_eq!(
                session.transport(),
                TransportKind::WebSocket,
                "another way is one more connection"
            );
            now = until;
        }
        refused_again(&mut session, is_up, &cause, now);
        assert!(matches!(session.state(), FeedState::Suspended { again: Some(_) }));
        assert!(
            session.why().starts_with("another app uses this key"),
            "{}",
            session.why()
        );
    }
}

#[test]
fn of_who_has_no_key_it_is_not_said_that_another_uses_it() {
    let mut terms = terms(&[TransportKind::WebSocket]);
    terms.card.key = provider::KeyPlace::None;
    let mut session = Session::new(terms, at(0));
    session.step(Event::Wanted(true), at(0), &mut Vec::new());
    let mut now = at(0);
    for told in [
        "the venue counts too many",
        "the venue counts too many",
        "others here have all",
    ] {
        refused_again(&mut session, false, &at_the_door(), now);
        assert!(session.why().starts_with(told), "{}", session.why());
        if !matches!(session.state(), FeedState::Suspended { .. }) {
            now = waits_until(&session);
        }
    }
}

#[test]
fn no_wake_and_no_network_cuts_the_wait_short_and_a_person_may() {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    main(&mut session, News::Failed(at_the_door()), 0);
    let until = waits_until(&session);
    for disturbance in DISTURBANCES {
        assert_eq!(after(&mut session, Event::Disturbed(disturbance), 10), []);
    }
    assert_eq!(waits_until(&session), until);
    assert_eq!(after(&mut session, Event::Retry, 11), [dial(2)]);
}

#[test]
fn a_connection_that_has_worked_breaks_the_row() {
    let mut session = live();
    for second in 0..2 {
        main(&mut session, News::Failed(at_the_door()), 23);
        assert!(matches!(session.state(), FeedState::Waiting { .. }));
        after(&mut session, Event::Retry, 24 + second);
    }
    main(&mut session, News::Dialed, 26);
    for second in 27..=40 {
        main(&mut session, TICKS, second);
        after(&mut session, Event::Timer, second);
    }
    main(&mut session, News::Failed(at_the_door()), 41);
    assert!(matches!(session.state(), FeedState::Waiting { .. }));
}

#[test]
fn what_a_venue_asks_for_is_kept_where_that_is_more() {
    let mut session = session();
    after(&mut session, Event::Wanted(true), 0);
    let refused = DialError::Refused {
        status: 409,
        retry_after: Some(STOOD * 3),
        body: String::new(),
    };
    main(&mut session, News::Failed(Cause::Dial(refused)), 0);
    assert!(waits_until(&session) >= at(90));
}

#[test]
fn where_the_card_does_not_know_it_409_is_an_error_like_another() {
    let terms = terms_of(&[TransportKind::WebSocket], |card| {
        card.crowd = provider::Crowd::UNTOLD;
    });
    let mut session = Session::new(terms, at(0));
    after(&mut session, Event::Wanted(true), 0);
    main(&mut session, News::Failed(at_the_door()), 0);
    assert!(waits_until(&session) <= at(1));
}
