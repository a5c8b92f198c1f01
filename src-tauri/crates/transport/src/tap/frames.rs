//! Where frames begin, in bytes that come in pieces of any size.

use super::start::LOOKED_AT_MAX;
use super::{Direction, Frame};
use crate::websocket::Header;

const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// The longest header: length and mask in full.
const HEADER_MAX: usize = 14;

pub(super) struct Frames {
    direction: Direction,
    /// The beginning of a header whose rest has not come.
    header: [u8; HEADER_MAX],
    had: usize,
    /// What is still to come of the payload.
    left: u64,
    /// How many messages have begun.
    messages: u64,
    message: Message,
    /// What is collected of the frame that is under way, when somebody looks.
    begun: Option<Begun>,
}

/// What the last frame of data belongs to.
#[derive(Clone, Copy, Debug, Default)]
struct Message {
    is_text: bool,
    is_compressed: bool,
}

/// A frame, and how its payload begins.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    pub(super) frame: Frame,
    pub(super) is_text: bool,
    /// The message that must be inflated before anybody knows what it says.
    pub(super) inflates: Option<u64>,
    pub(super) start: Vec<u8>,
    mask: [u8; 4],
}

impl Begun {
    fn is_complete(&self) -> bool {
        self.inflates.is_some() || self.start.len() >= LOOKED_AT_MAX
    }

    fn take(&mut self, bytes: &[u8]) {
        let room = LOOKED_AT_MAX - self.start.len();
        for byte in bytes.iter().take(room) {
            let mask = self.mask[self.start.len() % 4];
            self.start.push(byte ^ mask);
        }
    }
}

impl Frames {
    pub(super) fn new(direction: Direction) -> Self {
        Self {
            direction,
            header: [0; HEADER_MAX],
            had: 0,
            left: 0,
            messages: 0,
            message: Message::default(),
            begun: None,
        }
    }

    /// Tells each frame when as much of it has come as is shown of it.
    pub(super) fn see(&mut self, mut bytes: &[u8], is_looked_at: bool, mut told: impl FnMut(Begun)) {
        loop {
            let skipped = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            let (payload, rest) = bytes.split_at(skipped);
            bytes = rest;
            self.left -= skipped as u64;
            if let Some(mut begun) = self.begun.take() {
                begun.take(payload);
                if self.left == 0 || begun.is_complete() {
                    told(begun);
                } else {
                    self.begun = Some(begun);
                }
            }
            if bytes.is_empty() {
                return;
            }
            let (had, header) = if self.had == 0 {
                (0, Header::parse(bytes))
            } else {
                let more = (HEADER_MAX - self.had).min(bytes.len());
                self.header[self.had..self.had + more].copy_from_slice(&bytes[..more]);
                (self.had, Header::parse(&self.header[..self.had + more]))
            };
            let Some(header) = header else {
                // All of it belongs to the header, which has less than fourteen bytes yet.
                let more = bytes.len().min(HEADER_MAX - had);
                self.header[had..had + more].copy_from_slice(&bytes[..more]);
                self.had = had + more;
                return;
            };
            bytes = &bytes[header.size() - had..];
            self.had = 0;
            self.left = header.length();
            self.begin(&header, is_looked_at);
        }
    }

    fn begin(&mut self, header: &Header, is_looked_at: bool) {
        let frame = header.seen(self.direction);
        if matches!(frame.opcode, TEXT | BINARY) {
            self.messages += 1;
            self.message = Message {
                is_text: frame.opcode == TEXT,
                is_compressed: frame.compressed,
            };
        }
        if is_looked_at {
            let is_data = frame.opcode <= BINARY;
            let inflates = (is_data && self.message.is_compressed).then_some(self.messages);
            self.begun = Some(Begun {
                frame,
                is_text: is_data && self.message.is_text,
                inflates,
                start: Vec::new(),
                mask: header.mask(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes_of(frame: &Frame, mask: bool) -> Vec<u8> {
        let mut bytes =
            vec![frame.opcode | if frame.last { 0x80 } else { 0 } | if frame.compressed { 0x40 } else { 0 }];
        let masked = if mask { 0x80 } else { 0 };
        match frame.length {
            length @ 0..=125 => bytes.push(masked | length as u8),
            length @ 126..=0xffff => {
                bytes.push(masked | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
            length => {
                bytes.push(masked | 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        bytes.extend_from_slice(if mask { b"mask" } else { b"" });
        let key = if mask { *b"mask" } else { [0; 4] };
        bytes.extend((0..frame.length as usize).map(|at| payload(at) ^ key[at % 4]));
        bytes
    }

    /// Of which no byte may be taken for a header.
    fn payload(at: usize) -> u8 {
        (at % 251) as u8
    }

    proptest! {
        #[test]
        fn every_frame_is_seen_however_the_bytes_are_cut(
            frames in prop::collection::vec(
                (0u8..16, any::<bool>(), any::<bool>(),
                 prop_oneof![0u64..130, 60_000u64..70_000], any::<bool>()), 1..6),
            piece in 1usize..5_000,
        ) {
            let mut bytes = Vec::new();
            let mut sent = Vec::new();
            for (opcode, last, compressed, length, mask) in frames {
                let mut frame = Frame {
                    direction: Direction::In, opcode, last, compressed, length, overhead: 0,
                };
                let made = bytes_of(&frame, mask);
                frame.overhead = u8::try_from(made.len() as u64 - length).unwrap();
                bytes.extend(made);
                sent.push(frame);
            }
            let mut seen = Vec::new();
            let mut frames = Frames::new(Direction::In);
            for piece in bytes.chunks(piece) {
                frames.see(piece, true, |begun| seen.push(begun));
            }
            prop_assert_eq!(seen.iter().map(|begun| begun.frame).collect::<Vec<_>>(), sent);
            for begun in &seen {
                let length = (begun.frame.length as usize).min(LOOKED_AT_MAX);
                let all: Vec<_> = (0..length).map(payload).collect();
                // What is compressed is told by whoever inflates it.
                prop_assert!(begun.start == all || begun.inflates.is_some());
            }
        }
    }

    #[test]
    fn while_nobody_looks_nothing_is_told_or_kept() {
        let mut frames = Frames::new(Direction::In);
        for _ in 0..3 {
            frames.see(&[0x81, 4, b't', b'i', b'c', b'k'], false, |begun| {
                panic!("{begun:?}")
            });
        }
        assert!(frames.begun.is_none());
        assert_eq!(frames.messages, 3, "they are counted all the same");
    }
}
