//! What was asked, kept for the next run of the program.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::Spending;
use tokio::sync::{Notify, watch};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::warn;

use super::{Accounts, lately};
use crate::desk::lock;

/// More often would only wear the disk.
const WRITES_APART: Duration = Duration::from_secs(1);

/// Puts these in the place of what was kept. May wait for a disk.
pub type KeepBudgets = dyn FnMut(&[Spending]) -> io::Result<()> + Send;

/// What the run before has asked, and who keeps what this one asks.
pub struct Budgets {
    /// With it an account is told from others, without its key.
    pub salt: [u8; 16],
    pub from: Vec<Spending>,
    pub keep: Box<KeepBudgets>,
}

impl std::fmt::Debug for Budgets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budgets")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// That something was asked which is not kept yet.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    since: AtomicBool,
    bell: Notify,
    /// For whoever shows it.
    shown: watch::Sender<()>,
}

impl Changed {
    pub(super) fn tell(&self) {
        self.since.store(true, Ordering::Release);
        self.bell.notify_one();
        self.shown.send_replace(());
    }

    pub(crate) fn shown(&self) -> watch::Receiver<()> {
        self.shown.subscribe()
    }
}

/// Who writes it.
pub(crate) struct Keeping {
    accounts: Arc<Accounts>,
    keeper: Mutex<Keeper>,
}

struct Keeper {
    keep: Box<KeepBudgets>,
    /// So that a full disk is told of once and not every second.
    failed: bool,
}

impl Keeping {
    pub(crate) fn new(accounts: Arc<Accounts>, keep: Box<KeepBudgets>) -> Self {
        Self {
            accounts,
            keeper: Mutex::new(Keeper { keep, failed: false }),
        }
    }

    /// Writes whenever something was asked, until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            self.accounts.changed.bell.notified().await;
            let this = Arc::clone(&self);
            // A panic there is reported there.
            let _written = spawn_blocking(move || this.write()).await;
            sleep(WRITES_APART).await;
        }
    }

    pub(crate) fn write(&self) {
        // Held from the look on, so that an older state never replaces a newer one.
        let mut keeper = lock(&self.keeper);
        // Who has asked nothing leaves no file behind.
        if !self.accounts.changed.since.swap(false, Ordering::AcqRel) {
            return;
        }
        let now = self.accounts.clock.now().wall;
        let mut all = self.accounts.spending();
        all.retain(|spending| lately(spending, now));
        match (keeper.keep)(&all) {
            Ok(()) => keeper.failed = false,
            Err(error) => {
                self.accounts.changed.since.store(true, Ordering::Release);
                if !std::mem::replace(&mut keeper.failed, true) {
                    warn!(%error, "what the accounts have asked could not be kept");
                }
            }
        }
    }
}
