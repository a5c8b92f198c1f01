//! A client over a WebSocket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval_at, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};

use super::exchange::{Exchange, Reach, Since};
use super::front::{Front, Moment, Mood};
use super::packed::Packer;
use super::said;

const HEARTBEAT: Duration = Duration::from_millis(said::HEARTBEAT_MS);
/// For the other side to say goodbye too.
const GOODBYE: Duration = Duration::from_secs(2);

pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, front: &Front, packer: Packer) {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    let code = match talk(&mut socket, front, packer).await {
        Ok(code) => code,
        Err(_lost) => return,
    };
    let frame = code.map(|code| CloseFrame {
        code: CloseCode::from(code),
        reason: "".into(),
    });
    let farewell = async {
        let _gone = socket.send(Message::Close(frame)).await;
        while let Some(Ok(_unread)) = socket.next().await {}
    };
    let _late = tokio::time::timeout(GOODBYE, farewell).await;
}

/// The code to end with.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    front: &Front,
    mut packer: Packer,
) -> Result<Option<u16>, Error> {
    let exchange = &front.exchange;
    let mut changes = exchange.changes();
    let mut moments = front.moments.subscribe();
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut leaves: Option<Instant> = None;
    let mut trades = Trades::default();
    let mut out = Vec::new();
    let mut reach = exchange.enter(&mut out);
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
                Some(Ok(Message::Text(text))) => asked(&text, exchange, &mut reach, &mut out),
                Some(Ok(Message::Close(_))) | None => return Ok(None),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(error),
            },
            _ = beat.tick() => {
                out.push(said::heartbeat());
                socket.feed(Message::Ping(Bytes::new())).await?;
            }
            moment = moments.recv() => match moment {
                Ok(Moment::Garbage(which)) => {
                    out.push(said::GARBAGE[which % said::GARBAGE.len()].to_owned());
                }
                Ok(Moment::Notice(within)) => {
                    out.push(said::shutdown(within.as_millis()));
                    leaves = Some(Instant::now() + within);
                }
                Ok(Moment::Close(code)) => return Ok(Some(code)),
                Err(RecvError::Lagged(_) | RecvError::Closed) => {}
            },
            () = async { sleep_until(leaves.unwrap_or_else(Instant::now)).await }, if leaves.is_some() => {
                return Ok(Some(1001));
            }
            _ = changes.changed() => {
                let mood = front.mood().clone();
                if !mood.mute {
                    trades.pass(exchange, &mut reach, &mood, &mut out);
                }
            }
        }
    }
}

/// What happens to trades on their way to a client.
#[derive(Debug, Default)]
pub(super) struct Trades {
    count: u64,
    fresh: Vec<(&'static str, String)>,
    late: Option<String>,
}

impl Trades {
    pub(super) fn pass(
        &mut self,
        exchange: &Exchange,
        reach: &mut Reach,
        mood: &Mood,
        out: &mut Vec<String>,
    ) {
        exchange.news(reach, &mut self.fresh);
        for (symbol, text) in self.fresh.drain(..) {
            // What is no trade is never touched. Where an epoch begins, nothing of the one before
            // may follow: a trade does not say which it is of.
            if symbol.is_empty() {
                self.late = None;
                out.push(text);
                continue;
            }
            self.count += 1;
            let is_turn = |every: Option<u64>| every.is_some_and(|every| self.count.is_multiple_of(every));
            if mood.mute_symbol == Some(symbol) || is_turn(mood.lose) {
                continue;
            }
            if is_turn(mood.swap) && self.late.is_none() {
                self.late = Some(text);
                continue;
            }
            if is_turn(mood.repeat) {
                out.push(text.clone());
            }
            out.push(text);
            out.extend(self.late.take());
        }
    }
}

fn asked(text: &str, exchange: &Exchange, reach: &mut Reach, out: &mut Vec<String>) {
    let Ok(asked) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let id = asked["id"].as_u64().unwrap_or_default();
    let symbols = asked["symbols"].as_array().into_iter().flatten();
    let symbols = symbols.filter_map(Value::as_str);
    let epoch = asked["epoch"].as_str().and_then(|epoch| epoch.parse().ok());
    for (at, symbol) in symbols.enumerate() {
        if asked["op"] == "subscribe" {
            let after = asked["after"][at].as_u64();
            let since = epoch.zip(after).map(|(epoch, after)| Since { epoch, after });
            exchange.listen(reach, symbol, id, since, out);
        } else {
            Exchange::leave(reach, symbol);
            out.push(said::gone(id, symbol));
        }
    }
}
