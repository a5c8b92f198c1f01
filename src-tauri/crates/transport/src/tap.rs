//! What goes over the wire, for whoever wants to look at it.
//!
//! A [`Tap`] is given to a [`Target`](crate::Target); from then on somebody may
//! [`Tap::look`], stop, and look again. What was not taken in time is counted
//! and told as missed: nobody who looks can hold up a connection. While nobody
//! looks, a frame costs a few additions and nothing is written anywhere.
//!
//! - `head`: what of a request and an answer may be shown
//! - `frames`: where one frame ends and the next begins
//! - `tapping`: the pipe that sees both

mod frames;
mod head;
mod tapping;

pub(crate) use tapping::Tapping;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Version};
use model::Secret;
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::redaction::Redaction;

/// Where the wires of some dials can be seen.
#[derive(Clone, Default)]
pub struct Tap(Arc<Shared>);

#[derive(Default)]
struct Shared {
    looked_at: AtomicBool,
    lines: AtomicU64,
    eye: Mutex<Option<Eye>>,
}

struct Eye {
    sees: mpsc::Sender<Sighting>,
    since: Instant,
    missed: Arc<AtomicU64>,
}

/// What is seen, in its order.
#[derive(Debug)]
pub struct View {
    sights: mpsc::Receiver<Sighting>,
    missed: Arc<AtomicU64>,
    told_missed: u64,
    next: Option<Sighting>,
    tap: Tap,
}

/// One thing that was seen on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Counted from 1, in the order in which the lines came up.
    pub line: u64,
    /// Since the look began.
    pub at: Duration,
    pub seen: Seen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The head of a request of ours, and of an answer to one; of a handshake too.
    Asked(Head),
    Answered(Head),
    /// A frame of a WebSocket, at its first byte.
    Frame(Frame),
    /// A piece of an HTTP body, as it came.
    Piece {
        length: usize,
    },
    /// An event, a line or a whole body, as it is handed on.
    Message {
        length: usize,
    },
    Ended,
    /// So many things were not looked at in time, on whichever line.
    Missed(u64),
}

/// With its keys, tokens and cookies struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub first: String,
    pub headers: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub direction: Direction,
    /// As it came: four bits, of which RFC 6455 names six values.
    pub opcode: u8,
    /// Whether its message ends with it.
    pub last: bool,
    pub compressed: bool,
    /// Of the payload, on the wire.
    pub length: u64,
    /// What the frame adds to that.
    pub overhead: u8,
}

impl Frame {
    /// What RFC 6455 calls its opcode.
    pub const fn kind(&self) -> &'static str {
        match self.opcode {
            0 => "continuation",
            1 => "text",
            2 => "binary",
            8 => "close",
            9 => "ping",
            10 => "pong",
            _ => "unknown",
        }
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap")
            .field("looked_at", &self.is_looked_at())
            .finish_non_exhaustive()
    }
}

impl Tap {
    /// From now on, and instead of whoever looked before. So many things may
    /// wait to be looked at.
    pub fn look(&self, room: usize) -> View {
        let (sees, sights) = mpsc::channel(room);
        let missed = Arc::<AtomicU64>::default();
        *self.eye() = Some(Eye {
            sees,
            since: Instant::now(),
            missed: Arc::clone(&missed),
        });
        self.0.looked_at.store(true, Ordering::Relaxed);
        View {
            sights,
            missed,
            told_missed: 0,
            next: None,
            tap: self.clone(),
        }
    }

    pub(crate) fn is_looked_at(&self) -> bool {
        self.0.looked_at.load(Ordering::Relaxed)
    }

    fn eye(&self) -> MutexGuard<'_, Option<Eye>> {
        self.0.eye.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, line: u64, seen: Seen) {
        let eye = self.eye();
        let Some(eye) = eye.as_ref() else { return };
        let at = eye.since.elapsed();
        if eye.sees.try_send(Sighting { line, at, seen }).is_err() {
            eye.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl View {
    /// `None` when somebody else looks instead.
    pub async fn next(&mut self) -> Option<Sighting> {
        let sighting = match self.next.take() {
            Some(sighting) => sighting,
            None => self.sights.recv().await?,
        };
        let missed = self.missed();
        if missed == self.told_missed {
            return Some(sighting);
        }
        let told = Sighting {
            seen: Seen::Missed(missed - self.told_missed),
            ..sighting.clone()
        };
        self.told_missed = missed;
        self.next = Some(sighting);
        Some(told)
    }

    /// What was not looked at in time.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        let mut eye = self.tap.eye();
        // Somebody else may look by now.
        if eye
            .as_ref()
            .is_some_and(|eye| Arc::ptr_eq(&eye.missed, &self.missed))
        {
            *eye = None;
            self.tap.0.looked_at.store(false, Ordering::Relaxed);
        }
    }
}

/// One line, for as long as it is up.
#[derive(Clone)]
pub(crate) struct Wiretap(Arc<OneLine>);

struct OneLine {
    tap: Tap,
    number: u64,
    /// Of what was dialed.
    redaction: Redaction,
}

impl Wiretap {
    pub(crate) fn new(tap: &Tap, secrets: &[Secret]) -> Self {
        let number = tap.0.lines.fetch_add(1, Ordering::Relaxed) + 1;
        Self(Arc::new(OneLine {
            tap: tap.clone(),
            number,
            redaction: Redaction::of(secrets),
        }))
    }

    /// Builds what is told only when somebody looks.
    pub(crate) fn tell(&self, seen: impl FnOnce() -> Seen) {
        if self.0.tap.is_looked_at() {
            self.0.tap.tell(self.0.number, seen());
        }
    }

    pub(crate) fn asked(&self, first: impl FnOnce() -> String, headers: &HeaderMap) {
        self.tell(|| Seen::Asked(head::of(&first(), headers, &self.0.redaction)));
    }

    pub(crate) fn answered(&self, version: Version, status: http::StatusCode, headers: &HeaderMap) {
        let first = || format!("{version:?} {status}");
        self.tell(|| Seen::Answered(head::of(&first(), headers, &self.0.redaction)));
    }
}

impl Drop for OneLine {
    fn drop(&mut self) {
        if self.tap.is_looked_at() {
            self.tap.tell(self.number, Seen::Ended);
        }
    }
}
