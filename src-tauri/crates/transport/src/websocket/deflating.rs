//! Texts, compressed once for everybody.
//!
//! A compressed message that points at nothing before itself is right for every
//! client that can inflate at all, whether it keeps a window or not. So one
//! compression of a tick serves thousands. What it cannot have is the gain from
//! messages that look alike, for which each client would need a window of its own.

use bytes::Bytes;
use flate2::{Compress, Compression, FlushCompress, Status};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::negotiation::WINDOW_BITS_MAX;
use super::server::Agreed;

/// What every flush ends with, and no message is sent with.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
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

/// Three times as fast as the usual level 6 where messages are short, and as
/// good within a few percent; measured in `decisions/deflate-below-the-library.md`.
pub(super) const LEVEL: Compression = Compression::new(1);

pub(super) fn compressed(payload: Bytes) -> Message {
    let mut frame = Frame::message(payload, OpCode::Data(Data::Text), true);
    frame.header_mut().rsv1 = true;
    Message::Frame(frame)
}

/// Leaves the whole message in `room`, or says that it could not.
pub(super) fn deflate(stream: &mut Compress, mut bytes: &[u8], room: &mut Vec<u8>) -> bool {
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
