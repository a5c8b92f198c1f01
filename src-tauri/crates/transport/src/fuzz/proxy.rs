//! Answers of proxies: it makes no difference where they are cut, and not a
//! byte of what the server says behind them is lost or added.

use futures_util::FutureExt;
use model::Secret;
use tokio::io::AsyncReadExt;

use super::{Said, deck, run};
use crate::proxy::Proxy;

/// A head of 64 KiB, and its room twice while it grows.
const MEMORY_MAX: usize = 256 << 10;

const TELLING: [&[u8]; 9] = [
    b"\r\n",
    b"\n\n",
    b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.0 407 ",
    b"\x05\x00",
    b"\x05\x02",
    b"\x05\x00\x00\x03\x02ab\0\0",
    b"\xff",
];

#[test]
fn proxy() {
    let login = Secret::new("me:hush".to_owned());
    let known = |address: &str| {
        let proxy: Proxy = address.parse().expect("an address");
        [proxy.clone(), proxy.with_login(&login).expect("a login")]
    };
    let (tunnels, socks) = (known("http://127.0.0.1:8080"), known("socks5://127.0.0.1:1080"));
    let mut opened = 0;
    run("proxy", MEMORY_MAX, |dice| {
        let (is_socks, has_login) = (dice.percent(50), dice.percent(50));
        let corpus: &[&[u8]] = if is_socks { &deck::SOCKS } else { &deck::TUNNELS };
        let mut bytes = dice.one(corpus).to_vec();
        if dice.percent(90) {
            dice.mutate(&mut bytes, &TELLING);
        }
        let pieces = dice.pieces();
        if dice.tells {
            println!(
                "login {has_login}, cut as {pieces:?}: {:?}",
                bytes.escape_ascii().to_string()
            );
        }
        let proxies = if is_socks { &socks } else { &tunnels };
        let proxy = &proxies[usize::from(has_login)];
        let wanted = if is_socks {
            behind_socks(&bytes, has_login)
        } else {
            behind_tunnel(&bytes)
        };
        for pieces in [Vec::new(), pieces] {
            let heard = heard_behind(proxy, &bytes, pieces);
            assert_eq!(heard.ok().as_deref(), wanted);
        }
        opened += u32::from(wanted.is_some());
    });
    println!("{opened} of them were a way through");
}

/// What the server is heard to say.
fn heard_behind(proxy: &Proxy, bytes: &[u8], pieces: Vec<usize>) -> Result<Vec<u8>, crate::DialError> {
    let said = Box::new(Said::new(bytes.to_vec(), pieces));
    let opening = proxy.open(said, "feed.example", 443);
    let mut pipe = opening
        .now_or_never()
        .expect("a line that has all of it never waits")?;
    let mut rest = Vec::new();
    let read = pipe.read_to_end(&mut rest).now_or_never();
    assert!(matches!(read, Some(Ok(_))), "{read:?}");
    Ok(rest)
}

fn behind_tunnel(mut bytes: &[u8]) -> Option<&[u8]> {
    loop {
        // The first line that has nothing in it.
        let mut end = 0;
        loop {
            let line = bytes[end..].iter().position(|byte| *byte == b'\n')?;
            let is_empty = matches!(&bytes[end..end + line], b"" | b"\r");
            end += line + 1;
            if is_empty {
                break;
            }
        }
        let (head, rest) = bytes.split_at(end);
        let version = head.get(..9)?;
        if !matches!(version, b"HTTP/1.0 " | b"HTTP/1.1 ") || !matches!(head.get(12)?, b' ' | b'\r' | b'\n') {
            return None;
        }
        let status = &head[9..12];
        if !status.iter().all(u8::is_ascii_digit) {
            return None;
        }
        match status[0] {
            b'1' => bytes = rest,
            b'2' => return Some(rest),
            _ => return None,
        }
    }
}

fn behind_socks(bytes: &[u8], has_login: bool) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"\x05")?;
    let (method, mut rest) = rest.split_first()?;
    match (method, has_login) {
        (0, _) => {}
        (2, true) => rest = rest.get(1..)?.strip_prefix(b"\0")?,
        _ => return None,
    }
    let rest = rest.strip_prefix(b"\x05\0")?.get(1..)?;
    let (kind, rest) = rest.split_first()?;
    match kind {
        1 => rest.get(4 + 2..),
        3 => {
            let (length, rest) = rest.split_first()?;
            rest.get(usize::from(*length) + 2..)
        }
        4 => rest.get(16 + 2..),
        _ => None,
    }
}
