//! Owns the engine, the simulated venues and every task: start and shut down.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use anyhow::Context;
use chrono::Utc;
use engine::{Engine, EngineOptions, Handle, Resume};
use model::{Bookmark, FeedId, Spending};
use profile::{Bookmarks, KeptBudgets, Opened as OpenedProfile};
use tauri::{AppHandle, Emitter, Manager};
use tracing::{error, info, warn};

use crate::arguments::FeedAddress;
use crate::feeds;
use crate::ipc::{self, About, CloseUps, Notice, NoticeCode, PageErrors, Stream};
use crate::notices::Board;
use crate::roster::{Keys, Roster, Surroundings, SystemKeyring};
use crate::shell::Shell;
use crate::tasks::Tasks;
use crate::venues::Venues;
use crate::watchlists::{self, Kept, Watchlists};
use crate::{panic, platform, window};

/// A keyring that takes longer does not hold the end up.
const KEYRING_TIMEOUT: Duration = Duration::from_millis(700);

/// Everything that runs and must end.
#[derive(Debug)]
pub(crate) struct App {
    engine: Engine,
    venues: Arc<Venues>,
    tasks: Tasks,
    roster: Arc<Roster>,
}

impl App {
    /// Starts the engine and opens the feeds. The window is not needed for
    /// that, so prices are on their way while it is made.
    pub(crate) fn start(
        app: &AppHandle,
        profile: OpenedProfile,
        feed: Option<FeedAddress>,
        about: About,
    ) -> anyhow::Result<Self> {
        let (resume, unread) = resume(profile.profile.bookmarks().clone());
        let (budgets, uncounted) = budgets(profile.profile.budgets().clone());
        let engine = Engine::start(EngineOptions {
            resume: Some(resume),
            budgets: Some(budgets),
            ..EngineOptions::default()
        })
        .context("the engine could not start")?;
        let handle = engine.handle();
        let board = Arc::new(Board::default());
        for notice in profile.notices.into_iter().chain(unread).chain(uncounted) {
            board.post(notice.into());
        }
        let profile = Arc::new(Mutex::new(profile.profile));
        let tasks = Tasks::default();
        let venues = Arc::new(Venues::default());
        let is_named = feed.is_some();
        let watchlists = Arc::new(match feed {
            Some(address) => named_feed(&handle, address)?,
            None => configured_lists(&handle, &profile),
        });
        let roster = Roster::new(
            Surroundings {
                engine: handle.clone(),
                profile: Arc::clone(&profile),
                watchlists: Arc::clone(&watchlists),
                venues: Arc::clone(&venues),
                tasks: tasks.clone(),
                board: Arc::clone(&board),
            },
            Keys::over(SystemKeyring::default()),
        );
        roster.tell_page({
            let app = app.clone();
            move || emit(&app, "feeds_changed", &())
        });
        if !is_named {
            roster.open_all();
        }
        let (stream, requests) = Stream::new();
        let shell = Shell {
            engine: handle.clone(),
            stream,
            watchlists,
            board,
            tasks: tasks.clone(),
            about,
            page_errors: PageErrors::default(),
            profile,
            venues: Arc::clone(&venues),
            roster: Arc::clone(&roster),
        };
        let tell = {
            let app = app.clone();
            move |lifecycle| emit(&app, "lifecycle", &lifecycle)
        };
        tasks.spawn(ipc::run_stream(
            handle,
            venues.rehearsals(),
            roster.standings(),
            requests,
            tell,
            tasks.token(),
        ));
        shell.board.tell({
            let app = app.clone();
            move |notice| emit(&app, "notice", notice)
        });
        tasks.spawn(tell_of_failures(Arc::clone(&shell.board)));
        // Not one of the tasks, which end first: it must still hear a second
        // Ctrl+C while another one is stuck, and so ends with the process.
        drop(tauri::async_runtime::spawn(quit_when_told(app.clone())));
        app.manage(shell);
        app.manage(CloseUps::default());
        Ok(Self {
            engine,
            venues,
            tasks,
            roster,
        })
    }

    /// Says goodbye to every venue, and stops our own. Each may take most of
    /// the one second that there is, so all of it happens at the same time.
    pub(crate) fn shut_down(self) {
        let Self {
            engine,
            venues,
            tasks,
            roster,
        } = self;
        std::thread::scope(|ending| {
            // A closure that gets no thread is dropped, which ends what it owns as well.
            let apart = |name: &str, end: Box<dyn FnOnce() + Send>| {
                let thread = std::thread::Builder::new().name(name.to_owned());
                if let Err(error) = thread.spawn_scoped(ending, end) {
                    error!(%error, name, "ended without a thread of its own");
                }
            };
            apart("end-removals", Box::new(|| end_removals(roster)));
            apart("end-engine", Box::new(|| engine.shut_down()));
            for venue in venues.take_all() {
                apart("end-venue", Box::new(|| venue.stop()));
            }
            tasks.end();
        });
        info!("everything has ended");
    }
}

/// What was removed cannot be had back any more, and its key leaves the keyring.
fn end_removals(roster: Arc<Roster>) {
    let (told, ended) = mpsc::channel();
    // Not waited for: the keyring may ask a person, who is about to leave.
    let thread = std::thread::Builder::new().name("end-removals".to_owned());
    let begun = thread.spawn(move || {
        roster.lapse_all();
        // Nobody waits any more if it took too long.
        let _late = told.send(());
    });
    if begun.is_err() || ended.recv_timeout(KEYRING_TIMEOUT).is_err() {
        warn!("the keyring did not forget in time what belongs to a feed that was removed");
    }
}

fn configured_lists(engine: &Handle, profile: &Arc<Mutex<profile::Profile>>) -> Watchlists {
    let (feeds, mut lists) = {
        let profile = profile.lock().unwrap_or_else(PoisonError::into_inner);
        (profile.settings().feeds.clone(), profile.lists().lists.clone())
    };
    if lists.is_empty() {
        let simulated = feeds
            .iter()
            .find(|feed| matches!(feed.kind, profile::FeedKind::Sim(_)));
        lists.extend(simulated.map(|feed| watchlists::first_list(&feed.id)));
    }
    let kept = Kept::InProfile(Arc::clone(profile));
    Watchlists::open(engine.clone(), &lists, kept)
}

/// The feeds go on where the last run was, and this one keeps the same for the next.
fn resume(bookmarks: Bookmarks) -> (Resume, Option<profile::Notice>) {
    let (from, unread) = bookmarks.read(Utc::now());
    let keep = Box::new(move |newest: &[Bookmark]| bookmarks.write(newest));
    (Resume { from, keep }, unread)
}

/// What was asked in the last run, or by the command line, counts for this one.
fn budgets(budgets: profile::Budgets) -> (engine::Budgets, Option<profile::Notice>) {
    let (
        KeptBudgets {
            salt,
            spendings: from,
        },
        unread,
    ) = budgets.read();
    let keep = Box::new(move |newest: &[Spending]| budgets.write(salt, newest));
    (engine::Budgets { salt, from, keep }, unread)
}

fn named_feed(engine: &Handle, address: FeedAddress) -> anyhow::Result<Watchlists> {
    let id: FeedId = feeds::open_named(engine, address).context("--feed")?;
    let lists = [watchlists::first_list(&id)];
    Ok(Watchlists::open(engine.clone(), &lists, Kept::UntilTheEnd))
}

pub(crate) fn emit<T: serde::Serialize + Clone>(app: &AppHandle, event: &str, payload: &T) {
    if let Err(error) = app.emit_to(window::LABEL, event, payload) {
        error!(%error, event, "an event could not be sent to the page");
    }
}

async fn tell_of_failures(board: Arc<Board>) {
    let mut failures = panic::listen();
    while let Some(thread) = failures.recv().await {
        board.post(Notice {
            code: NoticeCode::TaskFailed,
            sentence: format!("A part of Tickwire ({thread}) has failed; what you see may be incomplete."),
            next: "Start Tickwire again, and please report this with the log.".to_owned(),
        });
    }
}

/// Whoever says it twice means at once, whatever may be stuck.
async fn quit_when_told(app: AppHandle) {
    for is_repeated in [false, true] {
        match platform::told_to_quit().await {
            Ok(by) if is_repeated => {
                error!(by, "told to quit again, and did not end by itself");
                std::process::exit(1);
            }
            Ok(by) => {
                info!(by, "told to quit");
                app.exit(0);
            }
            Err(error) => error!(%error, "the system does not tell when to quit"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venues::Venue;

    #[test]
    fn no_venue_of_ours_outlives_the_shut_down() {
        let (venues, tasks) = (Arc::new(Venues::default()), Tasks::default());
        let mut visits = ["one", "other"].map(|id| {
            let sim::Options { scenario, .. } = sim::Options::default();
            let server = sim::Server::start(sim::Options::of(scenario.clone())).unwrap();
            let visits = server.visits();
            venues.enter(&tasks, FeedId::new(id), Venue { server, scenario });
            visits
        });
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let profile = profile::Profile::open(Some(folder.path())).profile;
        let watchlists = Watchlists::open(engine.handle(), &[], Kept::UntilTheEnd);
        let around = Surroundings {
            engine: engine.handle(),
            profile: Arc::new(Mutex::new(profile)),
            watchlists: Arc::new(watchlists),
            venues: Arc::clone(&venues),
            tasks: tasks.clone(),
            board: Arc::default(),
        };
        let app = App {
            engine,
            venues,
            tasks,
            roster: Roster::new(around, Keys::over(SystemKeyring::default())),
        };
        app.shut_down();
        for visits in &mut visits {
            let end = visits.try_recv().unwrap_err();
            assert!(end.to_string().contains("closed"), "{end}");
        }
    }
}
