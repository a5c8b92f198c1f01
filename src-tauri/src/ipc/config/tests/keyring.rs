//! A keyring in memory, with the tempers that real ones have.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use model::{FeedId, Secret};
use profile::KeyringError;

use crate::roster::Keyring;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Temper {
    Absent,
    /// The next question opens a dialog.
    Asks,
}

#[derive(Clone, Default)]
pub(super) struct Fake {
    kept: Arc<Mutex<BTreeMap<String, Secret>>>,
    door: Arc<Mutex<Door>>,
}

#[derive(Default)]
enum Door {
    #[default]
    Open,
    Absent,
    Dialog(Sender<()>, Receiver<()>),
}

/// The person in front of the dialog.
pub(super) struct Dialog {
    opened: Receiver<()>,
    answer: Sender<()>,
}

impl Dialog {
    pub(super) fn opened(&self) {
        self.opened.recv().unwrap();
    }

    pub(super) fn dismiss(self) {
        drop(self.answer);
    }
}

impl Fake {
    pub(super) fn be(&self, temper: Temper) -> Dialog {
        let (tell_opened, opened) = channel();
        let (answer, answered) = channel();
        *self.door.lock().unwrap() = match temper {
            Temper::Absent => Door::Absent,
            Temper::Asks => Door::Dialog(tell_opened, answered),
        };
        Dialog { opened, answer }
    }

    pub(super) fn be_well(&self) {
        *self.door.lock().unwrap() = Door::Open;
    }

    pub(super) fn ask(&self, account: &str) -> Result<String, KeyringError> {
        let kept = self.kept.lock().unwrap();
        let secret = kept.get(account).ok_or(KeyringError::NothingStored)?;
        Ok(secret.reveal().to_owned())
    }

    pub(super) fn lose(&self, account: &str) {
        self.kept.lock().unwrap().remove(account);
    }

    fn enter(&self) -> Result<(), KeyringError> {
        let mut door = self.door.lock().unwrap();
        match std::mem::take(&mut *door) {
            Door::Open => Ok(()),
            Door::Absent => {
                *door = Door::Absent;
                Err(KeyringError::NotRunning)
            }
            Door::Dialog(opened, answered) => {
                drop(door);
                opened.send(()).unwrap();
                // Until the person goes away.
                answered.recv().unwrap_err();
                Err(KeyringError::Locked)
            }
        }
    }
}

impl Keyring for Fake {
    fn get(&self, account: &FeedId) -> Result<Secret, KeyringError> {
        self.enter()?;
        let kept = self.kept.lock().unwrap();
        kept.get(account.as_str())
            .cloned()
            .ok_or(KeyringError::NothingStored)
    }

    fn set(&self, account: &FeedId, secret: Secret) -> Result<(), KeyringError> {
        self.enter()?;
        self.kept.lock().unwrap().insert(account.to_string(), secret);
        Ok(())
    }

    fn forget(&self, account: &FeedId) -> Result<(), KeyringError> {
        self.enter()?;
        self.kept.lock().unwrap().remove(account.as_str());
        Ok(())
    }
}
