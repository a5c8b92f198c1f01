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
use crate::ipc::{About, Notice, NoticeCode, PageErrors, Stream};
use crate::notices::Board;
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

    /// A change that could not be written holds until the app ends, so it is
    /// done, and the person is told.
    pub(crate) fn kept(&self, kept: Result<Option<profile::Notice>, profile::WriteError>) {
        match kept {
            Ok(None) => {}
            Ok(Some(notice)) => self.board.post(notice.into()),
            Err(error) => self.board.post(Notice {
                code: NoticeCode::ProfileReadOnly,
                sentence: format!("Your change holds until you quit, since {}.", with_cause(&error)),
                next: error.next_step().to_owned(),
            }),
        }
    }
}

fn with_cause(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

impl From<profile::Notice> for Notice {
    fn from(notice: profile::Notice) -> Self {
        let code = match notice.matter {
            profile::Matter::SettingsBroken => NoticeCode::SettingsBroken,
            profile::Matter::ListsBroken => NoticeCode::ListsBroken,
            profile::Matter::BookmarksUnread => NoticeCode::BookmarksUnread,
            profile::Matter::NotKept => NoticeCode::ProfileReadOnly,
        };
        Self {
            code,
            sentence: notice.sentence,
            next: notice.next,
        }
    }
}
