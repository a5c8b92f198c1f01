//! What is told of one line, in the order in which it was seen.
//!
//! What a message says is known only when it is inflated, which is done above
//! the pipe that sees its frames. Until then they wait here, and what comes
//! behind them does too.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Version};
use model::Secret;
use tokio::time::Instant;

use super::{Seen, Start, Tap, head};
use crate::redaction::Redaction;

/// More frames of messages that do not end are told without what they say.
const WAITING_MAX: usize = 1_024;

/// One line, for as long as it is up.
#[derive(Clone)]
pub(crate) struct Wiretap(Arc<OneLine>);

pub(super) struct OneLine {
    tap: Tap,
    number: u64,
    /// Of what was dialed.
    redaction: Redaction,
    handshake: Mutex<Vec<Seen>>,
    waiting: Mutex<VecDeque<Waiting>>,
}

/// A frame that was seen and not told yet.
struct Waiting {
    at: Instant,
    seen: Seen,
    /// The message that is to be inflated first.
    until: Option<u64>,
}

impl Wiretap {
    pub(crate) fn new(tap: &Tap, secrets: &[Secret]) -> Self {
        let number = tap.0.lines.fetch_add(1, Ordering::Relaxed) + 1;
        let line = Arc::new(OneLine {
            tap: tap.clone(),
            number,
            redaction: Redaction::of(secrets),
            handshake: Mutex::default(),
            waiting: Mutex::default(),
        });
        let mut up = tap.up();
        up.retain(|line| line.strong_count() > 0);
        up.push(Arc::downgrade(&line));
        drop(up);
        Self(line)
    }

    pub(super) fn look_number(&self) -> u64 {
        self.0.tap.look_number()
    }

    /// Builds what is told only when somebody looks.
    pub(crate) fn tell(&self, seen: impl FnOnce() -> Seen) {
        if self.0.tap.is_looked_at() {
            self.0.tap.tell(self.0.number, Instant::now(), seen());
        }
    }

    pub(crate) fn asked(&self, first: impl FnOnce() -> String, headers: &HeaderMap) {
        self.tell(|| Seen::Asked(head::of(&first(), headers, &self.0.redaction)));
    }

    pub(crate) fn answered(&self, version: Version, status: http::StatusCode, headers: &HeaderMap) {
        let first = || format!("{version:?} {status}");
        self.tell(|| Seen::Answered(head::of(&first(), headers, &self.0.redaction)));
    }

    /// A message that came over HTTP, as it is handed on.
    pub(crate) fn handed_on(&self, text: &str) {
        self.tell(|| Seen::Message {
            length: text.len(),
            start: self.start(text.as_bytes(), true),
        });
    }

    /// How the beginning of a payload may be shown.
    pub(super) fn start(&self, bytes: &[u8], is_text: bool) -> Start {
        Start::of(bytes, is_text, &self.0.redaction)
    }

    pub(super) fn close(&self, bytes: &[u8]) -> Start {
        Start::of_close(bytes, &self.0.redaction)
    }

    /// The head of a handshake, which is kept for whoever looks later.
    pub(super) fn shook_hands(&self, head: &[u8], kind: fn(super::Head) -> Seen) {
        let seen = kind(head::read(head, &self.0.redaction));
        lock(&self.0.handshake).push(seen.clone());
        self.tell(|| seen);
    }

    /// A frame, of which what it says is told later where it is part of a
    /// message that is inflated.
    pub(super) fn frame(&self, at: Instant, seen: Seen, until: Option<u64>) {
        let mut waiting = lock(&self.0.waiting);
        if waiting.len() >= WAITING_MAX {
            self.0.let_go(&mut waiting, u64::MAX);
        }
        if waiting.is_empty() && until.is_none() {
            self.0.tap.tell(self.0.number, at, seen);
        } else {
            waiting.push_back(Waiting { at, seen, until });
        }
    }

    /// Whoever has looked does not any more.
    pub(super) fn forget(&self) {
        *lock(&self.0.waiting) = VecDeque::new();
    }

    /// The message of this number, counted from 1, as it is handed on.
    pub(crate) fn inflated(&self, number: u64, bytes: &[u8], is_text: bool) {
        let mut waiting = lock(&self.0.waiting);
        let first = waiting.iter_mut().find(|waiting| waiting.until == Some(number));
        if let Some(Waiting {
            seen: Seen::Frame { start, inflated, .. },
            ..
        }) = first
        {
            *start = self.start(bytes, is_text);
            *inflated = Some(bytes.len());
        }
        self.0.let_go(&mut waiting, number);
    }
}

impl OneLine {
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn handshake(&self) -> Vec<Seen> {
        lock(&self.handshake).clone()
    }

    /// Tells what waited for this message or one before it, and what stands behind it.
    fn let_go(&self, waiting: &mut VecDeque<Waiting>, number: u64) {
        let may_go = |first: &mut Waiting| first.until.is_none_or(|until| until <= number);
        while let Some(Waiting { at, seen, .. }) = waiting.pop_front_if(may_go) {
            self.tap.tell(self.number, at, seen);
        }
    }
}

impl Drop for OneLine {
    fn drop(&mut self) {
        if self.tap.is_looked_at() {
            let mut waiting = std::mem::take(&mut *lock(&self.waiting));
            self.let_go(&mut waiting, u64::MAX);
            self.tap.tell(self.number, Instant::now(), Seen::Ended);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
