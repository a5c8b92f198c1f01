//! Where frames begin, in bytes that come in pieces of any size.

use super::{Direction, Frame};
use crate::websocket::Header;

/// The longest header: length and mask in full.
const HEADER_MAX: usize = 14;

pub(super) struct Frames {
    direction: Direction,
    /// The beginning of a header whose rest has not come.
    header: [u8; HEADER_MAX],
    had: usize,
    /// What is still to come of the payload.
    left: u64,
}

impl Frames {
    pub(super) const fn new(direction: Direction) -> Self {
        Self {
            direction,
            header: [0; HEADER_MAX],
            had: 0,
            left: 0,
        }
    }

    pub(super) fn see(&mut self, mut bytes: &[u8], mut told: impl FnMut(Frame)) {
        loop {
            let skipped = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            bytes = &bytes[skipped..];
            self.left -= skipped as u64;
            if bytes.is_empty() {
                return;
            }
            let had = self.had;
            let more = (HEADER_MAX - had).min(bytes.len());
            self.header[had..had + more].copy_from_slice(&bytes[..more]);
            let Some(header) = Header::parse(&self.header[..had + more]) else {
                // All of it was part of the header.
                self.had = had + more;
                return;
            };
            bytes = &bytes[header.size() - had..];
            self.had = 0;
            self.left = header.length();
            told(header.seen(self.direction));
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
        bytes.extend(std::iter::repeat_n(0x81, frame.length as usize));
        bytes
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
                frames.see(piece, |frame| seen.push(frame));
            }
            prop_assert_eq!(seen, sent);
        }
    }
}
