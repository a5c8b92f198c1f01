//! All that the app has but its window, and one venue on loopback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::{Engine, EngineOptions, Handle};
use market::RowId;
use model::{FeedId, FeedState, Symbol};
use profile::Profile;
use sim::{Options, Server};
use tempfile::TempDir;

use super::keyring::Fake;
use super::*;
use crate::notices::Board;
use crate::roster::{Keys, Surroundings};
use crate::tasks::Tasks;
use crate::venues::Venues;
use crate::watchlists::{Kept as KeptLists, Watchlists};

const LIST: &str = "Watchlist";
const SYMBOL: &str = "NVX";
/// A shared machine is slow at times.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Stage {
    pub(super) roster: Arc<Roster>,
    pub(super) keyring: Fake,
    pub(super) board: Arc<Board>,
    engine: Engine,
    watchlists: Arc<Watchlists>,
    profile: Arc<Mutex<Profile>>,
    venues: Arc<Venues>,
    tasks: Tasks,
    venue: Server,
    folder: TempDir,
}

impl Stage {
    pub(super) fn set() -> Self {
        let venue = Server::start(Options::default()).unwrap();
        Self::over(venue, tempfile::tempdir().unwrap(), Fake::default())
    }

    /// With one feed, `desk`, whose key is in the keyring and whose row has a price.
    pub(super) fn with_prices() -> Self {
        let stage = Self::set();
        stage.add("desk").unwrap();
        let row = stage.watch("desk");
        stage.set_key("desk", &stage.token(), KeepView::Keyring).unwrap();
        stage.wait_for_price(row);
        stage
    }

    fn over(venue: Server, folder: TempDir, keyring: Fake) -> Self {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let profile = Profile::open(Some(folder.path())).profile;
        let lists = profile.lists().lists.clone();
        let profile = Arc::new(Mutex::new(profile));
        let kept = KeptLists::InProfile(Arc::clone(&profile));
        let watchlists = Arc::new(Watchlists::open(engine.handle(), &lists, kept));
        let (venues, tasks, board) = (Arc::new(Venues::default()), Tasks::default(), Arc::default());
        let around = Surroundings {
            engine: engine.handle(),
            profile: Arc::clone(&profile),
            watchlists: Arc::clone(&watchlists),
            venues: Arc::clone(&venues),
            tasks: tasks.clone(),
            board: Arc::clone(&board),
        };
        let roster = Roster::new(around, Keys::over(keyring.clone()));
        roster.open_all();
        Self {
            roster,
            keyring,
            board,
            engine,
            watchlists,
            profile,
            venues,
            tasks,
            venue,
            folder,
        }
    }

    /// The same profile, the same keyring and the same venue in another run.
    pub(super) fn restart(self) -> Self {
        self.engine.shut_down();
        for venue in self.venues.take_all() {
            venue.stop();
        }
        self.tasks.end();
        Self::over(self.venue, self.folder, self.keyring)
    }

    pub(super) fn end(self) {
        self.engine.shut_down();
        for venue in self.venues.take_all() {
            venue.stop();
        }
        self.tasks.end();
        self.venue.stop();
    }

    pub(super) fn id(&self, feed: &str) -> FeedId {
        FeedId::new(feed)
    }

    pub(super) fn url(&self) -> String {
        self.venue.url()
    }

    pub(super) fn token(&self) -> String {
        self.venue.token().to_owned()
    }

    pub(super) fn form(&self, id: &str) -> FeedForm {
        FeedForm {
            id: id.to_owned(),
            venue: "tickwire".to_owned(),
            url: self.url(),
            proxy: "none".to_owned(),
            ..FeedForm::default()
        }
    }

    pub(super) fn add(&self, id: &str) -> Answer<FeedEntry> {
        save(&self.roster, &self.form(id), None)
    }

    /// What is said of an edited form as it is typed.
    pub(super) fn check(&self, form: &FeedForm, feed: &str) -> CheckView {
        let settings = self.profile.lock().unwrap().settings().clone();
        check(&self.roster, &settings, form, Some(&FeedId::new(feed)))
    }

    pub(super) fn read(&self, form: &FeedForm, feed: &str) -> FeedSettings {
        let profile = self.profile.lock().unwrap();
        form::read(form, profile.settings(), Some(&FeedId::new(feed))).unwrap()
    }

    pub(super) fn set_key(&self, feed: &str, key: &str, keep: KeepView) -> Answer<FeedEntry> {
        let key = Secret::new(key.to_owned());
        set(&self.roster, &FeedId::new(feed), Slot::Key, &key, keep)
    }

    pub(super) fn entry(&self, feed: &str) -> FeedEntry {
        entry(&self.roster, &FeedId::new(feed)).unwrap()
    }

    pub(super) fn standing(&self, feed: &str) -> Option<Standing> {
        self.roster.standings().borrow().get(&FeedId::new(feed)).cloned()
    }

    pub(super) fn watch(&self, feed: &str) -> RowId {
        let added = self
            .watchlists
            .add(LIST, &FeedId::new(feed), &Symbol::new(SYMBOL));
        added.unwrap().value
    }

    /// The row of this feed in the one list.
    pub(super) fn row(&self, feed: &str) -> RowId {
        let views = self.watchlists.views();
        let mut rows = views.iter().flat_map(|list| &list.rows).map(|row| RowId(*row));
        let is_of = |row: &RowId| {
            let known = |market: &market::Market| market.row(*row).map(|row| row.feed.to_string());
            self.handle().read(known).as_deref() == Some(feed)
        };
        rows.find(is_of).unwrap()
    }

    pub(super) fn handle(&self) -> Handle {
        self.engine.handle()
    }

    pub(super) fn explain(&self, row: RowId) -> String {
        let now = self.handle().now();
        self.handle().read(|market| market.explain(row, now)).unwrap()
    }

    pub(super) fn wait_for_price(&self, row: RowId) {
        wait_until(|| {
            let has_price = |market: &market::Market| {
                let row = market.row(row)?;
                Some(row.last.is_some())
            };
            self.handle().read(has_price).unwrap_or_default()
        });
    }

    pub(super) fn wait_for_state(&self, feed: &str, is_it: impl Fn(FeedState) -> bool) {
        let feeds = self.handle().feeds();
        wait_until(|| {
            let statuses = feeds.borrow().clone();
            let mut statuses = statuses.iter();
            statuses.any(|status| status.feed.as_str() == feed && is_it(status.state))
        });
    }

    /// How many connections there are to the venue, or to be; the simulated feed has its own.
    pub(super) fn clients(&self) -> usize {
        self.handle().tasks() - 1
    }

    pub(super) fn kept(&self, account: &str) -> Option<String> {
        self.keyring.ask(account).ok()
    }

    pub(super) fn settings(&self) -> String {
        self.file("settings.toml")
    }

    pub(super) fn lists(&self) -> String {
        self.file("lists.toml")
    }

    pub(super) fn edit_file(&self, edit: impl Fn(&str) -> String) {
        let path = self.folder.path().join("settings.toml");
        std::fs::write(path, edit(&self.settings())).unwrap();
    }

    /// What stands in every file of the profile.
    pub(super) fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

pub(super) fn wait_until(mut is_so: impl FnMut() -> bool) {
    let waited = tauri::async_runtime::block_on(async {
        let waits = async {
            let mut ticker = tokio::time::interval(Duration::from_millis(5));
            while !is_so() {
                ticker.tick().await;
            }
        };
        tokio::time::timeout(PATIENCE, waits).await
    });
    assert!(waited.is_ok(), "it never was so");
}
