//! A server that takes every connection, answers what it is asked, and hangs up.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use anyhow::{Context, Result, ensure};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Counts the connections; at a certain one it keeps what it has.
#[derive(Debug, Default)]
struct Counts {
    cut: AtomicU64,
    hold_at: Mutex<u64>,
    changed: Condvar,
}

#[derive(Debug)]
pub(crate) struct Cutter {
    address: SocketAddr,
    counts: Arc<Counts>,
}

impl Cutter {
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let of_the_thread = Arc::clone(&counts);
        std::thread::Builder::new()
            .name("cutter".to_owned())
            .spawn(move || {
                for stream in listener.incoming().flatten() {
                    // One that leaves while it is served counts too.
                    let _served = serve(stream, &of_the_thread);
                    of_the_thread.cut.fetch_add(1, Ordering::SeqCst);
                }
            })?;
        Ok(Self { address, counts })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it cuts until so many were cut.
    pub(crate) fn hold_at(&self, count: u64) {
        *self.counts.hold_at.lock().unwrap() = count;
        self.counts.changed.notify_all();
    }

    pub(crate) fn cut(&self) -> u64 {
        self.counts.cut.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, counts: &Counts) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
        ensure!(head.len() < 64 << 10, "an endless request");
    }
    let head = String::from_utf8(head)?;
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then(|| value.trim())
    });
    let accept = derive_accept_key(key.context("no key")?.as_bytes());
    let mut answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Protocol: tickwire.v1\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    )
    .into_bytes();
    for text in [
        r#"{"type":"welcome","protocol":"tickwire.v1","server":"cutter/1","epoch":"e","market_time":"2026-01-05T14:30:00Z","rate":1,"heartbeat_ms":60000}"#,
        r#"{"type":"ack","id":1,"symbol":"NVX","seq":1,"currency":"USD","session":"open"}"#,
    ] {
        answer.extend([0x81, 126, 0]);
        answer.push(u8::try_from(text.len())?);
        answer.extend(text.as_bytes());
    }
    stream.write_all(&answer)?;
    // Something of the client's, which is what it wants or a ping.
    let mut room = [0; 512];
    let _count = stream.read(&mut room)?;
    let mut more = counts.hold_at.lock().unwrap();
    while counts.cut.load(Ordering::SeqCst) >= *more {
        more = counts.changed.wait(more).unwrap();
    }
    Ok(())
}
