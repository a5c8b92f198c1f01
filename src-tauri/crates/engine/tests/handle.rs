//! The engine without a venue: what it does when nobody answers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::TcpListener;

use engine::{Engine, EngineOptions, FeedSpec, NoSuchFeed, OpenError};
use model::{FeedId, FeedState, Source, Symbol};
use provider::VenueName;
use transport::BadTarget;

#[test]
fn a_symbol_in_two_lists_is_one_row_until_both_let_go() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let (spec, _listener) = silent_venue();
    handle.open_feed(&spec).unwrap();
    let row = handle.watch(&spec.id, &Symbol::new("NVX")).unwrap();
    assert_eq!(handle.watch(&spec.id, &Symbol::new("NVX")), Ok(row));
    assert_ne!(handle.watch(&spec.id, &Symbol::new("BTC-USD")), Ok(row));
    handle.unwatch(row);
    assert!(handle.read(|market| market.row(row).is_some()));
    handle.unwatch(row);
    assert!(handle.read(|market| market.row(row).is_none()));
    engine.shut_down();
}

#[test]
fn a_feed_is_opened_once_and_only_at_an_address_that_may_be_dialed() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let (spec, _listener) = silent_venue();
    handle.open_feed(&spec).unwrap();
    assert_eq!(handle.open_feed(&spec), Err(OpenError::AlreadyOpen));
    let elsewhere = FeedSpec {
        id: FeedId::new("elsewhere"),
        endpoint: "ws://feed.example/stream".parse().unwrap(),
        ..spec
    };
    assert_eq!(
        handle.open_feed(&elsewhere),
        Err(OpenError::Target(BadTarget::Plain))
    );
    assert_eq!(handle.watch(&elsewhere.id, &Symbol::new("NVX")), Err(NoSuchFeed));
}

#[test]
fn a_closed_feed_is_forgotten_and_may_be_opened_again() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let (spec, _listener) = silent_venue();
    handle.open_feed(&spec).unwrap();
    let row = handle.watch(&spec.id, &Symbol::new("NVX")).unwrap();
    handle.close_feed(&spec.id).unwrap();
    assert_eq!(handle.close_feed(&spec.id), Err(NoSuchFeed));
    assert!(handle.read(|market| market.row(row).is_none()));
    handle.open_feed(&spec).unwrap();
    handle.close_feed(&spec.id).unwrap();
    let feeds = handle.feeds();
    engine.shut_down();
    assert!(
        feeds.borrow().is_empty(),
        "the last words of a closed feed brought it back"
    );
}

#[tokio::test]
async fn a_feed_without_a_connection_keeps_its_rows_and_goes_on_with_them() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let (spec, _listener) = silent_venue();
    handle.open_feed(&spec).unwrap();
    let row = handle.watch(&spec.id, &Symbol::new("NVX")).unwrap();
    handle.open_absent(&spec.id, spec.source, "you have paused it");
    let status = handle.feeds().borrow().first().unwrap().clone();
    assert_eq!(
        (status.state, &*status.why),
        (FeedState::Closed, "you have paused it")
    );
    let now = handle.now();
    let why = handle.read(|market| market.explain(row, now)).unwrap();
    assert!(why.contains("you have paused it"), "{why}");
    // What is wanted meanwhile is asked for later.
    let other = handle.watch(&spec.id, &Symbol::new("BTC-USD")).unwrap();
    assert!(
        handle
            .report(&spec.id)
            .unwrap()
            .text()
            .contains("you have paused it")
    );
    handle.open_feed(&spec).unwrap();
    let mut feeds = handle.feeds();
    feeds
        .wait_for(|statuses| {
            let dials = |state| matches!(state, FeedState::Connecting { .. });
            statuses.iter().any(|status| dials(status.state))
        })
        .await
        .unwrap();
    for row in [row, other] {
        assert!(handle.read(|market| market.row(row).is_some()));
        handle.unwatch(row);
        assert!(handle.read(|market| market.row(row).is_none()));
    }
    tokio::task::spawn_blocking(|| engine.shut_down()).await.unwrap();
}

#[test]
fn a_feed_that_was_never_open_can_be_watched_and_closed() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let id = FeedId::new("locked");
    handle.open_absent(&id, Source::Live, "the keyring is asked for its key");
    let row = handle.watch(&id, &Symbol::new("NVX")).unwrap();
    handle.open_absent(&id, Source::Live, "it has no key");
    let now = handle.now();
    let why = handle.read(|market| market.explain(row, now)).unwrap();
    assert!(why.contains("it has no key"), "{why}");
    handle.unwatch(row);
    assert!(handle.read(|market| market.row(row).is_none()));
    handle.close_feed(&id).unwrap();
    assert_eq!(handle.close_feed(&id), Err(NoSuchFeed));
    assert!(handle.feeds().borrow().is_empty());
    engine.shut_down();
}

#[tokio::test]
async fn shuts_down_in_the_middle_of_a_handshake_that_nobody_answers() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let (spec, _listener) = silent_venue();
    handle.open_feed(&spec).unwrap();
    handle.watch(&spec.id, &Symbol::new("NVX")).unwrap();
    let mut feeds = handle.feeds();
    feeds
        .wait_for(|statuses| {
            statuses
                .iter()
                .any(|status| matches!(status.state, FeedState::Connecting { .. }))
        })
        .await
        .unwrap();
    let mut observer = handle.observe(1);
    tokio::task::spawn_blocking(|| engine.shut_down()).await.unwrap();
    assert_eq!(feeds.borrow().first().unwrap().state, FeedState::Closed);
    assert!(
        observer.next().await.is_none(),
        "an observer learns that the engine has ended"
    );
}

/// Takes connections, as the kernel does for it, and never says a word.
fn silent_venue() -> (FeedSpec, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("ws://{}/v1/stream", listener.local_addr().unwrap());
    let spec = FeedSpec::new(
        FeedId::new("silent"),
        VenueName::SIM,
        endpoint.parse().unwrap(),
        None,
    );
    (spec, listener)
}
