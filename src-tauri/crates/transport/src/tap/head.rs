//! The head of a request or an answer, as far as it may be shown.

use http::HeaderMap;

use super::Head;
use crate::redaction::{Redaction, STRUCK, is_key, strike_query};

/// A header that nobody reads to its end.
const VALUE_SHOWN_MAX: usize = 1_024;
/// They prove that the handshake is no accident, and open nothing.
const HARMLESS: [&str; 2] = ["sec-websocket-key", "sec-websocket-accept"];
/// They tell who somebody is, whatever their name looks like.
const TELLING: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

pub(super) fn of(first: &str, headers: &HeaderMap, redaction: &Redaction) -> Head {
    let lines = headers
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    shown(first, lines, redaction)
}

/// Of bytes that may be anything.
pub(super) fn read(bytes: &[u8], redaction: &Redaction) -> Head {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let lines = lines.filter(|line| !line.is_empty()).map(|line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        (name, value.trim().into())
    });
    shown(first, lines, redaction)
}

fn shown<'a>(
    first: &str,
    headers: impl Iterator<Item = (&'a str, std::borrow::Cow<'a, str>)>,
    redaction: &Redaction,
) -> Head {
    let strike = |text: &str| printable(&redaction.strike(strike_query(text)));
    Head {
        first: strike(first),
        headers: headers
            .map(|(name, value)| {
                let name = printable(&name.to_ascii_lowercase());
                let value = if tells(&name) {
                    STRUCK.to_owned()
                } else {
                    strike(&value)
                };
                (name, value)
            })
            .collect(),
    }
}

/// On one line, whatever a server has put into it.
fn printable(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().take(VALUE_SHOWN_MAX).map(plain).collect()
}

fn tells(name: &str) -> bool {
    TELLING.contains(&name) || (!HARMLESS.contains(&name) && is_key(name, ""))
}

#[cfg(test)]
mod tests {
    use model::Secret;

    use super::*;

    #[test]
    fn shows_no_key_wherever_it_stands() {
        let bytes = b"GET /ws?symbols=NVX,BTC&apiKey=hush HTTP/1.1\r\nHost: feed.example\r\n\
            Authorization: Bearer hush\r\nCookie: a=hush\r\nX-Api-Key: hush\r\nSec-WebSocket-Key: abc\r\n\
            Location: https://x.example/?token=hush\r\nX-Echo: you said hush\r\n\r\n";
        let redaction = Redaction::of(&[Secret::new("hush".to_owned())]);
        let head = read(bytes, &redaction);
        assert!(!format!("{head:?}").contains("hush"), "{head:?}");
        assert_eq!(head.first, "GET /ws?symbols=NVX,BTC&apiKey=*** HTTP/1.1");
        assert!(
            head.headers
                .contains(&("sec-websocket-key".to_owned(), "abc".to_owned()))
        );
        assert!(
            head.headers
                .contains(&("x-echo".to_owned(), "you said ***".to_owned()))
        );
        // What the server says of keys is struck out by their names alone.
        assert!(!format!("{:?}", read(bytes, &Redaction::default()).headers[5]).contains("hush"));
    }
}
