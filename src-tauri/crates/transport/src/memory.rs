//! A dialer without a network: what is dialed arrives within the same program.
//!
//! The bytes are the very bytes that would go over a socket, so a venue and a
//! feed can be run against each other on a paused clock, with nothing of the
//! machine between them. No name is looked up and nothing is encrypted.

use std::io;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::network::{open, within};
use crate::road::{CONNECT_TIMEOUT, Line, Road};
use crate::websocket::Unopened;
use crate::{BadRedirect, DialError, Dialed, Dialer, Dialing, Phase, Phases, Target};

/// As many wait to be let in as at any server's door.
const BACKLOG: usize = 128;

/// Dials into the [`Arrivals`] that were made with it, whatever the address.
#[derive(Clone, Debug)]
pub struct Memory {
    door: Arc<Door>,
}

#[derive(Debug)]
struct Door {
    waiting: mpsc::Sender<DuplexStream>,
    pipe_size: usize,
}

/// The venue's end of every line that was dialed.
#[derive(Debug)]
pub struct Arrivals(mpsc::Receiver<DuplexStream>);

impl Memory {
    /// Each line holds so many bytes a direction that nobody has read yet.
    pub fn new(pipe_size: usize) -> (Self, Arrivals) {
        let (waiting, arrivals) = mpsc::channel(BACKLOG);
        let door = Arc::new(Door { waiting, pipe_size });
        (Self { door }, Arrivals(arrivals))
    }
}

impl Arrivals {
    /// `None` when nobody can dial any more.
    pub async fn next(&mut self) -> Option<DuplexStream> {
        self.0.recv().await
    }
}

impl Road for Door {
    fn line(&self) -> BoxFuture<'_, Result<Line, DialError>> {
        let arrive = async {
            let (near, far) = tokio::io::duplex(self.pipe_size);
            // Nobody is at home.
            let refused = |_| DialError::Unreachable {
                host: "memory".to_owned(),
                kind: io::ErrorKind::ConnectionRefused,
            };
            self.waiting.send(far).await.map_err(refused)?;
            let pipe = Box::new(near);
            Ok(Line {
                pipe,
                http2: false,
                local: None,
            })
        };
        within(Phase::Connect, CONNECT_TIMEOUT, arrive).boxed()
    }
}

impl Dialer for Memory {
    fn dial(&self, target: Target) -> Dialing {
        let door = Arc::clone(&self.door);
        Dialing::new(|progress| async move {
            let began = Instant::now();
            progress.enter(Phase::Connect);
            let line = door.line().await?;
            let connect = began.elapsed();
            progress.enter(Phase::Upgrade);
            let opened = open(&target, line, door).await;
            let phases = Phases {
                connect,
                upgrade: began.elapsed() - connect,
                ..Phases::default()
            };
            match opened {
                Ok(connection) => Ok(Dialed {
                    connection,
                    phases,
                    local: None,
                }),
                Err(Unopened::Failed(error)) => Err(error),
                // There is no other server in here.
                Err(Unopened::Elsewhere { .. }) => Err(DialError::Redirected(BadRedirect::Nowhere)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{SinkExt, StreamExt};
    use model::TransportKind;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_tungstenite::accept_async;

    use super::*;
    use crate::{Inbound, Outbound};

    fn target(transport: TransportKind) -> Target {
        Target::new("ws://localhost/v1/stream".parse().unwrap())
            .unwrap()
            .over(transport)
    }

    #[tokio::test(start_paused = true)]
    async fn a_websocket_needs_no_network() {
        let (memory, mut arrivals) = Memory::new(64);
        let venue = async {
            let mut socket = accept_async(arrivals.next().await.unwrap()).await.unwrap();
            let heard = socket.next().await.unwrap().unwrap();
            socket.send(heard).await.unwrap();
        };
        let feed = async {
            let mut connection = memory
                .dial(target(TransportKind::WebSocket))
                .await
                .unwrap()
                .connection;
            let text = "longer than the pipe is ".repeat(30);
            connection.send(Outbound::Text(text.clone())).await.unwrap();
            assert_eq!(connection.next().await, Some(Ok(Inbound::Text(text.into()))));
        };
        tokio::join!(venue, feed);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_over_http_needs_none_either_and_a_second_line_arrives_as_well() {
        let (memory, mut arrivals) = Memory::new(4_096);
        let venue = async {
            // One line for the stream, one for the ping.
            for answer in [
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: tick\n\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
            ] {
                let mut pipe = arrivals.next().await.unwrap();
                tokio::spawn(async move {
                    let mut asked = [0; 1_024];
                    let count = pipe.read(&mut asked).await.unwrap();
                    assert!(count > 0, "nothing was asked");
                    pipe.write_all(answer.as_bytes()).await.unwrap();
                    while pipe.read(&mut asked).await.is_ok_and(|count| count > 0) {}
                });
            }
        };
        let feed = async {
            let mut connection = memory
                .dial(target(TransportKind::EventStream))
                .await
                .unwrap()
                .connection;
            connection.send(Outbound::fetch("/v1/events")).await.unwrap();
            while connection.next().await != Some(Ok(Inbound::Text("tick".into()))) {}
            connection.send(Outbound::Ping("1".into())).await.unwrap();
            while connection.next().await != Some(Ok(Inbound::Pong("1".into()))) {}
        };
        tokio::join!(venue, feed);
    }

    #[tokio::test]
    async fn where_nobody_is_at_home_nobody_is_let_in() {
        let (memory, arrivals) = Memory::new(64);
        drop(arrivals);
        let error = memory.dial(target(TransportKind::WebSocket)).await.unwrap_err();
        assert!(matches!(error, DialError::Unreachable { .. }), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_venue_that_says_nothing_is_given_up() {
        let (memory, _arrivals) = Memory::new(4_096);
        let error = memory.dial(target(TransportKind::WebSocket)).await.unwrap_err();
        assert!(
            matches!(
                error,
                DialError::Deadline {
                    phase: Phase::Upgrade,
                    ..
                }
            ),
            "{error}"
        );
    }
}
