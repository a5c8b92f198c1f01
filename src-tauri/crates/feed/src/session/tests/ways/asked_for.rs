//! A venue that asks to be left alone is left alone by every line.

use super::*;

const ASKED_FOR: Duration = Duration::from_secs(60);

fn busy() -> News {
    News::Failed(Cause::Dial(DialError::Refused {
        status: 429,
        retry_after: Some(ASKED_FOR),
        body: String::new(),
    }))
}

/// Until the first dial after those that there were.
fn dialed_next(scene: &mut Scene, alive: &[u64]) -> (Moment, Vec<(u64, TransportKind)>) {
    scene.dialed();
    for _ in 0..10_000 {
        scene.pass_until(scene.now + Duration::from_millis(100), alive);
        let dialed = scene.dialed();
        if !dialed.is_empty() {
            return (scene.now, dialed);
        }
    }
    (scene.now, Vec::new())
}

#[test]
fn a_successor_that_is_refused_waits_as_long_as_the_venue_has_asked_for() {
    let mut scene = Scene::begin(&[WEBSOCKET]);
    scene.comes_up(1);
    scene.pass_until(at(20), &[1]);
    scene.news(
        1,
        News::Leaving {
            why: "an upgrade".to_owned(),
            within: Duration::from_secs(600),
        },
    );
    let (first, dialed) = dialed_next(&mut scene, &[1]);
    assert_eq!(dialed, [(2, WEBSOCKET)]);
    scene.news(2, busy());
    let (second, dialed) = dialed_next(&mut scene, &[1]);
    assert_eq!(dialed, [(3, WEBSOCKET)]);
    assert!(second.since(first) >= ASKED_FOR, "{:?}", second.since(first));
}

#[test]
fn a_climb_that_is_refused_ends_its_round_and_the_next_one_begins_when_it_may() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS, TransportKind::LongPoll]);
    scene.news(1, News::Failed(refused(426)));
    scene.pass_until(millis(250), &[]);
    scene.news(2, News::Failed(refused(426)));
    scene.pass_until(millis(500), &[]);
    scene.comes_up(3);
    let (first, dialed) = dialed_next(&mut scene, &[3]);
    assert_eq!(dialed, [(4, WEBSOCKET)]);
    scene.news(4, busy());
    let (second, dialed) = dialed_next(&mut scene, &[3]);
    assert_eq!(dialed, [(5, WEBSOCKET)], "the whole round is begun anew");
    assert!(second.since(first) >= ASKED_FOR, "{:?}", second.since(first));
}

#[test]
fn what_was_said_on_the_line_beside_holds_for_the_main_one_too() {
    let mut scene = Scene::begin(&[WEBSOCKET, EVENTS]);
    scene.news(1, News::Failed(refused(426)));
    scene.pass_until(millis(250), &[]);
    scene.comes_up(2);
    let (first, dialed) = dialed_next(&mut scene, &[2]);
    assert_eq!(dialed, [(3, WEBSOCKET)]);
    scene.news(3, busy());
    scene.news(2, News::Failed(Cause::Loss(Loss::Dropped)));
    let (second, _) = dialed_next(&mut scene, &[]);
    assert!(second.since(first) >= ASKED_FOR, "{:?}", second.since(first));
}

#[test]
fn a_wake_does_not_cut_short_what_a_line_has_asked_for_before_its_end() {
    let mut scene = Scene::begin(&[WEBSOCKET]);
    scene.comes_up(1);
    scene.pass_until(at(20), &[1]);
    scene.news(1, News::RetryAfter(ASKED_FOR));
    scene.news(1, News::Failed(Cause::Loss(Loss::Dropped)));
    scene.dialed();
    scene.pass_until(at(40), &[]);
    scene.event(Event::Disturbed(Disturbance::Woke {
        slept: Duration::from_secs(10),
    }));
    assert_eq!(scene.dialed(), []);
    scene.pass_until(at(79), &[]);
    assert_eq!(scene.dialed(), []);
}

#[test]
fn a_person_may_have_it_otherwise() {
    let mut scene = Scene::begin(&[WEBSOCKET]);
    scene.news(1, busy());
    scene.dialed();
    scene.pass_until(at(10), &[]);
    scene.event(Event::Retry);
    assert_eq!(scene.dialed(), [(2, WEBSOCKET)]);
}

#[test]
fn a_wake_never_cuts_short_what_the_server_has_asked_for() {
    let mut scene = Scene::begin(&[WEBSOCKET]);
    let busy = Cause::Dial(DialError::Refused {
        status: 429,
        retry_after: Some(Duration::from_secs(30)),
        body: String::new(),
    });
    scene.news(1, News::Failed(busy));
    scene.now = at(10);
    scene.event(Event::Disturbed(Disturbance::Woke {
        slept: Duration::from_secs(60),
    }));
    assert_eq!(scene.dialed(), [(1, WEBSOCKET)]);
    scene.pass_until(at(29), &[]);
    assert_eq!(scene.dialed(), []);
}
