//! One accepted connection, read and written as bytes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::sleep;

pub(crate) trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

pub(crate) struct Line {
    pipe: Box<dyn Pipe>,
    pub(crate) buffer: BytesMut,
    /// So few bytes at a time, with a pause behind each.
    pub(crate) drops: Option<(usize, Duration)>,
    /// What is said does not come through.
    gagged: Arc<AtomicBool>,
}

/// The head of a request. Its names are in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: Vec<(String, String)>,
}

impl Line {
    pub(crate) fn new(pipe: impl Pipe + 'static, gagged: Arc<AtomicBool>) -> Self {
        Self {
            pipe: Box::new(pipe),
            buffer: BytesMut::new(),
            drops: None,
            gagged,
        }
    }

    /// The next request; `None` when the client has left.
    pub(crate) async fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = self.buffer.split_to(end + 4);
                return Ok(Some(Head::read(&String::from_utf8_lossy(&head))));
            }
            if self.read().await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Waits for more; nothing is lost when it is dropped before.
    pub(crate) async fn read(&mut self) -> io::Result<usize> {
        self.pipe.read_buf(&mut self.buffer).await
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.gagged.load(Ordering::Relaxed) {
            return Ok(());
        }
        let Some((size, pause)) = self.drops else {
            self.pipe.write_all(bytes).await?;
            return self.pipe.flush().await;
        };
        for drop in bytes.chunks(size) {
            self.pipe.write_all(drop).await?;
            self.pipe.flush().await?;
            sleep(pause).await;
        }
        Ok(())
    }

    pub(crate) async fn drip(&mut self, bytes: &[u8], every: Duration) -> io::Result<()> {
        for byte in bytes {
            self.write(&[*byte]).await?;
            sleep(every).await;
        }
        Ok(())
    }

    /// A piece of a body whose length nobody knows yet.
    pub(crate) async fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut piece = format!("{:x}\r\n", bytes.len()).into_bytes();
        piece.extend_from_slice(bytes);
        piece.extend_from_slice(b"\r\n");
        self.write(&piece).await
    }

    pub(crate) async fn answer(&mut self, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n");
        self.write(&Bytes::from([head.as_bytes(), body].concat())).await
    }

    /// Says that nothing more will come, over TLS with its own goodbye.
    pub(crate) async fn end(&mut self) {
        // The client may have left before.
        let _left = self.pipe.shutdown().await;
    }

    /// Keeps it open and reads what comes until the client lets go.
    pub(crate) async fn hold(&mut self) {
        while self.read().await.is_ok_and(|count| count > 0) {
            self.buffer.clear();
        }
    }
}

impl Head {
    fn read(text: &str) -> Self {
        let mut lines = text.lines();
        let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        Self {
            method: first.next().unwrap_or_default(),
            path: first.next().unwrap_or_default(),
            headers: lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
                .collect(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}
