//! Frames of a WebSocket, whole and broken.

use flate2::{Compress, Compression, FlushCompress};

use crate::dice::Dice;
use crate::words;

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// One or more frames that belong together.
pub(crate) fn frame(dice: &mut Dice, epoch: &str) -> Vec<u8> {
    let mut bytes = match dice.below(100) {
        0..45 => {
            let text = words::message(dice, epoch);
            whole(dice, FIN | TEXT, text.as_bytes())
        }
        45..55 => {
            let text = words::message(dice, epoch);
            whole(dice, FIN | RSV1 | TEXT, &deflated(text.as_bytes()))
        }
        55..60 => {
            let count = dice.below(400);
            let garbage = dice.bytes(count);
            whole(dice, FIN | RSV1 | TEXT, &garbage)
        }
        60..66 => {
            let (opcode, count) = (dice.one(&["p", "o"]), dice.below(140));
            let payload = dice.bytes(count);
            whole(dice, FIN | if opcode == "p" { PING } else { PONG }, &payload)
        }
        66..70 => close(dice),
        70..76 => fragments(dice, epoch),
        76..80 => {
            let text = dice.text(200);
            whole(dice, FIN | TEXT, text.as_bytes())
        }
        80..84 => {
            let count = dice.below(300);
            let payload = dice.bytes(count);
            let opcode = if dice.percent(50) { TEXT } else { BINARY };
            whole(dice, FIN | opcode, &payload)
        }
        84..88 => {
            // Any bits at all in the first byte.
            let (first, count) = (dice.bytes(1)[0], dice.below(60));
            let payload = dice.bytes(count);
            whole(dice, first, &payload)
        }
        88..92 => lie(dice),
        92..94 => bomb(dice),
        94..96 => {
            let size = dice.between(60 << 10, 70 << 10);
            whole(dice, FIN | TEXT, &vec![b' '; size])
        }
        _ => {
            let count = dice.between(1, 100);
            dice.bytes(count)
        }
    };
    if dice.percent(4) {
        dice.mutate(&mut bytes);
    }
    bytes
}

/// A whole message, masked.
pub(crate) fn text(dice: &mut Dice, text: &str) -> Vec<u8> {
    whole(dice, FIN | TEXT, text.as_bytes())
}

/// Masked, save one in fifty; a client that does not mask is to be refused.
fn whole(dice: &mut Dice, first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = (!dice.percent(2)).then(|| dice.bytes(4));
    let mut bytes = vec![first];
    let masked = if mask.is_some() { 0x80 } else { 0 };
    match payload.len() {
        length @ 0..=125 => bytes.push(masked | length as u8),
        length @ 126..=0xffff => {
            bytes.push(masked | 126);
            bytes.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            bytes.push(masked | 127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    match mask {
        Some(mask) => {
            bytes.extend_from_slice(&mask);
            bytes.extend(
                payload
                    .iter()
                    .zip(mask.iter().cycle())
                    .map(|(byte, key)| byte ^ key),
            );
        }
        None => bytes.extend_from_slice(payload),
    }
    bytes
}

fn close(dice: &mut Dice) -> Vec<u8> {
    let code = [1000, 1001, 1005, 1006, 1015, 999, 0, 3000, 4999, 5000, 65_535][dice.below(11)];
    let mut payload = u16::to_be_bytes(code).to_vec();
    match dice.below(4) {
        0 => payload.truncate(dice.below(2)),
        1 => payload.extend(dice.bytes(20)),
        2 => payload.extend_from_slice(dice.text(20).as_bytes()),
        _ => {}
    }
    whole(dice, FIN | CLOSE, &payload)
}

/// A message in pieces, with something in between or out of place.
fn fragments(dice: &mut Dice, epoch: &str) -> Vec<u8> {
    let mut payload = words::message(dice, epoch).into_bytes();
    let mut first = TEXT;
    if dice.percent(40) {
        payload = deflated(&payload);
        first |= RSV1;
    }
    let size = (payload.len() / dice.between(1, 5)).max(1);
    let pieces: Vec<_> = payload.chunks(size).collect();
    let mut bytes = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let last = if at + 1 == pieces.len() && !dice.percent(10) {
            FIN
        } else {
            0
        };
        let opcode = if at == 0 && !dice.percent(5) { first } else { 0 };
        bytes.extend(whole(dice, last | opcode, piece));
        if dice.percent(20) {
            bytes.extend(whole(dice, FIN | PING, b"between"));
        }
        if dice.percent(3) {
            bytes.extend(whole(dice, FIN | TEXT, b"a message in a message"));
        }
    }
    bytes
}

/// A length that is not that of what follows, or is told in too many bytes.
fn lie(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = vec![FIN | TEXT];
    if dice.percent(50) {
        bytes.push(0x80 | 127);
        bytes.extend_from_slice(&dice.number().to_be_bytes());
    } else {
        bytes.push(0x80 | 126);
        bytes.extend_from_slice(&(dice.number() as u16).to_be_bytes());
    }
    let count = dice.between(4, 60);
    bytes.extend(dice.bytes(count));
    bytes
}

/// A few bytes that would be many.
fn bomb(dice: &mut Dice) -> Vec<u8> {
    let size = dice.between(60 << 10, 300 << 10);
    whole(dice, FIN | RSV1 | TEXT, &deflated(&vec![b' '; size]))
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut stream = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let done = stream.compress_vec(bytes, &mut out, FlushCompress::Sync);
    assert!(done.is_ok(), "{done:?}");
    out.truncate(out.len().saturating_sub(4));
    out
}
