//! A pipe that inflates what a WebSocket server compressed, between the socket
//! and the library that reads frames, which knows no compression.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::{Frames, Side};
use super::negotiation::Deflate;
use super::track::{Nobody, Track};
use crate::tap::{Tapping, Wiretap};

/// Much comes from a server, little from each of thousands of clients.
const READ_FROM_SERVER: usize = 16 << 10;
const READ_FROM_CLIENT: usize = 2 << 10;
/// A longer head is not one that the reader above would take either.
const HEAD_MAX: usize = 64 << 10;
const SWITCHING: &[u8] = b"HTTP/1.1 101";

pub struct Inflating<S> {
    pipe: S,
    side: Side,
    mode: Mode,
    /// Of what a server sends, behind its handshake.
    track: Option<Track>,
    tapping: Option<Box<Tapping>>,
    input: BytesMut,
    output: BytesMut,
    /// Found while bytes from before it were still waiting to be read.
    fault: Option<io::Error>,
}

impl<S> std::fmt::Debug for Inflating<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflating")
            .field("side", &self.side)
            .finish_non_exhaustive()
    }
}

enum Mode {
    /// Looking for the end of the handshake's answer. Frames may follow it in
    /// the same packet, and must not go up before it is known how to read them.
    Head,
    /// The answer went up and is being judged.
    Judged,
    Raw,
    Frames(Box<Frames>),
}

impl<S> Inflating<S> {
    /// Below a client, before its handshake.
    pub(super) fn new(pipe: S, wiretap: Option<Wiretap>) -> Self {
        Self {
            pipe,
            side: Side::Server,
            mode: Mode::Head,
            track: None,
            tapping: wiretap.map(|wiretap| Box::new(Tapping::new(wiretap))),
            input: BytesMut::new(),
            output: BytesMut::new(),
            fault: None,
        }
    }

    /// Below a server, after the handshake; `early` is what came behind it.
    pub(super) fn accepted(pipe: S, early: &[u8], deflate: Option<Deflate>) -> Self {
        let mut this = Self {
            pipe,
            side: Side::Client,
            mode: Mode::Judged,
            track: None,
            tapping: None,
            input: BytesMut::from(early),
            output: BytesMut::new(),
            fault: None,
        };
        this.start(deflate);
        this
    }

    /// Called once, right after the handshake and before anything else is read.
    pub(super) fn start(&mut self, deflate: Option<Deflate>) {
        self.mode = match deflate {
            Some(deflate) => Mode::Frames(Box::new(Frames::new(self.side, deflate))),
            None => Mode::Raw,
        };
        // Thousands of clients are none of our worries here: whoever serves them has clocks of their own.
        if self.side == Side::Server {
            self.track = Some(Track::default());
            // What came behind the handshake's answer.
            came(&mut self.track, &mut self.tapping, &self.input);
        }
    }

    /// For bytes of which nobody wants to know what they mean.
    pub(super) const fn below(&mut self) -> &mut S {
        &mut self.pipe
    }

    /// Whether a message has begun and not ended.
    pub(super) fn is_under_way(&self) -> bool {
        self.track.as_ref().is_some_and(Track::is_under_way)
    }

    /// Who looked at the frames that came last.
    pub(super) fn looked_at(&self) -> Option<&Wiretap> {
        self.tapping.as_ref()?.looked_at()
    }

    /// All that ever came of messages, inflated.
    pub(super) fn came(&self) -> u64 {
        let inflated = match &self.mode {
            Mode::Frames(frames) => frames.inflated(),
            Mode::Head | Mode::Judged | Mode::Raw => 0,
        };
        self.track.as_ref().map_or(0, Track::came) + inflated
    }

    fn owes(&self) -> bool {
        matches!(&self.mode, Mode::Frames(frames) if frames.owes())
    }

    /// A client that says nothing for hours must cost nothing for hours.
    fn let_go(&mut self) {
        if self.side == Side::Client || matches!(self.mode, Mode::Raw) {
            for buffer in [&mut self.input, &mut self.output] {
                if buffer.is_empty() {
                    *buffer = BytesMut::new();
                }
            }
        }
    }

    /// Moves what can be moved from input to output.
    fn convert(&mut self) {
        match &mut self.mode {
            Mode::Judged => {}
            Mode::Raw => self.output.unsplit(self.input.split()),
            Mode::Frames(frames) => {
                if let Err(error) = frames.convert(&mut self.input, &mut self.output) {
                    self.fault = Some(error);
                }
            }
            Mode::Head => {
                let start = self.input.len().min(SWITCHING.len());
                let switches = self.input[..start] == SWITCHING[..start];
                let end = self.input.windows(4).position(|window| window == b"\r\n\r\n");
                match end {
                    Some(end) if switches => {
                        self.output = one_connection_header(&self.input.split_to(end + 4));
                        self.mode = Mode::Judged;
                    }
                    None if switches && self.input.len() < HEAD_MAX => {}
                    // Some other answer, whose body a person may want to read.
                    Some(_) | None => {
                        self.mode = Mode::Raw;
                        self.output = self.input.split();
                    }
                }
            }
        }
    }
}

/// New bytes from below, for whoever wants to know of them.
fn came(track: &mut Option<Track>, tapping: &mut Option<Box<Tapping>>, bytes: &[u8]) {
    match (track, tapping) {
        (Some(track), Some(tapping)) => tapping.came(track, bytes),
        (Some(track), None) => track.see(bytes, &mut Nobody),
        (None, Some(tapping)) => tapping.answered(bytes),
        (None, None) => {}
    }
}

/// The library wants `Connection: Upgrade` and nothing else, where RFC 6455 has
/// a list that holds it, on one line or on several.
fn one_connection_header(head: &[u8]) -> BytesMut {
    let mut plain = BytesMut::with_capacity(head.len());
    let mut upgrades = false;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let value = match line.iter().position(|byte| *byte == b':') {
            Some(colon) if line[..colon].eq_ignore_ascii_case(b"connection") => &line[colon + 1..],
            _ => {
                if line == b"\r\n" && upgrades {
                    plain.extend_from_slice(b"Connection: Upgrade\r\n");
                }
                plain.extend_from_slice(line);
                continue;
            }
        };
        upgrades |= value
            .split(|byte| *byte == b',')
            .any(|token| token.trim_ascii().eq_ignore_ascii_case(b"upgrade"));
    }
    plain
}

impl<S: AsyncRead + Unpin> AsyncRead for Inflating<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if !this.output.is_empty() {
                let count = this.output.len().min(buf.remaining());
                buf.put_slice(&this.output[..count]);
                this.output.advance(count);
                this.let_go();
                return Poll::Ready(Ok(()));
            }
            if let Some(fault) = this.fault.take() {
                return Poll::Ready(Err(fault));
            }
            if matches!(this.mode, Mode::Raw) && this.input.is_empty() {
                let before = buf.filled().len();
                ready!(Pin::new(&mut this.pipe).poll_read(cx, buf))?;
                came(&mut this.track, &mut this.tapping, &buf.filled()[before..]);
                return Poll::Ready(Ok(()));
            }
            if !this.input.is_empty() || this.owes() {
                this.convert();
                if !this.output.is_empty() || this.fault.is_some() {
                    continue;
                }
            }
            this.input.reserve(match this.side {
                Side::Server => READ_FROM_SERVER,
                Side::Client => READ_FROM_CLIENT,
            });
            let before = this.input.len();
            let read = tokio_util::io::poll_read_buf(Pin::new(&mut this.pipe), cx, &mut this.input);
            if read.is_pending() {
                this.let_go();
            }
            if ready!(read)? == 0 {
                // What is left is half a frame or half a head; the end says enough.
                return Poll::Ready(Ok(()));
            }
            came(&mut this.track, &mut this.tapping, &this.input[before..]);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Inflating<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.pipe).poll_write(cx, bytes))?;
        if let Some(tapping) = &mut self.tapping {
            tapping.went(&bytes[..count]);
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}
