//! A bare WebSocket client.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sim::Server;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// Nothing here takes a second; this only ends a test that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) async fn connect(server: &Server) -> (Socket, Response) {
    let headers = [
        ("authorization", "Bearer secret"),
        ("sec-websocket-protocol", "tickwire.v1"),
    ];
    knock(server, &server.url(), &headers).await.unwrap()
}

pub(crate) async fn refusal(server: &Server, headers: &[(&'static str, &'static str)]) -> u16 {
    match knock(server, &server.url(), headers).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) async fn knock(
    server: &Server,
    url: &str,
    headers: &[(&'static str, &'static str)],
) -> Result<(Socket, Response), Error> {
    let mut request: Request = url.into_client_request()?;
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(server.address()).await?;
    timeout(PATIENCE, tokio_tungstenite::client_async(request, stream))
        .await
        .unwrap()
}

pub(crate) async fn say(client: &mut Socket, message: &Value) {
    client.send(Message::text(message.to_string())).await.unwrap();
}

pub(crate) async fn ask_often(client: &mut Socket, times: usize) {
    for id in 0..times {
        let ask = json!({"op": "unsubscribe", "id": id, "symbols": ["NVX"]});
        client.feed(Message::text(ask.to_string())).await.unwrap();
    }
    client.flush().await.unwrap();
}

pub(crate) async fn answers(client: &mut Socket, count: usize) -> Vec<Value> {
    let mut answers = Vec::new();
    while answers.len() < count {
        answers.push(next(client).await);
    }
    answers
}

/// The next message that is not a heartbeat.
pub(crate) async fn next(client: &mut Socket) -> Value {
    loop {
        match timeout(PATIENCE, client.next()).await.unwrap() {
            Some(Ok(Message::Text(text))) => {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] != "heartbeat" {
                    return message;
                }
            }
            Some(Ok(Message::Ping(_))) => {}
            other => panic!("instead of a message: {other:?}"),
        }
    }
}

pub(crate) async fn close_of(client: &mut Socket) -> CloseFrame {
    loop {
        match timeout(PATIENCE, client.next()).await.unwrap() {
            Some(Ok(Message::Close(frame))) => return frame.unwrap(),
            Some(Ok(_)) => {}
            ended => panic!("ended without a Close: {ended:?}"),
        }
    }
}
