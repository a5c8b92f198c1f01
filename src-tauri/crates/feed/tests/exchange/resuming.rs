//! A feed that goes on where the run of the program before it was.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use feed::{Resume, Update};
use model::{Gap, Reached, Snapshot, SymbolKey, TransportKind};

use crate::world::{BTC, NVX, News, WELCOME, World, ack, recovered, snapshot, trade};

/// Long enough for what is said at once.
const MOMENT: Duration = Duration::from_millis(10);
const OTHER_EPOCH: &str = r#"{"type":"welcome","epoch":"e2","market_time":"2026-01-05T14:30:00Z","rate":1}"#;

#[tokio::test(start_paused = true)]
async fn what_came_while_nobody_listened_comes_behind_the_state_that_was_kept() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(kept(11)));
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    let asked = line.tend(MOMENT).await.concat();
    assert!(
        asked.contains(r#""symbols":["NVX"],"epoch":"e1","after":[11]"#),
        "{asked}"
    );
    line.say(&[
        WELCOME,
        &recovered("NVX", 11),
        &trade("NVX", 12),
        &trade("NVX", 13),
    ]);
    assert_eq!(
        heard(&mut world, 4).await,
        ["accepted, resumed", "state at 9.5", "tick 12", "tick 13"]
    );
    // Whoever draws the price knows it by now.
    line.end();
    let mut line = world.line().await;
    let asked = line.tend(MOMENT).await.concat();
    assert!(asked.contains(r#""after":[13]"#), "{asked}");
    line.say(&[WELCOME, &recovered("NVX", 13), &trade("NVX", 14)]);
    assert_eq!(heard(&mut world, 2).await, ["accepted, resumed", "tick 14"]);
}

#[tokio::test(start_paused = true)]
async fn every_way_that_tells_events_asks_from_the_number_on() {
    for transport in [TransportKind::EventStream, TransportKind::LongPoll] {
        let mut world = World::going_on(transport, Some(kept(11)));
        world.feed.want(NVX, "NVX".into()).unwrap();
        let mut line = world.line().await;
        let path = line.fetched().await;
        assert!(path.contains("epoch=e1") && path.contains("after=11"), "{path}");
        line.say(&[WELCOME, &recovered("NVX", 11), &trade("NVX", 12)]);
        assert_eq!(
            heard(&mut world, 3).await,
            ["accepted, resumed", "state at 9.5", "tick 12"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_way_that_tells_states_alone_has_no_use_for_the_one_that_was_kept() {
    let mut world = World::going_on(TransportKind::Poll, Some(kept(11)));
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    line.fetched().await;
    line.say(&[WELCOME, &ack("NVX", 14), &snapshot("NVX", 14)]);
    assert_eq!(heard(&mut world, 2).await, ["accepted", "state at 1"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_older_than_the_venue_keeps_is_a_gap_and_the_state_is_the_venues() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(kept(11)));
    world.feed.want(NVX, "NVX".into()).unwrap();
    let line = world.line().await;
    let too_old = r#"{"type":"ack","symbol":"NVX","seq":5000,"recovered":false}"#;
    line.say(&[WELCOME, too_old, &snapshot("NVX", 5_000), &trade("NVX", 5_001)]);
    assert_eq!(
        heard(&mut world, 4).await,
        ["lost 12 to 5000", "accepted", "state at 1", "tick 5001"]
    );
}

#[tokio::test(start_paused = true)]
async fn in_another_epoch_it_begins_anew_and_nothing_that_was_kept_is_shown() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(kept(11)));
    world.feed.want(NVX, "NVX".into()).unwrap();
    let line = world.line().await;
    let unknown = r#"{"type":"ack","symbol":"NVX","seq":3,"recovered":false}"#;
    line.say(&[OTHER_EPOCH, unknown, &snapshot("NVX", 3), &trade("NVX", 4)]);
    assert_eq!(heard(&mut world, 3).await, ["accepted", "state at 1", "tick 4"]);
    // What was kept of another symbol means nothing any more either.
    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    let mut line = line;
    let asked = line.tend(Duration::from_secs(1)).await.concat();
    assert!(asked.contains(r#""symbols":["BTC-USD"]"#), "{asked}");
    assert!(!asked.contains(r#""after":[7]"#), "{asked}");
    assert_eq!(
        told(&world.end().await).last(),
        Some(&("e2".to_owned(), vec![(NVX, 4)]))
    );
}

/// A venue that says it goes on and means another numbering must not revive an old price.
#[tokio::test(start_paused = true)]
async fn a_state_of_one_epoch_is_never_shown_in_another() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(kept(11)));
    world.feed.want(NVX, "NVX".into()).unwrap();
    let line = world.line().await;
    line.say(&[OTHER_EPOCH, &recovered("NVX", 11), &trade("NVX", 12)]);
    assert_eq!(heard(&mut world, 2).await, ["accepted, resumed", "tick 12"]);
}

#[tokio::test(start_paused = true)]
async fn how_far_it_has_come_is_told_once_a_second_while_something_comes_and_at_the_end() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(Resume::default()));
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    line.say(&[WELCOME, &ack("NVX", 0), &snapshot("NVX", 0)]);
    line.tend(Duration::from_secs(2)).await;
    for number in 1..=100 {
        line.say(&[&trade("NVX", number)]);
        line.tend(Duration::from_millis(50)).await;
    }
    line.tend(Duration::from_secs(60)).await;
    let mut while_it_came = Vec::new();
    while let Ok(news) = world.news.try_recv() {
        while_it_came.push(news);
    }
    let told_of = told(&while_it_came);
    assert!((5..=7).contains(&told_of.len()), "{told_of:?}");
    assert_eq!(told_of.last(), Some(&("e1".to_owned(), vec![(NVX, 100)])));
    line.say(&[&trade("NVX", 101)]);
    assert_eq!(world.until_tick().await, 101);
    assert_eq!(told(&world.end().await), [("e1".to_owned(), vec![(NVX, 101)])]);
}

#[tokio::test(start_paused = true)]
async fn a_number_whose_state_is_on_the_way_is_not_told() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(Resume::default()));
    world.feed.want(NVX, "NVX".into()).unwrap();
    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    let line = world.line().await;
    line.say(&[WELCOME, &ack("NVX", 1), &snapshot("NVX", 1), &ack("BTC-USD", 5)]);
    assert_eq!(heard(&mut world, 3).await, ["accepted", "state at 1", "accepted"]);
    assert_eq!(told(&world.end().await), [("e1".to_owned(), vec![(NVX, 1)])]);
}

#[tokio::test(start_paused = true)]
async fn a_run_without_a_connection_is_still_where_the_one_before_it_was() {
    let mut world = World::going_on(TransportKind::WebSocket, Some(kept(11)));
    *world.cut_off.lock().unwrap() = Some(ErrorKind::ConnectionRefused);
    world.feed.want(NVX, "NVX".into()).unwrap();
    world.until_it_waits().await;
    assert_eq!(told(&world.end().await), [("e1".to_owned(), vec![(NVX, 11)])]);
}

#[tokio::test(start_paused = true)]
async fn where_nobody_keeps_it_nothing_is_told() {
    let mut world = World::start(TransportKind::WebSocket);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    line.say(&[WELCOME, &ack("NVX", 0), &snapshot("NVX", 0), &trade("NVX", 1)]);
    line.tend(Duration::from_secs(5)).await;
    assert_eq!(world.until_tick().await, 1);
    assert_eq!(told(&world.end().await), []);
}

/// Of NVX up to a number, with the price 9.5, and of another symbol up to 7.
fn kept(number: u64) -> Resume {
    let state = Snapshot {
        last: Some(("9.5".parse().unwrap(), None)),
        ..Snapshot::default()
    };
    let reached = |number| Reached { number, state };
    Resume {
        epoch: Some(Arc::from("e1")),
        symbols: BTreeMap::from([("NVX".into(), reached(number)), ("BTC-USD".into(), reached(7))]),
    }
}

/// The next updates about symbols, in few words.
async fn heard(world: &mut World, count: usize) -> Vec<String> {
    let mut heard = Vec::new();
    while heard.len() < count {
        let waited = tokio::time::timeout(Duration::from_secs(600), world.news.recv()).await;
        let News::Update(update) = waited.unwrap().unwrap() else {
            continue;
        };
        heard.extend(match update {
            Update::Accepted { resumed: true, .. } => Some("accepted, resumed".to_owned()),
            Update::Accepted { resumed: false, .. } => Some("accepted".to_owned()),
            Update::Snapshot { snapshot, .. } => Some(format!("state at {}", snapshot.last.unwrap().0)),
            Update::Tick {
                tick: model::Tick::Trade(trade),
                ..
            } => Some(format!("tick {}", trade.id.unwrap())),
            Update::Gap {
                gap: Gap { from, to },
                ..
            } => Some(format!("lost {from} to {to}")),
            other @ (Update::Refused { .. }
            | Update::Tick { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Filled { .. }) => Some(format!("{other:?}")),
            Update::Clock(_) | Update::Source(_) | Update::Pong { .. } => None,
        });
    }
    heard
}

/// How far it was told to have come, each time.
fn told(news: &[News]) -> Vec<(String, Vec<(SymbolKey, u64)>)> {
    let told = news.iter().filter_map(|news| match news {
        News::Reached(epoch, numbers) => Some((epoch.clone(), numbers.clone())),
        News::Update(_) | News::Status(_) | News::Lost(_) => None,
    });
    told.collect()
}
