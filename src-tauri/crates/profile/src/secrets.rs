//! Keys and tokens in the OS keyring, one for each feed.
//!
//! A locked keyring asks the person for its password and lets the caller wait
//! for the answer, so every request runs on a thread of its own with a
//! deadline. Calls block: ask from a thread that may wait, never from the
//! window's. A dialog that nobody answers holds up the requests behind it and
//! nothing else; the thread ends with the [`Secrets`] once the dialog is gone.

mod error;
mod system;
#[cfg(test)]
mod tests;
mod vault;
mod worker;

use std::time::Duration;

use model::{FeedId, Secret};

pub use error::KeyringError;
use system::System;
use vault::Vault;
use worker::Worker;

/// So long may a person look for the keyring's password.
const DEADLINE: Duration = Duration::from_secs(60);

/// Under which the login of a feed's proxy is kept, as `user:password`. Called
/// as the command that keeps it, and no feed can be called so.
pub fn proxy_login_of(feed: &FeedId) -> FeedId {
    FeedId::new(&format!("{feed} --proxy"))
}

/// The way to the keyring. Nothing is asked of it before the first call.
#[derive(Debug)]
pub struct Secrets {
    worker: Worker,
    deadline: Duration,
}

impl Secrets {
    pub fn open() -> Result<Self, KeyringError> {
        Self::over(System::default(), DEADLINE)
    }

    fn over(vault: impl Vault + 'static, deadline: Duration) -> Result<Self, KeyringError> {
        let worker = Worker::start(vault)?;
        Ok(Self { worker, deadline })
    }

    pub fn set(&self, feed: &FeedId, secret: Secret) -> Result<(), KeyringError> {
        let account = feed.clone();
        self.worker.ask(self.deadline, move |vault| {
            vault::asked(vault, account.as_str(), |entry| {
                entry.set_password(secret.reveal())
            })
        })
    }

    pub fn get(&self, feed: &FeedId) -> Result<Secret, KeyringError> {
        let account = feed.clone();
        self.worker.ask(self.deadline, move |vault| {
            vault::asked(vault, account.as_str(), |entry| {
                entry.get_password().map(Secret::new)
            })
        })
    }

    /// Forgetting what is not there is no failure: afterwards it is not there.
    pub fn forget(&self, feed: &FeedId) -> Result<(), KeyringError> {
        let account = feed.clone();
        let answer = self.worker.ask(self.deadline, move |vault| {
            vault::asked(vault, account.as_str(), keyring_core::Entry::delete_credential)
        });
        match answer {
            Err(KeyringError::NothingStored) => Ok(()),
            other @ (Ok(()) | Err(_)) => other,
        }
    }
}
