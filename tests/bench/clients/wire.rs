//! As little of a WebSocket client as can count messages.
//!
//! A real client costs more than the server spends on it, and would measure
//! itself. This one walks over the frames, looks at their first bytes, and
//! answers pings.

use anyhow::{Context, Result, bail, ensure};
use tests::Simulator;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a client has been told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) ticks: u64,
    pub(crate) acks: u64,
    pub(crate) conflated: u64,
    pub(crate) bytes: u64,
    pub(crate) reads: u64,
}

#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    /// A frame that has not come to its end yet.
    rest: Vec<u8>,
    pub(crate) told: Told,
}

impl Client {
    pub(crate) async fn connect(venue: &Simulator) -> Result<Self> {
        let mut stream = TcpStream::connect(venue.server()).await?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\
             Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            venue.token()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::with_capacity(512);
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.context("refused")?);
        }
        ensure!(
            head.starts_with(b"HTTP/1.1 101 "),
            "{}",
            String::from_utf8_lossy(&head)
        );
        Ok(Self {
            stream,
            rest: Vec::new(),
            told: Told::default(),
        })
    }

    pub(crate) async fn subscribe(&mut self, symbols: &[String]) -> Result<()> {
        let text = serde_json::json!({"op": "subscribe", "id": 1, "symbols": symbols}).to_string();
        self.say(0x81, text.as_bytes()).await
    }

    /// A mask of zeros is one too.
    async fn say(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        let mut frame = vec![first];
        if let (Ok(length), true) = (u8::try_from(payload.len()), payload.len() < 126) {
            frame.push(0x80 | length);
        } else {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(payload.len())?.to_be_bytes());
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.write_all(&frame).await?;
        Ok(())
    }

    /// Waits until there is more.
    pub(crate) async fn ready(&self) -> Result<()> {
        Ok(self.stream.readable().await?)
    }

    /// Takes what is there; `room` is anybody's between two calls. Says how many
    /// pings are to be answered.
    pub(crate) fn take(&mut self, room: &mut [u8]) -> Result<u32> {
        let count = match self.stream.try_read(room) {
            Ok(0) => bail!("the connection ended"),
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        self.told.bytes += count as u64;
        self.told.reads += 1;
        let mut pings = 0;
        if self.rest.is_empty() {
            let used = walk(&room[..count], &mut self.told, &mut pings)?;
            self.rest.extend_from_slice(&room[used..count]);
        } else {
            self.rest.extend_from_slice(&room[..count]);
            let used = walk(&self.rest, &mut self.told, &mut pings)?;
            self.rest.drain(..used);
        }
        Ok(pings)
    }

    pub(crate) async fn answer(&mut self, pings: u32) -> Result<()> {
        for _ in 0..pings {
            self.say(0x8a, &[]).await?;
        }
        Ok(())
    }
}

/// Counts whole frames, and says how many bytes they were.
fn walk(bytes: &[u8], told: &mut Told, pings: &mut u32) -> Result<usize> {
    let mut at = 0;
    loop {
        let Some((first, size, length)) = header(&bytes[at..]) else {
            return Ok(at);
        };
        let Some(payload) = bytes.get(at + size..at + size + length) else {
            return Ok(at);
        };
        match first {
            0x81 => {
                if payload.starts_with(br#"{"type":"tr"#) || payload.starts_with(br#"{"type":"q"#) {
                    told.ticks += 1;
                } else if payload.starts_with(br#"{"type":"a"#) {
                    told.acks += 1;
                } else if payload.starts_with(br#"{"type":"c"#) {
                    told.conflated += 1;
                }
            }
            0x89 => *pings += 1,
            0x88 => bail!(
                "closed: {}",
                String::from_utf8_lossy(payload.get(2..).unwrap_or_default())
            ),
            other => bail!("a frame that begins with {other:#x}"),
        }
        at += size + length;
    }
}

fn header(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    Some(match second {
        126 => {
            let length = bytes.get(2..4)?.try_into().ok()?;
            (first, 4, usize::from(u16::from_be_bytes(length)))
        }
        127 => {
            let length = bytes.get(2..10)?.try_into().ok()?;
            (first, 10, usize::try_from(u64::from_be_bytes(length)).ok()?)
        }
        length => (first, 2, usize::from(length)),
    })
}
