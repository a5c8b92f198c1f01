//! A server's WebSocket frames, right ones and wrong ones, and a client's as they come.

use std::io;

use bytes::{Buf, BytesMut};

pub(crate) const TEXT: u8 = 0x1;
pub(crate) const BINARY: u8 = 0x2;
pub(crate) const CLOSE: u8 = 0x8;
pub(crate) const PING: u8 = 0x9;
pub(crate) const PONG: u8 = 0xA;
/// The last of its message.
pub(crate) const FINAL: u8 = 0x80;

/// As a server sends it: not masked. `head` is the first byte, so that anything may stand there.
pub(crate) fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(head, payload.len() as u64);
    bytes.extend_from_slice(payload);
    bytes
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    frame(FINAL | TEXT, text.as_bytes())
}

pub(crate) fn close(code: u16, reason: &str) -> Vec<u8> {
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.as_bytes());
    frame(FINAL | CLOSE, &payload)
}

/// Only the beginning of a frame that says to be this long.
pub(crate) fn header(head: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![head];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => bytes.push(short),
        (_, Ok(middle)) => {
            bytes.push(126);
            bytes.extend_from_slice(&middle.to_be_bytes());
        }
        (Ok(_) | Err(_), Err(_)) => {
            bytes.push(127);
            bytes.extend_from_slice(&length.to_be_bytes());
        }
    }
    bytes
}

/// A frame of the client.
pub(crate) struct Frame {
    pub(crate) opcode: u8,
    pub(crate) payload: Vec<u8>,
}

/// The first whole frame in there. A client sends small ones, each masked.
pub(crate) fn take(buffer: &mut BytesMut) -> io::Result<Option<Frame>> {
    let (Some(first), Some(second)) = (buffer.first().copied(), buffer.get(1).copied()) else {
        return Ok(None);
    };
    if second & 0x80 == 0 {
        return Err(io::Error::other("the client did not mask its frame"));
    }
    let (length, at) = match second & 0x7F {
        126 => match buffer.get(2..4) {
            Some(bytes) => (usize::from(bytes[0]) << 8 | usize::from(bytes[1]), 4),
            None => return Ok(None),
        },
        127 => return Err(io::Error::other("the client sent a huge frame")),
        short => (usize::from(short), 2),
    };
    if buffer.len() < at + 4 + length {
        return Ok(None);
    }
    let mask = [buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]];
    buffer.advance(at + 4);
    let masked = buffer.split_to(length);
    let payload = masked
        .iter()
        .zip(mask.iter().cycle())
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    Ok(Some(Frame {
        opcode: first & 0x0F,
        payload,
    }))
}
