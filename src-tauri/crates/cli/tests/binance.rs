//! `watch --feed binance` against a stand-in on this computer.
//!
//! It speaks as the venue's papers say and knows nothing of the adapter: what
//! it sends and what it expects is written out here.

#![expect(
    clippy::unwrap_used,
    reason = "a program that prints something else is a failed test"
)]

use std::process::Stdio;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn a_public_venue_is_watched_at_another_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("ws://{}", listener.local_addr().unwrap());
    let venue = tokio::spawn(async move {
        let mut client = open(&listener).await;
        let request = next(&mut client).await;
        assert_eq!(request["method"], "SUBSCRIBE");
        let streams = [
            "btcusdt@trade",
            "btcusdt@bookTicker",
            "btcusdt@miniTicker",
            "ethusdt@trade",
            "ethusdt@bookTicker",
            "ethusdt@miniTicker",
        ];
        assert_eq!(request["params"], json!(streams));
        say(
            &mut client,
            &json!({"result": null, "id": request["id"]}).to_string(),
        )
        .await;
        // Pings are answered with what they carry, or the venue hangs up.
        client.send(Message::Ping("1723161255".into())).await.unwrap();
        let payload = pong(&mut client).await;
        assert_eq!(payload, "1723161255");
        for text in [
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}"#,
            r#"{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}"#,
            // Two numbers are missing before it.
            r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255400,"s":"BTCUSDT","t":3735683262,"p":"61838.00000000","q":"0.5","T":1723161255399,"m":false,"M":true}}"#,
            r#"{"stream":"ethusdt@trade","data":{"e":"trade","E":1723161255500,"s":"ETHUSDT","t":9,"p":"2600.1","q":"1","T":1723161255499,"m":false,"M":true}}"#,
        ] {
            say(&mut client, text).await;
        }
        while let Some(Ok(_rest)) = client.next().await {}
    });
    let arguments = [
        "watch",
        "--json",
        "--count",
        "4",
        "--feed",
        "binance",
        "--endpoint",
        &endpoint,
        "BTC-USDT",
        "ethusdt",
    ];
    let lines = watch(&arguments).await;
    venue.await.unwrap();
    let of = |kind: &str| -> Vec<&Value> { lines.iter().filter(|line| line["type"] == kind).collect() };

    let accepted = of("accepted");
    assert_eq!(accepted.len(), 2, "{lines:?}");
    assert_eq!(
        (&accepted[0]["symbol"], &accepted[0]["currency"]),
        (&json!("BTC-USDT"), &json!("USDT"))
    );
    let trades = of("trade");
    assert_eq!(trades.len(), 3, "{lines:?}");
    let first = trades[0];
    assert_eq!(first["feed"], "binance");
    assert_eq!(first["price"], "61837.63000000");
    assert_eq!(
        (&first["id"], &first["side"]),
        (&json!("3735683259"), &json!("sell"))
    );
    assert_eq!(first["time"], "2024-08-08T23:54:15.342Z");
    // One that came early waits a moment for those before it, and others do not wait for it.
    assert_eq!(
        trades[1]["symbol"], "ethusdt",
        "a name is told as it was asked for"
    );
    assert_eq!(trades[2]["price"], "61838.00000000");
    let quote = of("quote")[0];
    assert_eq!(
        (&quote["ask"], &quote["time"]),
        (&json!("61837.64000000"), &Value::Null)
    );
    let gap = of("gap")[0];
    assert_eq!(
        (&gap["from"], &gap["to"]),
        (&json!(3_735_683_260_u64), &json!(3_735_683_261_u64))
    );
    assert_eq!(lines.last().unwrap()["type"], "summary");
}

/// On the path of combined streams.
async fn open(listener: &TcpListener) -> WebSocketStream<TcpStream> {
    let (stream, _) = listener.accept().await.unwrap();
    #[expect(clippy::result_large_err, reason = "the library's way of refusing")]
    let look = |request: &Request, response: Response| {
        assert_eq!(request.uri().path(), "/stream");
        Ok(response)
    };
    tokio_tungstenite::accept_hdr_async(stream, look).await.unwrap()
}

async fn next(client: &mut WebSocketStream<TcpStream>) -> Value {
    loop {
        if let Message::Text(text) = client.next().await.unwrap().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

/// Our own pings come between.
async fn pong(client: &mut WebSocketStream<TcpStream>) -> String {
    loop {
        if let Message::Pong(payload) = client.next().await.unwrap().unwrap() {
            return String::from_utf8(payload.to_vec()).unwrap();
        }
    }
}

async fn say(client: &mut WebSocketStream<TcpStream>, text: &str) {
    client.send(Message::text(text)).await.unwrap();
}

async fn watch(arguments: &[&str]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{told}");
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}
