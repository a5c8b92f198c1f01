//! An independent reading of a server's frames.

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status};

use crate::Inbound;
use crate::websocket::negotiation::Deflate;

/// How it must come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The bytes are all there are, and nothing in them is wrong.
    OverHere,
    Refused,
    /// By a Close frame; what it says may be wrong in itself.
    Closed,
    /// Something is wrong in what has not come to its end, which a reader need not see.
    RefusedOrOver,
}

struct Frame {
    first: u8,
    masked: bool,
    length: u64,
    payload: Vec<u8>,
    whole: bool,
}

/// The message that is under way.
struct Open {
    text: bool,
    compressed: bool,
    payload: Vec<u8>,
}

/// What must be heard, how it must end, and how much of it was heard before the
/// message in which it ended: a reader that inflates as bytes come may refuse
/// that one before the pings in the middle of it.
pub(super) fn read(bytes: &[u8], deflate: Deflate, most: usize) -> (Vec<Inbound>, End, usize) {
    let mut before = 0;
    let (found, end) = read_on(bytes, deflate, most, &mut before);
    (found, end, before)
}

fn read_on(bytes: &[u8], deflate: Deflate, most: usize, before: &mut usize) -> (Vec<Inbound>, End) {
    let (mut rest, mut found) = (bytes, Vec::new());
    let mut open: Option<Open> = None;
    let mut inflate = Inflate::new(deflate);
    while let Some(frame) = next(&mut rest) {
        if open.is_none() {
            *before = found.len();
        }
        let opcode = frame.first & 0xf;
        let (last, rsv) = (frame.first & 0x80 != 0, frame.first & 0x70);
        let refused = if frame.whole {
            End::Refused
        } else {
            End::RefusedOrOver
        };
        let control = opcode >= 8;
        let compressed = rsv == 0x40 && matches!(opcode, 1 | 2) && open.is_none();
        let inside = open.as_ref().is_some_and(|open| open.compressed);
        let wrong = frame.masked
            || (rsv != 0 && !compressed)
            || !matches!(opcode, 0 | 1 | 2 | 8 | 9 | 10)
            || (control && (!last || frame.length > 125))
            || (opcode == 0 && open.is_none())
            || (matches!(opcode, 1 | 2) && open.is_some());
        if wrong {
            return (found, refused);
        }
        if control {
            if !frame.whole {
                break;
            }
            match opcode {
                8 => return (found, End::Closed),
                9 => found.push(Inbound::Ping),
                _ => found.push(Inbound::Pong(Bytes::from(frame.payload))),
            }
            continue;
        }
        if !(compressed || (inside && opcode == 0)) && frame.length > most as u64 {
            return (found, End::Refused);
        }
        let message = open.get_or_insert_with(|| Open {
            text: opcode == 1,
            compressed,
            payload: Vec::new(),
        });
        message.payload.extend(&frame.payload);
        if !frame.whole {
            break;
        }
        if !message.compressed && message.is_wrong_already(most) {
            return (found, End::Refused);
        }
        if !last {
            continue;
        }
        let Some(done) = open.take() else { break };
        let payload = if done.compressed {
            match inflate.message(&done.payload, most) {
                Some(payload) => payload,
                None => return (found, End::Refused),
            }
        } else {
            done.payload
        };
        if done.text {
            match String::from_utf8(payload) {
                Ok(text) => found.push(Inbound::Text(text.into())),
                Err(_) => return (found, End::Refused),
            }
        } else {
            found.push(Inbound::Binary(payload.into()));
        }
    }
    // A reader may have seen in the half of a message that it will be wrong.
    let end = match open {
        Some(_) => End::RefusedOrOver,
        None => End::OverHere,
    };
    (found, end)
}

impl Open {
    fn is_wrong_already(&self, most: usize) -> bool {
        let bad_text = || {
            let error = std::str::from_utf8(&self.payload).err();
            error.is_some_and(|error| error.error_len().is_some())
        };
        self.payload.len() > most || (self.text && bad_text())
    }
}

/// The next frame, of which the payload may be cut off.
fn next(rest: &mut &[u8]) -> Option<Frame> {
    let (first, second) = (*rest.first()?, *rest.get(1)?);
    let (mut size, length) = match second & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(rest.get(2..10)?.try_into().ok()?)),
        length => (2, u64::from(length)),
    };
    let masked = second & 0x80 != 0;
    if masked {
        size += 4;
    }
    let behind = rest.get(size..)?;
    let here = usize::try_from(length).unwrap_or(usize::MAX).min(behind.len());
    let (payload, after) = behind.split_at(here);
    *rest = after;
    Some(Frame {
        first,
        masked,
        length,
        payload: payload.to_vec(),
        whole: here as u64 == length,
    })
}

/// The other side's window, from its first byte on.
struct Inflate {
    deflate: Deflate,
    stream: Decompress,
    /// All that came out, since the window was last thrown away.
    past: Vec<u8>,
}

impl Inflate {
    fn new(deflate: Deflate) -> Self {
        Self {
            deflate,
            stream: Decompress::new_with_window_bits(false, deflate.window_bits),
            past: Vec::new(),
        }
    }

    fn message(&mut self, payload: &[u8], most: usize) -> Option<Vec<u8>> {
        let start = self.past.len();
        if !self.feed(payload, start + most)? {
            // The sender has cut this off.
            self.feed(&[0, 0, 0xff, 0xff], start + most)?;
        }
        let message = self.past[start..].to_vec();
        if self.deflate.no_context_takeover {
            self.stream.reset(false);
            self.past.clear();
        }
        (message.len() <= most).then_some(message)
    }

    /// Whether a stream of the sender's has ended with the last of these bytes.
    fn feed(&mut self, mut input: &[u8], most: usize) -> Option<bool> {
        let mut ended = false;
        loop {
            let mut room = [0; 997];
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            let status = self
                .stream
                .decompress(input, &mut room, FlushDecompress::Sync)
                .ok()?;
            let taken = (self.stream.total_in() - before_in) as usize;
            let made = (self.stream.total_out() - before_out) as usize;
            input = &input[taken..];
            self.past.extend_from_slice(&room[..made]);
            if self.past.len() > most {
                return None;
            }
            if taken > 0 {
                ended = false;
            }
            if status == Status::StreamEnd {
                ended = true;
                self.stream.reset(false);
                let window = self.past.len().saturating_sub(32 << 10);
                if !self.past.is_empty() {
                    self.stream.set_dictionary(&self.past[window..]).ok()?;
                }
            } else if made < room.len() {
                return if input.is_empty() {
                    Some(ended)
                } else if taken == 0 && made == 0 {
                    None
                } else {
                    continue;
                };
            }
            if input.is_empty() && ended {
                return Some(true);
            }
        }
    }
}
