//! The ways to the stream, each as our own program goes it.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use model::{Secret, TransportKind};
use tests::Simulator;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use transport::{BoxConnection, Dialer, Inbound, Network, Outbound, Target, Utf8Bytes};
use url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Poll,
    LongPoll,
    Events,
    Deflated,
    Plain,
}

impl Way {
    pub(crate) const ALL: [Self; 5] = [
        Self::Poll,
        Self::LongPoll,
        Self::Events,
        Self::Deflated,
        Self::Plain,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Poll => "polling, each second",
            Self::LongPoll => "long polling",
            Self::Events => "server-sent events",
            Self::Deflated => "WebSocket, may deflate",
            Self::Plain => "WebSocket, plain",
        }
    }

    pub(crate) const fn fetches(self) -> bool {
        match self {
            Self::Poll | Self::LongPoll => true,
            Self::Events | Self::Deflated | Self::Plain => false,
        }
    }

    /// `address` is the venue's or that of somebody who counts on the way to it.
    pub(crate) async fn go(self, venue: &Simulator, address: SocketAddr, symbols: &[String]) -> Result<Talk> {
        let list = symbols.join(",");
        let (kind, first) = match self {
            Self::Plain => return plain(venue, address, symbols).await,
            Self::Deflated => (TransportKind::WebSocket, Outbound::Text(wish(symbols))),
            Self::Events => (
                TransportKind::EventStream,
                Outbound::fetch(format!("/v1/events?symbols={list}")),
            ),
            Self::LongPoll => (
                TransportKind::LongPoll,
                Outbound::fetch(format!("/v1/poll?symbols={list}")),
            ),
            Self::Poll => (
                TransportKind::Poll,
                Outbound::fetch(format!("/v1/snapshot?symbols={list}")),
            ),
        };
        let url = Url::parse(&format!("ws://{address}/v1/stream"))?;
        let target = Target::new(url)?
            .over(kind)
            .with_bearer_token(&Secret::new(venue.token().to_owned()))?;
        let mut connection = Network::default().dial(target).await?.connection;
        connection.send(first).await?;
        Ok(Talk::Ours(connection))
    }
}

fn wish(symbols: &[String]) -> String {
    serde_json::json!({"op": "subscribe", "id": 1, "symbols": symbols}).to_string()
}

/// Our transport always offers to inflate, so this one stands on the library
/// below it, with the same buffers.
async fn plain(venue: &Simulator, address: SocketAddr, symbols: &[String]) -> Result<Talk> {
    let mut request = format!("ws://{address}/v1/stream").into_client_request()?;
    let token = format!("Bearer {}", venue.token()).parse()?;
    request.headers_mut().insert("authorization", token);
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let config = WebSocketConfig::default().read_buffer_size(64 << 10);
    let opening = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
    let (mut socket, _) = opening.await?;
    socket.send(Message::text(wish(symbols))).await?;
    Ok(Talk::Plain(Box::new(socket)))
}

/// An open stream.
pub(crate) enum Talk {
    Ours(BoxConnection),
    Plain(Box<WebSocketStream<TcpStream>>),
}

impl Talk {
    /// The next text, which may have several lines of a message each.
    pub(crate) async fn next(&mut self) -> Result<Utf8Bytes> {
        loop {
            match self {
                Self::Ours(connection) => match connection.next().await.context("it ended")?? {
                    Inbound::Text(text) | Inbound::Answer { text, .. } => return Ok(text),
                    Inbound::Declined { status, .. } => bail!("the answer {status}"),
                    Inbound::Binary(_) => bail!("a binary message"),
                    Inbound::Ping | Inbound::Pong(_) | Inbound::More | Inbound::Hint(_) => {}
                },
                Self::Plain(socket) => match socket.next().await.context("it ended")?? {
                    Message::Text(text) => return Ok(text),
                    Message::Ping(_) | Message::Pong(_) => {}
                    other @ (Message::Binary(_) | Message::Close(_) | Message::Frame(_)) => {
                        bail!("{other:?}")
                    }
                },
            }
        }
    }
}
