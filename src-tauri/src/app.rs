//! Owns the engine, the simulated venues and every task: start and shut down.

use std::sync::{Arc, Mutex};

use anyhow::Context;
use chrono::Utc;
use engine::{Engine, EngineOptions, Handle, Resume};
use model::{Bookmark, FeedId};
use profile::{Bookmarks, Opened as OpenedProfile};
use tauri::{AppHandle, Emitter, Manager};
use tracing::{error, info};

use crate::arguments::FeedAddress;
use crate::feeds::{self, Locked};
use crate::ipc::{self, About, Notice, NoticeCode, PageErrors, Stream};
use crate::notices::Board;
use crate::shell::Shell;
use crate::tasks::Tasks;
use crate::venues::Venues;
use crate::watchlists::{self, Kept, Watchlists};
use crate::{panic, platform, window};

/// Everything that runs and must end.
#[derive(Debug)]
pub(crate) struct App {
    engine: Engine,
    venues: Arc<Venues>,
    tasks: Tasks,
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
        let engine = Engine::start(EngineOptions {
            resume: Some(resume),
            ..EngineOptions::default()
        })
        .context("the engine could not start")?;
        let handle = engine.handle();
        let board = Arc::new(Board::default());
        for notice in profile.notices.into_iter().chain(unread) {
            board.post(notice.into());
        }
        let profile = Arc::new(Mutex::new(profile.profile));
        let tasks = Tasks::default();
        let mut started = Self {
            engine,
            venues: Arc::default(),
            tasks: tasks.clone(),
        };
        let venues = Arc::clone(&started.venues);
        let (watchlists, locked) = match feed {
            Some(address) => (named_feed(&handle, address)?, Vec::new()),
            None => started.configured_feeds(&handle, &profile, &board),
        };
        let (stream, requests) = Stream::new();
        let shell = Shell {
            engine: handle.clone(),
            stream,
            watchlists: Arc::new(watchlists),
            board,
            tasks: tasks.clone(),
            about,
            page_errors: PageErrors::default(),
            profile,
            venues: Arc::clone(&venues),
        };
        let tell = {
            let app = app.clone();
            move |lifecycle| emit(&app, "lifecycle", &lifecycle)
        };
        tasks.spawn(ipc::run_stream(
            handle,
            venues.rehearsals(),
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
        for locked in locked {
            tasks.spawn(unlock(app.clone(), locked));
        }
        app.manage(shell);
        Ok(started)
    }

    /// Says goodbye to every venue, and stops our own. Each may take most of
    /// the one second that there is, so all of it happens at the same time.
    pub(crate) fn shut_down(self) {
        let Self {
            engine,
            venues,
            tasks,
        } = self;
        std::thread::scope(|ending| {
            // A closure that gets no thread is dropped, which ends what it owns as well.
            let apart = |name: &str, end: Box<dyn FnOnce() + Send>| {
                let thread = std::thread::Builder::new().name(name.to_owned());
                if let Err(error) = thread.spawn_scoped(ending, end) {
                    error!(%error, name, "ended without a thread of its own");
                }
            };
            apart("end-engine", Box::new(|| engine.shut_down()));
            for venue in venues.take_all() {
                apart("end-venue", Box::new(|| venue.stop()));
            }
            tasks.end();
        });
        info!("everything has ended");
    }

    fn configured_feeds(
        &mut self,
        engine: &Handle,
        profile: &Arc<Mutex<profile::Profile>>,
        board: &Board,
    ) -> (Watchlists, Vec<Locked>) {
        let (feeds, mut lists) = {
            let profile = profile.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            (profile.settings().feeds.clone(), profile.lists().lists.clone())
        };
        let mut locked = Vec::new();
        for feed in &feeds {
            match feeds::open(engine, feed) {
                Ok(feeds::Opened::Open) => {}
                Ok(feeds::Opened::Simulated(venue)) => {
                    self.venues.enter(&self.tasks, feed.id.clone(), venue);
                }
                Ok(feeds::Opened::Locked(feed)) => locked.push(feed),
                Err(error) => board.post(error.notice(&feed.id)),
            }
        }
        if lists.is_empty() {
            let simulated = feeds
                .iter()
                .find(|feed| matches!(feed.kind, profile::FeedKind::Sim(_)));
            lists.extend(simulated.map(|feed| watchlists::first_list(&feed.id)));
        }
        let kept = Kept::InProfile(Arc::clone(profile));
        (Watchlists::open(engine.clone(), &lists, kept), locked)
    }
}

/// The feeds go on where the last run was, and this one keeps the same for the next.
fn resume(bookmarks: Bookmarks) -> (Resume, Option<profile::Notice>) {
    let (from, unread) = bookmarks.read(Utc::now());
    let keep = Box::new(move |newest: &[Bookmark]| bookmarks.write(newest));
    (Resume { from, keep }, unread)
}

fn named_feed(engine: &Handle, address: FeedAddress) -> anyhow::Result<Watchlists> {
    let id: FeedId = feeds::open_named(engine, address).context("--feed")?;
    let lists = [watchlists::first_list(&id)];
    Ok(Watchlists::open(engine.clone(), &lists, Kept::UntilTheEnd))
}

fn emit<T: serde::Serialize + Clone>(app: &AppHandle, event: &str, payload: &T) {
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

/// Opens a feed once the keyring has given what it needs.
async fn unlock(app: AppHandle, locked: Locked) {
    let id = locked.id.clone();
    let asked = tauri::async_runtime::spawn_blocking(move || (locked.keys(), locked));
    let Ok((answer, locked)) = asked.await else { return };
    let Some(shell) = app.try_state::<Shell>() else {
        return;
    };
    let opened = answer.and_then(|keys| locked.open(&shell.engine, keys));
    match opened {
        Ok(()) => {
            // The page learns of its lists as it opens, and this may be a minute later.
            window::load_anew(&app);
        }
        Err(error) => shell.board.post(error.notice(&id)),
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
        let app = App {
            engine: Engine::start(EngineOptions::default()).unwrap(),
            venues,
            tasks,
        };
        app.shut_down();
        for visits in &mut visits {
            let end = visits.try_recv().unwrap_err();
            assert!(end.to_string().contains("closed"), "{end}");
        }
    }
}
