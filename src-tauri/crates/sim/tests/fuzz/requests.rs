//! Requests over HTTP, whole and broken.

use crate::dice::Dice;
use crate::words::{self, TOKEN};

/// What the other side does with it, as far as one can tell from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answered once, and the connection goes on.
    Tidy,
    /// Answered for as long as we listen.
    Streaming,
    /// Anything may come of it.
    Loose,
}

const HOSTS: [&str; 13] = [
    "localhost",
    "LOCALHOST:1",
    "[::1]:80",
    "[::1",
    "127.0.0.1",
    "127.0.0.1:99999",
    "example.com",
    "127.0.0.1.example.com",
    "user@127.0.0.1",
    "127.1",
    "0x7f000001",
    "",
    "127.0.0.1, 127.0.0.1",
];
const ORIGINS: [&str; 10] = [
    "http://localhost:5173",
    "https://[::1]",
    "http://127.0.0.1",
    "null",
    "",
    "https://example.com",
    "file://",
    "http://localhost@example.com",
    "http://",
    "tauri://localhost",
];
const METHODS: [&str; 9] = [
    "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "get", "X",
];

/// A request whose frame is right, whatever it asks for.
pub(crate) fn tidy(dice: &mut Dice, epoch: &str) -> (Vec<u8>, Kind) {
    let path = words::path(dice);
    let method = if dice.percent(90) {
        "GET"
    } else {
        dice.one(&METHODS)
    };
    let mut text = format!("{method} {path}");
    let query = words::query(dice, &path, epoch);
    if !query.is_empty() && path != "*" {
        text.push('?');
        text.push_str(&query);
    }
    text.push_str(" HTTP/1.1\r\n");
    head(dice, &mut text, epoch);
    text.push_str("\r\n");
    let kind = match path.as_str() {
        "/v1/events" => Kind::Streaming,
        // Some of these are no request target, and that ends the connection.
        _ if path.starts_with("/v1/") && method.len() > 2 => Kind::Tidy,
        _ => Kind::Loose,
    };
    (text.into_bytes(), kind)
}

fn head(dice: &mut Dice, text: &mut String, epoch: &str) {
    let host = if dice.percent(92) {
        "127.0.0.1:43117"
    } else {
        dice.one(&HOSTS)
    };
    line(text, "Host", host);
    if dice.percent(92) {
        line(text, "Authorization", &format!("Bearer {TOKEN}"));
    } else {
        let scheme = dice.one(&["Bearer", "Basic", "bearer", "Bearer Bearer", ""]);
        line(text, "Authorization", &format!("{scheme} {}", dice.word(150)));
    }
    if dice.percent(20) {
        line(text, "Origin", dice.one(&ORIGINS));
    }
    if dice.percent(10) {
        let place = dice.number();
        line(text, "Last-Event-ID", &format!("{epoch}-{place}"));
    }
    if dice.percent(10) {
        let tag = dice.one(&["*", "\"\"", "W/\"1\"", "\"1\", \"2\"", "1", ""]);
        line(text, "If-None-Match", tag);
    }
    for _ in 0..dice.below(3) {
        let (name, value) = (dice.word(20), dice.word(60));
        line(text, &name, &value);
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        text.push_str(part);
    }
}

/// Something after which nobody knows where the next request begins.
pub(crate) fn broken(dice: &mut Dice, epoch: &str) -> Vec<u8> {
    let (mut bytes, _) = tidy(dice, epoch);
    match dice.below(8) {
        0 => {
            let count = dice.below(2_000);
            return dice.bytes(count);
        }
        1 => return dice.text(500).into_bytes(),
        2 => {
            let body = words::message(dice, epoch);
            let length = if dice.percent(60) {
                body.len() as u64
            } else {
                dice.number()
            };
            put_in(&mut bytes, &format!("Content-Length: {length}\r\n"));
            bytes.extend_from_slice(body.as_bytes());
        }
        3 => {
            put_in(&mut bytes, "Transfer-Encoding: chunked\r\n");
            if dice.percent(30) {
                put_in(&mut bytes, &format!("Content-Length: {}\r\n", dice.number()));
            }
            for _ in 0..dice.below(5) {
                let count = dice.below(50);
                let chunk = dice.bytes(count);
                let size = if dice.percent(80) {
                    chunk.len() as u64
                } else {
                    dice.number()
                };
                bytes.extend_from_slice(format!("{size:x}\r\n").as_bytes());
                bytes.extend_from_slice(&chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            if dice.percent(70) {
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
        4 => {
            // More than is read of a head, and more lines than are counted.
            let (count, size) = if dice.percent(50) { (1, 80_000) } else { (300, 20) };
            let lines: String = (0..count)
                .map(|at| format!("X-{at}: {}\r\n", "a".repeat(size)))
                .collect();
            put_in(&mut bytes, &lines);
        }
        5 => {
            let odd = dice.one(&[
                "Host: example.com\r\n",
                "Connection: close\r\n",
                "Connection: upgrade\r\nUpgrade: h2c\r\n",
                "Expect: 100-continue\r\nContent-Length: 3\r\n",
                "Origin: http://localhost\r\nOrigin: https://example.com\r\n",
                "X: a\r\n b\r\n",
                ": x\r\n",
                "Content-Length: 1\r\nContent-Length: 2\r\n",
            ]);
            put_in(&mut bytes, odd);
        }
        _ => dice.mutate(&mut bytes),
    }
    bytes
}

/// The request that opens a WebSocket, now and then with something wrong in it.
pub(crate) fn upgrade(dice: &mut Dice) -> Vec<u8> {
    let mut text = String::from("GET /v1/stream HTTP/1.1\r\n");
    line(&mut text, "Host", "127.0.0.1:43117");
    line(&mut text, "Authorization", &format!("Bearer {TOKEN}"));
    line(&mut text, "Upgrade", "websocket");
    line(&mut text, "Connection", "Upgrade");
    line(&mut text, "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    line(&mut text, "Sec-WebSocket-Version", "13");
    if dice.percent(50) {
        line(&mut text, "Sec-WebSocket-Protocol", "tickwire.v1");
    }
    if dice.percent(60) {
        let offer = dice.one(&[
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits",
            "permessage-deflate; server_max_window_bits=8; client_max_window_bits=9",
            "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; server_max_window_bits=16, permessage-deflate",
            "x-webkit-deflate-frame, permessage-deflate; nonsense=\"1",
        ]);
        line(&mut text, "Sec-WebSocket-Extensions", offer);
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    if dice.percent(10) {
        dice.mutate(&mut bytes);
    }
    bytes
}

/// Right behind the first line, where there is one.
fn put_in(bytes: &mut Vec<u8>, lines: &str) {
    let first = bytes.windows(2).position(|pair| pair == b"\r\n");
    let at = first.map_or(bytes.len(), |at| at + 2);
    bytes.splice(at..at, lines.bytes());
}
