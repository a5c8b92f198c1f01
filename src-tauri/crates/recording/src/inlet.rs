//! From the connections to the thread that writes.
//!
//! The network's task hands over and goes on: it waits neither for the disk
//! nor for a lock that the disk holds. What finds no room is counted, and the
//! count stands on the tape where the entries would.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use chrono::{DateTime, Utc};
use model::Secret;
use tokio::sync::watch;
use tokio::time::Instant;
use transport::Redaction;

use crate::redact::strike;
use crate::{Entry, RecordingState, Sink, Taken, What};

/// Three seconds of ten thousand messages each.
const QUEUE_MAX: usize = 32_768;
/// Bounds the queue where messages are large.
const QUEUE_BYTES_MAX: usize = 64 << 20;
/// How often the sink is looked at, whether anything comes or not.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Where entries are put in; shared by every connection.
pub(crate) struct Inlet {
    queue: SyncSender<Item>,
    bytes: AtomicUsize,
    missed: AtomicU64,
    connections: AtomicU64,
    started: Instant,
}

pub(crate) enum Item {
    Entry(Recorded),
    /// From now on these are struck out.
    Secrets(Vec<Secret>),
    End,
}

pub(crate) struct Recorded {
    entry: Entry,
    wall: DateTime<Utc>,
    /// So many found no room before it.
    missed: u64,
}

impl Inlet {
    pub(crate) fn open(started: Instant) -> (Arc<Self>, Receiver<Item>) {
        let (queue, items) = sync_channel(QUEUE_MAX);
        let inlet = Self {
            queue,
            bytes: AtomicUsize::new(0),
            missed: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            started,
        };
        (Arc::new(inlet), items)
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Never waits.
    pub(crate) fn put(&self, connection: u64, what: What) {
        let size = what.size();
        let waiting = self.bytes.fetch_add(size, Ordering::Relaxed);
        if waiting + size > QUEUE_BYTES_MAX {
            self.miss(size, 1);
            return;
        }
        let at = self.now();
        let missed = self.missed.swap(0, Ordering::Relaxed);
        let item = Item::Entry(Recorded {
            entry: Entry { at, connection, what },
            wall: Utc::now(),
            missed,
        });
        match self.queue.try_send(item) {
            Ok(()) => {}
            // After the end there is nothing that could be missing.
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => self.miss(size, missed + 1),
        }
    }

    /// These come before anything that may hold them, so they may wait for
    /// room: a dial is not in a hurry, and nothing is written without them.
    pub(crate) fn hide(&self, secrets: Vec<Secret>) {
        if !secrets.is_empty() {
            // The thread has ended, so nothing is written any more.
            let _over = self.queue.send(Item::Secrets(secrets));
        }
    }

    pub(crate) fn end(&self) {
        let _over = self.queue.send(Item::End);
    }

    fn miss(&self, size: usize, count: u64) {
        self.bytes.fetch_sub(size, Ordering::Relaxed);
        self.missed.fetch_add(count, Ordering::Relaxed);
    }
}

/// The thread that writes.
pub(crate) struct Writer<S> {
    pub(crate) inlet: Arc<Inlet>,
    pub(crate) sink: S,
    pub(crate) redaction: Redaction,
    pub(crate) state: watch::Sender<RecordingState>,
    pub(crate) taken: Taken,
}

impl<S: Sink> Writer<S> {
    /// Until the end is asked for, nobody is left to record, or nothing can be written.
    pub(crate) fn run(mut self, items: &Receiver<Item>) {
        let outcome = self.take_all(items).and_then(|()| self.finish());
        self.taken.stored = self.sink.stored();
        let taken = self.taken;
        self.state.send_replace(match outcome {
            Ok(()) => RecordingState::Ended(taken),
            Err(error) => {
                tracing::warn!(%error, "the recording has stopped");
                RecordingState::Stopped {
                    taken,
                    kind: error.kind(),
                }
            }
        });
    }

    fn take_all(&mut self, items: &Receiver<Item>) -> io::Result<()> {
        let mut look_at = LOOK_EVERY;
        loop {
            match items.recv_timeout(LOOK_EVERY) {
                Ok(Item::Entry(recorded)) => {
                    let at = recorded.entry.at;
                    self.take(recorded)?;
                    if at < look_at {
                        continue;
                    }
                }
                Ok(Item::Secrets(secrets)) => self.redaction.add(&secrets),
                Ok(Item::End) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            look_at = self.inlet.now() + LOOK_EVERY;
            self.look()?;
        }
    }

    fn take(&mut self, recorded: Recorded) -> io::Result<()> {
        let Recorded { entry, wall, missed } = recorded;
        self.inlet.bytes.fetch_sub(entry.what.size(), Ordering::Relaxed);
        if missed > 0 {
            self.put(
                Entry {
                    at: entry.at,
                    connection: 0,
                    what: What::Missing(missed),
                },
                wall,
            )?;
            self.taken.missing += missed;
        }
        if entry.what.is_message() {
            self.taken.messages += 1;
        }
        let what = strike(&self.redaction, entry.what);
        self.put(Entry { what, ..entry }, wall)
    }

    fn put(&mut self, entry: Entry, wall: DateTime<Utc>) -> io::Result<()> {
        self.taken.entries += 1;
        self.taken.until = self.taken.until.max(entry.at);
        self.sink.put(&entry, wall)
    }

    fn look(&mut self) -> io::Result<()> {
        self.sink.look(self.inlet.now())?;
        self.taken.stored = self.sink.stored();
        self.state.send_replace(RecordingState::Running(self.taken));
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let at = self.inlet.now();
        let missed = self.inlet.missed.swap(0, Ordering::Relaxed);
        let tape = |what| Entry {
            at,
            connection: 0,
            what,
        };
        if missed > 0 {
            self.taken.missing += missed;
            self.put(tape(What::Missing(missed)), Utc::now())?;
        }
        self.put(tape(What::End), Utc::now())?;
        self.sink.end()
    }
}
