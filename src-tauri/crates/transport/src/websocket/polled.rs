//! The WebSocket library, polled by one task.
//!
//! `tokio-tungstenite` lets one task read and another write, and notes for each
//! message who is to be woken for which. Ours do both in one place, so here the
//! last one that polled is woken, whatever for; a quarter of the time that the
//! library takes for a message is saved.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Result, WebSocket};

/// A client's end, after the handshake.
pub(super) struct Polled<S> {
    socket: WebSocket<Pipe<S>>,
    /// Our goodbye is on its way out.
    closing: bool,
    /// What was written last did not all find room.
    blocked: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Polled<S> {
    /// Nothing that came behind the handshake may have been read yet.
    pub(super) fn new(below: S, config: WebSocketConfig) -> Self {
        let waker = Waker::noop().clone();
        Self {
            socket: WebSocket::from_raw_socket(Pipe { below, waker }, Role::Client, Some(config)),
            closing: false,
            blocked: false,
        }
    }

    pub(super) fn get_ref(&self) -> &S {
        &self.socket.get_ref().below
    }

    pub(super) fn get_mut(&mut self) -> &mut S {
        &mut self.socket.get_mut().below
    }

    /// Not to be polled again after an error, or after `None`, which is the end.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Message>>> {
        match self.with(cx).read() {
            Ok(message) => Poll::Ready(Some(Ok(message))),
            Err(error) if is_blocked(&error) => Poll::Pending,
            Err(Error::ConnectionClosed | Error::AlreadyClosed) => Poll::Ready(None),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if !self.blocked {
            return Poll::Ready(Ok(()));
        }
        let flushed = polled(self.with(cx).flush());
        self.blocked = flushed.is_pending();
        flushed
    }

    pub(super) fn start_send(&mut self, message: Message) -> Result<()> {
        let written = self.socket.write(message);
        // It was taken all the same, and goes out when there is room.
        self.blocked = written.as_ref().is_err_and(is_blocked);
        if self.blocked { Ok(()) } else { written }
    }

    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = polled(self.with(cx).flush());
        self.blocked &= flushed.is_pending();
        flushed.map(ended)
    }

    pub(super) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let closing = self.closing;
        let socket = self.with(cx);
        let closed = polled(if closing {
            socket.flush()
        } else {
            socket.close(None)
        });
        self.closing |= closed.is_pending();
        self.blocked = false;
        closed.map(ended)
    }

    fn with(&mut self, cx: &Context<'_>) -> &mut WebSocket<Pipe<S>> {
        // Costs nothing where it is the same one, as it nearly always is.
        self.socket.get_mut().waker.clone_from(cx.waker());
        &mut self.socket
    }
}

fn is_blocked(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn polled<T>(result: Result<T>) -> Poll<Result<T>> {
    match result {
        Err(error) if is_blocked(&error) => Poll::Pending,
        done => Poll::Ready(done),
    }
}

/// Nothing is left to be written on a connection that has come to its end.
fn ended(result: Result<()>) -> Result<()> {
    match result {
        Err(Error::ConnectionClosed) => Ok(()),
        other => other,
    }
}

/// For the library, which reads and writes as if it could wait.
struct Pipe<S> {
    below: S,
    /// Of the task that has polled last.
    waker: Waker,
}

impl<S: Unpin> Pipe<S> {
    fn poll<T>(
        &mut self,
        poll: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> io::Result<T> {
        let mut cx = Context::from_waker(&self.waker);
        match poll(Pin::new(&mut self.below), &mut cx) {
            Poll::Ready(done) => done,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl<S: AsyncRead + Unpin> Read for Pipe<S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let mut room = ReadBuf::new(room);
        self.poll(|below, cx| below.poll_read(cx, &mut room))?;
        Ok(room.filled().len())
    }
}

impl<S: AsyncWrite + Unpin> Write for Pipe<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.poll(|below, cx| below.poll_write(cx, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.poll(|below, cx| below.poll_flush(cx))
    }
}
