//! A client of the other venue: its trades by streams, no word about the past,
//! and an end to every connection after a day.
//!
//! Written after that venue's public page, and with nothing of the app's own.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval_at, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::exchange::{Known, Reach, figure};
use super::front::{Front, Moment};
use super::packed::Packer;

/// No connection grows older.
const AGE_MAX: Duration = Duration::from_hours(24);
const PING_EVERY: Duration = Duration::from_secs(20);
/// For the other side to say goodbye too.
const GOODBYE: Duration = Duration::from_secs(2);
/// What a host has seen that has ended a connection for that reason.
pub(crate) const ENDED_OF_AGE: &str = "a connection that was a day old";

pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, front: &Front, packer: Packer) {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    if talk(&mut socket, front, packer).await.is_err() {
        return;
    }
    let farewell = async {
        let _gone = socket.send(Message::Close(None)).await;
        while let Some(Ok(_unread)) = socket.next().await {}
    };
    let _late = tokio::time::timeout(GOODBYE, farewell).await;
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    front: &Front,
    mut packer: Packer,
) -> Result<(), Error> {
    let exchange = &front.exchange;
    let mut changes = exchange.changes();
    let mut moments = front.moments.subscribe();
    let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    let mut end = Instant::now() + AGE_MAX;
    let mut noticed = false;
    let mut reach = Reach::default();
    let mut out = Vec::new();
    loop {
        for text in out.drain(..) {
            for frame in packer.pack(text) {
                socket.feed(frame).await?;
            }
        }
        socket.flush().await?;
        tokio::select! {
            biased;
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => out.extend(asked(&text, front, &mut reach)),
                Some(Ok(Message::Close(_))) | None => return Ok(()),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(error),
            },
            _ = pings.tick() => socket.feed(Message::Ping(Bytes::new())).await?,
            moment = moments.recv() => match moment {
                Ok(Moment::Notice(within)) => {
                    let now = exchange.millis();
                    out.push(format!(
                        r#"{{"stream":"!serverShutdown","data":{{"e":"serverShutdown","E":{now}}}}}"#
                    ));
                    end = Instant::now() + within;
                    noticed = true;
                }
                Ok(Moment::Garbage(_) | Moment::Close(_)) | Err(RecvError::Lagged(_) | RecvError::Closed) => {}
            },
            () = sleep_until(end) => {
                if !noticed {
                    front.saw(ENDED_OF_AGE);
                }
                return Ok(());
            }
            _ = changes.changed() => {
                let trades = exchange.trades(&mut reach).into_iter();
                let now = exchange.millis();
                out.extend(trades.map(|(symbol, known)| trade(symbol, known, now)));
            }
        }
    }
}

/// Every question is answered with yes, also where nothing is traded.
fn asked(text: &str, front: &Front, reach: &mut Reach) -> Option<String> {
    let asked: Value = serde_json::from_str(text).ok()?;
    let streams = asked["params"].as_array().into_iter().flatten();
    for stream in streams.filter_map(Value::as_str) {
        let Some(symbol) = stream.strip_suffix("@trade") else {
            continue;
        };
        let symbol = symbol.to_uppercase();
        if asked["method"] == "SUBSCRIBE" {
            front.exchange.join(reach, &symbol);
        } else {
            super::Exchange::leave(reach, &symbol);
        }
    }
    Some(format!(r#"{{"result":null,"id":{}}}"#, asked["id"]))
}

fn trade(symbol: &str, known: Known, now: u128) -> String {
    let (seq, price) = (known.seq, figure(known));
    let stream = symbol.to_lowercase();
    format!(
        r#"{{"stream":"{stream}@trade","data":{{"e":"trade","E":{now},"s":"{symbol}","t":{seq},"p":"{price}","q":"1","T":{now},"m":true,"M":true}}}}"#
    )
}
