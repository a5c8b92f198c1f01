//! What everybody else holds of a feed.

use std::sync::{Arc, Mutex, PoisonError};

use model::{Symbol, SymbolKey};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Dialer, Redaction};

use crate::journal::{Clerk, Journal, Log};
use crate::outlet::Outlet;
use crate::supervisor::Supervisor;
use crate::wishes::Wishes;
use crate::{Clock, Endpoint, Surroundings};

/// A running feed. It ends when its token is cancelled or this is dropped.
#[derive(Debug)]
pub struct Feed {
    wishes: watch::Sender<Wishes>,
    journal: Arc<Mutex<Journal>>,
    log: Arc<Log>,
}

/// The feed's task has ended, so nobody heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the feed has ended")]
pub struct FeedGone;

impl Feed {
    pub fn start(
        endpoint: Endpoint,
        dialer: Arc<dyn Dialer>,
        clock: Clock,
        outlet: Box<dyn Outlet>,
        surroundings: Surroundings,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (sender, wishes) = watch::channel(Wishes::default());
        let journal = Arc::<Mutex<Journal>>::default();
        let redaction = Redaction::of(&endpoint.secrets());
        let log = Arc::<Log>::default();
        let clerk = Clerk::new(
            endpoint.id.clone(),
            redaction,
            Arc::clone(&journal),
            Arc::clone(&log),
            clock,
        );
        let supervisor = Supervisor::new(endpoint, dialer, clock, outlet, tasks.clone(), clerk);
        tasks.spawn(supervisor.run(wishes, surroundings, stop));
        Self {
            wishes: sender,
            journal,
            log,
        }
    }

    pub fn want(&self, key: SymbolKey, symbol: Symbol) -> Result<(), FeedGone> {
        self.change(|wishes| {
            wishes.symbols.insert(key, symbol);
        })
    }

    pub fn release(&self, key: SymbolKey) -> Result<(), FeedGone> {
        self.change(|wishes| {
            wishes.symbols.remove(&key);
        })
    }

    /// Ends a wait before its time.
    pub fn retry(&self) -> Result<(), FeedGone> {
        self.change(|wishes| wishes.retries += 1)
    }

    /// What has befallen it until now.
    pub fn journal(&self) -> Journal {
        self.journal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The same for whoever watches it happen.
    pub fn log(&self) -> Arc<Log> {
        Arc::clone(&self.log)
    }

    fn change(&self, change: impl FnOnce(&mut Wishes)) -> Result<(), FeedGone> {
        if self.wishes.is_closed() {
            return Err(FeedGone);
        }
        self.wishes.send_modify(change);
        Ok(())
    }
}
