//! `watch --feed VENUE --endpoint ADDRESS` against stand-ins on this computer: one that wants no key, and two that
//! want one in different places.
//!
//! They speak as the venues' papers say and know nothing of the adapters: what they send and what they expect is
//! written out here.

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
async fn coinbase_is_watched_without_a_key() {
    let (listener, endpoint) = listen().await;
    let venue = tokio::spawn(async move {
        let mut client = open(&listener, "/").await;
        let request = next(&mut client).await;
        assert_eq!(request["type"], "subscribe");
        // A channel stands there by its name, or with products of its own.
        let channels = request["channels"].as_array().unwrap();
        let matches = channels
            .iter()
            .find(|channel| **channel == "matches" || channel["name"] == "matches");
        let own = &matches.unwrap()["product_ids"];
        let products = if own.is_null() {
            &request["product_ids"]
        } else {
            own
        };
        assert_eq!(*products, json!(["BTC-USD"]));
        let ack =
            json!({"type": "subscriptions", "channels": [{"name": "matches", "product_ids": products}]});
        say(&mut client, &ack.to_string()).await;
        for text in [
            r#"{"type":"match","trade_id":280232,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":"0.00100000","price":"37210.10","product_id":"BTC-USD","sequence":177100030,"time":"2026-11-20T10:00:00.089723Z"}"#,
            r#"{"type":"match","trade_id":280233,"maker_order_id":"a","taker_order_id":"b","side":"buy","size":"2","price":"37210.00","product_id":"BTC-USD","sequence":177100031,"time":"2026-11-20T10:00:01.000000Z"}"#,
        ] {
            say(&mut client, text).await;
        }
        while let Some(Ok(_rest)) = client.next().await {}
    });
    let lines = watch("coinbase", &endpoint, "BTC-USD", "2", None).await;
    venue.await.unwrap();
    let trades = trades(&lines);
    assert_eq!(trades.len(), 2, "{lines:?}");
    assert_eq!(
        ["feed", "symbol", "price", "size", "id", "side", "time"].map(|field| trades[0][field].clone()),
        [
            "coinbase",
            "BTC-USD",
            "37210.10",
            "0.00100000",
            "280232",
            "buy",
            "2026-11-20T10:00:00.089723Z"
        ]
        .map(Value::from)
    );
    assert_eq!(
        (&trades[1]["price"], &trades[1]["side"]),
        (&json!("37210.00"), &json!("sell"))
    );
}

#[tokio::test]
async fn alpaca_is_shown_its_key_in_a_message() {
    let (listener, endpoint) = listen().await;
    let venue = tokio::spawn(async move {
        let mut client = open(&listener, "/v2/iex").await;
        say(&mut client, r#"[{"T":"success","msg":"connected"}]"#).await;
        let request = next(&mut client).await;
        assert_eq!(request["action"], "auth");
        assert_eq!(
            (&request["key"], &request["secret"]),
            (&json!("PKTEST"), &json!("planted-secret"))
        );
        say(&mut client, r#"[{"T":"success","msg":"authenticated"}]"#).await;
        let request = next(&mut client).await;
        assert_eq!(request["action"], "subscribe");
        assert_eq!(request["trades"], json!(["AAPL"]));
        let state = json!([{"T": "subscription", "trades": ["AAPL"], "quotes": request["quotes"], "bars": [],
            "updatedBars": [], "dailyBars": [], "statuses": request["statuses"], "lulds": [],
            "corrections": ["AAPL"], "cancelErrors": ["AAPL"]}]);
        say(&mut client, &state.to_string()).await;
        let trade = r#"[{"T":"t","S":"AAPL","i":628,"x":"V","p":162.92,"s":300,"c":["@"],"z":"C","t":"2026-11-20T15:00:01.838232225Z"}]"#;
        say(&mut client, trade).await;
        while let Some(Ok(_rest)) = client.next().await {}
    });
    let lines = watch(
        "alpaca:iex",
        &endpoint,
        "AAPL",
        "1",
        Some("PKTEST:planted-secret"),
    )
    .await;
    venue.await.unwrap();
    let trades = trades(&lines);
    assert_eq!(
        ["price", "size", "id", "time"].map(|field| trades[0][field].clone()),
        ["162.92", "300", "628", "2026-11-20T15:00:01.838232225Z"].map(Value::from)
    );
}

#[tokio::test]
async fn finnhub_is_shown_its_key_in_the_address() {
    let (listener, endpoint) = listen().await;
    let venue = tokio::spawn(async move {
        let mut client = open(&listener, "/?token=planted-secret").await;
        let request = next(&mut client).await;
        assert_eq!(request, json!({"type": "subscribe", "symbol": "AAPL"}));
        say(&mut client, r#"{"type":"ping"}"#).await;
        let trade =
            r#"{"type":"trade","data":[{"c":["1"],"p":129.58,"s":"AAPL","t":1763650800666,"v":100}]}"#;
        say(&mut client, trade).await;
        while let Some(Ok(_rest)) = client.next().await {}
    });
    let lines = watch("finnhub", &endpoint, "AAPL", "1", Some("planted-secret")).await;
    venue.await.unwrap();
    let trades = trades(&lines);
    assert_eq!(
        ["price", "size", "time"].map(|field| trades[0][field].clone()),
        ["129.58", "100", "2025-11-20T15:00:00.666Z"].map(Value::from)
    );
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("ws://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

/// On this path, with this query.
async fn open(listener: &TcpListener, path: &'static str) -> WebSocketStream<TcpStream> {
    let (stream, _) = listener.accept().await.unwrap();
    #[expect(clippy::result_large_err, reason = "the library's way of refusing")]
    let look = |request: &Request, response: Response| {
        assert_eq!(request.uri(), path);
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

async fn say(client: &mut WebSocketStream<TcpStream>, text: &str) {
    client.send(Message::text(text)).await.unwrap();
}

/// What it prints; a key that it is given is nowhere in it.
async fn watch(feed: &str, endpoint: &str, symbol: &str, count: &str, key: Option<&str>) -> Vec<Value> {
    const NAME: &str = "TICKWIRE_TEST_KEY";
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args([
        "watch",
        "--json",
        "--transport",
        "ws",
        "--count",
        count,
        "--feed",
        feed,
    ]);
    command
        .args(["--endpoint", endpoint, "--profile"])
        .arg(folder.path());
    if let Some(key) = key {
        command.args(["--key-env", NAME]).env(NAME, key);
    }
    command.arg(symbol).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{told}");
    assert!(!text.contains("planted-secret") && !told.contains("planted-secret"));
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

fn trades(lines: &[Value]) -> Vec<&Value> {
    lines.iter().filter(|line| line["type"] == "trade").collect()
}
