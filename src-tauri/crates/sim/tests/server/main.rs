//! The simulated venue through a real socket, with a bare WebSocket client.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a client that does not get what it waits for is a failed test"
)]

mod client;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sim::{Options, Parting, RATE_MAX, Server, StartError, Visit};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use client::{PATIENCE, answers, ask_often, close_of, connect, knock, next, refusal, say};

#[tokio::test]
async fn welcomes_acknowledges_and_then_counts_without_a_hole() {
    let server = open(600);
    let (mut client, response) = connect(&server).await;
    assert_eq!(response.headers()["sec-websocket-protocol"], "tickwire.v1");

    let welcome = next(&mut client).await;
    assert_eq!(welcome["type"], "welcome");
    assert_eq!(welcome["protocol"], "tickwire.v1");
    assert_eq!(welcome["rate"], 1);

    say(
        &mut client,
        &json!({"op": "subscribe", "id": 7, "symbols": ["NVX", "BTC-USD"]}),
    )
    .await;
    let mut numbers = std::collections::HashMap::new();
    let mut ticks = 0;
    while ticks < 200 {
        let message = next(&mut client).await;
        let symbol = message["symbol"].as_str().unwrap().to_owned();
        let seq = message["seq"].as_u64().unwrap();
        match message["type"].as_str().unwrap() {
            "ack" => {
                assert_eq!(message["id"], 7);
                assert_eq!(numbers.insert(symbol, seq), None);
            }
            "snapshot" => assert_eq!(numbers[&symbol], seq),
            "trade" | "quote" => {
                assert_eq!(numbers.insert(symbol, seq), Some(seq - 1));
                ticks += 1;
            }
            other => panic!("{other} was not asked for"),
        }
    }
    assert_eq!(numbers.len(), 2);
}

#[tokio::test]
async fn a_mistake_is_answered_and_the_connection_stays() {
    let server = open(600);
    let (mut client, _) = connect(&server).await;
    next(&mut client).await;
    client.send(Message::text("{")).await.unwrap();
    assert_eq!(next(&mut client).await["code"], "bad_json");
    client.send(Message::binary(vec![1, 2])).await.unwrap();
    assert_eq!(next(&mut client).await["code"], "bad_json");
    say(&mut client, &json!({"op": "dance", "id": 1, "symbols": ["NVX"]})).await;
    assert_eq!(next(&mut client).await["code"], "unknown_op");
    say(
        &mut client,
        &json!({"op": "subscribe", "id": 2, "symbols": ["XX"]}),
    )
    .await;
    let error = next(&mut client).await;
    assert_eq!(
        (&error["code"], &error["id"]),
        (&"unknown_symbol".into(), &2.into())
    );
    say(
        &mut client,
        &json!({"op": "subscribe", "id": 3, "symbols": ["NVX"]}),
    )
    .await;
    assert_eq!(next(&mut client).await["type"], "ack");
}

#[tokio::test]
async fn messages_over_the_limit_are_refused_and_the_connection_stays() {
    let server = open(1);
    let (mut client, _) = connect(&server).await;
    next(&mut client).await;
    let refused = loop {
        ask_often(&mut client, 200).await;
        let answers = answers(&mut client, 200).await;
        if let Some(refused) = answers.into_iter().find(|answer| answer["type"] == "error") {
            break refused;
        }
    };
    assert_eq!(refused["code"], "too_many_messages");
    client.send(Message::Ping("still here?".into())).await.unwrap();
    let pong = loop {
        match timeout(PATIENCE, client.next()).await.unwrap() {
            Some(Ok(Message::Pong(payload))) => break payload,
            Some(Ok(Message::Text(_) | Message::Ping(_))) => {}
            ended => panic!("it did not stay: {ended:?}"),
        }
    };
    assert_eq!(pong, "still here?");
}

#[tokio::test]
async fn a_flood_is_closed_with_1008() {
    let server = open(1);
    let (mut client, _) = connect(&server).await;
    ask_often(&mut client, 5_000).await;
    assert_eq!(u16::from(close_of(&mut client).await.code), 1008);
}

#[tokio::test]
async fn a_message_that_is_too_long_is_closed_with_1009() {
    let server = open(1);
    let (mut client, _) = connect(&server).await;
    next(&mut client).await;
    client.send(Message::text(" ".repeat(70_000))).await.unwrap();
    assert_eq!(u16::from(close_of(&mut client).await.code), 1009);
}

#[tokio::test]
async fn a_wrong_token_gets_401_and_a_foreign_page_403() {
    let server = open(1);
    let mut visits = server.visits();
    let status = |headers: &'static [(&str, &str)]| refusal(&server, headers);
    assert_eq!(status(&[]).await, 401);
    assert_eq!(status(&[("authorization", "Bearer wrong")]).await, 401);
    assert_eq!(
        status(&[
            ("authorization", "Bearer secret"),
            ("origin", "https://example.com")
        ])
        .await,
        403
    );
    for expected in [401, 401, 403] {
        let visit = timeout(PATIENCE, visits.recv()).await.unwrap().unwrap();
        assert!(
            matches!(visit, Visit::Refused { status, .. } if status == expected),
            "{visit:?}"
        );
    }

    let own = [
        ("authorization", "Bearer secret"),
        ("origin", "http://localhost:5173"),
    ];
    assert!(knock(&server, &server.url(), &own).await.is_ok());
    let url = format!("{}?token=secret", server.url());
    assert!(knock(&server, &url, &[]).await.is_ok());
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_with_a_reason() {
    let server = open(RATE_MAX);
    let mut visits = server.visits();
    let (mut client, _) = connect(&server).await;
    let symbols: Vec<_> = sim::default_symbols().iter().map(ToString::to_string).collect();
    say(
        &mut client,
        &json!({"op": "subscribe", "id": 1, "symbols": symbols}),
    )
    .await;
    let slow = async {
        loop {
            if let Visit::Left { why, .. } = visits.recv().await.unwrap() {
                return why;
            }
        }
    };
    assert_eq!(timeout(PATIENCE, slow).await.unwrap(), Parting::Slow);
    let close = close_of(&mut client).await;
    assert_eq!(u16::from(close.code), 1013);
    assert!(close.reason.contains("too slow"), "{}", close.reason);
}

#[tokio::test]
async fn one_client_that_does_not_read_holds_no_other_up() {
    let server = open(20_000);
    let (mut lazy, _) = connect(&server).await;
    let (mut eager, _) = connect(&server).await;
    let symbols: Vec<_> = sim::default_symbols().iter().map(ToString::to_string).collect();
    for client in [&mut lazy, &mut eager] {
        say(client, &json!({"op": "subscribe", "id": 1, "symbols": symbols})).await;
    }
    let mut visits = server.visits();
    let mut left = false;
    let mut ticks_after = 0;
    while ticks_after < 1_000 {
        next(&mut eager).await;
        left |= matches!(
            visits.try_recv(),
            Ok(Visit::Left {
                client: 1,
                why: Parting::Slow,
                ..
            })
        );
        ticks_after += usize::from(left);
    }
}

#[tokio::test]
async fn stopping_tells_everyone_and_closes_with_1001() {
    let server = open(600);
    let (mut one, _) = connect(&server).await;
    let (mut other, _) = connect(&server).await;
    say(
        &mut other,
        &json!({"op": "subscribe", "id": 1, "symbols": ["NVX"]}),
    )
    .await;
    next(&mut one).await;
    next(&mut other).await;
    let stopping = tokio::task::spawn_blocking(move || server.stop());
    for client in [&mut one, &mut other] {
        let mut last = Value::Null;
        let close = loop {
            match timeout(PATIENCE, client.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => last = serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(frame))) => break frame.unwrap(),
                Some(Ok(_)) => {}
                ended => panic!("ended without a Close: {ended:?}"),
            }
        };
        assert_eq!(last["type"], "shutdown");
        assert_eq!(u16::from(close.code), 1001);
    }
    timeout(PATIENCE, stopping).await.unwrap().unwrap();
}

/// The time itself is measured by the tests of the whole house; here it must
/// only not depend on the goodwill of a client.
#[tokio::test]
async fn stopping_does_not_wait_for_clients_that_do_not_answer() {
    let server = open(1);
    let (_silent, _) = connect(&server).await;
    let _no_request = TcpStream::connect(server.address()).await.unwrap();
    let stopping = tokio::task::spawn_blocking(move || server.stop());
    timeout(PATIENCE, stopping).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_same_port_can_be_opened_again_at_once() {
    let first = open(600);
    let port = first.address().port();
    let (mut client, _) = connect(&first).await;
    let before = next(&mut client).await;
    first.stop();
    let again = Server::start(Options {
        port,
        token: Some("secret".into()),
        ..Options::default()
    })
    .unwrap();
    assert_eq!(again.address().port(), port);
    let (mut client, _) = connect(&again).await;
    assert_ne!(next(&mut client).await["epoch"], before["epoch"]);
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let server = Server::start(Options::default()).unwrap();
    let port = server.address().port();
    let error = Server::start(Options {
        port,
        ..Options::default()
    })
    .unwrap_err();
    assert!(matches!(error, StartError::PortTaken { .. }));
    assert!(error.needs_other_options());
    let sentence = error.to_string();
    assert!(
        sentence.contains(&format!("port {port} of 127.0.0.1")),
        "{sentence}"
    );
    assert!(sentence.contains("give another port"), "{sentence}");
}

#[test]
fn options_that_cannot_work_open_nothing() {
    let start = |options| Server::start(options).unwrap_err();
    let token = Options {
        token: Some("not a token".into()),
        ..Options::default()
    };
    assert!(matches!(start(token), StartError::Token));
    for rate in [0, RATE_MAX + 1] {
        let rate = Options::default().at_rate(rate);
        assert!(matches!(start(rate), StartError::Rate { .. }));
    }
}

#[test]
fn the_token_is_in_no_debug_output_and_in_no_address() {
    let server = Server::start(Options::default()).unwrap();
    assert!(!format!("{server:?}").contains(server.token()));
    assert!(!server.url().contains(server.token()));
    assert_eq!(
        server.url(),
        format!("ws://127.0.0.1:{}/v1/stream", server.address().port())
    );
}

fn open(rate: u32) -> Server {
    Server::start(Options {
        token: Some("secret".into()),
        ..Options::default().at_rate(rate)
    })
    .unwrap()
}
