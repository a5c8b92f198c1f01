//! The feeds of the settings as they stand in this run: which of them are open,
//! which are paused, and which wait for a key.
//!
//! Whatever a person changes about a feed goes through here and holds at once.
//! Calls may wait for a keyring, and so for a person: never ask from the window's
//! thread. Two changes of one feed come one after the other (`turns`).
//!
//! - `changes`: add, edit, rename, pause, resume
//! - `removal`: remove, and have it back for a while
//! - `credentials`: keys and logins, set and forgotten
//! - `audience`: who is shown them, and what stays behind when a feed moves
//!
//! Deliberately not here: how a feed of the settings is opened (`feeds`), and the
//! words that the page has for all this (`ipc::config`).

mod audience;
mod changes;
mod credentials;
mod error;
mod keys;
mod removal;
mod standing;
mod turns;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use engine::{FeedSpec, Handle};
use model::{FeedId, Source};
use profile::{FeedKind, FeedSettings, MarketSettings, Profile};
use tokio::sync::watch;

use self::removal::Removed;
use self::turns::Turns;
use crate::feeds::{self, Given, NotOpened, Unkeyed, Way};
use crate::notices::Board;
use crate::tasks::Tasks;
use crate::venues::Venues;
use crate::watchlists::Watchlists;

pub(crate) use self::audience::left_behind;
pub(crate) use self::credentials::{Kept, Slot};
pub(crate) use self::error::NotDone;
#[cfg(test)]
pub(crate) use self::keys::Keyring;
pub(crate) use self::keys::{Keep, Keys, SystemKeyring};
pub(crate) use self::standing::{Refusal, Standing, Standings};

type Tell = Box<dyn Fn() + Send + Sync>;

/// What the roster works with.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) engine: Handle,
    pub(crate) profile: Arc<Mutex<Profile>>,
    pub(crate) watchlists: Arc<Watchlists>,
    pub(crate) venues: Arc<Venues>,
    pub(crate) tasks: Tasks,
    pub(crate) board: Arc<Board>,
}

pub(crate) struct Roster {
    around: Surroundings,
    keys: Keys,
    turns: Turns,
    standings: watch::Sender<Standings>,
    removed: Mutex<Option<Removed>>,
    /// So that no two questions, and no two removals, have the same number.
    numbers: AtomicU32,
    page: OnceLock<Tell>,
}

/// A feed of the settings, and what there is to know of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) feed: FeedSettings,
    /// `None` where this run has nothing to do with it.
    pub(crate) standing: Option<Standing>,
    pub(crate) key: Kept,
    pub(crate) login: Kept,
}

impl std::fmt::Debug for Roster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Roster")
            .field("standings", &self.standings.borrow())
            .finish_non_exhaustive()
    }
}

impl Roster {
    pub(crate) fn new(around: Surroundings, keys: Keys) -> Arc<Self> {
        Arc::new(Self {
            around,
            keys,
            turns: Turns::default(),
            standings: watch::Sender::new(Standings::default()),
            removed: Mutex::default(),
            numbers: AtomicU32::new(1),
            page: OnceLock::new(),
        })
    }

    /// Who is told that feeds were opened or closed.
    pub(crate) fn tell_page(&self, page: impl Fn() + Send + Sync + 'static) {
        // There is one window.
        let _already = self.page.set(Box::new(page));
    }

    /// Opens what the settings want open. What cannot be is told on the board.
    pub(crate) fn open_all(self: &Arc<Self>) {
        let feeds = self.profile().settings().feeds.clone();
        for feed in &feeds {
            let _turn = self.turns.take(&[&feed.id]);
            if let Err(error) = self.bring_about(feed, &Given::default()) {
                self.around.board.post(error.notice(&feed.id));
            }
        }
        self.forget_what_was_left();
    }

    pub(crate) fn standings(&self) -> watch::Receiver<Standings> {
        self.standings.subscribe()
    }

    /// All feeds of the settings, in the person's order.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let feeds = self.profile().settings().feeds.clone();
        feeds.into_iter().map(|feed| self.entry_of(feed)).collect()
    }

    pub(crate) fn entry(&self, id: &FeedId) -> Result<Entry, NotDone> {
        Ok(self.entry_of(self.feed(id)?))
    }

    /// Tries again what was refused, or what nobody has answered. What is open is
    /// the engine's to try.
    pub(crate) fn retry(self: &Arc<Self>, id: &FeedId) -> Result<(), NotDone> {
        let _turn = self.turns.take(&[id]);
        match self.standing(id) {
            Some(Standing::Refused(_) | Standing::Locked { .. }) => {
                let feed = self.feed(id)?;
                // What becomes of it is told by its standing.
                let _told = self.bring_about(&feed, &Given::default());
                self.tell();
                Ok(())
            }
            Some(Standing::Paused) => Ok(()),
            Some(Standing::Open) | None => {
                let retried = self.around.engine.retry(id);
                retried.map_err(|_| NotDone::NoSuchFeed(id.clone()))
            }
        }
    }

    /// The feed as the engine takes it, with its keys; what is known of them comes
    /// first. A key that is kept is shown to nobody whom the feed of that name is not
    /// with. Waits for the keyring where that has to be asked.
    pub(crate) fn spec(&self, feed: &FeedSettings, known: Given) -> Result<FeedSpec, NotOpened> {
        match feeds::way(feed)? {
            Way::Simulated(_) => Err(NotOpened::Ours),
            Way::Live(unkeyed) => {
                let now = self.feed(&feed.id).ok();
                let goes_along = |slot| {
                    now.as_ref()
                        .is_some_and(|now| audience::stays(slot, &now.kind, &feed.kind))
                };
                let given = self.fetch(&unkeyed, known, goes_along)?;
                unkeyed.with(given)
            }
        }
    }

    /// Nobody else changes the feed as long as this is held.
    pub(crate) fn turn(&self, id: &FeedId) -> impl Drop + '_ {
        self.turns.take(&[id])
    }

    /// Has the feed be as its settings say, with what is known of its keys. Its
    /// turn is held by the caller. A feed that cannot be opened is there all the
    /// same, and says why.
    fn bring_about(self: &Arc<Self>, feed: &FeedSettings, known: &Given) -> Result<(), NotOpened> {
        self.leave_venue(&feed.id);
        if feed.paused {
            self.stand(feed, Standing::Paused);
            return Ok(());
        }
        let opened = self.open(feed, known);
        if let Err(error) = &opened {
            self.stand(feed, Standing::Refused(error.refusal()));
        }
        opened
    }

    fn open(self: &Arc<Self>, feed: &FeedSettings, known: &Given) -> Result<(), NotOpened> {
        match feeds::way(feed)? {
            Way::Simulated(market) => self.simulate(feed, &market),
            Way::Live(unkeyed) => {
                let [key, login] = unkeyed.accounts();
                let given = Given {
                    token: known.token.clone().or_else(|| self.keys.at_hand(&key.0)),
                    login: known.login.clone().or_else(|| self.keys.at_hand(&login.0)),
                };
                let asks = |account: &(FeedId, profile::TokenPlace), is_given: bool| {
                    account.1 == profile::TokenPlace::Keyring && !is_given
                };
                if asks(&key, given.token.is_some()) || asks(&login, given.login.is_some()) {
                    self.ask(feed, unkeyed, given);
                    return Ok(());
                }
                self.open_with(feed, *unkeyed, given)
            }
        }
    }

    fn simulate(&self, feed: &FeedSettings, market: &MarketSettings) -> Result<(), NotOpened> {
        let (venue, spec) = feeds::simulated(&feed.id, market)?;
        self.rest(feed, Standing::Open.why());
        self.around.engine.open_feed(&spec)?;
        let Surroundings { venues, tasks, .. } = &self.around;
        // The one before has left already.
        drop(venues.enter(tasks, feed.id.clone(), venue));
        self.set_standing(&feed.id, Some(Standing::Open));
        Ok(())
    }

    fn open_with(&self, feed: &FeedSettings, unkeyed: Unkeyed, given: Given) -> Result<(), NotOpened> {
        let spec = unkeyed.with(given)?;
        self.rest(feed, Standing::Open.why());
        self.around.engine.open_feed(&spec)?;
        self.set_standing(&feed.id, Some(Standing::Open));
        Ok(())
    }

    /// The keyring may ask a person, so the answer may be long in coming, and
    /// another change may have been made by then.
    fn ask(self: &Arc<Self>, feed: &FeedSettings, unkeyed: Box<Unkeyed>, given: Given) {
        let question = self.numbers.fetch_add(1, Ordering::Relaxed);
        self.stand(feed, Standing::Locked { question });
        let (roster, feed) = (Arc::clone(self), feed.clone());
        self.around.tasks.spawn(async move {
            let asked = tauri::async_runtime::spawn_blocking(move || {
                roster.unlock(&feed, question, *unkeyed, given);
            });
            // A failure in there is told where all failures are.
            let _ended = asked.await;
        });
    }

    fn unlock(&self, feed: &FeedSettings, question: u32, unkeyed: Unkeyed, given: Given) {
        let answer = self.fetch(&unkeyed, given, |_| true);
        let _turn = self.turns.take(&[&feed.id]);
        if self.standing(&feed.id) != Some(Standing::Locked { question }) {
            return;
        }
        let opened = answer.and_then(|given| self.open_with(feed, unkeyed, given));
        if let Err(error) = opened {
            self.stand(feed, Standing::Refused(error.refusal()));
            self.around.board.post(error.notice(&feed.id));
        }
        self.tell();
    }

    fn fetch(&self, unkeyed: &Unkeyed, given: Given, may: impl Fn(Slot) -> bool) -> Result<Given, NotOpened> {
        let [key, login] = unkeyed.accounts();
        let fetched = |slot, known: Option<_>, (account, place): (FeedId, _)| {
            if known.is_some() || !may(slot) {
                return Ok(known);
            }
            let fetched = self.keys.get(&account, place);
            fetched.map_err(|error| NotOpened::Keyring { account, error })
        };
        Ok(Given {
            token: fetched(Slot::Key, given.token, key)?,
            login: fetched(Slot::ProxyLogin, given.login, login)?,
        })
    }

    /// The feed is there without a connection, and says why.
    fn stand(&self, feed: &FeedSettings, standing: Standing) {
        let why = standing.why().to_owned();
        self.set_standing(&feed.id, Some(standing));
        self.rest(feed, &why);
    }

    fn rest(&self, feed: &FeedSettings, why: &str) {
        let source = match &feed.kind {
            FeedKind::Sim(_) => Source::Simulated,
            FeedKind::Tickwire { .. } | FeedKind::Venue(_) | FeedKind::Unread { .. } => Source::Live,
        };
        self.around.engine.open_absent(&feed.id, source, why);
    }

    /// The feed is gone, with its prices: what comes under its name later is another.
    fn close(&self, id: &FeedId) {
        self.leave_venue(id);
        self.set_standing(id, None);
        // One that was never there is gone too.
        let _gone = self.around.engine.close_feed(id);
    }

    fn leave_venue(&self, id: &FeedId) {
        if let Some(venue) = self.around.venues.leave(id) {
            venue.server.stop();
        }
    }

    fn set_standing(&self, id: &FeedId, standing: Option<Standing>) {
        self.standings.send_if_modified(|standings| {
            if standings.get(id) == standing.as_ref() {
                return false;
            }
            let standings = Arc::make_mut(standings);
            match standing {
                Some(standing) => standings.insert(id.clone(), standing),
                None => standings.remove(id),
            };
            true
        });
    }

    fn standing(&self, id: &FeedId) -> Option<Standing> {
        self.standings.borrow().get(id).cloned()
    }

    fn feed(&self, id: &FeedId) -> Result<FeedSettings, NotDone> {
        let feed = self.profile().settings().feed(id).cloned();
        feed.ok_or_else(|| NotDone::NoSuchFeed(id.clone()))
    }

    /// The rows of the page are others now.
    fn tell(&self) {
        if let Some(page) = self.page.get() {
            page();
        }
    }

    fn profile(&self) -> MutexGuard<'_, Profile> {
        self.around.profile.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
