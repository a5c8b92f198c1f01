//! What goes over the wire, for whoever wants to look at it.
//!
//! A [`Tap`] is given to a [`Target`](crate::Target); from then on somebody may
//! [`Tap::look`], stop, and look again. What was not taken in time is counted
//! and told as missed: nobody who looks can hold up a connection. A look begins
//! with the handshakes of the lines that are up, which are kept for it, and goes
//! on with what begins after it, frames with the first whole one.
//!
//! While nobody looks, nothing else is kept and nothing is told: a WebSocket asks
//! once a read whether somebody does, and walks through its server's frames as it
//! would without a tap. Only of our own, which are few, each header is read.
//!
//! - `head`: what of a request and an answer may be shown
//! - `start`: what of a payload may be shown
//! - `frames`: the frames of a line, while somebody looks
//! - `line`: what is told of one line, in its order
//! - `tapping`: what a pipe shows of the heads and frames that go through it

mod frames;
mod head;
mod line;
mod start;
mod tapping;

pub(crate) use line::Wiretap;
pub use start::Start;
pub(crate) use tapping::Tapping;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use line::OneLine;

/// Where the wires of some dials can be seen.
#[derive(Clone, Default)]
pub struct Tap(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// The number of the look that goes on, or [`NOBODY`].
    look: AtomicU64,
    /// How many have begun.
    looks: AtomicU64,
    lines: AtomicU64,
    /// Those that are up, and perhaps some that were.
    up: Mutex<Vec<Weak<OneLine>>>,
    eye: Mutex<Option<Eye>>,
}

const NOBODY: u64 = 0;

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
    /// A frame of a WebSocket.
    Frame {
        frame: Frame,
        /// Of a message that was compressed all that is told stands with its first frame.
        start: Start,
        /// How long that message is, inflated.
        inflated: Option<usize>,
        /// Of a pong: since the ping that it answers.
        round_trip: Option<Duration>,
    },
    /// A piece of an HTTP body, as it came.
    Piece {
        length: usize,
    },
    /// An event, a line or a whole body, as it is handed on.
    Message {
        length: usize,
        start: Start,
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
    /// wait to be looked at. The first of them are the handshakes of what is up.
    pub fn look(&self, room: usize) -> View {
        let (sees, sights) = mpsc::channel(room);
        let missed = Arc::<AtomicU64>::default();
        for line in self.up().iter().filter_map(Weak::upgrade) {
            for seen in line.handshake() {
                let at = Duration::ZERO;
                let line = line.number();
                if sees.try_send(Sighting { line, at, seen }).is_err() {
                    missed.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        let mut eye = self.eye();
        *eye = Some(Eye {
            sees,
            since: Instant::now(),
            missed: Arc::clone(&missed),
        });
        let number = self.0.looks.fetch_add(1, Ordering::Relaxed) + 1;
        self.0.look.store(number, Ordering::Relaxed);
        drop(eye);
        View {
            sights,
            missed,
            told_missed: 0,
            next: None,
            tap: self.clone(),
        }
    }

    fn is_looked_at(&self) -> bool {
        self.look_number() != NOBODY
    }

    fn look_number(&self) -> u64 {
        self.0.look.load(Ordering::Relaxed)
    }

    fn eye(&self) -> MutexGuard<'_, Option<Eye>> {
        self.0.eye.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn up(&self) -> MutexGuard<'_, Vec<Weak<OneLine>>> {
        self.0.up.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was seen before somebody looked is nobody's.
    fn tell(&self, line: u64, at: Instant, seen: Seen) {
        let eye = self.eye();
        let Some(eye) = eye.as_ref().filter(|eye| at >= eye.since) else {
            return;
        };
        let at = at - eye.since;
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
            self.tap.0.look.store(NOBODY, Ordering::Relaxed);
        }
    }
}
