//! How far every feed has come, kept for the next run of the program.
//!
//! A feed tells it once a second at most, on the network's thread; what is
//! written waits for a disk and so happens elsewhere, while something has
//! changed and no more often than is good for the disk.
//!
//! Deliberately not here: what a file looks like (`profile`), and how a feed
//! goes on (`feed`).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use market::Row;
use model::{Bookmark, FeedId, Reached, Source};
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::warn;

use crate::desk::lock;
use crate::spec::FeedSpec;

/// What is told is a second old at most; more often would only wear the disk.
const WRITES_APART: Duration = Duration::from_secs(1);
/// In a second, on average: less than a gigabyte a day however much is watched.
/// An older bookmark costs nothing but a longer replay.
const BYTES_A_SECOND: usize = 8 << 10;
/// Longer than what any venue calls its numbering by.
const EPOCH_BYTES_MAX: usize = 256;

/// Puts these in the place of what was kept. May wait for a disk. Says how many
/// bytes it has written.
pub type Keep = dyn FnMut(&[Bookmark]) -> io::Result<usize> + Send;

/// What the run before has left, and who keeps what this one leaves.
pub struct Resume {
    pub from: Vec<Bookmark>,
    pub keep: Box<Keep>,
}

impl std::fmt::Debug for Resume {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resume")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// The bookmarks of all feeds, those of the run before among them.
pub(crate) struct Bookmarks {
    now: Mutex<Now>,
    changed: Notify,
    keeper: Mutex<Keeper>,
}

#[derive(Default)]
struct Now {
    feeds: BTreeMap<FeedId, Bookmark>,
    written: bool,
}

struct Keeper {
    keep: Box<Keep>,
    /// So that a full disk is told of once and not every second.
    failed: bool,
}

/// One feed's way to its bookmark.
pub(crate) struct Course {
    feed: FeedId,
    address: String,
    bookmarks: Arc<Bookmarks>,
}

impl Bookmarks {
    pub(crate) fn new(resume: Resume) -> Self {
        let feeds = resume.from.into_iter();
        Self {
            now: Mutex::new(Now {
                feeds: feeds.map(|bookmark| (bookmark.feed.clone(), bookmark)).collect(),
                written: true,
            }),
            changed: Notify::new(),
            keeper: Mutex::new(Keeper {
                keep: resume.keep,
                failed: false,
            }),
        }
    }

    /// None for a feed whose venue ends with this program, or is a tape: its
    /// numbers mean nothing to the next run.
    pub(crate) fn course(self: &Arc<Self>, spec: &FeedSpec) -> Option<Course> {
        match spec.source {
            Source::Live => Some(Course {
                feed: spec.id.clone(),
                address: spec.address(),
                bookmarks: Arc::clone(self),
            }),
            Source::Simulated | Source::Replay => None,
        }
    }

    /// What was kept under one name is kept under another. A bookmark of that name is gone.
    pub(crate) fn rename(&self, from: &FeedId, to: &FeedId) {
        let mut now = lock(&self.now);
        if let Some(mut bookmark) = now.feeds.remove(from) {
            bookmark.feed = to.clone();
            now.feeds.insert(to.clone(), bookmark);
            now.written = false;
            drop(now);
            self.changed.notify_one();
        }
    }

    /// Writes whenever something has changed, until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            self.changed.notified().await;
            let this = Arc::clone(&self);
            let bytes = spawn_blocking(move || this.write()).await.unwrap_or_default();
            sleep(pause_after(bytes)).await;
        }
    }

    /// Writes what was not written yet, and says how many bytes that was.
    pub(crate) fn write(&self) -> usize {
        // Held from the look on, so that an older state never replaces a newer one.
        let mut keeper = lock(&self.keeper);
        let bookmarks: Vec<_> = {
            let mut now = lock(&self.now);
            if std::mem::replace(&mut now.written, true) {
                return 0;
            }
            now.feeds.values().cloned().collect()
        };
        match (keeper.keep)(&bookmarks) {
            Ok(bytes) => {
                keeper.failed = false;
                bytes
            }
            Err(error) => {
                lock(&self.now).written = false;
                if !std::mem::replace(&mut keeper.failed, true) {
                    warn!(%error, "how far the feeds have come could not be kept");
                }
                0
            }
        }
    }
}

fn pause_after(bytes: usize) -> Duration {
    let seconds = bytes.div_ceil(BYTES_A_SECOND);
    WRITES_APART.max(Duration::from_secs(seconds as u64))
}

impl Course {
    /// Where the run before was with this feed, at the same address.
    pub(crate) fn resume(&self) -> feed::Resume {
        let now = lock(&self.bookmarks.now);
        let bookmark = now.feeds.get(&self.feed);
        let bookmark = bookmark.filter(|bookmark| bookmark.address == self.address);
        bookmark.map_or_else(feed::Resume::default, |bookmark| feed::Resume {
            epoch: Some(Arc::clone(&bookmark.epoch)),
            symbols: bookmark.symbols.clone(),
        })
    }

    /// The feed has handed everything on up to these numbers.
    pub(crate) fn reached<'a>(
        &self,
        epoch: &Arc<str>,
        rows: impl Iterator<Item = (&'a Row, u64)>,
        made: DateTime<Utc>,
    ) {
        if epoch.len() > EPOCH_BYTES_MAX {
            return;
        }
        let mut now = lock(&self.bookmarks.now);
        let before = now.feeds.get(&self.feed);
        let before = before.filter(|before| before.address == self.address && before.epoch == *epoch);
        let symbols: BTreeMap<_, _> = rows
            .filter_map(|(row, number)| {
                let state = row.state().or_else(|| {
                    // It was not answered for yet, so where it was it still is.
                    let kept = before?.symbols.get(&row.symbol)?;
                    (kept.number == number).then_some(kept.state)
                });
                Some((
                    row.symbol.clone(),
                    Reached {
                        number,
                        state: state?,
                    },
                ))
            })
            .collect();
        if symbols.is_empty() || before.is_some_and(|before| before.symbols == symbols) {
            return;
        }
        let bookmark = Bookmark {
            feed: self.feed.clone(),
            address: self.address.clone(),
            epoch: Arc::clone(epoch),
            made,
            symbols,
        };
        now.feeds.insert(self.feed.clone(), bookmark);
        now.written = false;
        drop(now);
        self.bookmarks.changed.notify_one();
    }
}
