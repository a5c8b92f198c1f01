//! A pipe that a WebSocket speaks through, seen from outside.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::frames::{Begun, Frames};
use super::{Direction, Seen, Wiretap};

/// A longer head is refused by whoever reads it for what it says.
const HEAD_MAX: usize = 64 << 10;
/// More that nobody has answered are not waited for.
const PINGS_MAX: usize = 16;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

pub(crate) struct Tapping<S> {
    pipe: S,
    wiretap: Wiretap,
    incoming: At,
    outgoing: At,
    /// Of the other side, and ours.
    pings: [Pings; 2],
}

/// Those of one side that were not answered yet.
#[derive(Default)]
struct Pings(VecDeque<(Vec<u8>, Instant)>);

enum At {
    /// What has come of it, or gone.
    Head(Vec<u8>),
    Frames(Frames),
    /// Of an answer that is no WebSocket.
    Body,
}

impl<S> Tapping<S> {
    pub(crate) const fn new(pipe: S, wiretap: Wiretap) -> Self {
        Self {
            pipe,
            wiretap,
            incoming: At::Head(Vec::new()),
            outgoing: At::Head(Vec::new()),
            pings: [Pings(VecDeque::new()), Pings(VecDeque::new())],
        }
    }
}

impl At {
    fn see(&mut self, mut bytes: &[u8], direction: Direction, wiretap: &Wiretap, pings: &mut [Pings; 2]) {
        if let Self::Head(head) = self {
            // The end may stand across two pieces.
            let from = head.len().saturating_sub(3);
            head.extend_from_slice(bytes);
            let end = head[from..].windows(4).position(|four| four == b"\r\n\r\n");
            let Some(end) = end.map(|end| from + end + 4) else {
                if head.len() > HEAD_MAX {
                    *self = Self::Body;
                }
                return;
            };
            let came_with_it = head.len() - end;
            head.truncate(end);
            bytes = &bytes[bytes.len() - came_with_it..];
            let switched = match direction {
                Direction::In => head.starts_with(b"HTTP/1.1 101"),
                Direction::Out => true,
            };
            let kind = match direction {
                Direction::In => Seen::Answered,
                Direction::Out => Seen::Asked,
            };
            wiretap.shook_hands(head, kind);
            *self = if switched {
                Self::Frames(Frames::new(direction))
            } else {
                Self::Body
            };
        }
        match self {
            Self::Frames(frames) => frames.see(bytes, wiretap.is_looked_at(), |begun| {
                tell(&begun, wiretap, pings);
            }),
            Self::Body if !bytes.is_empty() => wiretap.tell(|| Seen::Piece { length: bytes.len() }),
            Self::Body | Self::Head(_) => {}
        }
    }
}

impl Pings {
    fn asked(&mut self, payload: &[u8], at: Instant) {
        if self.0.len() == PINGS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((payload.to_vec(), at));
    }

    /// Since the ping with this payload; who answers one has answered those before it.
    fn answered(&mut self, payload: &[u8], at: Instant) -> Option<Duration> {
        let place = self.0.iter().position(|(asked, _)| asked == payload)?;
        let (_, since) = self.0.drain(..=place).next_back()?;
        Some(at - since)
    }
}

/// What is known of a frame once its beginning has come.
fn tell(begun: &Begun, wiretap: &Wiretap, [theirs, ours]: &mut [Pings; 2]) {
    let at = Instant::now();
    let Begun {
        frame,
        is_text,
        inflates,
        start,
        ..
    } = begun;
    let (asking, answering) = match frame.direction {
        Direction::In => (theirs, ours),
        Direction::Out => (ours, theirs),
    };
    let round_trip = match frame.opcode {
        PING => {
            asking.asked(start, at);
            None
        }
        PONG => answering.answered(start, at),
        _ => None,
    };
    let start = match frame.opcode {
        CLOSE => wiretap.close(start),
        _ => wiretap.start(start, *is_text),
    };
    let seen = Seen::Frame {
        frame: *frame,
        start,
        inflated: None,
        round_trip,
    };
    wiretap.frame(at, seen, *inflates);
}

impl<S: AsyncRead + Unpin> AsyncRead for Tapping<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.pipe).poll_read(cx, buf))?;
        this.incoming.see(
            &buf.filled()[before..],
            Direction::In,
            &this.wiretap,
            &mut this.pings,
        );
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapping<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let count = ready!(Pin::new(&mut this.pipe).poll_write(cx, bytes))?;
        this.outgoing
            .see(&bytes[..count], Direction::Out, &this.wiretap, &mut this.pings);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}
