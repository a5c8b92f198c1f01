//! Texts, compressed: once for everybody, or for one client at a time.
//!
//! A compressed message that points at nothing before itself is right for every
//! client that can inflate at all, whether it keeps a window or not. So one
//! compression of a tick serves thousands. What it cannot have is the gain from
//! messages that look alike, for which a client needs a [`Deflater`] of its own.

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress, Status};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::negotiation::WINDOW_BITS_MAX;
use super::server::Agreed;

/// What every flush ends with, and no message is sent with.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// An empty block, which is what a message of nothing looks like (RFC 7692 7.2.3.6).
const NOTHING: &[u8] = &[0];
/// A tick alone repeats little: a tenth saved is not worth the microseconds.
const WORTH_IT_MIN: usize = 256;

/// One text, compressed once for all clients.
#[derive(Clone, Debug)]
pub struct Packed {
    text: Utf8Bytes,
    /// Only where it is shorter than the text.
    payload: Option<Bytes>,
}

impl Packed {
    /// For whoever has no client that can inflate.
    pub const fn plain(text: Utf8Bytes) -> Self {
        Self { text, payload: None }
    }

    pub const fn text(&self) -> &Utf8Bytes {
        &self.text
    }

    /// The message for one client, compressed where that was agreed and helps.
    pub fn message(&self, agreed: Option<&Agreed>) -> Message {
        match (&self.payload, agreed) {
            // No message points further back than it is long.
            (Some(payload), Some(agreed)) if self.text.len() <= 1 << agreed.server_max_window_bits => {
                compressed(payload.clone())
            }
            (Some(_) | None, Some(_) | None) => Message::Text(self.text.clone()),
        }
    }
}

/// Compresses texts of which each stands for itself.
#[derive(Debug)]
pub struct Packer {
    stream: Compress,
    room: Vec<u8>,
}

impl Default for Packer {
    fn default() -> Self {
        Self {
            stream: Compress::new_with_window_bits(LEVEL, false, WINDOW_BITS_MAX),
            room: Vec::new(),
        }
    }
}

impl Packer {
    pub fn pack(&mut self, text: Utf8Bytes) -> Packed {
        if text.len() < WORTH_IT_MIN {
            return Packed::plain(text);
        }
        self.stream.reset();
        let made = deflate(&mut self.stream, text.as_bytes(), &mut self.room);
        let payload = (made && self.room.len() < text.len()).then(|| Bytes::copy_from_slice(&self.room));
        Packed { text, payload }
    }
}

/// Compresses for one client, each message going on where the last one ended.
/// That makes ticks four times as small, and costs 380 KB a client.
#[derive(Debug)]
pub struct Deflater {
    agreed: Agreed,
    stream: Compress,
    room: Vec<u8>,
}

impl Deflater {
    pub fn new(agreed: &Agreed) -> Self {
        let bits = agreed.server_max_window_bits.max(9);
        Self {
            agreed: *agreed,
            stream: Compress::new_with_window_bits(LEVEL, false, bits),
            room: Vec::new(),
        }
    }

    /// Messages must be sent in the order in which they were made, all of them.
    pub fn message(&mut self, text: Utf8Bytes) -> Message {
        let window = 1 << self.agreed.server_max_window_bits;
        if self.agreed.server_max_window_bits == 8 && text.len() > window {
            return Message::Text(text);
        }
        if text.is_empty() {
            return compressed(Bytes::from_static(NOTHING));
        }
        if self.agreed.server_no_context_takeover {
            self.stream.reset();
        }
        if deflate(&mut self.stream, text.as_bytes(), &mut self.room) {
            compressed(Bytes::copy_from_slice(&self.room))
        } else {
            // What it has taken in is not what the client will have heard.
            self.stream.reset();
            Message::Text(text)
        }
    }
}

/// Three times as fast as the usual level 6 where messages are short, and as
/// good within a few percent; measured in `decisions/deflate-below-the-library.md`.
const LEVEL: Compression = Compression::new(1);

fn compressed(payload: Bytes) -> Message {
    let mut frame = Frame::message(payload, OpCode::Data(Data::Text), true);
    frame.header_mut().rsv1 = true;
    Message::Frame(frame)
}

/// Leaves the whole message in `room`, or says that it could not.
fn deflate(stream: &mut Compress, mut bytes: &[u8], room: &mut Vec<u8>) -> bool {
    room.clear();
    loop {
        room.reserve((bytes.len() / 2).max(256));
        let before = stream.total_in();
        let status = stream.compress_vec(bytes, room, FlushCompress::Sync);
        let taken = usize::try_from(stream.total_in() - before).unwrap_or(bytes.len());
        bytes = &bytes[taken..];
        match status {
            Ok(Status::Ok | Status::BufError) if room.len() == room.capacity() => {}
            Ok(Status::Ok | Status::BufError) if bytes.is_empty() && room.ends_with(&TAIL) => {
                room.truncate(room.len() - TAIL.len());
                return true;
            }
            Ok(Status::Ok | Status::BufError | Status::StreamEnd) | Err(_) => return false,
        }
    }
}
