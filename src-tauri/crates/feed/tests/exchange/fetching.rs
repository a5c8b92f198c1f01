//! A feed where things are fetched: one request for everything, made anew with every change.

use feed::{LossCause, Update};
use model::{SymbolKey, TransportKind};

use crate::world::{BTC, NVX, News, WELCOME, World, ack, recovered, snapshot, trade};

#[tokio::test(start_paused = true)]
async fn every_change_of_what_is_wanted_fetches_all_of_it_from_where_it_is() {
    let mut world = World::start(TransportKind::EventStream);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert_eq!(line.fetched().await, "/v1/events?symbols=NVX");
    line.say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11)]);
    world.until_tick().await;

    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    assert_eq!(
        line.fetched().await,
        "/v1/events?symbols=NVX,BTC-USD&epoch=e1&after=11,"
    );
    line.say(&[
        WELCOME,
        &recovered("NVX", 11),
        &ack("BTC-USD", 5),
        &trade("BTC-USD", 6),
    ]);
    world.until_tick().await;

    world.feed.release(NVX).unwrap();
    assert_eq!(
        line.fetched().await,
        "/v1/events?symbols=BTC-USD&epoch=e1&after=6"
    );
}

#[tokio::test(start_paused = true)]
async fn wishes_that_come_together_are_one_request() {
    let mut world = World::start(TransportKind::LongPoll);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert_eq!(line.fetched().await, "/v1/poll?symbols=NVX&wait_ms=10000");
    for number in 2..50 {
        world
            .feed
            .want(SymbolKey(number), format!("S{number}").as_str().into())
            .unwrap();
        tokio::task::yield_now().await;
    }
    let path = line.fetched().await;
    assert_eq!(path.matches(',').count(), 48, "{path}");
    line.is_asked_nothing().await;
}

#[tokio::test(start_paused = true)]
async fn a_hole_in_an_event_stream_is_asked_for_from_where_it_begins() {
    let mut world = World::start(TransportKind::EventStream);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    line.fetched().await;
    line.say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 13)]);
    assert_eq!(line.fetched().await, "/v1/events?symbols=NVX&epoch=e1&after=10");
    line.say(&[WELCOME, &recovered("NVX", 10)]);
    for seq in 11..=13 {
        line.say(&[&trade("NVX", seq)]);
        assert_eq!(world.until_tick().await, seq);
    }
}

#[tokio::test(start_paused = true)]
async fn looking_now_and_then_tells_only_what_has_moved_and_never_of_a_gap() {
    let mut world = World::start(TransportKind::Poll);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert_eq!(line.fetched().await, "/v1/snapshot?symbols=NVX");
    for seq in [10, 10, 500, 500] {
        line.say(&[WELCOME, &snapshot("NVX", seq)]);
    }
    line.end();
    let mut told = Vec::new();
    while let Some(news) = world.news.recv().await {
        match news {
            News::Update(Update::Accepted { .. }) => told.push("accepted"),
            News::Update(Update::Snapshot { .. }) => told.push("snapshot"),
            News::Update(Update::Gap { gap, .. }) => panic!("{gap:?} between two looks"),
            News::Update(_) | News::Reached(..) => {}
            News::Status(status) => assert_eq!(status.transport, TransportKind::Poll),
            News::Lost(cause) => {
                assert_eq!(cause, LossCause::Broken);
                break;
            }
        }
    }
    assert_eq!(told, ["accepted", "snapshot", "snapshot"]);
}
