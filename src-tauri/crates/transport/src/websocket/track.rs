//! Where in a stream of frames we are.
//!
//! One walk for whoever needs to know: how much has come of messages and whether
//! one is under way, and for whoever looks at the wire each frame that begins.

use super::frames::Header;

/// The longest header: length and mask in full.
const HEADER_MAX: usize = 14;

#[derive(Debug, Default)]
pub(crate) struct Track {
    /// The beginning of a header whose rest has not come.
    header: [u8; HEADER_MAX],
    had: usize,
    /// What is still to come of the payload, and whether it is worth something
    /// in itself: what is compressed may inflate to nothing.
    left: u64,
    counts: bool,
    /// The last that has begun, and whether frames of it are still to come.
    message: Message,
    goes_on: bool,
    /// Of messages that are not compressed.
    came: u64,
}

/// What a frame of data belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) is_text: bool,
    pub(crate) is_compressed: bool,
}

/// Who is shown what is walked past.
pub(crate) trait Look {
    /// A frame begins, of this message unless it is one of control.
    fn begins(&mut self, header: &Header, message: Option<Message>);

    /// More of the frame that began last, which may be nothing, and whether that is its end.
    fn goes_on(&mut self, payload: &[u8], ends: bool);
}

/// Walks for the way alone.
pub(crate) struct Nobody;

impl Look for Nobody {
    fn begins(&mut self, _: &Header, _: Option<Message>) {}

    fn goes_on(&mut self, _: &[u8], _: bool) {}
}

impl Track {
    pub(super) const fn came(&self) -> u64 {
        self.came
    }

    /// Whether a frame or a message has begun and not ended.
    pub(super) const fn is_under_way(&self) -> bool {
        self.had > 0 || self.left > 0 || self.goes_on
    }

    pub(crate) fn see(&mut self, mut bytes: &[u8], look: &mut impl Look) {
        loop {
            let skipped = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            let (payload, rest) = bytes.split_at(skipped);
            bytes = rest;
            self.left -= skipped as u64;
            if self.counts {
                self.came += skipped as u64;
            }
            look.goes_on(payload, self.left == 0);
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
            let message = self.begin(&header);
            look.begins(&header, message);
        }
    }

    fn begin(&mut self, header: &Header) -> Option<Message> {
        if header.is_control() {
            self.counts = false;
            return None;
        }
        if !self.goes_on {
            self.message = Message {
                number: self.message.number + 1,
                is_text: header.is_text(),
                is_compressed: header.is_compressed(),
            };
        }
        self.counts = !self.message.is_compressed;
        self.goes_on = !header.is_last();
        Some(self.message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tap::{Direction, Frame};

    /// Keeps all that it is shown.
    #[derive(Default)]
    struct Shown {
        frames: Vec<(Frame, Vec<u8>)>,
        numbers: Vec<u64>,
        ended: usize,
    }

    impl Look for Shown {
        fn begins(&mut self, header: &Header, message: Option<Message>) {
            self.frames.push((header.seen(Direction::In), Vec::new()));
            self.numbers.extend(message.map(|message| message.number));
        }

        fn goes_on(&mut self, payload: &[u8], ends: bool) {
            if let Some((_, all)) = self.frames.last_mut() {
                all.extend(payload);
            }
            self.ended = if ends { self.frames.len() } else { self.ended };
        }
    }

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
        bytes.extend((0..frame.length as usize).map(payload));
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
                sent.push((frame, (0..length as usize).map(payload).collect::<Vec<_>>()));
            }
            let (mut shown, mut track, mut blind) = (Shown::default(), Track::default(), Track::default());
            for piece in bytes.chunks(piece) {
                track.see(piece, &mut shown);
                blind.see(piece, &mut Nobody);
                prop_assert_eq!(format!("{track:?}"), format!("{blind:?}"), "whoever looks changes nothing");
            }
            prop_assert_eq!(shown.ended, sent.len());
            prop_assert_eq!(shown.frames, sent);
            prop_assert_eq!(shown.numbers.last().copied().unwrap_or_default(), track.message.number);
            prop_assert!(shown.numbers.is_sorted());
        }
    }
}
