//! One connection, read and written in one place.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink, SinkExt, StreamExt};
use model::Moment;
use transport::{BoxConnection, Loss, Outbound};

use crate::inbox::Inbox;

/// A server that does not read for this long is not going to.
const WRITE_TIMEOUT: Duration = Duration::from_secs(5);
/// So long may the other side take to say goodbye: the program must be able to end within a second.
const GOODBYE_TIMEOUT: Duration = Duration::from_millis(300);

pub(crate) struct Line {
    connection: BoxConnection,
    /// Small messages of our own, a few at a time: subscriptions and pings.
    outbox: VecDeque<Outbound>,
    /// Since when something is waiting to be written.
    writing_since: Option<Moment>,
}

impl Line {
    pub(crate) const fn new(connection: BoxConnection) -> Self {
        Self {
            connection,
            outbox: VecDeque::new(),
            writing_since: None,
        }
    }

    pub(crate) fn send(&mut self, message: Outbound, now: Moment) {
        self.outbox.push_back(message);
        self.writing_since.get_or_insert(now);
    }

    /// When [`Line::stalled`] may become true.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.writing_since.map(|since| since + WRITE_TIMEOUT)
    }

    pub(crate) fn stalled(&self, now: Moment) -> bool {
        self.deadline().is_some_and(|deadline| now >= deadline)
    }

    /// Writes what can be written and reads all that is there. Ready when
    /// something was read or the connection is over; the last words before an
    /// end are in the inbox too.
    pub(crate) fn poll_exchange(
        &mut self,
        cx: &mut Context<'_>,
        inbox: &mut Inbox,
    ) -> Poll<Result<(), Loss>> {
        // A failed write is not the whole story: the reason may still be there to be read.
        let written = self.poll_write(cx);
        while !inbox.is_full() {
            match self.connection.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(inbound))) => inbox.push(inbound),
                Poll::Ready(Some(Err(loss))) => return Poll::Ready(Err(loss)),
                Poll::Ready(None) => return Poll::Ready(Err(Loss::Dropped)),
                Poll::Pending => break,
            }
        }
        if !inbox.is_empty() {
            return Poll::Ready(Ok(()));
        }
        match written {
            Poll::Ready(Err(loss)) => Poll::Ready(Err(loss)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Pending,
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        if self.writing_since.is_none() {
            return Poll::Ready(Ok(()));
        }
        let mut connection = Pin::new(&mut self.connection);
        while !self.outbox.is_empty() {
            match connection.as_mut().poll_ready(cx)? {
                Poll::Ready(()) => {}
                Poll::Pending => return Poll::Pending,
            }
            if let Some(message) = self.outbox.pop_front() {
                connection.as_mut().start_send(message)?;
            }
        }
        match connection.poll_flush(cx)? {
            Poll::Ready(()) => {
                self.writing_since = None;
                Poll::Ready(Ok(()))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Leaves in good manners where the other side plays along, and in bounded
    /// time where it does not.
    pub(crate) async fn goodbye(mut self, code: Option<u16>) {
        let Some(code) = code else { return };
        let farewell = async {
            // Where the other side has left first, this is the answer that it waits for.
            let _flushed = self.connection.flush().await;
            self.outbox.clear();
            self.send(Outbound::Close(code), Moment::START);
            let mut rest = Inbox::default();
            while std::future::poll_fn(|cx| self.poll_exchange(cx, &mut rest))
                .await
                .is_ok()
            {
                rest.clear();
            }
            // To let go of what nobody has read would be a reset, which may overtake our last word.
            let _closed = self.connection.close().await;
        };
        // Whether it answered makes no difference any more.
        let _late = tokio::time::timeout(GOODBYE_TIMEOUT, farewell).await;
    }
}
