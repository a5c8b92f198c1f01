//! Everything that was seen, as one log of which every line counts: two runs of
//! one seed must agree on all of them.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::hash::Hasher;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::TransportKind;
use tokio::time::Instant;
use transport::Blame;

/// What is shown of a run that broke a promise, when nobody has asked for all of it.
const TAIL: usize = 60;
/// The one that works, one beside it on trial, and those that are saying goodbye.
const CONNECTIONS_MAX: usize = 5;

#[derive(Debug)]
pub(crate) struct Record {
    begin: Instant,
    told: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    hash: Fnv,
    lines: u64,
    log: VecDeque<String>,
    broken: Vec<String>,
    dialing: BTreeMap<&'static str, u32>,
    dials: u64,
    /// Each connection that is up, and how it travels.
    up: BTreeMap<u64, TransportKind>,
    heard: Option<Instant>,
    /// Until when the venue has asked to be left alone.
    not_before: Option<Instant>,
}

impl Record {
    /// `told` keeps the whole log and not only its end.
    pub(crate) fn new(told: bool) -> Self {
        Self {
            begin: Instant::now(),
            told,
            state: Mutex::default(),
        }
    }

    pub(crate) fn note(&self, what: fmt::Arguments<'_>) {
        let line = format!("{:>9.3} {what}", self.begin.elapsed().as_secs_f64());
        let mut state = self.lock();
        state.hash.write(line.as_bytes());
        state.lines += 1;
        if !self.told && state.log.len() == TAIL {
            state.log.pop_front();
        }
        state.log.push_back(line);
    }

    /// A promise was not kept.
    pub(crate) fn broken(&self, what: fmt::Arguments<'_>) {
        self.note(format_args!("BROKEN: {what}"));
        let at = self.begin.elapsed();
        self.lock()
            .broken
            .push(format!("{:.3} s: {what}", at.as_secs_f64()));
    }

    /// A dial begins; no other of its kind may be under way.
    pub(super) fn dial(&self, kind: TransportKind) -> u64 {
        let (number, others, asked_for) = {
            let mut state = self.lock();
            let asked_for = state.not_before.filter(|until| *until > Instant::now());
            state.dials += 1;
            let live = state.dialing.entry(word(kind)).or_default();
            *live += 1;
            let others = *live - 1;
            (state.dials, others, asked_for)
        };
        self.note(format_args!("dial {number} over {kind}"));
        if others > 0 {
            self.broken(format_args!("{} dials over {kind} at a time", others + 1));
        }
        if let Some(until) = asked_for {
            self.broken(format_args!(
                "a dial {:?} before the time that the venue has asked for",
                until.duration_since(Instant::now())
            ));
        }
        number
    }

    /// The venue may have asked to be left alone for a while.
    pub(super) fn blamed(&self, blame: Blame) {
        if let Blame::Announced {
            retry_after: Some(wait),
        } = blame
        {
            let until = Instant::now() + wait;
            let mut state = self.lock();
            state.not_before = state.not_before.max(Some(until));
        }
    }

    /// A person may have it otherwise.
    pub(super) fn person_asks(&self) {
        self.lock().not_before = None;
    }

    pub(super) fn dial_over(&self, kind: TransportKind) {
        if let Some(live) = self.lock().dialing.get_mut(word(kind)) {
            *live = live.saturating_sub(1);
        }
    }

    /// A connection has come up, beside those that there are.
    pub(super) fn up(&self, number: u64, kind: TransportKind) {
        let count = {
            let mut state = self.lock();
            state.up.insert(number, kind);
            state.up.len()
        };
        if count > CONNECTIONS_MAX {
            self.broken(format_args!("{count} connections at a time"));
        }
    }

    pub(super) fn down(&self, number: u64) {
        self.lock().up.remove(&number);
    }

    /// The other side of some connection has been heard.
    pub(super) fn heard(&self) {
        self.lock().heard = Some(Instant::now());
    }

    /// How long ago anything was heard on any connection.
    pub(crate) fn silence(&self) -> Option<Duration> {
        self.lock().heard.map(|heard| heard.elapsed())
    }

    /// Whether a connection is up that tells states and no events.
    pub(super) fn samples(&self) -> bool {
        let state = self.lock();
        state.up.values().any(|kind| *kind == TransportKind::Poll)
    }

    pub(crate) fn dials(&self) -> u64 {
        self.lock().dials
    }

    /// What stands for all that was seen.
    pub(crate) fn hash(&self) -> u64 {
        self.lock().hash.finish()
    }

    pub(crate) fn lines(&self) -> u64 {
        self.lock().lines
    }

    pub(crate) fn broken_promises(&self) -> Vec<String> {
        self.lock().broken.clone()
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.lock().log.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn word(kind: TransportKind) -> &'static str {
    match kind {
        TransportKind::WebSocket => "ws",
        TransportKind::EventStream => "sse",
        TransportKind::LongPoll => "longpoll",
        TransportKind::Poll => "poll",
    }
}

/// FNV-1a, which is the same in every program and on every machine.
#[derive(Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
