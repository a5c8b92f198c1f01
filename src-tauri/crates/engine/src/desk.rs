//! What the feeds write to and everybody else reads from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use feed::{Burst, Clock, LossCause, Outlet, Update};
use market::{Market, Revision, RowId};
use model::{FeedId, FeedStatus, Received, SymbolKey};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::bookmarks::Course;
use crate::history::Archive;
use crate::observer::Reporter;

pub(crate) struct Desk {
    market: Mutex<Market>,
    reporters: Mutex<Vec<Reporter>>,
    revision: watch::Sender<Revision>,
    statuses: watch::Sender<Arc<[FeedStatus]>>,
    totals: Mutex<BTreeMap<FeedId, Totals>>,
}

/// What a feed has carried since it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub messages: u64,
    pub bytes: u64,
    pub duplicates: u64,
    pub unreadable: u64,
    /// Holes in the numbers of a symbol, the ticks that they lack, and how many
    /// of these came after all.
    pub gaps: u64,
    pub missing: u64,
    pub filled: u64,
    /// Connections that were up and were lost, by cause.
    pub losses: BTreeMap<LossCause, u64>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            market: Mutex::new(Market::new()),
            reporters: Mutex::default(),
            revision: watch::Sender::new(Revision::default()),
            statuses: watch::Sender::new(Arc::from([])),
            totals: Mutex::default(),
        }
    }

    pub(crate) fn revision(&self) -> watch::Receiver<Revision> {
        self.revision.subscribe()
    }

    pub(crate) fn statuses(&self) -> watch::Receiver<Arc<[FeedStatus]>> {
        self.statuses.subscribe()
    }

    pub(crate) fn totals(&self, feed: &FeedId) -> Totals {
        lock(&self.totals).get(feed).cloned().unwrap_or_default()
    }

    pub(crate) fn read<R>(&self, look: impl FnOnce(&Market) -> R) -> R {
        look(&lock(&self.market))
    }

    /// Changes the market and wakes those who wait for a change.
    pub(crate) fn write<R>(&self, change: impl FnOnce(&mut Market) -> R) -> R {
        let (result, revision) = {
            let mut market = lock(&self.market);
            let result = change(&mut market);
            (result, market.revision())
        };
        self.revision.send_if_modified(|known| {
            let newer = *known != revision;
            *known = revision;
            newer
        });
        result
    }

    pub(crate) fn add_reporter(&self, reporter: Reporter) {
        lock(&self.reporters).push(reporter);
    }

    pub(crate) fn close_feed(&self, feed: &FeedId, now: Received) {
        self.write(|market| {
            market.close_feed(feed);
            // Another source stands in for it now, not at the next look.
            market.refresh(now);
            lock(&self.totals).remove(feed);
        });
        self.statuses.send_modify(|statuses| {
            *statuses = statuses
                .iter()
                .filter(|status| status.feed != *feed)
                .cloned()
                .collect();
        });
    }

    /// Ends every observer.
    pub(crate) fn close(&self) {
        lock(&self.reporters).clear();
    }

    pub(crate) fn set_status(&self, status: &FeedStatus) {
        self.statuses.send_modify(|statuses| {
            let mut list: Vec<_> = statuses
                .iter()
                .filter(|other| other.feed != status.feed)
                .cloned()
                .collect();
            list.push(status.clone());
            list.sort_by(|a, b| a.feed.cmp(&b.feed));
            *statuses = list.into();
        });
    }

    fn count(&self, feed: &FeedId, burst: &Burst, holes: Holes) {
        let mut totals = lock(&self.totals);
        let total = totals.entry(feed.clone()).or_default();
        total.messages += burst.messages;
        total.bytes += burst.bytes;
        total.duplicates += burst.duplicates;
        total.unreadable += burst.unreadable;
        total.gaps += holes.gaps;
        total.missing += holes.missing;
        total.filled += holes.filled;
    }

    fn report(&self, feed: &FeedId, burst: &Burst) {
        let mut reporters = lock(&self.reporters);
        if reporters.is_empty() {
            return;
        }
        for update in &burst.updates {
            reporters.retain_mut(|reporter| reporter.report(feed, burst.received, update));
        }
    }
}

/// What a burst tells to be missing, and to be missing no more.
#[derive(Clone, Copy, Debug, Default)]
struct Holes {
    gaps: u64,
    missing: u64,
    filled: u64,
    /// Whether something was not heard.
    torn: bool,
}

/// One feed's way to the desk. A row's number is the symbol's key, so nothing
/// has to be looked up between the two.
pub(crate) struct Counter {
    pub(crate) feed: FeedId,
    pub(crate) desk: Arc<Desk>,
    pub(crate) clock: Clock,
    /// Cancelled before a feed is forgotten. Its last words come after that, and
    /// another feed of its name may be open by then.
    pub(crate) closed: CancellationToken,
    pub(crate) course: Option<Course>,
    /// Who is told that something was not heard.
    pub(crate) archive: Option<Arc<Archive>>,
}

impl Outlet for Counter {
    fn burst(&mut self, burst: &Burst) {
        self.desk.write(|market| {
            // Inside the lock that a closing feed takes too, so it cannot come between.
            if self.closed.is_cancelled() {
                return;
            }
            if burst.heard {
                market.frame_seen(&self.feed, burst.received.at);
            }
            let mut holes = Holes::default();
            for update in &burst.updates {
                apply(market, &self.feed, update, burst, &mut holes);
            }
            self.desk.count(&self.feed, burst, holes);
            if let Some(archive) = self.archive.as_ref().filter(|_| holes.torn) {
                archive.torn();
            }
        });
        self.desk.report(&self.feed, burst);
    }

    fn status(&mut self, status: FeedStatus) {
        let now = self.clock.now();
        self.desk.write(|market| {
            if self.closed.is_cancelled() {
                return;
            }
            market.link(&status);
            // A cut connection greys its prices now, not at the next look.
            market.refresh(now);
            self.desk.set_status(&status);
        });
    }

    fn lost(&mut self, cause: LossCause) {
        if !self.closed.is_cancelled() {
            let mut totals = lock(&self.desk.totals);
            let total = totals.entry(self.feed.clone()).or_default();
            *total.losses.entry(cause).or_default() += 1;
        }
    }

    fn reached(&mut self, epoch: &Arc<str>, numbers: &[(SymbolKey, u64)]) {
        let Some(course) = &self.course else { return };
        let now = self.clock.now().wall;
        self.desk.read(|market| {
            // Inside the lock, as above: another feed of its name has its own bookmark.
            if !self.closed.is_cancelled() {
                let rows = numbers
                    .iter()
                    .filter_map(|(key, number)| Some((market.row(row(*key))?, *number)));
                course.reached(epoch, rows, now);
            }
        });
    }
}

fn apply(market: &mut Market, feed: &FeedId, update: &Update, burst: &Burst, holes: &mut Holes) {
    let received = burst.received;
    match update {
        Update::Tick { key, tick, .. } => market.tick(row(*key), tick, received),
        Update::Snapshot { key, snapshot, .. } => market.snapshot(row(*key), snapshot, received),
        Update::Session { key, change, .. } => market.session(row(*key), change.clone(), received),
        Update::Accepted {
            key,
            instrument,
            session,
            resumed,
        } => {
            if *resumed {
                market.resumed(row(*key));
            }
            holes.torn |= !resumed;
            market.accepted(row(*key), (**instrument).clone(), *session, received);
        }
        Update::Refused { key, why } => market.refused(row(*key), why),
        Update::Gap { key, gap } => {
            holes.gaps += 1;
            holes.missing += gap.ticks();
            holes.torn = true;
            market.gap(row(*key), *gap);
            market.torn(row(*key), received);
        }
        // What has come after all is missing no more.
        Update::Filled { gap, .. } => holes.filled += gap.ticks(),
        // Candles are made of trades.
        Update::Bar { .. } => {}
        Update::Amended { key, amendment, .. } => market.amended(row(*key), amendment, received),
        Update::Day { key, figures } => market.day(row(*key), figures, received),
        Update::Clock(clock) => market.set_clock(feed, *clock, received.at),
        Update::Source(source) => market.set_source(feed, *source),
        Update::Pong { round_trip } => market.pong_seen(feed, received.at, *round_trip),
    }
}

pub(crate) const fn row(key: SymbolKey) -> RowId {
    RowId(key.0)
}

pub(crate) const fn key(row: RowId) -> SymbolKey {
    SymbolKey(row.0)
}

/// A panic elsewhere is reported elsewhere; the market behind the lock is
/// still the best there is.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
