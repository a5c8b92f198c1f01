//! A pipe that a WebSocket speaks through, seen from outside.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::Frames;
use super::{Direction, Seen, Wiretap, head};

/// A longer head is refused by whoever reads it for what it says.
const HEAD_MAX: usize = 64 << 10;

pub(crate) struct Tapping<S> {
    pipe: S,
    wiretap: Wiretap,
    incoming: At,
    outgoing: At,
}

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
        }
    }
}

impl At {
    fn see(&mut self, mut bytes: &[u8], direction: Direction, wiretap: &Wiretap) {
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
            let shown = || head::read(head, &wiretap.0.redaction);
            wiretap.tell(|| match direction {
                Direction::In => Seen::Answered(shown()),
                Direction::Out => Seen::Asked(shown()),
            });
            *self = if switched {
                Self::Frames(Frames::new(direction))
            } else {
                Self::Body
            };
        }
        match self {
            Self::Frames(frames) => frames.see(bytes, |frame| wiretap.tell(|| Seen::Frame(frame))),
            Self::Body if !bytes.is_empty() => wiretap.tell(|| Seen::Piece { length: bytes.len() }),
            Self::Body | Self::Head(_) => {}
        }
    }
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
        this.incoming
            .see(&buf.filled()[before..], Direction::In, &this.wiretap);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tapping<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let count = ready!(Pin::new(&mut this.pipe).poll_write(cx, bytes))?;
        this.outgoing.see(&bytes[..count], Direction::Out, &this.wiretap);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}
