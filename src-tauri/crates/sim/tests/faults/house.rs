//! A venue, ways to make trouble in it, and clients that are too simple to hide any.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sim::{FaultWords, Options, Server};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Nothing here takes ten seconds; this only ends a test that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Who begins a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The program that the venue is part of.
    Hand,
    /// Somebody who asks over HTTP.
    Post,
}

pub(crate) const BOTH: [By; 2] = [By::Hand, By::Post];

pub(crate) fn open(rate: u32) -> Server {
    Server::start(Options::default().at_rate(rate)).unwrap()
}

pub(crate) async fn begin(server: &Server, by: By, words: Value) -> u64 {
    match by {
        By::Hand => {
            let words: FaultWords = serde_json::from_value(words).unwrap();
            server.begin(&words.read().unwrap())
        }
        By::Post => {
            let (status, told) = ask(server, "POST", "/v1/faults", &words.to_string()).await;
            assert_eq!(status, StatusCode::OK, "{told}");
            told["id"].as_u64().unwrap()
        }
    }
}

pub(crate) async fn end(server: &Server, by: By, id: u64) {
    match by {
        By::Hand => assert!(server.end(id)),
        By::Post => {
            let (status, told) = ask(server, "DELETE", &format!("/v1/faults/{id}"), "").await;
            assert_eq!(status, StatusCode::OK, "{told}");
        }
    }
}

/// On a connection of its own; what is no JSON is told as text.
pub(crate) async fn ask(server: &Server, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
    try_to_ask(server, method, path, body).await.unwrap()
}

/// `None` when the connection is cut.
pub(crate) async fn try_to_ask(
    server: &Server,
    method: &str,
    path: &str,
    body: &str,
) -> Option<(StatusCode, Value)> {
    let stream = TcpStream::connect(server.address()).await.ok()?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .ok()?;
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", server.address().to_string())
        .header("authorization", format!("Bearer {}", server.token()))
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap();
    let answer = timeout(PATIENCE, sender.send_request(request))
        .await
        .unwrap()
        .ok()?;
    let status = answer.status();
    let body = timeout(PATIENCE, answer.into_body().collect())
        .await
        .unwrap()
        .ok()?
        .to_bytes();
    let told = serde_json::from_slice(&body)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()));
    Some((status, told))
}

/// What a client comes to hear.
#[derive(Debug)]
pub(crate) enum Heard {
    Said(Value),
    /// A text that is no JSON.
    Text(String),
    /// A goodbye with this code.
    Close(u16),
    /// No goodbye.
    Ended(Option<Error>),
}

pub(crate) struct Client(WebSocketStream<TcpStream>);

impl Client {
    /// One that has asked for these symbols and got the answers.
    pub(crate) async fn of(server: &Server, symbols: &[&str]) -> Self {
        let mut client = Self::try_to_enter(server).await.unwrap();
        client.subscribe(symbols).await;
        for _ in symbols {
            client.until(|message| message["type"] == "snapshot").await;
        }
        client
    }

    pub(crate) async fn try_to_enter(server: &Server) -> Result<Self, Error> {
        let mut request = server.url().into_client_request()?;
        let token = format!("Bearer {}", server.token());
        request
            .headers_mut()
            .insert("authorization", token.parse().unwrap());
        let stream = TcpStream::connect(server.address()).await?;
        let entering = tokio_tungstenite::client_async(request, stream);
        let (socket, _) = timeout(PATIENCE, entering).await.unwrap()?;
        Ok(Self(socket))
    }

    pub(crate) async fn subscribe(&mut self, symbols: &[&str]) {
        let ask = json!({"op": "subscribe", "id": 1, "symbols": symbols});
        self.0.send(Message::text(ask.to_string())).await.unwrap();
    }

    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            return match timeout(PATIENCE, self.0.next()).await.unwrap() {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(message) => Heard::Said(message),
                    Err(_) => Heard::Text(text.to_string()),
                },
                Some(Ok(Message::Close(frame))) => Heard::Close(frame.unwrap().code.into()),
                Some(Ok(_)) => continue,
                Some(Err(error)) => Heard::Ended(Some(error)),
                None => Heard::Ended(None),
            };
        }
    }

    /// The first message of this kind.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            match self.hear().await {
                Heard::Said(message) if wanted(&message) => return message,
                Heard::Said(_) => {}
                other @ (Heard::Text(_) | Heard::Close(_) | Heard::Ended(_)) => {
                    panic!("instead of a message: {other:?}")
                }
            }
        }
    }

    /// The next event of a symbol.
    pub(crate) async fn event(&mut self, symbol: &str) -> Value {
        self.until(|message| message["symbol"] == symbol && is_event(message))
            .await
    }

    /// The first that is no message.
    pub(crate) async fn end(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Said(_) => {}
                other @ (Heard::Text(_) | Heard::Close(_) | Heard::Ended(_)) => return other,
            }
        }
    }

    /// Whether something is there already.
    pub(crate) async fn has_news(&mut self) -> bool {
        timeout(Duration::ZERO, self.0.next()).await.is_ok()
    }
}

pub(crate) fn is_event(message: &Value) -> bool {
    matches!(
        message["type"].as_str(),
        Some("trade" | "quote" | "status" | "conflated")
    )
}
