//! A way through an HTTP proxy: CONNECT, as RFC 9110 has it and as older
//! proxies answer it.

use std::io::Cursor;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt, join, split};

use super::Login;
use crate::ProxyFailure;
use crate::connect::BoxPipe;

/// A longer head is an attack or a mistake.
const HEAD_MAX: usize = 64 << 10;

pub(super) async fn open(
    mut pipe: BoxPipe,
    host: &str,
    port: u16,
    login: Option<&Login>,
) -> Result<BoxPipe, ProxyFailure> {
    let lost = |error: std::io::Error| ProxyFailure::NoWay(error.kind().to_string());
    pipe.write_all(question(host, port, login).as_bytes())
        .await
        .map_err(lost)?;
    pipe.flush().await.map_err(lost)?;
    let mut read = Vec::with_capacity(1 << 10);
    let (status, rest) = loop {
        if let Some((status, length)) = head(&read)? {
            read.drain(..length);
            // "Processing" and the like; the real answer follows, and the limit holds for all.
            if (100..200).contains(&status) {
                continue;
            }
            break (status, read);
        }
        if read.len() >= HEAD_MAX {
            return Err(ProxyFailure::NotAProxy("its answer does not end".to_owned()));
        }
        if pipe.read_buf(&mut read).await.map_err(lost)? == 0 {
            return Err(ProxyFailure::NoWay("it hung up".to_owned()));
        }
    };
    judged(status, login.is_some())?;
    if rest.is_empty() {
        return Ok(pipe);
    }
    // A server that speaks first: its words came in the same packet.
    let (reads, writes) = split(pipe);
    Ok(Box::new(join(Cursor::new(rest).chain(reads), writes)))
}

fn question(host: &str, port: u16, login: Option<&Login>) -> String {
    let login = login.map_or(String::new(), |login| {
        let plain = format!("{}:{}", login.user, login.password.reveal());
        format!("Proxy-Authorization: Basic {}\r\n", BASE64_STANDARD.encode(plain))
    });
    format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: Tickwire\r\n{login}\r\n")
}

/// The status of the first whole head, and how long the head is; `None` while
/// more of it has to come.
fn head(bytes: &[u8]) -> Result<Option<(u16, usize)>, ProxyFailure> {
    const BEGIN: &[u8] = b"HTTP/1.";
    let common = bytes.len().min(BEGIN.len());
    if bytes[..common] != BEGIN[..common] {
        return Err(ProxyFailure::NotAProxy("it does not speak HTTP".to_owned()));
    }
    let Some(end) = blank_line(bytes) else {
        return Ok(None);
    };
    let digits = match bytes {
        [
            b'H',
            b'T',
            b'T',
            b'P',
            b'/',
            b'1',
            b'.',
            b'0' | b'1',
            b' ',
            a,
            b,
            c,
            b' ' | b'\r' | b'\n',
            ..,
        ] => [*a, *b, *c],
        _ => [b'?'; 3],
    };
    let status = std::str::from_utf8(&digits)
        .ok()
        .and_then(|text| text.parse().ok());
    match status {
        Some(status) => Ok(Some((status, end))),
        None => Err(ProxyFailure::NotAProxy("its answer has no status".to_owned())),
    }
}

/// Where what follows an empty line begins. Some proxies leave out the returns.
fn blank_line(bytes: &[u8]) -> Option<usize> {
    let mut line_began = 0;
    for (index, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' {
            if matches!(&bytes[line_began..index], b"" | b"\r") {
                return Some(index + 1);
            }
            line_began = index + 1;
        }
    }
    None
}

fn judged(status: u16, had_login: bool) -> Result<(), ProxyFailure> {
    match status {
        200..300 => Ok(()),
        // Some say 401 where they mean themselves.
        401 | 407 if had_login => Err(ProxyFailure::LoginRefused),
        401 | 407 => Err(ProxyFailure::LoginWanted),
        403 => Err(ProxyFailure::Forbidden),
        429 | 500 | 502..=504 => Err(ProxyFailure::NoWay(format!("it answered {status}"))),
        _ => Err(ProxyFailure::NotAProxy(format!("it answered {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_login_goes_along_and_the_server_is_named() {
        let login = Login::new("Aladdin", "open sesame").unwrap();
        let asked = question("feed.example", 443, Some(&login));
        assert!(
            asked.starts_with("CONNECT feed.example:443 HTTP/1.1\r\n"),
            "{asked}"
        );
        // The example of RFC 7617.
        assert!(
            asked.contains("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"),
            "{asked}"
        );
        assert!(asked.ends_with("\r\n\r\n") && !question("h", 1, None).contains("Auth"));
    }

    #[test]
    fn a_head_is_read_to_its_blank_line_and_no_further() {
        for (text, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\n", Some((200, 19))),
            (
                "HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\ntail",
                Some((200, 47)),
            ),
            ("HTTP/1.1 407\r\n\r\n", Some((407, 16))),
            ("HTTP/1.1 200 OK\n\nrest", Some((200, 17))),
            ("HTTP/1.1 200 OK\r\nA: b\r\n", None),
            ("HTT", None),
            ("", None),
        ] {
            assert_eq!(head(text.as_bytes()), Ok(expected), "{text:?}");
        }
        for text in [
            "SSH-2.0-OpenSSH",
            "\x05\x00",
            "HTTP/2 200\r\n\r\n",
            "HTTP/1.1 OK\r\n\r\n",
        ] {
            assert!(head(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn each_answer_has_its_class() {
        assert_eq!(judged(200, false), Ok(()));
        for status in [401, 407] {
            assert_eq!(judged(status, false), Err(ProxyFailure::LoginWanted));
            assert_eq!(judged(status, true), Err(ProxyFailure::LoginRefused));
        }
        assert_eq!(judged(403, true), Err(ProxyFailure::Forbidden));
        for status in [502, 503, 504] {
            assert!(matches!(judged(status, false), Err(ProxyFailure::NoWay(_))));
        }
        for status in [301, 400, 404, 405, 501] {
            assert!(matches!(judged(status, false), Err(ProxyFailure::NotAProxy(_))));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader_and_what_is_whole_stays_so(
            begin in prop_oneof![Just(""), Just("HTTP/1.1 200"), Just("HTTP/1.0 407 ")],
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b'\r')], 0..200),
            more in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut text = begin.as_bytes().to_vec();
            text.extend(bytes);
            if let Ok(Some((status, length))) = head(&text) {
                prop_assert!(length <= text.len() && text[..length].ends_with(b"\n"));
                text.extend(more);
                prop_assert_eq!(head(&text), Ok(Some((status, length))));
            }
        }
    }
}
