//! Compressed frames into plain ones, as bytes come.
//!
//! Only what is surely a compressed message is touched. Everything else goes
//! up byte for byte, so that whoever reads the frames judges every violation
//! by its own rules.

use std::io;

use bytes::{Buf, BufMut, BytesMut};

use super::inflater::Inflater;
use super::negotiation::Deflate;
use crate::density::{Dense, density_limit};
use crate::tap::{Direction, Frame};

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV: u8 = 0x70;
const MASKED: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CONTROL: u8 = 0x8;

pub(super) struct Frames {
    side: Side,
    deflate: Deflate,
    inflater: Option<Inflater>,
    message: Message,
    at: At,
    /// Inflated, and not yet handed up.
    ready: Vec<u8>,
    /// Of all messages, what was handed up.
    handed: u64,
    /// Of the message that is under way, what came, and what was handed up before it.
    came: u64,
    handed_before: u64,
}

/// Whose frames are read, which decides whether they are masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// A server's; there is one of it, and much comes.
    Server,
    /// A client's; there are thousands of them, and little comes.
    Client,
}

impl Side {
    const fn masks(self) -> bool {
        match self {
            Self::Server => false,
            Self::Client => true,
        }
    }

    /// A longer message goes up in pieces of this size: memory stays the same
    /// however large it is, and the reader's own limit counts the inflated bytes.
    const fn fragment_max(self) -> usize {
        match self {
            Self::Server => 32 << 10,
            Self::Client => 4 << 10,
        }
    }
}

/// The data message that is under way, if any.
#[derive(Clone, Copy)]
enum Message {
    None,
    Plain,
    /// `opcode` until the first piece of it went up, then a continuation.
    Compressed {
        opcode: u8,
    },
}

#[derive(Clone, Copy)]
enum At {
    Header,
    Plain { left: u64 },
    Compressed { left: u64, last: bool, mask: Mask },
}

/// What a client's payload is mixed with; four zeros change nothing.
#[derive(Clone, Copy, Default)]
struct Mask {
    key: [u8; 4],
    /// How many bytes at the front of the input are clear already.
    clear: usize,
}

impl Mask {
    fn remove(&mut self, input: &mut [u8]) {
        if self.key != [0; 4] {
            for (byte, key) in input[self.clear..].iter_mut().zip(self.key.iter().cycle()) {
                *byte ^= key;
            }
            // The key goes on where it stopped.
            self.key.rotate_left((input.len() - self.clear) % 4);
        }
        self.clear = input.len();
    }
}

impl Frames {
    pub(super) const fn new(side: Side, deflate: Deflate) -> Self {
        Self {
            side,
            deflate,
            inflater: None,
            message: Message::None,
            at: At::Header,
            ready: Vec::new(),
            handed: 0,
            came: 0,
            handed_before: 0,
        }
    }

    /// Of all messages, what was inflated.
    pub(super) const fn inflated(&self) -> u64 {
        self.handed + self.ready.len() as u64
    }

    /// Nothing that anybody means well with is so dense for so long.
    const fn judge(&self) -> Result<(), Dense> {
        let inflated = self.inflated() - self.handed_before;
        match density_limit(self.came) {
            limit if inflated > limit => Err(Dense { limit }),
            _ => Ok(()),
        }
    }

    /// All of a message has come, and its end did not fit into the last read:
    /// it must not wait there until something else comes.
    pub(super) const fn owes(&self) -> bool {
        matches!(
            self.at,
            At::Compressed {
                left: 0,
                last: true,
                ..
            }
        )
    }

    /// Takes what it can from `input` and appends plain frames to `output`,
    /// until the input is used up or `output` holds enough for one read.
    pub(super) fn convert(&mut self, input: &mut BytesMut, output: &mut BytesMut) -> io::Result<()> {
        let most = self.side.fragment_max();
        while output.len() < most {
            match self.at {
                At::Header => {
                    let Some(header) = Header::parse(input) else {
                        return Ok(());
                    };
                    self.begin(header, input, output);
                }
                At::Plain { left: 0 } => self.at = At::Header,
                At::Plain { left } => {
                    let count = available(input, left);
                    if count == 0 {
                        return Ok(());
                    }
                    output.extend_from_slice(&input[..count]);
                    input.advance(count);
                    self.at = At::Plain {
                        left: left - count as u64,
                    };
                }
                At::Compressed { left: 0, last, .. } => {
                    if last {
                        self.end(output)?;
                    }
                    self.at = At::Header;
                }
                At::Compressed { left, last, mut mask } => {
                    let count = available(input, left);
                    if count == 0 {
                        return Ok(());
                    }
                    mask.remove(&mut input[..count]);
                    let inflater = self.inflater.get_or_insert_with(|| Inflater::new(self.deflate));
                    let taken = inflater.take(&input[..count], &mut self.ready, most)?;
                    self.came += taken as u64;
                    self.judge()?;
                    input.advance(taken);
                    mask.clear -= taken;
                    self.at = At::Compressed {
                        left: left - taken as u64,
                        last,
                        mask,
                    };
                    if self.ready.len() >= most {
                        self.hand_up(false, output);
                    }
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, header: Header, input: &mut BytesMut, output: &mut BytesMut) {
        let Header {
            first,
            mask,
            size,
            length,
        } = header;
        let fits = mask.is_some() == self.side.masks();
        let mask = Mask {
            key: mask.unwrap_or_default(),
            clear: 0,
        };
        let (opcode, last) = (first & 0xf, first & FIN != 0);
        let starts = matches!(opcode, TEXT | BINARY) && first & RSV == RSV1;
        let goes_on = opcode == CONTINUATION && first & RSV == 0;
        match self.message {
            Message::None if starts && fits => {
                self.message = Message::Compressed { opcode };
                (self.came, self.handed_before) = (0, self.handed);
                self.at = At::Compressed {
                    left: length,
                    last,
                    mask,
                };
                input.advance(size);
                return;
            }
            Message::Compressed { .. } if goes_on && fits => {
                self.at = At::Compressed {
                    left: length,
                    last,
                    mask,
                };
                input.advance(size);
                return;
            }
            // A message inside a message: the reader must have seen the outer one to object.
            Message::Compressed { .. } if opcode & CONTROL == 0 => self.hand_up(false, output),
            Message::None if opcode & CONTROL == 0 && !last => self.message = Message::Plain,
            Message::Plain if opcode == CONTINUATION && last => self.message = Message::None,
            Message::None | Message::Plain | Message::Compressed { .. } => {}
        }
        output.extend_from_slice(&input[..size]);
        input.advance(size);
        self.at = At::Plain { left: length };
    }

    fn end(&mut self, output: &mut BytesMut) -> io::Result<()> {
        let most = self.side.fragment_max();
        let inflater = self.inflater.get_or_insert_with(|| Inflater::new(self.deflate));
        while !inflater.end(&mut self.ready, most)? {
            self.handed += self.ready.len() as u64;
            hand_up(self.side, &mut self.message, &mut self.ready, false, output);
        }
        self.judge()?;
        self.hand_up(true, output);
        self.message = Message::None;
        if self.side == Side::Client && self.deflate.no_context_takeover {
            // Some 50 KiB, for a client that may not speak again for hours.
            self.inflater = None;
            self.ready = Vec::new();
        }
        Ok(())
    }

    fn hand_up(&mut self, last: bool, output: &mut BytesMut) {
        self.handed += self.ready.len() as u64;
        hand_up(self.side, &mut self.message, &mut self.ready, last, output);
    }
}

/// Writes what is inflated as a plain frame of the same message.
fn hand_up(side: Side, message: &mut Message, ready: &mut Vec<u8>, last: bool, output: &mut BytesMut) {
    let Message::Compressed { opcode } = *message else {
        return;
    };
    *message = Message::Compressed { opcode: CONTINUATION };
    output.put_u8(opcode | if last { FIN } else { 0 });
    let masked = if side.masks() { MASKED } else { 0 };
    // At most a fragment and what one more look at the inflater gave: two bytes hold it.
    match u8::try_from(ready.len()) {
        Ok(length @ 0..=125) => output.put_u8(masked | length),
        Ok(_) | Err(_) => {
            output.put_u8(masked | 126);
            output.put_u16(u16::try_from(ready.len()).unwrap_or(u16::MAX));
        }
    }
    if side.masks() {
        // Whoever reads a client demands a mask, and zeros are one that costs nothing.
        output.put_u32(0);
    }
    output.extend_from_slice(ready);
    ready.clear();
}

pub(crate) struct Header {
    first: u8,
    mask: Option<[u8; 4]>,
    /// How many bytes the header itself has.
    size: usize,
    length: u64,
}

impl Header {
    /// `None` until all of it is there.
    pub(crate) fn parse(input: &[u8]) -> Option<Self> {
        let [first, second, ..] = *input else { return None };
        let (size, length) = match second & !MASKED {
            126 => (
                4,
                u64::from(u16::from_be_bytes(input.get(2..4)?.try_into().ok()?)),
            ),
            127 => (10, u64::from_be_bytes(input.get(2..10)?.try_into().ok()?)),
            length => (2, u64::from(length)),
        };
        let mask = if second & MASKED == 0 {
            None
        } else {
            Some(input.get(size..size + 4)?.try_into().ok()?)
        };
        Some(Self {
            first,
            mask,
            size: size + if mask.is_some() { 4 } else { 0 },
            length,
        })
    }

    pub(crate) const fn size(&self) -> usize {
        self.size
    }

    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Zeros, which change nothing, where there is none.
    pub(crate) fn mask(&self) -> [u8; 4] {
        self.mask.unwrap_or_default()
    }

    pub(super) const fn is_control(&self) -> bool {
        self.first & CONTROL != 0
    }

    pub(super) const fn is_last(&self) -> bool {
        self.first & FIN != 0
    }

    pub(super) const fn is_text(&self) -> bool {
        self.first & 0xf == TEXT
    }

    pub(super) const fn is_compressed(&self) -> bool {
        self.first & RSV1 != 0
    }

    pub(crate) const fn seen(&self, direction: Direction) -> Frame {
        Frame {
            direction,
            opcode: self.first & 0xf,
            last: self.first & FIN != 0,
            compressed: self.first & RSV1 != 0,
            length: self.length,
            // Fourteen bytes at most.
            overhead: self.size as u8,
        }
    }
}

fn available(input: &BytesMut, left: u64) -> usize {
    usize::try_from(left).map_or(input.len(), |left| left.min(input.len()))
}
