//! The one thread that talks to the keyring.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use super::KeyringError;
use super::vault::Vault;

/// As many feeds may ask at once, at a start for example; more than that
/// behind an open dialog are told so at once.
const WAITING_MAX: usize = 64;

type Job = Box<dyn FnOnce(&mut dyn Vault) + Send>;

/// The way to the thread, which ends when the last of them is gone.
#[derive(Clone)]
pub(super) struct Worker {
    jobs: SyncSender<Job>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

impl Worker {
    pub(super) fn start(mut vault: impl Vault + 'static) -> Result<Self, KeyringError> {
        let (jobs, queue) = sync_channel::<Job>(WAITING_MAX);
        std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                for job in queue {
                    job(&mut vault);
                }
            })
            .map_err(|error| KeyringError::Refused {
                why: format!("the system gave no thread for it ({error})"),
            })?;
        Ok(Self { jobs })
    }

    /// A request whose asker has gone is not made: a key that a person believes
    /// not stored must not be stored minutes later. One that has begun already
    /// cannot be called back.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        deadline: Duration,
        question: impl FnOnce(&mut dyn Vault) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, KeyringError> {
        let (answer, answers) = sync_channel(1);
        let abandoned = Arc::new(AtomicBool::new(false));
        let job: Job = Box::new({
            let abandoned = Arc::clone(&abandoned);
            move |vault| {
                if !abandoned.load(Ordering::Acquire) && answer.send(question(vault)).is_err() {
                    tracing::info!("the keyring answered after its deadline");
                }
            }
        });
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(KeyringError::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(gone()),
        }
        match answers.recv_timeout(deadline) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                abandoned.store(true, Ordering::Release);
                Err(KeyringError::TimedOut { after: deadline })
            }
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

/// Only a panic in the keyring's library ends the thread.
fn gone() -> KeyringError {
    KeyringError::Refused {
        why: "its library has failed; start Tickwire again".to_owned(),
    }
}
