//! Keys of feeds and logins of proxies: in the keyring, or in memory until the app ends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{FeedId, Secret};
use profile::{KeyringError, Secrets, TokenPlace};

/// Whatever keeps secrets by account. Its calls may wait for a person.
pub(crate) trait Keyring: Send + Sync {
    fn get(&self, account: &FeedId) -> Result<Secret, KeyringError>;
    fn set(&self, account: &FeedId, secret: Secret) -> Result<(), KeyringError>;
    fn forget(&self, account: &FeedId) -> Result<(), KeyringError>;
}

/// The keyring of the system, which is looked for when it is needed.
#[derive(Debug, Default)]
pub(crate) struct SystemKeyring(Mutex<Option<Arc<Secrets>>>);

/// How long a secret is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    Keyring,
    /// Until the app ends.
    Session,
}

pub(crate) struct Keys {
    keyring: Box<dyn Keyring>,
    session: Mutex<BTreeMap<FeedId, Secret>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl SystemKeyring {
    fn secrets(&self) -> Result<Arc<Secrets>, KeyringError> {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(secrets) = &*secrets {
            return Ok(Arc::clone(secrets));
        }
        let opened = Arc::new(Secrets::open()?);
        Ok(Arc::clone(secrets.insert(opened)))
    }
}

impl Keyring for SystemKeyring {
    fn get(&self, account: &FeedId) -> Result<Secret, KeyringError> {
        self.secrets()?.get(account)
    }

    fn set(&self, account: &FeedId, secret: Secret) -> Result<(), KeyringError> {
        self.secrets()?.set(account, secret)
    }

    fn forget(&self, account: &FeedId) -> Result<(), KeyringError> {
        self.secrets()?.forget(account)
    }
}

impl Keys {
    pub(crate) fn over(keyring: impl Keyring + 'static) -> Self {
        Self {
            keyring: Box::new(keyring),
            session: Mutex::default(),
        }
    }

    /// What can be had without asking anybody.
    pub(crate) fn at_hand(&self, account: &FeedId) -> Option<Secret> {
        self.session().get(account).cloned()
    }

    /// What a person has set for this run comes before what is kept.
    pub(crate) fn get(&self, account: &FeedId, place: TokenPlace) -> Result<Option<Secret>, KeyringError> {
        if let Some(secret) = self.at_hand(account) {
            return Ok(Some(secret));
        }
        match place {
            TokenPlace::None => Ok(None),
            TokenPlace::Keyring => self.keyring.get(account).map(Some),
        }
    }

    pub(crate) fn keep(&self, account: &FeedId, secret: Secret, keep: Keep) -> Result<(), KeyringError> {
        match keep {
            Keep::Keyring => {
                self.keyring.set(account, secret)?;
                self.session().remove(account);
            }
            Keep::Session => {
                self.session().insert(account.clone(), secret);
            }
        }
        Ok(())
    }

    /// Takes what is kept for this run alone.
    pub(crate) fn take_session(&self, account: &FeedId) -> Option<Secret> {
        self.session().remove(account)
    }

    pub(crate) fn forget(&self, account: &FeedId, place: TokenPlace) -> Result<(), KeyringError> {
        match place {
            TokenPlace::None => {}
            TokenPlace::Keyring => self.keyring.forget(account)?,
        }
        self.session().remove(account);
        Ok(())
    }

    /// Out of the keyring; what is set for this run stays.
    pub(crate) fn forget_kept(&self, account: &FeedId) -> Result<(), KeyringError> {
        self.keyring.forget(account)
    }

    /// Keeps the same under another name as well; [`Keys::forget`] ends the old one. Nothing has
    /// changed where this fails.
    pub(crate) fn copy(&self, from: &FeedId, to: &FeedId, place: TokenPlace) -> Result<(), KeyringError> {
        match place {
            TokenPlace::None => {}
            TokenPlace::Keyring => match self.keyring.get(from) {
                Ok(secret) => self.keyring.set(to, secret)?,
                // What is not there is missed under either name.
                Err(KeyringError::NothingStored) => {}
                Err(error) => return Err(error),
            },
        }
        let mut session = self.session();
        if let Some(secret) = session.get(from).cloned() {
            session.insert(to.clone(), secret);
        }
        Ok(())
    }

    fn session(&self) -> MutexGuard<'_, BTreeMap<FeedId, Secret>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
