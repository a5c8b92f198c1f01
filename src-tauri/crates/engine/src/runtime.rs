//! The thread that all feeds run on, from start to end.

use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use feed::{Clock, Lookout, Policy};
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::warn;
use transport::{Dialer, Network};

use crate::account::{Accounts, Budgets, Errand, Keeping, Loan};
use crate::bookmarks::{Bookmarks, Resume};
use crate::desk::Desk;
use crate::handle::{Handle, Shared};
use crate::search::Shelf;
use crate::surroundings::{Sentinel, ThisComputer, has_address, watch};

/// However many prices grow old one after the other, they are looked at no more
/// often, and an age is noticed so much late.
const LOOKS_APART: Duration = Duration::from_secs(1);
/// A price that comes after a look is not old before ten seconds have passed, so
/// the next look finds it in time.
const LOOKS_APART_MAX: Duration = Duration::from_secs(5);
/// After that an end is forced: a person has closed the window. Longer than a feed's goodbye.
const END_TIMEOUT: Duration = Duration::from_millis(500);
/// A disk that takes longer does not hold the end up.
const WRITE_TIMEOUT: Duration = Duration::from_millis(500);

/// What an engine needs of the outside world.
pub struct EngineOptions {
    pub dialer: Arc<dyn Dialer>,
    /// Where the randomness of waits begins.
    pub seed: u64,
    /// How patient every feed is.
    pub policy: Policy,
    /// Who sees that the computer sleeps or changes its network. Without one it
    /// never does, as far as the feeds can tell.
    pub sentinel: Option<Box<dyn Sentinel>>,
    pub clock: Clock,
    /// Where feeds go on from the run before, and who keeps it for the next one.
    /// Without it every run begins anew.
    pub resume: Option<Resume>,
    /// What the accounts have asked in the run before, and who keeps it for the next one.
    pub budgets: Option<Budgets>,
    /// Takes its turns from the accounts of another engine instead.
    pub loan: Option<Loan>,
}

impl Default for EngineOptions {
    /// The real network, this computer, and waits that no two programs share.
    fn default() -> Self {
        Self {
            dialer: Arc::new(Network::default()),
            seed: fastrand::u64(..),
            policy: Policy::default(),
            sentinel: Some(Box::new(ThisComputer::default())),
            clock: Clock::system(),
            resume: None,
            budgets: None,
            loan: None,
        }
    }
}

impl std::fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineOptions")
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the system did not give a thread for the feeds")]
    Thread(#[source] io::Error),
}

/// The running engine. It must be shut down; dropping it ends it the same way.
pub struct Engine {
    handle: Handle,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("stopped", &self.stop.is_cancelled())
            .finish_non_exhaustive()
    }
}

impl Engine {
    pub fn start(options: EngineOptions) -> Result<Self, StartError> {
        // One thread for every feed: handing ticks from thread to thread costs more than reading them.
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let desk = Arc::new(Desk::new());
        let lookout = Arc::new(Lookout::asking(has_address));
        let bookmarks = options.resume.map(|resume| Arc::new(Bookmarks::new(resume)));
        let sentinel = options.sentinel;
        let clock = options.clock;
        let (salt, before, keep) = match options.budgets {
            Some(Budgets { salt, from, keep }) => (salt, from, Some(keep)),
            None => (fastrand::u128(..).to_be_bytes(), Vec::new(), None),
        };
        // What another engine counts is kept by that one.
        let (accounts, errand, keep) = match options.loan {
            Some(Loan(accounts)) => (accounts, Errand::Person, None),
            None => {
                let own = Accounts::new(salt, before, clock, options.policy);
                (Arc::new(own), Errand::Feed, keep)
            }
        };
        let keeping = keep.map(|keep| Arc::new(Keeping::new(Arc::clone(&accounts), keep)));
        let handle = Handle::new(Shared {
            desk: Arc::clone(&desk),
            lookout: Arc::clone(&lookout),
            bookmarks: bookmarks.clone(),
            accounts,
            errand,
            dialer: options.dialer,
            seed: options.seed,
            policy: options.policy,
            clock,
            runtime: runtime.handle().clone(),
            tasks: tasks.clone(),
            stop: stop.clone(),
            feeds: Mutex::default(),
            preferences: Mutex::default(),
            absent: Mutex::default(),
            shelf: Shelf::default(),
        });
        let thread = std::thread::Builder::new()
            .name("feeds".to_owned())
            .spawn({
                let stop = stop.clone();
                move || {
                    let around = watch(sentinel, &lookout);
                    let kept = Kept { bookmarks, keeping };
                    run(runtime, &desk, clock, &tasks, &stop, around, kept);
                }
            })
            .map_err(StartError::Thread)?;
        Ok(Self {
            handle,
            stop,
            thread: Some(thread),
        })
    }

    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Says goodbye to every venue and waits for the end, half a second at most.
    pub fn shut_down(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the feeds' thread had ended in a panic");
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.end();
    }
}

fn run(
    runtime: Runtime,
    desk: &Desk,
    clock: Clock,
    tasks: &TaskTracker,
    stop: &CancellationToken,
    around: impl Future<Output = ()>,
    kept: Kept,
) {
    runtime.block_on(async {
        let all = async { tokio::join!(refresh(desk, clock), around, kept.keep()) };
        stop.run_until_cancelled(all).await;
        tasks.close();
        if timeout(END_TIMEOUT, tasks.wait()).await.is_err() {
            warn!(tasks = tasks.len(), "feeds did not end in time");
        }
        // Now that every feed has told where it has ended.
        let written = spawn_blocking(move || kept.write());
        if timeout(WRITE_TIMEOUT, written).await.is_err() {
            warn!("the disk did not take in time what is kept for the next run");
        }
    });
    desk.close();
    // A name that is being looked up must not hold the program open.
    runtime.shutdown_background();
}

/// What the next run is to know.
#[derive(Clone)]
struct Kept {
    bookmarks: Option<Arc<Bookmarks>>,
    keeping: Option<Arc<Keeping>>,
}

impl Kept {
    async fn keep(&self) {
        let bookmarks = async {
            if let Some(bookmarks) = self.bookmarks.clone() {
                bookmarks.keep().await;
            }
        };
        let budgets = async {
            if let Some(keeping) = self.keeping.clone() {
                keeping.keep().await;
            }
        };
        tokio::join!(bookmarks, budgets);
    }

    fn write(&self) {
        if let Some(bookmarks) = &self.bookmarks {
            bookmarks.write();
        }
        if let Some(keeping) = &self.keeping {
            keeping.write();
        }
    }
}

/// Looks at the prices whenever one of them has grown old. An engine with
/// nothing to do wakes for this every few seconds.
async fn refresh(desk: &Desk, clock: Clock) {
    loop {
        let now = clock.now();
        let next = desk.write(|market| {
            market.refresh(now);
            market.next_change(now.at)
        });
        let wait = next.map_or(LOOKS_APART_MAX, |next| next.since(now.at));
        sleep(wait.clamp(LOOKS_APART, LOOKS_APART_MAX)).await;
    }
}
