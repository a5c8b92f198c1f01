//! A server that keeps a window for its client, as others do and ours does not.

use bytes::Bytes;
use flate2::Compress;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::super::Agreed;
use super::super::deflating::{LEVEL, compressed, deflate};

/// An empty block, which is what a message of nothing looks like (RFC 7692 7.2.3.6).
const NOTHING: &[u8] = &[0];

/// Compresses for one client, each message going on where the last one ended.
/// That makes ticks four times as small, and costs 380 KB a client.
#[derive(Debug)]
pub(super) struct Deflater {
    agreed: Agreed,
    stream: Compress,
    room: Vec<u8>,
}

impl Deflater {
    pub(super) fn new(agreed: &Agreed) -> Self {
        let bits = agreed.server_max_window_bits.max(9);
        Self {
            agreed: *agreed,
            stream: Compress::new_with_window_bits(LEVEL, false, bits),
            room: Vec::new(),
        }
    }

    /// Messages must be sent in the order in which they were made, all of them.
    pub(super) fn message(&mut self, text: Utf8Bytes) -> Message {
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
