//! Compressed frames into plain ones, as bytes come.
//!
//! Only what is surely a compressed message is touched. Everything else goes
//! up byte for byte, so that whoever reads the frames judges every violation
//! by its own rules.

use std::io;

use bytes::{Buf, BufMut, BytesMut};

use super::inflater::Inflater;
use super::negotiation::Deflate;

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV: u8 = 0x70;
const MASKED: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CONTROL: u8 = 0x8;

/// A longer message goes up in pieces of this size: memory stays the same
/// however large it is, and the reader's own limit counts the inflated bytes.
const FRAGMENT_MAX: usize = 32 << 10;

pub(super) struct Frames {
    inflater: Inflater,
    message: Message,
    at: At,
    /// Inflated, and not yet handed up.
    ready: Vec<u8>,
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
    Compressed { left: u64, last: bool },
}

impl Frames {
    pub(super) fn new(deflate: Deflate) -> Self {
        Self {
            inflater: Inflater::new(deflate),
            message: Message::None,
            at: At::Header,
            ready: Vec::new(),
        }
    }

    /// Takes what it can from `input` and appends plain frames to `output`,
    /// until the input is used up or `output` holds enough for one read.
    pub(super) fn convert(&mut self, input: &mut BytesMut, output: &mut BytesMut) -> io::Result<()> {
        while output.len() < FRAGMENT_MAX {
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
                At::Compressed { left: 0, last } => {
                    if last {
                        self.end(output)?;
                    }
                    self.at = At::Header;
                }
                At::Compressed { left, last } => {
                    let count = available(input, left);
                    if count == 0 {
                        return Ok(());
                    }
                    let taken = self
                        .inflater
                        .take(&input[..count], &mut self.ready, FRAGMENT_MAX)?;
                    input.advance(taken);
                    self.at = At::Compressed {
                        left: left - taken as u64,
                        last,
                    };
                    if self.ready.len() >= FRAGMENT_MAX {
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
            masked,
            size,
            length,
        } = header;
        let (opcode, last) = (first & 0xf, first & FIN != 0);
        let starts = matches!(opcode, TEXT | BINARY) && first & RSV == RSV1;
        let goes_on = opcode == CONTINUATION && first & RSV == 0;
        match self.message {
            Message::None if starts && !masked => {
                self.message = Message::Compressed { opcode };
                self.at = At::Compressed { left: length, last };
                input.advance(size);
                return;
            }
            Message::Compressed { .. } if goes_on && !masked => {
                self.at = At::Compressed { left: length, last };
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
        while !self.inflater.end(&mut self.ready, FRAGMENT_MAX)? {
            self.hand_up(false, output);
        }
        self.hand_up(true, output);
        self.message = Message::None;
        Ok(())
    }

    /// Writes what is inflated as a plain frame of the same message.
    fn hand_up(&mut self, last: bool, output: &mut BytesMut) {
        let Message::Compressed { opcode } = self.message else {
            return;
        };
        self.message = Message::Compressed { opcode: CONTINUATION };
        output.put_u8(opcode | if last { FIN } else { 0 });
        // At most a fragment and what one more look at the inflater gave: two bytes hold it.
        match u8::try_from(self.ready.len()) {
            Ok(length @ 0..=125) => output.put_u8(length),
            Ok(_) | Err(_) => {
                output.put_u8(126);
                output.put_u16(u16::try_from(self.ready.len()).unwrap_or(u16::MAX));
            }
        }
        output.extend_from_slice(&self.ready);
        self.ready.clear();
    }
}

struct Header {
    first: u8,
    masked: bool,
    /// How many bytes the header itself has.
    size: usize,
    length: u64,
}

impl Header {
    /// `None` until all of it is there.
    fn parse(input: &[u8]) -> Option<Self> {
        let [first, second, ..] = *input else { return None };
        let masked = second & MASKED != 0;
        let (size, length) = match second & !MASKED {
            126 => (
                4,
                u64::from(u16::from_be_bytes(input.get(2..4)?.try_into().ok()?)),
            ),
            127 => (10, u64::from_be_bytes(input.get(2..10)?.try_into().ok()?)),
            length => (2, u64::from(length)),
        };
        let size = size + if masked { 4 } else { 0 };
        (input.len() >= size).then_some(Self {
            first,
            masked,
            size,
            length,
        })
    }
}

fn available(input: &BytesMut, left: u64) -> usize {
    usize::try_from(left).map_or(input.len(), |left| left.min(input.len()))
}
