//! The computer sleeps, its network changes, and a busy machine lets it wait.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;

use feed::{Disturbance, LossCause};
use model::TransportKind;
use tokio::time::{Instant, advance, timeout};

use crate::world::{GONE, HERE, Line, NVX, WELCOME, World, ack, recovered, trade};

const WOKE: Disturbance = Disturbance::Woke {
    slept: Duration::from_secs(60),
};

/// Live over a WebSocket, with its first ping answered.
async fn live() -> (World, Line) {
    live_from(Some(HERE)).await
}

async fn live_from(local: Option<IpAddr>) -> (World, Line) {
    let mut world = World::start(TransportKind::WebSocket);
    *world.local.lock().unwrap() = local;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert!(line.fetched().await.contains("NVX"));
    line.say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11)]);
    assert_eq!(world.until_tick().await, 11);
    let first = line.pinged().await;
    line.pong(first);
    (world, line)
}

/// Answers for long enough that the line is trusted, and its end is no flap.
async fn lasts(line: &mut Line) {
    for _ in 0..20 {
        advance(Duration::from_secs(1)).await;
        if let Ok(ping) = timeout(Duration::from_millis(1), line.pinged()).await {
            line.pong(ping);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_lives_after_a_wake_is_asked_at_once_and_kept() {
    let (mut world, mut line) = live().await;
    advance(Duration::from_secs(1)).await;
    let woke = Instant::now();
    world.lookout.tell(WOKE);
    let asked = line.pinged().await;
    assert_eq!(woke.elapsed(), Duration::ZERO);
    advance(Duration::from_millis(1_900)).await;
    line.pong(asked);
    // The next question is the usual one.
    let usual = line.pinged().await;
    assert_eq!(woke.elapsed(), Duration::from_millis(6_900));
    line.pong(usual);
    assert_eq!(world.lost(), None);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_is_dead_after_a_wake_is_replaced_within_two_and_a_half_seconds() {
    let (mut world, mut line) = live().await;
    lasts(&mut line).await;
    // Nobody hangs up, and nobody answers.
    let mut silent = Vec::new();
    for (disturbance, seq) in [(WOKE, 12), (Disturbance::NetworkChanged, 13)] {
        let woke = Instant::now();
        world.lookout.tell(disturbance);
        silent.push(std::mem::replace(&mut line, world.line().await));
        assert!(
            woke.elapsed() <= Duration::from_millis(2_500),
            "{:?}",
            woke.elapsed()
        );
        assert_eq!(world.lost(), Some(LossCause::Silent));
        assert!(line.fetched().await.contains("NVX"));
        line.say(&[WELCOME, &recovered("NVX", seq - 1), &trade("NVX", seq)]);
        assert_eq!(world.until_tick().await, seq);
        lasts(&mut line).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_from_an_address_that_has_left_is_replaced_in_the_same_moment() {
    for disturbance in [WOKE, Disturbance::NetworkChanged] {
        let (mut world, mut line) = live_from(Some(GONE)).await;
        lasts(&mut line).await;
        *world.local.lock().unwrap() = Some(HERE);
        let changed = Instant::now();
        world.lookout.tell(disturbance);
        let mut next = world.line().await;
        assert_eq!(changed.elapsed(), Duration::ZERO);
        assert_eq!(world.lost(), Some(LossCause::Broken));
        assert!(next.fetched().await.contains("NVX"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_nobody_knows_the_beginning_of_is_asked_whether_it_lives() {
    let (mut world, mut line) = live_from(None).await;
    world.lookout.tell(Disturbance::NetworkChanged);
    let asked = line.pinged().await;
    line.pong(asked);
    assert_eq!(world.lost(), None);
}

#[tokio::test(start_paused = true)]
async fn without_another_address_it_waits_for_one() {
    let (mut world, _line) = live_from(Some(GONE)).await;
    *world.cut_off.lock().unwrap() = Some(ErrorKind::NetworkUnreachable);
    world.lookout.tell(Disturbance::NetworkChanged);
    advance(Duration::from_secs(20)).await;
    *world.cut_off.lock().unwrap() = None;
    *world.local.lock().unwrap() = Some(HERE);
    let back = Instant::now();
    world.lookout.tell(Disturbance::NetworkChanged);
    let mut line = world.line().await;
    assert!(back.elapsed() <= Duration::from_secs(1), "{:?}", back.elapsed());
    assert!(line.fetched().await.contains("NVX"));
}

#[tokio::test(start_paused = true)]
async fn a_network_that_comes_back_ends_the_wait_for_it() {
    let mut world = World::start(TransportKind::WebSocket);
    *world.cut_off.lock().unwrap() = Some(ErrorKind::NetworkUnreachable);
    world.feed.want(NVX, "NVX".into()).unwrap();
    advance(Duration::from_secs(7)).await;
    *world.cut_off.lock().unwrap() = None;
    let back = Instant::now();
    world.lookout.tell(Disturbance::NetworkChanged);
    let mut line = world.line().await;
    assert!(back.elapsed() <= Duration::from_secs(1), "{:?}", back.elapsed());
    assert!(line.fetched().await.contains("NVX"));
}

#[tokio::test(start_paused = true)]
async fn a_program_that_was_stopped_reads_what_has_come_before_it_blames_anybody() {
    let (mut world, mut line) = live().await;
    let asked = line.pinged().await;
    // Stopped while it waits for the answer, which comes meanwhile.
    line.pong(asked);
    advance(Duration::from_secs(60)).await;
    let next = line.pinged().await;
    line.pong(next);
    assert_eq!(world.lost(), None);
}

#[tokio::test(start_paused = true)]
async fn a_word_that_comes_a_turn_behind_a_timer_that_is_late_is_heard_before_it() {
    let (mut world, mut line) = live().await;
    line.say(&[&WELCOME.replace("\"rate\":1", "\"rate\":1,\"heartbeat_ms\":5000")]);
    line.tend(Duration::from_secs(1)).await;
    advance(Duration::from_secs(60)).await;
    // The feed's timers have rung by now, and the socket has said nothing yet.
    tokio::task::yield_now().await;
    line.say(&[&trade("NVX", 12)]);
    assert_eq!(world.until_tick().await, 12);
    assert_eq!(world.lost(), None);
    assert!(world.line_now().is_none());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_kept_back_as_the_timer_was_has_a_second_more() {
    let (mut world, mut line) = live().await;
    let asked = line.pinged().await;
    advance(Duration::from_secs(60)).await;
    tokio::task::yield_now().await;
    advance(Duration::from_millis(900)).await;
    line.pong(asked);
    let next = line.pinged().await;
    line.pong(next);
    assert_eq!(world.lost(), None);
}
