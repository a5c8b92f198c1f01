//! What is told of a feed to others, by a venue that quotes the key that it was asked with.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use engine::{Engine, EngineOptions, FeedSpec};
use model::{FeedId, FeedState, Secret, Symbol};
use provider::VenueName;
use tracing::level_filters::LevelFilter;

const TOKEN: &str = "hush-this-is-the-token-of-the-desk";

#[tokio::test]
async fn a_key_that_the_server_quotes_is_in_no_state_no_log_and_no_report() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let engine = Engine::start(EngineOptions::default()).unwrap();
    let handle = engine.handle();
    let spec = quoting_venue();
    handle.open_feed(&spec).unwrap();
    handle.watch(&spec.id, &Symbol::new("NVX")).unwrap();
    let mut feeds = handle.feeds();
    let statuses = feeds
        .wait_for(|statuses| {
            statuses
                .iter()
                .any(|status| matches!(status.state, FeedState::Suspended { .. }))
        })
        .await
        .unwrap()
        .clone();
    let report = handle.report(&spec.id).unwrap();
    tokio::task::spawn_blocking(|| engine.shut_down()).await.unwrap();

    let why = statuses[0].why.to_string();
    assert!(why.contains("no such key"), "{why}");
    let (text, json) = (report.text(), report.json());
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("no such key"), "the log tells it, too: {logged}");
    for told in [&why, &text, &json, &logged] {
        assert!(!told.contains(TOKEN), "{told}");
    }
    assert!(text.contains("Address      ws://127.0.0.1:"), "{text}");
    let object: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(object["state"], "suspended");
    assert_eq!(object["attempts"], 1);
    let last = object["transitions"]["last"].as_array().unwrap();
    let steps: Vec<_> = last.iter().map(|step| step["to"].as_str().unwrap()).collect();
    assert_eq!(steps, ["connecting", "suspended"]);
    assert_eq!(last[1]["layer"], "http");
}

#[test]
fn there_is_no_report_of_a_feed_that_there_is_not() {
    let engine = Engine::start(EngineOptions::default()).unwrap();
    assert!(engine.handle().report(&FeedId::new("nobody")).is_err());
    engine.shut_down();
}

/// Refuses every key, and repeats it.
fn quoting_venue() -> FeedSpec {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("ws://{}/v1/stream", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let mut head = String::new();
            let mut reader = BufReader::new(&stream);
            while reader.read_line(&mut head).is_ok() && !head.ends_with("\r\n\r\n") {}
            let key = head.lines().find_map(|line| line.split_once("Bearer "));
            let body = format!("no such key: {}", key.map_or("", |(_, key)| key));
            let answer = format!(
                "HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            let _gone = (&stream).write_all(answer.as_bytes());
        }
    });
    let token = Some(Secret::new(TOKEN.to_owned()));
    FeedSpec::new(
        FeedId::new("desk"),
        VenueName::SIM,
        endpoint.parse().unwrap(),
        token,
    )
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
