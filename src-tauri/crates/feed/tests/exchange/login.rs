//! Venues that look at a key before anything else, and those that want to hear from us.

use std::time::Duration;

use feed::Update;
use model::{FeedState, TransportKind};
use serde_json::{Value, json};

use crate::world::{NVX, News, World};

const KEY: &str = "PK1ABC:hush-hush";
const CONNECTED: &str = r#"[{"T":"success","msg":"connected"}]"#;
const AUTHENTICATED: &str = r#"[{"T":"success","msg":"authenticated"}]"#;

fn alpaca() -> World {
    let world = World::of("alpaca:iex", TransportKind::WebSocket, KEY);
    world.feed.want(NVX, "AAPL".into()).unwrap();
    world
}

#[tokio::test(start_paused = true)]
async fn the_key_goes_first_and_nothing_is_asked_for_before_it_is_taken() {
    let mut world = alpaca();
    let mut line = world.line().await;
    line.say(&[CONNECTED]);
    let login = line.told().await;
    assert!(login.contains("auth") && login.contains("hush-hush"), "{login}");
    world.until("authenticating").await;
    assert_eq!(line.tend(Duration::from_secs(5)).await, [""; 0]);
    line.say(&[AUTHENTICATED]);
    let wish = line.told().await;
    assert!(wish.contains("subscribe") && wish.contains("AAPL"), "{wish}");
    world.until("subscribing").await;
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_taken_is_a_persons_matter_and_is_shown_to_nobody() {
    let mut world = alpaca();
    let line = world.line().await;
    line.say(&[
        CONNECTED,
        r#"[{"T":"error","code":402,"msg":"auth failed for hush-hush"}]"#,
    ]);
    let status = world.until("suspended").await;
    assert!(
        status.why.starts_with("the venue does not take the key"),
        "{}",
        status.why
    );
    assert!(!status.why.contains("hush"), "{}", status.why);
    assert_eq!(status.state, FeedState::Suspended { again: None });
    let journal = format!("{:?}", world.feed.journal());
    assert!(!journal.contains("hush"), "{journal}");
}

#[tokio::test(start_paused = true)]
async fn one_connection_too_many_is_told_as_that_and_tried_again_when_it_may_be_gone() {
    let mut world = alpaca();
    let mut line = world.line().await;
    for _ in 0..2 {
        line.say(&[
            CONNECTED,
            r#"[{"T":"error","code":406,"msg":"connection limit exceeded"}]"#,
        ]);
        let status = world.until("waiting").await;
        assert!(
            status.why.starts_with("another connection of this key"),
            "{}",
            status.why
        );
        line = world.line().await;
    }
    line.say(&[
        CONNECTED,
        r#"[{"T":"error","code":406,"msg":"connection limit exceeded"}]"#,
    ]);
    let status = world.until("suspended").await;
    assert!(
        status.why.starts_with("another app uses this key"),
        "{}",
        status.why
    );
}

#[tokio::test(start_paused = true)]
async fn a_login_that_nobody_answers_is_given_up() {
    let mut world = alpaca();
    let mut line = world.line().await;
    line.say(&[CONNECTED]);
    line.tend(Duration::from_secs(9)).await;
    let status = world.until("waiting").await;
    assert!(status.why.contains("did not answer the login"), "{}", status.why);
}

#[tokio::test(start_paused = true)]
async fn a_venue_hears_as_often_as_it_wants_to() {
    let mut world = World::of("okx", TransportKind::WebSocket, "");
    world.feed.want(NVX, "BTC-USDT".into()).unwrap();
    let mut line = world.line().await;
    let wish: Value = serde_json::from_str(&line.told().await).unwrap();
    for arg in wish["args"].as_array().unwrap() {
        line.say(&[&json!({"event": "subscribe", "arg": arg, "connId": "a1"}).to_string()]);
    }
    let heard = line.tend(Duration::from_secs(9)).await;
    assert!(!heard.iter().any(|said| said == "ping"), "{heard:?}");
    let mut beats = 0;
    for _ in 0..10 {
        line.say(&["pong"]);
        let heard = line.tend(Duration::from_secs(10)).await;
        beats += heard.iter().filter(|said| *said == "ping").count();
    }
    assert_eq!(beats, 4, "every 25 s for 109 s");
}

#[tokio::test(start_paused = true)]
async fn what_is_fetched_is_fetched_where_the_venue_has_it_by_all_its_paths() {
    let mut world = World::of("coinbase", TransportKind::Poll, "");
    world.feed.want(NVX, "BTC-USD".into()).unwrap();
    let mut line = world.line().await;
    assert!(
        line.address.starts_with("http://127.0.0.1:2/"),
        "{}",
        line.address
    );
    let paths = line.fetched().await;
    let paths: Vec<_> = paths.split(' ').collect();
    assert!(
        !paths.is_empty() && paths.iter().all(|path| path.contains("BTC-USD")),
        "{paths:?}"
    );
    let ticker = r#"{"trade_id":1,"price":"30000.5","size":"0.1","time":"2026-01-05T14:30:00Z","bid":"30000.4","ask":"30000.6","volume":"100"}"#;
    for path in paths.iter().filter(|path| path.contains("ticker")) {
        line.answer(path, ticker);
    }
    loop {
        if let News::Update(Update::Snapshot { key, snapshot, .. }) = world.news.recv().await.unwrap() {
            assert_eq!(key, NVX);
            assert!(snapshot.last.is_some(), "{snapshot:?}");
            return;
        }
    }
}
