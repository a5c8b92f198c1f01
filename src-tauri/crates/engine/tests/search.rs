//! Instruments are looked for at the venues of the feeds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use engine::{Engine, EngineOptions, FeedSpec, Handle};
use model::FeedId;
use provider::VenueName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PAIRS: &str = r#"{"error":[],"result":{"XXBTZUSD":{"wsname":"XBT/USD","status":"online"},"QQXUSD":{"wsname":"QQX/USD","status":"online"}}}"#;

#[tokio::test]
async fn a_venue_that_tells_all_it_has_is_asked_once() {
    let (handle, feed, listener, _engine) = asking("kraken").await;
    let among = [feed.clone()];
    let (searched, asked) = tokio::join!(
        handle.search("qqx", &among, 10),
        answered(&listener, "200 OK", PAIRS)
    );
    assert!(
        asked.starts_with("GET /base/0/public/AssetPairs HTTP/1.1"),
        "{asked}"
    );
    assert_eq!(searched.unheard, []);
    let found: Vec<_> = searched.found.iter().map(|found| found.native.as_str()).collect();
    assert_eq!(found, ["QQX/USD"], "nobody else knows of it");
    assert_eq!(searched.found[0].feed.as_ref(), Some(&feed));
    // Nobody answers any more.
    drop(listener);
    let searched = handle.search("bitcoin", &among, 1).await;
    assert_eq!(searched.found[0].native.as_str(), "BTC/USD");
    assert_eq!(searched.unheard, []);
}

#[tokio::test]
async fn a_venue_that_searches_is_asked_by_the_words_and_by_no_single_letter() {
    let (handle, feed, listener, _engine) = asking("yahoo").await;
    let among = [feed];
    let one = handle.search("q", &among, 10).await;
    assert_eq!(one.unheard, [], "nothing was asked");
    let quotes = r#"{"quotes":[{"symbol":"QQX.L","shortname":"Quux plc","quoteType":"EQUITY"}]}"#;
    let (searched, asked) = tokio::join!(
        handle.search("quux & co", &among, 10),
        answered(&listener, "200 OK", quotes)
    );
    assert!(asked.contains("q=quux%20%26%20co"), "{asked}");
    let found = &searched.found[0];
    assert_eq!(
        (found.native.as_str(), found.name.as_deref()),
        ("QQX.L", Some("Quux plc"))
    );
    assert_eq!(found.canonical.as_ref().unwrap().to_string(), "QQX (XLON)");
    drop(listener);
    let again = handle.search("quux & co", &among, 10).await;
    assert_eq!(again, searched, "the same is not asked for twice");
}

#[tokio::test]
async fn a_venue_that_refuses_costs_nobody_what_is_well_known_and_is_asked_anew_by_another_feed() {
    let (handle, feed, listener, _engine) = asking("kraken").await;
    let among = [feed.clone()];
    let (searched, _) = tokio::join!(
        handle.search("bitcoin", &among, 1),
        answered(&listener, "403 No", "go away")
    );
    assert_eq!(searched.found[0].native.as_str(), "BTC/USD");
    assert_eq!(searched.unheard[0].feed, feed);
    assert!(searched.unheard[0].why.contains("403"), "{searched:?}");
    let again = handle.search("bitcoin", &among, 1).await;
    assert_eq!(again, searched, "it is not asked with every letter");
    handle.close_feed(&feed).unwrap();
    handle.open_feed(&spec("kraken", &listener)).unwrap();
    let (searched, _) = tokio::join!(
        handle.search("bitcoin", &among, 1),
        answered(&listener, "200 OK", PAIRS)
    );
    assert_eq!(searched.unheard, []);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_long_for_a_venue_that_is_silent() {
    let (handle, feed, _listener, _engine) = asking("kraken").await;
    let before = tokio::time::Instant::now();
    let searched = handle.search("bitcoin", &[feed], 1).await;
    assert_eq!(before.elapsed().as_secs(), Duration::from_secs(3).as_secs());
    assert_eq!(searched.found[0].native.as_str(), "BTC/USD");
    assert_eq!(searched.unheard[0].why, "Kraken has not answered within 3 s");
}

async fn asking(word: &str) -> (Handle, FeedId, TcpListener, Engine) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let spec = spec(word, &listener);
    handle.open_feed(&spec).unwrap();
    (handle, spec.id, listener, engine)
}

/// Nobody streams there, and nobody is dialed as long as nothing is wanted.
fn spec(word: &str, listener: &TcpListener) -> FeedSpec {
    let address = listener.local_addr().unwrap();
    let mut spec = FeedSpec::new(
        FeedId::new("asked"),
        VenueName::from_word(word).unwrap(),
        "ws://127.0.0.1:9".parse().unwrap(),
        None,
    );
    spec.rest = Some(format!("http://{address}/base/").parse().unwrap());
    spec
}

/// The head of the next question, which gets this answer.
async fn answered(listener: &TcpListener, status: &str, body: &str) -> String {
    let (mut line, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(line.read_u8().await.unwrap());
    }
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
    line.write_all(answer.as_bytes()).await.unwrap();
    String::from_utf8(head).unwrap()
}
