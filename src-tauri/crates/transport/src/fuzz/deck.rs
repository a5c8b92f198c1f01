//! What right servers send.

use std::io::Write;

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compress, Compression, FlushCompress};

use super::Dice;

pub(crate) const EVENTS: [&[u8]; 10] = [
    b"data: {\"type\":\"trade\",\"symbol\":\"NVX\",\"price\":\"101.25\"}\nid: 7f-12\n\n",
    b"retry: 2500\n\n",
    b": a comment\n\n",
    b"\xEF\xBB\xBFdata: first\r\n\r\n",
    b"event: tick\rdata: a\rdata: b\r\r",
    b"id\n\n",
    b"id: 1\ndata\n\ndata\ndata\n\n",
    b"data: cut in the mid",
    b"\r\n\n\r",
    b"data:x\ndata: \xF0\x9F\x98\x80\n\nunknown: y\n:\n\n",
];

pub(crate) const LINKS: [&[u8]; 6] = [
    b"</v1/poll?after=12>; rel=\"next\"",
    b"<http://127.0.0.1:9/v1/poll>; rel=next",
    b"<//other.example/x>; rel=\"next\"",
    b"</a,b>; title=\"x, y\"; rel=\"prev next\", </c>; rel=next",
    b"<https://other.example/>; rel=\"next\"",
    b"<?after=3>; rel=prev, <..>; rel=\"next\"",
];

const LINES: [&str; 5] = [
    "{\"type\":\"trade\",\"symbol\":\"NVX\",\"price\":\"101.25\",\"size\":\"3\"}\n",
    "{\"type\":\"quote\",\"symbol\":\"BTC-USD\"}\r\n",
    "\n",
    "{\"type\":\"heartbeat\"}",
    "caf\u{e9}\n",
];

pub(crate) const HEADS: [&str; 9] = [
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
     Sec-WebSocket-Accept: {}\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
     Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\
     Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9; server_no_context_takeover\r\n\r\n",
    "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n\
     Sec-WebSocket-Protocol: tickwire.v1\r\n\r\n\x01\x02hi\u{0}\x01!",
    "HTTP/1.1 302 Found\r\nLocation: wss://other.example/x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow",
    "HTTP/1.1 503 Busy\r\nRetry-After: Sun, 22 Nov 2026 10:00:00 GMT\r\n\r\n<html>no</html>",
    "HTTP/1.0 200 OK\r\n\r\n<html>",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: </>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
];

pub(crate) const TUNNELS: [&[u8]; 7] = [
    b"HTTP/1.1 200 Connection established\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nProxy-Agent: tiny\r\n\r\nHTTP/1.1 101 Switching\r\n\r\n",
    b"HTTP/1.1 200\n\n\x16\x03\x01",
    b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhello",
    b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno.",
    b"<html>",
];

pub(crate) const SOCKS: [&[u8]; 6] = [
    b"\x05\x00\x05\x00\x00\x01\x7f\0\0\x01\x04\x38hello",
    b"\x05\x02\x01\x00\x05\x00\x00\x03\x05proxy\x04\x38hello",
    b"\x05\x00\x05\x00\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x04\x38",
    b"\x05\x02\x01\x01",
    b"\x05\xff",
    b"\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0",
];

/// Some lines, compressed in one way or another.
pub(crate) fn body(dice: &mut Dice) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..1 + dice.below(5) {
        let line = *dice.one(&LINES);
        text.extend_from_slice(line.repeat(1 + dice.below(3)).as_bytes());
    }
    let level = Compression::fast();
    // Writing into memory never fails.
    let packed = match dice.below(5) {
        0 | 1 => return text,
        2 => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(&text).and_then(|()| encoder.finish())
        }
        3 => {
            let mut encoder = ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(&text).and_then(|()| encoder.finish())
        }
        _ => {
            let mut encoder = DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(&text).and_then(|()| encoder.finish())
        }
    };
    packed.unwrap_or_default()
}

/// What a compressing server says, in the order in which it compressed it.
pub(crate) struct Messages {
    compress: Compress,
    no_context_takeover: bool,
}

impl Messages {
    pub(crate) fn new(window_bits: u8, no_context_takeover: bool) -> Self {
        Self {
            compress: Compress::new_with_window_bits(Compression::fast(), false, window_bits),
            no_context_takeover,
        }
    }

    /// One message in one to three frames, compressed or not, perhaps with a
    /// ping between them.
    pub(crate) fn next(&mut self, dice: &mut Dice, out: &mut Vec<u8>) {
        let text = dice.one(&LINES).repeat(1 + dice.below(4));
        let opcode = if dice.percent(80) { 0x1 } else { 0x2 };
        let (payload, first) = if dice.percent(70) {
            (self.deflated(text.as_bytes(), dice.percent(5)), 0x40 | opcode)
        } else {
            (text.into_bytes(), opcode)
        };
        let frames = 1 + dice.below(3);
        let size = payload.len().div_ceil(frames).max(1);
        let pieces: Vec<_> = payload.chunks(size).collect();
        for (index, piece) in pieces.iter().enumerate() {
            let opcode = if index == 0 { first } else { 0 };
            let last = index + 1 == pieces.len();
            frame(opcode | if last { 0x80 } else { 0 }, piece, out);
            if dice.percent(10) {
                frame(*dice.one(&[0x89, 0x8a]), b"?", out);
            }
        }
        if dice.percent(3) {
            frame(0x88, b"\x03\xe8bye", out);
        }
    }

    fn deflated(&mut self, bytes: &[u8], ends: bool) -> Vec<u8> {
        let mut payload = Vec::with_capacity(bytes.len() + 128);
        let flush = if ends {
            FlushCompress::Finish
        } else {
            FlushCompress::Sync
        };
        let made = self.compress.compress_vec(bytes, &mut payload, flush);
        debug_assert!(made.is_ok(), "the room is large enough");
        if ends {
            payload.push(0);
        } else {
            payload.truncate(payload.len().saturating_sub(4));
        }
        if ends || self.no_context_takeover {
            self.compress.reset();
        }
        payload
    }
}

fn frame(first: u8, payload: &[u8], out: &mut Vec<u8>) {
    out.push(first);
    match payload.len() {
        length @ 0..=125 => out.push(length as u8),
        length => {
            out.push(126);
            out.extend((length as u16).to_be_bytes());
        }
    }
    out.extend(payload);
}
