//! How everybody else talks to the engine.
//!
//! - `asking`: what is asked beside the prices

mod asking;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use feed::{Clock, Disturbance, Endpoint, Feed, Lookout, Policy};
use market::{Market, Revision, RowId};
use model::{FeedId, FeedStatus, Received, Symbol};
use provider::Adapter;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Dialer, Tap, Target};

use crate::absent::Absent;
use crate::account::{Account, Accounts, Errand};
use crate::bookmarks::{Bookmarks, Course};
use crate::desk::{Counter, Desk, Totals, key, lock};
use crate::history::Archive;
use crate::inquiry;
use crate::observer::{Observer, observer};
use crate::preferences::Preferences;
use crate::report::Report;
use crate::search::Shelf;
use crate::spec::{FeedSpec, OpenError};

/// So many questions of one feed are under way at a time; the others wait.
const ASKED_AT_ONCE: usize = 2;

/// Cheap to clone, and usable from any thread; none of its calls waits for the network.
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
}

/// What the engine's thread and all handles have in common.
pub(crate) struct Shared {
    pub(crate) desk: Arc<Desk>,
    pub(crate) lookout: Arc<Lookout>,
    pub(crate) bookmarks: Option<Arc<Bookmarks>>,
    pub(crate) accounts: Arc<Accounts>,
    /// On which its feeds ask.
    pub(crate) errand: Errand,
    pub(crate) dialer: Arc<dyn Dialer>,
    pub(crate) seed: u64,
    pub(crate) policy: Policy,
    pub(crate) clock: Clock,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) feeds: Mutex<BTreeMap<FeedId, Open>>,
    /// Never taken while the feeds are held.
    pub(crate) preferences: Mutex<Preferences>,
    /// Locked after those that are open.
    pub(crate) absent: Mutex<BTreeMap<FeedId, Absent>>,
    pub(crate) shelf: Shelf,
}

/// An open feed, and who wants what of it.
pub(crate) struct Open {
    pub(crate) feed: Feed,
    pub(crate) venue: Adapter,
    stop: CancellationToken,
    closed: CancellationToken,
    /// As it may be shown.
    address: String,
    /// Where its venue is asked once for something, and how often at the same time.
    place: Option<Target>,
    /// With whom all that is asked of it is counted together.
    account: Option<Arc<Account>>,
    asking: Arc<Semaphore>,
    filling: Arc<Semaphore>,
    pub(crate) spec: FeedSpec,
    pub(crate) tap: Tap,
    archive: Option<Arc<Archive>>,
    rows: HashMap<Symbol, Wanted>,
}

impl Open {
    pub(crate) fn row_of(&self, symbol: &Symbol) -> Option<RowId> {
        self.rows.get(symbol).map(|wanted| wanted.row)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) row: RowId,
    /// A symbol that stands in two lists is one row and one subscription.
    times: usize,
}

/// Whether the last who wanted a row does so no longer. `None` where it is not one of these.
fn wanted_less(rows: &mut HashMap<Symbol, Wanted>, row: RowId) -> Option<bool> {
    let (symbol, wanted) = rows.iter_mut().find(|(_, wanted)| wanted.row == row)?;
    wanted.times -= 1;
    let is_last = wanted.times == 0;
    if is_last {
        let symbol = symbol.clone();
        rows.remove(&symbol);
    }
    Some(is_last)
}

impl Open {
    /// Its connection ends, and what it says from now on is not listened to.
    pub(crate) fn rest(self) -> Absent {
        self.closed.cancel();
        self.stop.cancel();
        Absent {
            rows: self.rows,
            journal: self.feed.journal(),
            address: self.address,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no feed of this name")]
pub struct NoSuchFeed;

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl Handle {
    pub(crate) fn new(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        Self { shared }
    }

    pub fn open_feed(&self, spec: &FeedSpec) -> Result<(), OpenError> {
        self.start_feed(spec)?;
        self.link_candidates(&spec.id);
        Ok(())
    }

    fn start_feed(&self, spec: &FeedSpec) -> Result<(), OpenError> {
        let shared = &*self.shared;
        let polls = shared.policy.paced(spec.venue.card().polls);
        let tap = Tap::default();
        let seen = |target: Target| target.with_polls(polls.times, polls.within).with_tap(tap.clone());
        let target = seen(spec.target()?);
        let rest = spec.rest()?.map(seen);
        let mut feeds = lock(&shared.feeds);
        if feeds.contains_key(&spec.id) {
            return Err(OpenError::AlreadyOpen);
        }
        let rows = lock(&shared.absent).remove(&spec.id).unwrap_or_default().rows;
        // It may be at another place than it was.
        shared.shelf.forget(&spec.id);
        shared.desk.write(|market| {
            market.open_feed(spec.id.clone(), spec.source);
            market.set_source(&spec.id, spec.source);
        });
        let stop = shared.stop.child_token();
        let address = format!("{target:?}");
        let place = inquiry::place(&spec.venue, &target, rest.as_ref());
        let account = place.as_ref().and_then(|place| shared.accounts.of(spec, place));
        let sharing = |target: Target, errand| match &account {
            Some(account) => target.with_allowance(account.share(errand)),
            None => target,
        };
        let target = sharing(target, shared.errand);
        let rest = rest.map(|rest| sharing(rest, shared.errand));
        let bookmarks = shared.bookmarks.as_ref();
        let course = bookmarks.and_then(|bookmarks| bookmarks.course(spec));
        let endpoint = Endpoint {
            id: spec.id.clone(),
            source: spec.source,
            venue: spec.venue.clone(),
            target,
            rest,
            key: spec.key(),
            transports: spec.transports.clone(),
            bars: spec.bars,
            seed: shared.seed.wrapping_add(feeds.len() as u64),
            policy: shared.policy,
            resume: course.as_ref().map(Course::resume),
        };
        let desk = Arc::clone(&shared.desk);
        let closed = CancellationToken::new();
        let archive = Archive::of(spec);
        let outlet = Box::new(Counter {
            feed: spec.id.clone(),
            desk,
            clock: shared.clock,
            closed: closed.clone(),
            course,
            archive: archive.clone(),
        });
        let dialer = Arc::clone(&shared.dialer);
        let _inside = shared.runtime.enter();
        let feed = Feed::start(
            endpoint,
            dialer,
            shared.clock,
            outlet,
            shared.lookout.surroundings(),
            &shared.tasks,
            stop.clone(),
        );
        let mut wanted: Vec<_> = rows.iter().collect();
        wanted.sort_by_key(|(_, wanted)| wanted.row.0);
        for (symbol, wanted) in wanted {
            // One that ends at once, as the whole engine does, wants nothing.
            let _gone = feed.want(key(wanted.row), symbol.clone());
        }
        feeds.insert(
            spec.id.clone(),
            Open {
                feed,
                venue: spec.venue.clone(),
                stop,
                closed,
                address,
                place,
                account,
                asking: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
                filling: Arc::new(Semaphore::new(ASKED_AT_ONCE)),
                spec: spec.clone(),
                tap,
                archive,
                rows,
            },
        );
        Ok(())
    }

    pub fn close_feed(&self, id: &FeedId) -> Result<(), NoSuchFeed> {
        // Held to the end: a feed of the same name must not be opened in between.
        let mut feeds = lock(&self.shared.feeds);
        let absent = lock(&self.shared.absent).remove(id);
        match feeds.remove(id) {
            Some(open) => drop(open.rest()),
            None => drop(absent.ok_or(NoSuchFeed)?),
        }
        self.shared.desk.close_feed(id, self.now());
        self.shared.shelf.forget(id);
        Ok(())
    }

    /// The feed is called otherwise from now on, and goes on where it was.
    pub fn rename_bookmark(&self, from: &FeedId, to: &FeedId) {
        if let Some(bookmarks) = &self.shared.bookmarks {
            bookmarks.rename(from, to);
        }
    }

    /// Ends a wait before its time.
    pub fn retry(&self, id: &FeedId) -> Result<(), NoSuchFeed> {
        lock(&self.shared.feeds)
            .get(id)
            .ok_or(NoSuchFeed)?
            .feed
            .retry()
            .map_err(|_| NoSuchFeed)
    }

    /// Whether anybody looks at the prices. Where nobody does, a silent connection
    /// is asked less often whether it lives; whoever begins to look sees what is
    /// true now, so each is asked at once.
    pub fn attend(&self, watched: bool) {
        let shared = &*self.shared;
        let now = shared.clock.now();
        shared.desk.write(|market| market.set_watched(watched, now));
        shared.lookout.tell(Disturbance::Attention { watched });
    }

    /// Wants a symbol once more; the row is the same however often it is wanted.
    pub fn watch(&self, id: &FeedId, symbol: &Symbol) -> Result<RowId, NoSuchFeed> {
        let mut feeds = lock(&self.shared.feeds);
        let mut absent = lock(&self.shared.absent);
        let (feed, rows) = match feeds.get_mut(id) {
            Some(open) => (Some(&open.feed), &mut open.rows),
            None => (None, &mut absent.get_mut(id).ok_or(NoSuchFeed)?.rows),
        };
        if let Some(wanted) = rows.get_mut(symbol) {
            wanted.times += 1;
            return Ok(wanted.row);
        }
        let now = self.shared.clock.now().at;
        let row = self
            .shared
            .desk
            .write(|market| market.open_row(id, symbol.clone(), now));
        if feed.is_some_and(|feed| feed.want(key(row), symbol.clone()).is_err()) {
            self.shared.desk.write(|market| market.close_row(row));
            return Err(NoSuchFeed);
        }
        rows.insert(symbol.clone(), Wanted { row, times: 1 });
        Ok(row)
    }

    /// Wants a symbol once less; with the last one the row is gone. A row with
    /// sources lets go of each.
    pub fn unwatch(&self, row: RowId) {
        if !self.close_preference(row) {
            self.unwatch_row(row);
        }
    }

    pub(crate) fn unwatch_row(&self, row: RowId) {
        let mut feeds = lock(&self.shared.feeds);
        let mut absent = lock(&self.shared.absent);
        let open = feeds.values_mut();
        let open = open.map(|open| (Some(&open.feed), &mut open.rows));
        let absent = absent.values_mut().map(|absent| (None, &mut absent.rows));
        for (feed, rows) in open.chain(absent) {
            let Some(is_last) = wanted_less(rows, row) else {
                continue;
            };
            if is_last {
                // A feed that has ended wants nothing any more.
                let _gone = feed.map(|feed| feed.release(key(row)));
                self.shared.desk.write(|market| market.close_row(row));
            }
            return;
        }
    }

    /// A short look at the market. The feeds wait meanwhile, so copy and leave.
    pub fn read<R>(&self, look: impl FnOnce(&Market) -> R) -> R {
        self.shared.desk.read(look)
    }

    /// Wakes whenever the market has changed; a reader that is late sees one change for many.
    pub fn revision(&self) -> watch::Receiver<Revision> {
        self.shared.desk.revision()
    }

    /// The state of every feed, in the order of their names, on a lane of its own.
    pub fn feeds(&self) -> watch::Receiver<Arc<[FeedStatus]>> {
        self.shared.desk.statuses()
    }

    pub fn totals(&self, feed: &FeedId) -> Totals {
        self.shared.desk.totals(feed)
    }

    /// All that is known of a feed, fit to be shown to others.
    pub fn report(&self, id: &FeedId) -> Result<Report, NoSuchFeed> {
        let (journal, address) = {
            let feeds = lock(&self.shared.feeds);
            let absent = lock(&self.shared.absent);
            match (feeds.get(id), absent.get(id)) {
                (Some(open), _) => (open.feed.journal(), open.address.clone()),
                (None, Some(absent)) => (absent.journal.clone(), absent.address.clone()),
                (None, None) => return Err(NoSuchFeed),
            }
        };
        let now = self.now();
        let statuses = self.feeds().borrow().clone();
        Ok(Report {
            made: now.wall,
            now: now.at,
            address,
            status: statuses.iter().find(|status| status.feed == *id).cloned(),
            totals: self.totals(id),
            allotment: self.allotment(id),
            journal,
        })
    }

    /// Every update from now on, as long as there is room for it.
    pub fn observe(&self, capacity: usize) -> Observer {
        let (reporter, observer) = observer(capacity);
        self.shared.desk.add_reporter(reporter);
        observer
    }

    /// How many tasks run for the feeds: one for each that is open, and one for
    /// each connection that still says goodbye.
    pub fn tasks(&self) -> usize {
        self.shared.tasks.len()
    }

    pub fn now(&self) -> Received {
        self.shared.clock.now()
    }
}
