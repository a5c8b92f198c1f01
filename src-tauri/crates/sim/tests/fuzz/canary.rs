//! A client that does everything right while the others do not.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::words::TOKEN;

/// Nothing here takes a second; this only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Canary {
    socket: WebSocketStream<TcpStream>,
    pub(crate) epoch: String,
    seq: u64,
    ticks: Arc<AtomicU64>,
}

impl Canary {
    /// Connects, subscribes, and has had its first tick when this returns.
    pub(crate) async fn sing(server: SocketAddr) -> Self {
        let mut request = format!("ws://{server}/v1/stream").into_client_request().unwrap();
        let token = format!("Bearer {TOKEN}").parse().unwrap();
        request.headers_mut().insert("authorization", token);
        let stream = TcpStream::connect(server).await.unwrap();
        let opening = tokio_tungstenite::client_async(request, stream);
        let (socket, _) = timeout(PATIENCE, opening).await.unwrap().unwrap();
        let mut canary = Self {
            socket,
            epoch: String::new(),
            seq: 0,
            ticks: Arc::default(),
        };
        let ask = r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#;
        canary.socket.send(Message::text(ask)).await.unwrap();
        while canary.count() == 0 {
            canary.hear().await;
        }
        canary
    }

    fn count(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    pub(crate) fn ticks(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.ticks)
    }

    /// One more message; it must be the right one.
    pub(crate) async fn hear(&mut self) {
        let message = timeout(PATIENCE, self.socket.next()).await;
        let text = match message.unwrap().unwrap().unwrap() {
            Message::Text(text) => text,
            Message::Ping(_) => return,
            other @ (Message::Binary(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => {
                panic!("not for a client that is right: {other:?}")
            }
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        match message["type"].as_str().unwrap() {
            "welcome" => message["epoch"].as_str().unwrap().clone_into(&mut self.epoch),
            "ack" => self.seq = message["seq"].as_u64().unwrap(),
            "trade" | "quote" | "status" => {
                assert_eq!(message["seq"], self.seq + 1, "a hole");
                self.seq += 1;
                self.ticks.fetch_add(1, Ordering::Relaxed);
            }
            "snapshot" | "heartbeat" => {}
            other => panic!("not for a client that is right: {other}"),
        }
    }
}

/// The status of a simple request.
pub(crate) async fn ask(server: SocketAddr, path: &str) -> u16 {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = [0; 12];
    let reading = stream.read_exact(&mut head);
    timeout(PATIENCE, reading).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&head);
    text.strip_prefix("HTTP/1.1 ").unwrap().parse().unwrap()
}
