//! Every fault through a real socket: what a client comes to feel of it, begun
//! by hand and over HTTP, and that nothing of it is left when it was ended.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a client that does not get what it waits for is a failed test"
)]

mod feed;
mod house;
mod page;

use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;
use sim::{Drill, Server, Visit};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Error;

use house::{BOTH, By, Client, Heard, PATIENCE, ask, begin, end, open, try_to_ask};

#[tokio::test]
async fn drop_and_reset_end_a_connection_without_a_goodbye() {
    for by in BOTH {
        for fault in ["drop", "reset"] {
            let server = open(600);
            let mut client = Client::of(&server, &["NVX"]).await;
            begin(&server, by, json!({"fault": fault})).await;
            let ended = client.end().await;
            assert!(matches!(ended, Heard::Ended(_)), "{fault}: {ended:?}");
            assert!(server.ongoing().is_empty());
            Client::of(&server, &["NVX"]).await;
        }
    }
}

#[tokio::test]
async fn a_goodbye_has_the_code_that_was_asked_for_or_is_announced() {
    for by in BOTH {
        let server = open(600);
        let mut client = Client::of(&server, &["NVX"]).await;
        begin(&server, by, json!({"fault": "close", "code": 4321})).await;
        assert!(matches!(client.end().await, Heard::Close(4321)));

        let mut client = Client::of(&server, &["NVX"]).await;
        begin(&server, by, json!({"fault": "notice", "after": "100ms"})).await;
        let notice = client.until(|message| message["type"] == "shutdown").await;
        assert_eq!(notice["in_ms"], 100);
        assert!(matches!(client.end().await, Heard::Close(1001)));
    }
}

#[tokio::test]
async fn garbage_stands_where_a_message_should() {
    for by in BOTH {
        let server = open(600);
        for what in ["text", "json", "bytes", "frame"] {
            let mut client = Client::of(&server, &["NVX"]).await;
            begin(&server, by, json!({"fault": "garbage", "what": what})).await;
            let heard = client.end().await;
            let as_wanted = match (what, &heard) {
                ("text", Heard::Text(text)) => text.contains("<html>"),
                // Its number is larger than any that is read.
                ("json", Heard::Text(text)) => text.contains("1e400"),
                ("bytes", Heard::Ended(Some(error))) => matches!(error, Error::Utf8(_)),
                ("frame", Heard::Ended(Some(error))) => matches!(error, Error::Protocol(_)),
                _ => false,
            };
            assert!(as_wanted, "{what}: {heard:?}");
        }
    }
}

#[tokio::test]
async fn a_long_message_is_as_long_as_was_asked_for() {
    for by in BOTH {
        let server = open(600);
        for fault in ["oversize", "bomb"] {
            // More than the venue holds back of anything else.
            let bytes = 3_000_000;
            let mut client = Client::of(&server, &["NVX"]).await;
            begin(&server, by, json!({"fault": fault, "bytes": bytes})).await;
            let message = client.until(|message| message["padding"].is_string()).await;
            assert_eq!(message["padding"].as_str().unwrap().len(), bytes, "{fault}");
            client.event("NVX").await;
        }
    }
}

#[tokio::test]
async fn a_dead_line_carries_nothing_and_is_gone_when_that_ends() {
    for by in BOTH {
        let server = open(2_000);
        let (mut dead, mut other) = pair(&server).await;
        let id = begin(&server, by, json!({"fault": "half-open", "client": 1})).await;
        drain(&mut dead, &mut other).await;
        assert!(!dead.has_news().await);
        end(&server, by, id).await;
        assert!(matches!(dead.end().await, Heard::Ended(_)));
        other.event("NVX").await;
    }
}

#[tokio::test]
async fn what_is_stalled_comes_later_and_all_of_it() {
    for by in BOTH {
        let server = open(2_000);
        let (mut stalled, mut other) = pair(&server).await;
        let id = begin(&server, by, json!({"fault": "stall", "client": 1})).await;
        drain(&mut stalled, &mut other).await;
        let last = other.event("NVX").await["seq"].as_u64().unwrap();
        end(&server, by, id).await;
        let mut seq = stalled.event("NVX").await["seq"].as_u64().unwrap();
        while seq < last {
            seq += 1;
            assert_eq!(stalled.event("NVX").await["seq"], seq);
        }
    }
}

#[tokio::test]
async fn drops_take_their_time_and_are_whole() {
    for by in BOTH {
        let server = open(2_000);
        let mut client = Client::of(&server, &["NVX"]).await;
        let words = json!({"fault": "drip", "bytes_per_second": 4_000});
        let id = begin(&server, by, words).await;
        // What was on its way before.
        let (mut heard, mut seq) = (0, client.event("NVX").await["seq"].as_u64().unwrap());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(1) {
            let event = client.event("NVX").await;
            seq += 1;
            assert_eq!(event["seq"], seq);
            heard += 1;
        }
        // It trades much faster than that, and an event has about a hundred bytes.
        assert!(heard < 400, "{heard}");
        end(&server, by, id).await;
    }
}

#[tokio::test]
async fn flapping_ends_every_connection_and_those_that_come_later() {
    for by in BOTH {
        let server = open(600);
        let mut before = Client::of(&server, &["NVX"]).await;
        let words = json!({"fault": "flap", "after": "300ms", "ways": ["ws"]});
        let id = begin(&server, by, words).await;
        assert!(matches!(before.end().await, Heard::Ended(_)));
        let mut after = Client::try_to_enter(&server).await.unwrap();
        assert!(matches!(after.end().await, Heard::Ended(_)));
        end(&server, by, id).await;
        Client::of(&server, &["NVX"]).await.event("NVX").await;
    }
}

#[tokio::test]
async fn the_venue_is_not_there_and_then_it_is() {
    for by in BOTH {
        let server = open(600);
        let mut visits = server.visits();
        begin(&server, by, json!({"fault": "unreachable", "for": "1s"})).await;
        assert!(try_to_ask(&server, "GET", "/v1/time", "").await.is_none());
        until_ended(&mut visits).await;
        assert_eq!(ask(&server, "GET", "/v1/time", "").await.0, StatusCode::OK);
    }
}

#[tokio::test]
async fn those_who_want_in_are_refused_until_it_ends() {
    for by in BOTH {
        let server = open(600);
        let words = json!({"fault": "refuse", "status": 503, "retry_after": 7, "ways": ["poll"]});
        let id = begin(&server, by, words).await;
        let snapshot = || ask(&server, "GET", "/v1/snapshot?symbols=NVX", "");
        assert_eq!(snapshot().await.0, StatusCode::SERVICE_UNAVAILABLE);
        Client::of(&server, &["NVX"]).await;
        end(&server, by, id).await;
        assert_eq!(snapshot().await.0, StatusCode::OK);

        let words = json!({"fault": "block-upgrade", "status": 403});
        let id = begin(&server, by, words).await;
        let refused = Client::try_to_enter(&server).await.err();
        assert!(
            matches!(&refused, Some(Error::Http(answer)) if answer.status() == 403),
            "{refused:?}"
        );
        assert_eq!(snapshot().await.0, StatusCode::OK);
        end(&server, by, id).await;
        Client::of(&server, &["NVX"]).await;
    }
}

#[tokio::test]
async fn what_goes_on_is_listed_and_ended_one_by_one_or_all() {
    let server = open(600);
    let list = || async { ask(&server, "GET", "/v1/faults", "").await.1 };
    assert_eq!(list().await, json!({"faults": [], "drill": null}));
    let mute = begin(&server, By::Post, json!({"fault": "mute"})).await;
    let skew = begin(&server, By::Hand, json!({"fault": "skew", "by": "-5m"})).await;
    let both = json!([{"id": mute, "fault": "mute"}, {"id": skew, "fault": "skew"}]);
    assert_eq!(list().await["faults"], both);
    end(&server, By::Post, mute).await;
    assert_eq!(list().await["faults"], json!([{"id": skew, "fault": "skew"}]));

    server.play(&Drill::named("mute").unwrap());
    assert_eq!(list().await["drill"], "mute");
    let (status, left) = ask(&server, "DELETE", "/v1/faults", "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(left, json!({"faults": [], "drill": null}));
    assert!(server.playing().is_none());

    let (_, playing) = ask(&server, "POST", "/v1/faults", r#"{"drill":"mute"}"#).await;
    assert_eq!(playing["drill"], "mute");
    server.stop_drill();
    assert_eq!(list().await, json!({"faults": [], "drill": null}));
}

#[tokio::test]
async fn what_is_no_fault_is_refused_with_a_reason_and_begins_nothing() {
    let server = open(600);
    for (words, why) in [
        ("{", "not a fault"),
        (r#"{"fault":"dorp"}"#, "there is no fault called `dorp`"),
        (r#"{"fault":"drop","symbols":["NVX"]}"#, "drop knows no `symbols`"),
        (r#"{"fault":"bomb","bytes":4294967296}"#, "`bytes` must be"),
        (r#"{"drill":"nothing"}"#, "there is no drill called `nothing`"),
    ] {
        let (status, told) = ask(&server, "POST", "/v1/faults", words).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{words}");
        assert!(told["message"].as_str().unwrap().starts_with(why), "{told}");
    }
    for (method, path, status) in [
        ("GET", "/v1/faultsome", 404),
        ("DELETE", "/v1/faultsome", 404),
        ("DELETE", "/v1/faults/77", 404),
        ("DELETE", "/v1/faults/x", 404),
        ("PUT", "/v1/faults", 405),
        ("GET", "/v1/faults/1", 405),
    ] {
        assert_eq!(ask(&server, method, path, "").await.0, status, "{method} {path}");
    }
    for _ in 0..100 {
        begin(&server, By::Post, json!({"fault": "mute"})).await;
    }
    let (status, _) = ask(&server, "POST", "/v1/faults", r#"{"fault":"mute"}"#).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(server.ongoing().len(), 100);
}

/// Clients 1 and 2, of one symbol.
async fn pair(server: &Server) -> (Client, Client) {
    let first = Client::of(server, &["NVX"]).await;
    (first, Client::of(server, &["NVX"]).await)
}

/// Hears what is on its way to one, until the other has heard a lot that it has not.
async fn drain(one: &mut Client, other: &mut Client) {
    loop {
        let mut quiet = true;
        for _ in 0..20 {
            other.event("NVX").await;
        }
        while one.has_news().await {
            quiet = false;
        }
        if quiet {
            return;
        }
    }
}

async fn until_ended(visits: &mut tokio::sync::broadcast::Receiver<Visit>) {
    loop {
        let visit = timeout(PATIENCE, visits.recv()).await.unwrap().unwrap();
        if matches!(visit, Visit::FaultEnded { .. }) {
            return;
        }
    }
}
