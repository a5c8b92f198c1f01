//! What passes between a feed and its network.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use model::TransportKind;
use transport::{BoxConnection, Dialed, Dialer, Dialing, Inbound, Loss, Network, Outbound, Target};

use super::Record;

/// A dialer whose every dial and connection is seen.
pub(super) struct Watched {
    network: Network,
    record: Arc<Record>,
}

impl Watched {
    pub(super) const fn new(network: Network, record: Arc<Record>) -> Self {
        Self { network, record }
    }
}

impl Dialer for Watched {
    fn dial(&self, target: Target) -> Dialing {
        let kind = target.transport();
        let live = Live {
            number: self.record.dial(kind),
            kind,
            record: Arc::clone(&self.record),
        };
        // Given up, it is dropped, and that is its end too.
        self.network.dial(target).then(move |outcome| {
            let number = live.number;
            match &outcome {
                Ok(dialed) => live
                    .record
                    .note(format_args!("dial {number} is up: {:?}", dialed.phases)),
                Err(error) => {
                    live.record.note(format_args!("dial {number} failed: {error}"));
                    live.record.blamed(error.blame());
                }
            }
            outcome.map(|dialed| Dialed {
                connection: Box::new(Seen::new(dialed.connection, &live)),
                ..dialed
            })
        })
    }
}

/// A dial that is under way.
struct Live {
    number: u64,
    kind: TransportKind,
    record: Arc<Record>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.record.dial_over(self.kind);
    }
}

/// A connection of which nothing is missed.
struct Seen {
    connection: BoxConnection,
    number: u64,
    record: Arc<Record>,
}

impl Seen {
    fn new(connection: BoxConnection, live: &Live) -> Self {
        live.record.up(live.number, live.kind);
        Self {
            connection,
            number: live.number,
            record: Arc::clone(&live.record),
        }
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        self.record.down(self.number);
        self.record.note(format_args!("{} is gone", self.number));
    }
}

impl Stream for Seen {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = std::task::ready!(self.connection.poll_next_unpin(cx));
        let number = self.number;
        match &item {
            Some(Ok(inbound)) => {
                self.record.heard();
                match inbound {
                    Inbound::Text(text) | Inbound::Answer { text, .. } => {
                        self.record.note(format_args!("{number} < {text}"));
                    }
                    Inbound::Declined { .. }
                    | Inbound::Binary(_)
                    | Inbound::Ping
                    | Inbound::Pong(_)
                    | Inbound::More
                    | Inbound::Hint(_) => {
                        self.record.note(format_args!("{number} < {inbound:?}"));
                    }
                }
            }
            Some(Err(loss)) => {
                self.record.note(format_args!("{number} lost: {loss}"));
                self.record.blamed(loss.blame());
            }
            None => self.record.note(format_args!("{number} ended")),
        }
        Poll::Ready(item)
    }
}

impl Sink<Outbound> for Seen {
    type Error = Loss;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        self.connection.poll_ready_unpin(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, item: Outbound) -> Result<(), Loss> {
        let number = self.number;
        self.record.note(format_args!("{number} > {item:?}"));
        self.connection.start_send_unpin(item)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        self.connection.poll_flush_unpin(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        self.connection.poll_close_unpin(cx)
    }
}
