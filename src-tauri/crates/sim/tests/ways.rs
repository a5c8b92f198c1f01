//! The ways to the stream that go over HTTP, and what can be asked beside it,
//! through real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "a client that does not get what it waits for is a failed test"
)]

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use sim::{FaultWords, Options, Parting, Server, Visit};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Nothing here takes a second; this only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn server_sent_events_are_the_same_messages_and_go_on_from_the_last_one() {
    let server = open(600);
    let mut events = Events::of(get(&server, "/v1/events?symbols=NVX,XX", &[]).await).await;
    assert_eq!(events.next().await.1["type"], "welcome");
    assert_eq!(events.next().await.1["type"], "ack");
    assert_eq!(events.next().await.1["type"], "snapshot");
    assert_eq!(events.next().await.1["code"], "unknown_symbol");
    let (id, tick) = events.next().await;
    let (id, seq) = (id.unwrap(), tick["seq"].as_u64().unwrap());
    drop(events);

    let headers = [("last-event-id", id.as_str())];
    let mut events = Events::of(get(&server, "/v1/events?symbols=NVX", &headers).await).await;
    assert_eq!(events.next().await.1["type"], "welcome");
    let ack = events.next().await.1;
    assert_eq!((&ack["recovered"], &ack["seq"]), (&true.into(), &seq.into()));
    for behind in 1..20 {
        assert_eq!(events.next().await.1["seq"], seq + behind);
    }
}

#[tokio::test]
async fn the_ids_of_events_are_of_the_epoch_that_they_happened_in() {
    let server = open(600);
    let mut events = Events::of(get(&server, "/v1/events?symbols=NVX", &[]).await).await;
    let before = events.next().await.1["epoch"].clone();
    let words: FaultWords = serde_json::from_str(r#"{"fault":"new-epoch"}"#).unwrap();
    server.begin(&words.read().unwrap());
    let epoch = loop {
        let (_, message) = events.next().await;
        if message["type"] == "welcome" {
            break message["epoch"].as_str().unwrap().to_owned();
        }
    };
    assert_ne!(epoch, before);
    let id = loop {
        if let (Some(id), _) = events.next().await {
            break id;
        }
    };
    assert!(id.starts_with(&format!("{epoch}-")), "{id}");
    let headers = [("last-event-id", id.as_str())];
    let mut again = Events::of(get(&server, "/v1/events?symbols=NVX", &headers).await).await;
    again.next().await;
    assert_eq!(again.next().await.1["recovered"], true);
}

#[tokio::test]
async fn a_stream_of_events_that_is_not_read_is_ended() {
    let server = open(sim::RATE_MAX);
    let mut visits = server.visits();
    let symbols: Vec<_> = sim::default_symbols().iter().map(ToString::to_string).collect();
    let path = format!("/v1/events?symbols={}", symbols.join(","));
    let _unread = get(&server, &path, &[]).await;
    loop {
        let visit = timeout(PATIENCE, visits.recv()).await.unwrap().unwrap();
        if let Visit::Left { why, .. } = visit {
            assert_eq!(why, Parting::Slow);
            return;
        }
    }
}

#[tokio::test]
async fn a_long_poll_follows_its_link_and_a_cursor_may_be_asked_twice() {
    let server = open(600);
    let first = get(&server, "/v1/poll?symbols=NVX", &[]).await;
    let link = next(&first);
    let lines = lines(first).await;
    assert_eq!(kinds(&lines), ["welcome", "ack", "snapshot"]);
    let mut seq = lines[1]["seq"].as_u64().unwrap();

    let lost = get(&server, &link, &[]).await;
    assert_eq!(lost.status(), StatusCode::OK);
    let mut link = link;
    for _ in 0..5 {
        let answer = get(&server, &link, &[]).await;
        link = next(&answer);
        for line in self::lines(answer).await {
            seq += 1;
            assert_eq!(line["seq"], seq);
        }
    }
    let gone = get(&server, "/v1/poll?symbols=NVX&cursor=other-7", &[]).await;
    assert_eq!(gone.status(), StatusCode::GONE);
    assert_eq!(self::lines(gone).await[0]["code"], "cursor_gone");
}

#[tokio::test]
async fn an_event_that_comes_late_comes_with_the_same_answer() {
    let server = open(600);
    let first = get(&server, "/v1/poll?symbols=NVX", &[]).await;
    let mut link = next(&first);
    let mut seq = lines(first).await[1]["seq"].as_u64().unwrap();
    let late = FaultWords {
        fault: "reorder".into(),
        every: Some(2),
        places: Some(10_000),
        ..FaultWords::default()
    };
    server.begin(&late.read().unwrap());
    let mut were_late = false;
    while !were_late {
        let answer = get(&server, &link, &[]).await;
        link = next(&answer);
        let came: Vec<_> = lines(answer).await;
        let mut numbers: Vec<_> = came.iter().filter_map(|line| line["seq"].as_u64()).collect();
        were_late = !numbers.is_sorted();
        numbers.sort_unstable();
        let expected: Vec<_> = (1..=numbers.len() as u64).map(|place| seq + place).collect();
        assert_eq!(numbers, expected);
        seq += numbers.len() as u64;
    }
}

#[tokio::test]
async fn a_poll_in_which_nothing_happens_ends_with_a_heartbeat() {
    let server = open(1);
    let first = get(&server, "/v1/poll?symbols=KYT&wait_ms=1", &[]).await;
    let lines = lines(get(&server, &next(&first), &[]).await).await;
    assert!(!lines.is_empty());
    assert!(lines.iter().all(|line| line["type"] != "welcome"), "{lines:?}");
}

#[tokio::test]
async fn a_snapshot_has_a_tag_and_is_not_sent_twice() {
    let server = open(1);
    let path = "/v1/snapshot?symbols=NVX,XX";
    let answer = get(&server, path, &[]).await;
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(answer.headers()["poll-interval-ms"], "1000");
    assert_eq!(
        kinds(&lines(answer).await),
        ["welcome", "ack", "snapshot", "error"]
    );
    loop {
        let again = get(&server, path, &[("if-none-match", &tag)]).await;
        match again.status() {
            StatusCode::NOT_MODIFIED => break,
            // It traded in between: then it has another tag.
            StatusCode::OK => assert_ne!(again.headers()["etag"].to_str().unwrap(), tag),
            other => panic!("{other}"),
        }
        if get(&server, path, &[]).await.headers()["etag"].to_str().unwrap() != tag {
            break;
        }
    }
}

#[tokio::test]
async fn what_cannot_be_served_is_said_with_a_status_and_a_reason() {
    let server = open(1);
    for (path, status, code) in [
        ("/v1/events", 400, "bad_request"),
        ("/v1/poll?symbols=NVX&cursor=x", 400, "bad_request"),
        ("/v1/history?symbol=NVX&interval=7m", 400, "bad_request"),
        ("/v1/history?symbol=XX&interval=1m", 404, "unknown_symbol"),
        (
            "/v1/history?symbol=NVX&interval=1m&from=today",
            400,
            "bad_request",
        ),
    ] {
        let answer = get(&server, path, &[]).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(lines(answer).await[0]["code"], code, "{path}");
    }
    assert_eq!(get(&server, "/v1/nothing", &[]).await.status(), 404);
    assert_eq!(get(&server, "/v1/stream", &[]).await.status(), 426);
}

#[tokio::test]
async fn nothing_searched_for_finds_everything_and_a_name_finds_its_own() {
    let server = open(1);
    let all = &lines(get(&server, "/v1/search?q=&limit=200", &[]).await).await[0];
    assert!(all["instruments"].as_array().unwrap().len() >= 60);
    let novex = &lines(get(&server, "/v1/search?q=novex&limit=1", &[]).await).await[0];
    assert_eq!(novex["instruments"][0]["symbol"], "NVX");
}

#[tokio::test]
async fn the_past_is_told_up_to_now_and_not_beyond() {
    let server = open(60);
    let path = "/v1/history?symbol=NVX&interval=1d&limit=3&to=2100-01-01T00:00:00Z";
    let history = &lines(get(&server, path, &[]).await).await[0];
    let bars = history["bars"].as_array().unwrap();
    assert_eq!(bars.len(), 3);
    let now = &lines(get(&server, "/v1/time", &[]).await).await[0]["market_time"];
    assert!(bars[2]["time"].as_str() < now.as_str(), "{history}");
    for key in ["open", "high", "low", "close", "volume"] {
        assert!(bars[0][key].is_string(), "{history}");
    }
}

#[tokio::test]
async fn time_tells_the_clock_of_the_market() {
    let server = open(1);
    let time = &lines(get(&server, "/v1/time", &[]).await).await[0];
    assert!(time["market_time"].as_str().unwrap().ends_with('Z'));
    assert_eq!(time["rate"], 1.0);
}

#[tokio::test]
async fn a_foreign_page_gets_nothing_and_one_of_this_machine_may_read() {
    let server = open(1);
    let foreign = [("origin", "https://example.com")];
    assert_eq!(get(&server, "/v1/time", &foreign).await.status(), 403);
    let answer = get(&server, "/v1/time", &[("origin", "http://localhost:5173")]).await;
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "http://localhost:5173"
    );
    let refused = bare(&server, "/v1/time", &[("origin", "http://localhost:5173")]).await;
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn the_end_of_the_venue_is_said_on_a_stream() {
    let server = open(1);
    let mut events = Events::of(get(&server, "/v1/events?symbols=NVX", &[]).await).await;
    events.next().await;
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    loop {
        if events.next().await.1["type"] == "shutdown" {
            break;
        }
    }
    stopped.await.unwrap();
}

fn open(rate: u32) -> Server {
    Server::start(Options::default().at_rate(rate)).unwrap()
}

async fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response<Incoming> {
    let bearer = format!("Bearer {}", server.token());
    let mut headers = headers.to_vec();
    headers.push(("authorization", &bearer));
    bare(server, path, &headers).await
}

async fn bare(server: &Server, path: &str, headers: &[(&str, &str)]) -> Response<Incoming> {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let mut request = Request::builder()
        .uri(path)
        .header("host", server.address().to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Empty::<Bytes>::new()).unwrap();
    timeout(PATIENCE, sender.send_request(request))
        .await
        .unwrap()
        .unwrap()
}

fn next(answer: &Response<Incoming>) -> String {
    let link = answer.headers()["link"].to_str().unwrap();
    let (address, rel) = link.split_once('>').unwrap();
    assert_eq!(rel, "; rel=\"next\"");
    address.trim_start_matches('<').to_owned()
}

async fn lines(answer: Response<Incoming>) -> Vec<Value> {
    let body = timeout(PATIENCE, answer.into_body().collect())
        .await
        .unwrap()
        .unwrap()
        .to_bytes();
    let text = std::str::from_utf8(&body).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["type"].as_str().unwrap()).collect()
}

/// A reader that is just good enough for what this server writes.
struct Events {
    body: Incoming,
    text: String,
}

impl Events {
    async fn of(answer: Response<Incoming>) -> Self {
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut events = Self {
            body: answer.into_body(),
            text: String::new(),
        };
        assert_eq!(events.block().await, "retry: 1000");
        events
    }

    async fn next(&mut self) -> (Option<String>, Value) {
        let block = self.block().await;
        let field = |name: &str| {
            block
                .lines()
                .find_map(|line| line.strip_prefix(name).map(str::to_owned))
        };
        let data = field("data: ").unwrap();
        (field("id: "), serde_json::from_str(&data).unwrap())
    }

    async fn block(&mut self) -> String {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return block;
            }
            let frame = timeout(PATIENCE, self.body.frame()).await.unwrap().unwrap();
            let data = frame.unwrap().into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }
}
