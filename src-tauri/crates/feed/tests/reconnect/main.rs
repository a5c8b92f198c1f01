//! A feed against real servers on loopback, which drop it in every way.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

mod world;

use feed::{LossCause, Update};
use futures_util::StreamExt;
use model::{FeedState, Gap, Source, Tick};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use world::{BTC, NVX, WELCOME, World, ack, recovered, trade};

#[tokio::test]
async fn subscribes_and_hands_on_what_comes() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "187.24")])
        .await;
    world.until_live().await;
    assert_eq!(world.next_price().await, (NVX, "187.24".to_owned()));
}

#[tokio::test]
async fn resubscribes_everything_after_a_drop_and_says_what_was_missed() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX","BTC-USD"]}"#)
        .await;
    server
        .say(&[
            WELCOME,
            &ack("NVX", 10),
            &ack("BTC-USD", 5),
            &trade("NVX", 11, "1.5"),
        ])
        .await;
    assert_eq!(world.next_price().await, (NVX, "1.5".to_owned()));
    drop(server);
    world
        .until(|state| matches!(state, FeedState::Waiting { .. }))
        .await;

    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX","BTC-USD"],"epoch":"e1","after":[11,5]}"#)
        .await;
    server
        .say(&[
            WELCOME,
            &ack("NVX", 14),
            &ack("BTC-USD", 5),
            &trade("NVX", 15, "1.6"),
        ])
        .await;
    assert_eq!(world.next_gap().await, (NVX, Gap { from: 12, to: 14 }));
    assert_eq!(world.next_price().await, (NVX, "1.6".to_owned()));
    world.until_live().await;
}

#[tokio::test]
async fn what_was_missed_is_sent_again_and_nothing_is_told_to_be_lost() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "1.1")])
        .await;
    assert_eq!(world.next_price().await.1, "1.1");
    drop(server);
    world
        .until(|state| matches!(state, FeedState::Waiting { .. }))
        .await;
    assert_eq!(world.losses, [LossCause::Broken]);

    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"],"epoch":"e1","after":[11]}"#)
        .await;
    let missed = trade("NVX", 12, "1.2");
    server
        .say(&[WELCOME, &recovered("NVX", 11), &missed, &trade("NVX", 13, "1.3")])
        .await;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        match world.next_update().await {
            Update::Tick {
                tick: Tick::Trade(trade),
                ..
            } => seen.push(trade.price.to_string()),
            Update::Accepted { resumed, .. } => assert!(resumed),
            Update::Gap { gap, .. } => panic!("{gap:?} was told to be lost"),
            Update::Tick { .. }
            | Update::Refused { .. }
            | Update::Snapshot { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
    }
    assert_eq!(seen, ["1.2", "1.3"]);
    assert_eq!(world.duplicates, 0);
}

#[tokio::test]
async fn a_hole_in_the_stream_is_asked_for_and_filled_in_order() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    let (second, third) = (trade("NVX", 12, "1.2"), trade("NVX", 13, "1.3"));
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "1.1"), &third])
        .await;
    server
        .expect(r#"{"op":"subscribe","id":2,"symbols":["NVX"],"epoch":"e1","after":[11]}"#)
        .await;
    let fourth = trade("NVX", 14, "1.4");
    server
        .say(&[&recovered("NVX", 11), &second, &third, &fourth])
        .await;
    for price in ["1.1", "1.2", "1.3", "1.4"] {
        assert_eq!(world.next_price().await.1, price);
    }
    // The third was held, and came once more with what was asked for.
    assert_eq!(world.duplicates, 1);
}

#[tokio::test]
async fn prices_of_a_venue_that_calls_itself_a_simulator_are_simulated() {
    let mut world = World::start_with(Source::Live).await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    let welcome = WELCOME.replace("\"epoch\"", r#""server":"tickwire-sim/9","epoch""#);
    server.say(&[&welcome, &ack("NVX", 10)]).await;
    assert_eq!(world.until_live().await.source, Source::Simulated);
}

#[tokio::test]
async fn a_tick_that_comes_twice_is_handed_on_once() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    let (first, second) = (trade("NVX", 11, "1.1"), trade("NVX", 12, "1.2"));
    server
        .say(&[WELCOME, &ack("NVX", 10), &first, &first, &second])
        .await;
    assert_eq!(world.next_price().await.1, "1.1");
    assert_eq!(world.next_price().await.1, "1.2");
    assert_eq!(world.duplicates, 1);
}

#[tokio::test]
async fn a_new_symbol_is_asked_for_on_the_open_connection_and_an_unwanted_one_given_up() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    server
        .expect(r#"{"op":"subscribe","id":2,"symbols":["BTC-USD"]}"#)
        .await;
    server.say(&[WELCOME, &ack("NVX", 10), &ack("BTC-USD", 5)]).await;
    world.feed.release(NVX).unwrap();
    // It might have come back in a moment.
    server
        .expect(r#"{"op":"unsubscribe","id":3,"symbols":["NVX"]}"#)
        .await;
}

#[tokio::test]
async fn a_bad_message_is_counted_and_the_feed_goes_on() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .say(&[WELCOME, "{nonsense", &ack("NVX", 10), &trade("NVX", 11, "1.1")])
        .await;
    assert_eq!(world.next_price().await.1, "1.1");
    assert_eq!(world.unreadable, 1);
}

#[tokio::test]
async fn the_last_words_before_a_goodbye_are_heard() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "9.9")])
        .await;
    let frame = CloseFrame {
        code: 1013.into(),
        reason: "too slow".into(),
    };
    server.socket.close(Some(frame)).await.unwrap();
    assert_eq!(world.next_price().await.1, "9.9");
    let status = world
        .until(|state| matches!(state, FeedState::Waiting { .. }))
        .await;
    assert_eq!(
        &*status.why,
        "the server closed the connection (code 1013: too slow)"
    );
    // Pings may still be on the way before the answer.
    let answer = loop {
        match server.socket.next().await.unwrap().unwrap() {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            Message::Text(_)
            | Message::Binary(_)
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::Frame(_) => {}
        }
    };
    assert_eq!(answer, Some(1013), "a goodbye is answered with its own code");
}

#[tokio::test]
async fn ends_with_a_goodbye_when_it_is_stopped() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    world.stop.cancel();
    let code = loop {
        match server.socket.next().await.unwrap().unwrap() {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            Message::Text(_)
            | Message::Binary(_)
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::Frame(_) => {}
        }
    };
    assert_eq!(code, Some(1000));
    drop(server);
    world.until(|state| *state == FeedState::Closed).await;
    world.tasks.close();
    world.tasks.wait().await;
}
