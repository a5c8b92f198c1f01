//! What the venue's texts become on a WebSocket: compressed where the client
//! can read that, and in as many frames as it likes.
//!
//! Written after RFC 7692 alone, and with nothing of the app's own.

use flate2::{Compress, Compression, FlushCompress};
use hyper::HeaderMap;
use hyper::header::SEC_WEBSOCKET_EXTENSIONS;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::wiring::{Deflate, Wiring};

/// What a flush ends with, and a message does not.
const TAIL: usize = 4;
/// More than a message of the venue's can become.
const ROOM: usize = 4 << 10;

/// What is agreed on, when the client offers to inflate.
pub(super) fn agreed(request: &HeaderMap, wiring: Wiring) -> Option<Deflate> {
    let offers = request.get_all(SEC_WEBSOCKET_EXTENSIONS).into_iter();
    let offered = offers
        .filter_map(|offer| offer.to_str().ok())
        .any(|offer| offer.contains("permessage-deflate"));
    wiring.deflate.filter(|_| offered)
}

/// The same in the words of the handshake.
pub(super) fn answer(deflate: Deflate) -> String {
    let mut answer = format!(
        "permessage-deflate; server_max_window_bits={}",
        deflate.window_bits
    );
    if !deflate.takeover {
        answer.push_str("; server_no_context_takeover");
    }
    answer
}

/// Makes messages of texts, for one client.
#[derive(Debug)]
pub(super) struct Packer {
    deflate: Option<(Deflate, Compress)>,
    frame_max: usize,
}

impl Packer {
    pub(super) fn new(deflate: Option<Deflate>, wiring: Wiring) -> Self {
        let stream = |deflate: Deflate| {
            Compress::new_with_window_bits(Compression::new(6), false, deflate.window_bits)
        };
        Self {
            deflate: deflate.map(|deflate| (deflate, stream(deflate))),
            frame_max: wiring.frame_max.unwrap_or(usize::MAX),
        }
    }

    /// The frames of one text.
    pub(super) fn pack(&mut self, text: String) -> Vec<Message> {
        let (payload, compressed) = match &mut self.deflate {
            Some((deflate, stream)) => {
                if !deflate.takeover {
                    stream.reset();
                }
                (deflated(stream, text.as_bytes()), true)
            }
            None => (Bytes::from(text), false),
        };
        let count = payload.len().div_ceil(self.frame_max);
        let mut frames = Vec::with_capacity(count);
        for number in 0..count {
            let from = number * self.frame_max;
            let to = from.saturating_add(self.frame_max).min(payload.len());
            let kind = if number == 0 { Data::Text } else { Data::Continue };
            let is_last = number + 1 == count;
            let mut frame = Frame::message(payload.slice(from..to), OpCode::Data(kind), is_last);
            // Said once, for the whole message.
            frame.header_mut().rsv1 = compressed && number == 0;
            frames.push(Message::Frame(frame));
        }
        frames
    }
}

fn deflated(stream: &mut Compress, text: &[u8]) -> Bytes {
    let mut room = Vec::with_capacity(ROOM);
    stream.compress_vec(text, &mut room, FlushCompress::Sync).unwrap();
    assert!(
        room.ends_with(&[0, 0, 0xff, 0xff]) && room.len() < ROOM,
        "a message is short"
    );
    room.truncate(room.len() - TAIL);
    Bytes::from(room)
}
