//! The server's end of a WebSocket, by hand: as little of one as a benchmark
//! needs, so that it is never the server that is measured.

use std::io::{Read, Write};

use anyhow::{Context, Result, bail, ensure};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const HEAD_MAX: usize = 64 << 10;

pub const TEXT: u8 = 0x1;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;

/// Answers the request that a WebSocket begins with; takes up the protocol that it asks for.
pub fn upgrade(line: &mut (impl Read + Write)) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        line.read_exact(&mut byte)?;
        head.extend(byte);
        ensure!(head.len() < HEAD_MAX, "an endless request");
    }
    let head = String::from_utf8(head)?;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let key = header("Sec-WebSocket-Key").context("no key")?;
    let protocol = header("Sec-WebSocket-Protocol")
        .map(|name| format!("Sec-WebSocket-Protocol: {name}\r\n"))
        .unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n{protocol}\r\n",
        derive_accept_key(key.as_bytes())
    );
    line.write_all(answer.as_bytes())?;
    Ok(line.flush()?)
}

/// The next frame of the client: its opcode, and what is in it.
pub fn read_frame(line: &mut impl Read) -> Result<(u8, Vec<u8>)> {
    let mut two = [0; 2];
    line.read_exact(&mut two)?;
    let length = match two[1] & 0x7f {
        126 => {
            let mut length = [0; 2];
            line.read_exact(&mut length)?;
            usize::from(u16::from_be_bytes(length))
        }
        127 => bail!("no request is that long"),
        length => usize::from(length),
    };
    let mut mask = [0; 4];
    line.read_exact(&mut mask)?;
    let mut payload = vec![0; length];
    line.read_exact(&mut payload)?;
    for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
    Ok((two[0] & 0xf, payload))
}

/// As a server writes it: whole and without a mask. Longer ones than 64 KiB are cut off.
pub fn push_frame(bytes: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    let payload = payload.get(..usize::from(u16::MAX)).unwrap_or(payload);
    bytes.push(0x80 | opcode);
    match u8::try_from(payload.len()) {
        Ok(length @ 0..126) => bytes.push(length),
        Ok(_) | Err(_) => {
            bytes.push(126);
            bytes.extend(u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    bytes.extend(payload);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_says_how_long_it_is() {
        let mut bytes = Vec::new();
        push_frame(&mut bytes, TEXT, b"ab");
        assert_eq!(bytes, [0x81, 2, b'a', b'b']);
        bytes.clear();
        push_frame(&mut bytes, PONG, &[7; 126]);
        assert_eq!(bytes.get(..5), Some(&[0x8a, 126, 0, 126, 7][..]));
    }

    #[test]
    fn what_a_client_has_masked_is_read_as_it_was() {
        let mut sent: &[u8] = &[0x81, 0x82, 1, 2, 3, 4, b'a' ^ 1, b'b' ^ 2];
        assert_eq!(read_frame(&mut sent).unwrap(), (TEXT, b"ab".to_vec()));
    }
}
