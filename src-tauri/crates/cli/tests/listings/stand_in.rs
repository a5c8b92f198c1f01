//! Whoever plays a row of the table.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

use crate::{Fetched, Step, Stream};

/// Where the stream is, and who serves it. Before its last word it is quiet for so long.
pub(crate) async fn streamed_at(stream: &'static Stream, quiet: Duration) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("ws://{}", listener.local_addr().unwrap());
    let serves = tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            #[expect(clippy::result_large_err, reason = "the library's way of refusing")]
            let look = |request: &Request, response: Response| {
                assert_eq!(*request.uri(), *stream.path);
                Ok(response)
            };
            let client = tokio_tungstenite::accept_hdr_async(socket, look).await.unwrap();
            play(client, stream.steps, quiet).await;
        }
    });
    (endpoint, serves)
}

async fn play(mut client: WebSocketStream<TcpStream>, steps: &[Step], quiet: Duration) {
    for (at, step) in steps.iter().enumerate() {
        if at + 1 == steps.len() {
            // A server reads on, and answers pings, while it has nothing to say.
            let _quiet = timeout(quiet, async { while let Some(Ok(_)) = client.next().await {} }).await;
        }
        match step {
            Step::Say(text) => client.send(Message::text(*text)).await.unwrap(),
            Step::Hear(needles) => loop {
                // It ends when it has seen enough.
                let Some(Ok(message)) = client.next().await else {
                    return;
                };
                let text = message.into_text().unwrap_or_default();
                if needles.iter().all(|needle| text.contains(needle)) {
                    break;
                }
            },
        }
    }
    while let Some(Ok(_rest)) = client.next().await {}
}

/// The same of where things are fetched: each question is answered alike.
pub(crate) async fn fetched_at(fetched: &'static Fetched) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let serves = tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(socket, fetched));
        }
    });
    (endpoint, serves)
}

async fn answer(mut socket: TcpStream, fetched: &Fetched) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = socket.read_u8().await else { return };
            head.push(byte);
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let (status, body) = if path.starts_with(fetched.path) {
            (200, fetched.body)
        } else {
            (404, "not found")
        };
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} as the table says\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        if socket.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}
