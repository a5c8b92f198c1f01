//! Every single update, for those who must see each: the command line's watch, and tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use feed::Update;
use model::{FeedId, Received};
use tokio::sync::mpsc;

/// One update as it came.
#[derive(Clone, Debug)]
pub struct Observation {
    pub feed: FeedId,
    pub received: Received,
    pub update: Update,
}

/// The reading end. When nobody reads, updates are dropped and counted: the
/// network does not wait.
#[derive(Debug)]
pub struct Observer {
    observations: mpsc::Receiver<Observation>,
    missed: Arc<AtomicU64>,
}

#[derive(Debug)]
pub(crate) struct Reporter {
    observations: mpsc::Sender<Observation>,
    missed: Arc<AtomicU64>,
}

pub(crate) fn observer(capacity: usize) -> (Reporter, Observer) {
    let (sender, receiver) = mpsc::channel(capacity);
    let missed = Arc::new(AtomicU64::new(0));
    let reporter = Reporter {
        observations: sender,
        missed: Arc::clone(&missed),
    };
    (
        reporter,
        Observer {
            observations: receiver,
            missed,
        },
    )
}

impl Observer {
    /// `None` when the engine has ended.
    pub async fn next(&mut self) -> Option<Observation> {
        self.observations.recv().await
    }

    /// The next one that is there already.
    pub fn next_now(&mut self) -> Option<Observation> {
        self.observations.try_recv().ok()
    }

    /// Updates that came while there was no room for them.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}

impl Reporter {
    /// `false` when nobody will read any more.
    pub(crate) fn report(&self, observation: Observation) -> bool {
        match self.observations.try_send(observation) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.missed.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}
