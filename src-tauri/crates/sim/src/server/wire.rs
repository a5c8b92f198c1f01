//! The bytes of one connection, and what can happen to them.
//!
//! It stands below TLS and HTTP, so that what goes wrong here goes wrong for
//! every way of talking alike.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::Way;

/// What is let through at once while it drips.
const DRIP: Duration = Duration::from_millis(100);

/// What a connection suffers from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Trouble {
    #[default]
    None,
    /// Nothing is written, and all of it later.
    Stalled,
    /// Nothing is heard, and what is written vanishes.
    HalfOpen,
    Dripping {
        bytes_per_second: u32,
    },
    /// It ends, and nothing of what was not sent yet is.
    Cut(Cut),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// As when a program ends: the other side reads an end.
    Fin,
    /// As when a machine loses its memory: half of what is written next
    /// arrives, and then the connection is no more.
    Reset,
}

/// From outside: how to make trouble.
#[derive(Debug, Default)]
pub(super) struct Handle {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    trouble: Trouble,
    way: Option<Way>,
    client: Option<u64>,
    /// Whoever reads or writes it, once each: a connection changes hands, and
    /// the task before must not be kept for its waker.
    reads: Option<Waker>,
    writes: Option<Waker>,
}

#[derive(Clone, Copy)]
enum Side {
    Reads,
    Writes,
}

impl Handle {
    pub(super) fn suffer(&self, trouble: Trouble) {
        let waiting = {
            let mut state = self.lock();
            // What is cut stays cut.
            if matches!(state.trouble, Trouble::Cut(_)) || state.trouble == trouble {
                return;
            }
            state.trouble = trouble;
            [state.reads.take(), state.writes.take()]
        };
        for waker in waiting.into_iter().flatten() {
            waker.wake();
        }
    }

    /// What it is used for, known from its first request on.
    pub(super) fn serves(&self, way: Way, client: Option<u64>) {
        let mut state = self.lock();
        state.way = Some(way);
        state.client = client.or(state.client);
    }

    pub(super) fn purpose(&self) -> (Option<Way>, Option<u64>) {
        let state = self.lock();
        (state.way, state.client)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it suffers from now; whoever asks is woken when that changes.
    fn trouble(&self, side: Side, cx: &Context<'_>) -> Trouble {
        let mut state = self.lock();
        let waker = match side {
            Side::Reads => &mut state.reads,
            Side::Writes => &mut state.writes,
        };
        match waker {
            Some(waker) => waker.clone_from(cx.waker()),
            None => *waker = Some(cx.waker().clone()),
        }
        state.trouble
    }
}

#[derive(Debug)]
pub(super) struct Wire {
    socket: TcpStream,
    handle: Arc<Handle>,
    drip: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    pub(super) fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            handle: Arc::default(),
            drip: None,
        }
    }

    pub(super) fn handle(&self) -> Arc<Handle> {
        Arc::clone(&self.handle)
    }

    fn cut(&mut self, cut: Cut) -> io::Error {
        match cut {
            Cut::Fin => io::ErrorKind::BrokenPipe.into(),
            Cut::Reset => {
                // Without it the system would say goodbye in our name.
                let _polite = self.socket.set_zero_linger();
                io::ErrorKind::ConnectionReset.into()
            }
        }
    }

    /// How many bytes may be written now, if any.
    fn poll_drop(&mut self, cx: &mut Context<'_>, bytes_per_second: u32) -> Poll<usize> {
        let share = u64::from(bytes_per_second) * DRIP.as_millis() as u64 / 1_000;
        let drip = self.drip.get_or_insert_with(|| Box::pin(sleep(DRIP)));
        std::task::ready!(drip.as_mut().poll(cx));
        drip.as_mut().reset(Instant::now() + DRIP);
        Poll::Ready(usize::try_from(share).unwrap_or(usize::MAX).max(1))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.handle.trouble(Side::Reads, cx) {
            Trouble::HalfOpen => Poll::Pending,
            // It waits for something to be written, to happen in the middle of it;
            // but whoever asks on a quiet connection is not left without an answer.
            Trouble::Cut(Cut::Reset) => {
                let mut byte = [0];
                let asked = self.socket.poll_peek(cx, &mut ReadBuf::new(&mut byte));
                asked.map(|_| Err(self.cut(Cut::Reset)))
            }
            Trouble::Cut(Cut::Fin) => Poll::Ready(Err(self.cut(Cut::Fin))),
            Trouble::None | Trouble::Stalled | Trouble::Dripping { .. } => {
                Pin::new(&mut self.socket).poll_read(cx, buf)
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let count = match self.handle.trouble(Side::Writes, cx) {
            Trouble::None => bytes.len(),
            Trouble::Stalled => return Poll::Pending,
            Trouble::HalfOpen => return Poll::Ready(Ok(bytes.len())),
            Trouble::Dripping { bytes_per_second } => {
                std::task::ready!(self.poll_drop(cx, bytes_per_second)).min(bytes.len())
            }
            Trouble::Cut(cut) => {
                if cut == Cut::Reset {
                    let half = &bytes[..bytes.len() / 2];
                    let _whatever_fits = self.socket.try_write(half);
                }
                return Poll::Ready(Err(self.cut(cut)));
            }
        };
        Pin::new(&mut self.socket).poll_write(cx, &bytes[..count])
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.handle.trouble(Side::Writes, cx) {
            // Nobody would hear of it.
            Trouble::HalfOpen => Poll::Ready(Ok(())),
            Trouble::None | Trouble::Stalled | Trouble::Dripping { .. } | Trouble::Cut(_) => {
                Pin::new(&mut self.socket).poll_shutdown(cx)
            }
        }
    }
}
