//! What the commands work with: the one state that Tauri keeps for us.
//!
//! Tauri never drops it, so nothing here must be shut down; `app` owns what
//! must.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::Handle;
use model::FeedId;
use profile::{FeedKind, MarketSettings, Profile};
use sim::Scenario;

use crate::feeds::{self, NotOpened};
use crate::ipc::{About, PageErrors, Stream};
use crate::notices::Board;
use crate::roster::Roster;
use crate::tasks::Tasks;
use crate::venues::Venues;
use crate::watchlists::Watchlists;

#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) engine: Handle,
    pub(crate) stream: Stream,
    pub(crate) watchlists: Arc<Watchlists>,
    pub(crate) board: Arc<Board>,
    pub(crate) tasks: Tasks,
    pub(crate) about: About,
    pub(crate) page_errors: PageErrors,
    pub(crate) profile: Arc<Mutex<Profile>>,
    pub(crate) venues: Arc<Venues>,
    pub(crate) roster: Arc<Roster>,
}

impl Shell {
    pub(crate) fn profile(&self) -> MutexGuard<'_, Profile> {
        self.profile.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keeps_in_tray(&self) -> bool {
        self.profile().settings().keep_in_tray
    }

    /// Opens another market behind a simulated feed, and keeps the choice in the settings. `None`
    /// where no venue of ours stands behind it.
    pub(crate) fn open_market(
        &self,
        feed: &FeedId,
        choose: impl Fn(&mut MarketSettings),
    ) -> Result<Option<Scenario>, NotOpened> {
        let _turn = self.roster.turn(feed);
        if self.venues.scenario(feed).is_none() {
            return Ok(None);
        }
        let mut market = self.market(feed);
        choose(&mut market);
        let venue = feeds::open_anew(&self.engine, feed, &market)?;
        let scenario = venue.scenario.clone();
        let before = self.venues.enter(&self.tasks, feed.clone(), venue);
        let kept = self.profile().change_settings(|settings| {
            for kept in settings.feeds.iter_mut().filter(|kept| kept.id == *feed) {
                match &mut kept.kind {
                    FeedKind::Sim(market) => choose(market),
                    // Somebody has edited the file meanwhile, and decides.
                    FeedKind::Tickwire { .. } | FeedKind::Venue(_) | FeedKind::Unread { .. } => {}
                }
            }
        });
        self.kept(kept);
        // Its clients have left already, so this is quick.
        drop(before);
        Ok(Some(scenario))
    }

    fn market(&self, feed: &FeedId) -> MarketSettings {
        let profile = self.profile();
        let known = profile.settings().feeds.iter().find(|known| known.id == *feed);
        match known.map(|known| &known.kind) {
            Some(FeedKind::Sim(market)) => market.clone(),
            Some(FeedKind::Tickwire { .. } | FeedKind::Venue(_) | FeedKind::Unread { .. }) | None => {
                MarketSettings::default()
            }
        }
    }

    /// The person is told of a change that could not be written.
    pub(crate) fn kept(&self, kept: Result<Option<profile::Notice>, profile::WriteError>) {
        self.board.post_kept(kept);
    }
}
