//! What is asked of a feed's venue beside the feed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use engine::{Engine, EngineOptions, FeedSpec, Handle, NotFetched};
use model::{FeedId, Secret};
use provider::VenueName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "planted-key-4711";

#[tokio::test]
async fn a_path_is_fetched_once_below_the_venues_base_and_with_the_feeds_key() {
    let (handle, feed, listener, _engine) = asking("tiingo:iex").await;
    let (fetched, asked) = tokio::join!(
        handle.fetch(&feed, "/iex/?tickers=spy"),
        answered(&listener, "200 OK", "", "[{\"ticker\":\"SPY\"}]"),
    );
    assert_eq!(fetched.unwrap().as_str(), "[{\"ticker\":\"SPY\"}]");
    assert!(
        asked.starts_with("GET /base/iex/?tickers=spy HTTP/1.1"),
        "{asked}"
    );
    assert!(asked.contains(KEY), "without its key the venue says nothing");
    let more = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(more.is_err(), "it was asked twice");
}

#[tokio::test]
async fn what_is_no_answer_says_why_and_whether_to_ask_again() {
    let (handle, feed, listener, _engine) = asking("tiingo:iex").await;
    for (status, head, body, again, may_retry, needs_person) in [
        ("429 Slow", "Retry-After: 7\r\n", "", Some(7), true, false),
        ("400 No", "", "no such ticker", None, false, false),
        ("401 No", "", KEY, None, false, true),
    ] {
        let (fetched, _) = tokio::join!(handle.fetch(&feed, "/x"), answered(&listener, status, head, body));
        let why = fetched.unwrap_err();
        assert!(!why.to_string().contains(KEY), "{why}");
        assert_eq!(why.may_retry(), may_retry, "{why}");
        assert_eq!(why.needs_person(), needs_person, "{why}");
        let NotFetched::Refused { again: told, .. } = why else {
            panic!("{why}")
        };
        assert_eq!(told, again.map(Duration::from_secs));
    }
    drop(listener);
    let why = handle.fetch(&feed, "/x").await.unwrap_err();
    assert!(matches!(why, NotFetched::Lost { .. }), "{why}");
    assert!(why.may_retry());
}

#[tokio::test]
async fn who_has_nowhere_to_ask_is_told_so() {
    let (handle, feed, _listener, engine) = asking("tiingo:iex").await;
    let nobody = FeedId::new("nobody");
    assert_eq!(
        handle.fetch(&nobody, "/x").await.unwrap_err(),
        NotFetched::NoSuchFeed
    );
    let streams = FeedSpec::new(
        FeedId::new("streams"),
        VenueName::from_word("coinbase").unwrap(),
        "ws://127.0.0.1:9".parse().unwrap(),
        None,
    );
    handle.open_feed(&streams).unwrap();
    let why = handle.fetch(&streams.id, "/x").await.unwrap_err();
    assert_eq!(why, NotFetched::NoRest);
    // Nobody has answered yet, and nobody will.
    let waiting = handle.fetch(&feed, "/x");
    let ((), waited) = tokio::join!(
        async {
            tokio::task::yield_now().await;
            handle.close_feed(&feed).unwrap();
        },
        waiting
    );
    assert_eq!(waited.unwrap_err(), NotFetched::NoSuchFeed);
    tokio::task::spawn_blocking(|| engine.shut_down()).await.unwrap();
}

async fn asking(word: &str) -> (Handle, FeedId, TcpListener, Engine) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let mut spec = FeedSpec::new(
        FeedId::new("asked"),
        VenueName::from_word(word).unwrap(),
        // Nobody is there, and nobody is asked as long as nothing is wanted.
        "ws://127.0.0.1:9".parse().unwrap(),
        Some(Secret::new(KEY.to_owned())),
    );
    spec.rest = Some(format!("http://{address}/base/").parse().unwrap());
    handle.open_feed(&spec).unwrap();
    (handle, spec.id, listener, engine)
}

/// The head of the next question, which gets this answer.
async fn answered(listener: &TcpListener, status: &str, head: &str, body: &str) -> String {
    let (mut line, _) = listener.accept().await.unwrap();
    let asked = head_of(&mut line).await;
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\n{head}Content-Length: {length}\r\n\r\n{body}");
    line.write_all(answer.as_bytes()).await.unwrap();
    asked
}

async fn head_of(line: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(line.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}
