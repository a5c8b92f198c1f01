//! Random input to every reader of what a server sends.
//!
//! `cargo test` tries a few thousand of each; `cargo xtask fuzz TARGET --runs N`
//! as many as are wanted, of any seed, alone and with the memory measured. A
//! case depends on its seed and its number alone.
//!
//! Here is what all targets share: `dice` for random choices, and `deck` with
//! what right servers send, to be broken. The targets stand beside the readers,
//! in `websocket/fuzz` and `fetch/fuzz`, and `proxy`, which goes in by its own door, here.

pub(crate) mod deck;
mod dice;
mod proxy;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use peak_alloc::PeakAlloc;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

pub(crate) use self::dice::Dice;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// For `cargo test`, in a second or so.
const RUNS_USUAL: u64 = 3_000;

/// `most` is what one case may have allocated at its peak, in bytes.
pub(crate) fn run(target: &str, most: usize, mut case: impl FnMut(&mut Dice)) {
    let wanted = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = wanted("TICKWIRE_FUZZ_SEED").unwrap_or(1);
    // Other tests run beside this one unless it was asked for by name.
    let runs = wanted("TICKWIRE_FUZZ_RUNS");
    let only = wanted("TICKWIRE_FUZZ_CASE");
    let cases = match only {
        Some(case) => case..case + 1,
        None => 0..runs.unwrap_or(RUNS_USUAL),
    };
    let (count, began) = (cases.end - cases.start, Instant::now());
    let mut peak = 0;
    for number in cases {
        let again = Again { target, seed, number };
        let held = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        case(&mut Dice::of(seed, number, only.is_some()));
        let used = MEMORY.peak_usage().saturating_sub(held);
        peak = peak.max(used);
        assert!(
            runs.is_none() || used <= most,
            "{used} bytes of memory, of {most}"
        );
        std::mem::forget(again);
    }
    let took = began.elapsed().max(Duration::from_millis(1));
    println!(
        "{target}: {count} inputs, seed {seed}, in {:.1} s ({:.0} a second); at most {peak} bytes of memory for one, of {most}",
        took.as_secs_f64(),
        count as f64 / took.as_secs_f64(),
    );
}

/// Tells how to have a case again, when it is dropped because of a panic.
struct Again<'a> {
    target: &'a str,
    seed: u64,
    number: u64,
}

impl Drop for Again<'_> {
    fn drop(&mut self) {
        let Self { target, seed, number } = self;
        println!("again: cargo xtask fuzz {target} --seed {seed} --case {number}");
    }
}

/// A line on which these bytes come in pieces, then its end; whatever is said
/// to it is lost.
pub(crate) struct Said {
    bytes: Vec<u8>,
    at: usize,
    pieces: Vec<usize>,
    next: usize,
    /// The request, until something is read.
    heard: Vec<u8>,
}

/// Where the answer to the handshake's key belongs.
const ACCEPT: &[u8] = b"{}";

impl Said {
    pub(crate) fn new(bytes: Vec<u8>, pieces: Vec<usize>) -> Self {
        Self {
            bytes,
            at: 0,
            pieces,
            next: 0,
            heard: Vec::new(),
        }
    }

    /// What no one can know who has not heard the request.
    fn answer_key(&mut self) {
        let heard = String::from_utf8_lossy(&self.heard);
        let key = heard
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "));
        let place = self.bytes.windows(ACCEPT.len()).position(|two| two == ACCEPT);
        if let (Some(key), Some(place)) = (key, place) {
            let accept = derive_accept_key(key.as_bytes());
            self.bytes
                .splice(place..place + ACCEPT.len(), accept.into_bytes());
        }
        self.heard = Vec::new();
    }
}

impl AsyncRead for Said {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.heard.is_empty() {
            self.answer_key();
        }
        let piece = self.pieces.get(self.next).copied().unwrap_or(usize::MAX);
        self.next = (self.next + 1) % self.pieces.len().max(1);
        let count = piece.min(buf.remaining()).min(self.bytes.len() - self.at);
        buf.put_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Said {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if bytes.starts_with(b"GET ") {
            self.heard = bytes.to_vec();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
