use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error, mock};
use model::{FeedId, Secret};

use super::vault::Vault;
use super::{KeyringError, Secrets};

#[test]
fn gives_back_what_was_set_until_it_is_forgotten() {
    let secrets = Secrets::over(Fake::running(), LONG).unwrap();
    assert_eq!(secrets.get(&sim()), Err(KeyringError::NothingStored));
    secrets.set(&sim(), hush()).unwrap();
    assert_eq!(secrets.get(&sim()), Ok(hush()));
    assert_eq!(
        secrets.get(&FeedId::new("other")),
        Err(KeyringError::NothingStored)
    );
    secrets.forget(&sim()).unwrap();
    assert_eq!(secrets.get(&sim()), Err(KeyringError::NothingStored));
    secrets.forget(&sim()).unwrap();
}

#[test]
fn finds_a_keyring_that_was_started_later() {
    let vault = Fake::absent();
    let running = Arc::clone(&vault.running);
    let secrets = Secrets::over(vault, LONG).unwrap();
    assert_eq!(secrets.set(&sim(), hush()), Err(KeyringError::NotRunning));
    running.store(true, Ordering::SeqCst);
    assert_eq!(secrets.set(&sim(), hush()), Ok(()));
    assert_eq!(secrets.get(&sim()), Ok(hush()));
}

#[test]
fn a_dialog_that_nobody_answers_holds_up_nobody_for_ever() {
    let (vault, dialog) = Fake::behind_a_dialog();
    let patient = Secrets::over(vault, LONG).unwrap();
    let hasty = Secrets {
        worker: patient.worker.clone(),
        deadline: SHORT,
    };
    thread::scope(|scope| {
        let first = scope.spawn(|| patient.get(&sim()));
        dialog.opened.recv().unwrap();
        assert_eq!(
            hasty.set(&sim(), hush()),
            Err(KeyringError::TimedOut { after: SHORT })
        );
        drop(dialog.answer);
        assert_eq!(first.join().unwrap(), Err(KeyringError::NothingStored));
    });
    assert_eq!(
        patient.get(&sim()),
        Err(KeyringError::NothingStored),
        "a key was stored after its person had been told that it was not"
    );
}

#[test]
fn more_requests_than_can_wait_are_told_so() {
    let (vault, dialog) = Fake::behind_a_dialog();
    let patient = Secrets::over(vault, LONG).unwrap();
    let hasty = Secrets {
        worker: patient.worker.clone(),
        deadline: Duration::ZERO,
    };
    thread::scope(|scope| {
        scope.spawn(|| patient.get(&sim()));
        dialog.opened.recv().unwrap();
        let told = (0..200).any(|_| hasty.get(&sim()) == Err(KeyringError::Busy));
        drop(dialog.answer);
        assert!(told, "two hundred requests stood in a queue of bounded length");
    });
}

#[test]
fn an_error_never_shows_what_was_stored() {
    let errors = [
        Error::BadEncoding(b"hush".to_vec()),
        Error::BadDataFormat(b"hush".to_vec(), "hush".into()),
    ];
    for error in errors {
        let error = KeyringError::from(error);
        assert_eq!(error, KeyringError::NotOurs);
        let shown = format!("{error} {error:?} {}", error.next_step(&sim()));
        assert!(!shown.contains("hush"), "{shown}");
    }
}

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(30);

/// The library's own stand-in, behind a door that can be shut.
struct Fake {
    store: Arc<mock::Store>,
    /// Whether a look for a keyring finds one.
    running: Arc<AtomicBool>,
    connected: bool,
    dialog: Option<(Sender<()>, Receiver<()>)>,
}

/// The person in front of the dialog; dropping `answer` dismisses it.
struct Dialog {
    opened: Receiver<()>,
    answer: Sender<()>,
}

impl Fake {
    fn running() -> Self {
        Self {
            connected: true,
            ..Self::absent()
        }
    }

    fn absent() -> Self {
        Self {
            store: mock::Store::new().unwrap(),
            running: Arc::default(),
            connected: false,
            dialog: None,
        }
    }

    fn behind_a_dialog() -> (Self, Dialog) {
        let (tell_opened, opened) = channel();
        let (answer, answered) = channel();
        let vault = Self {
            dialog: Some((tell_opened, answered)),
            ..Self::running()
        };
        (vault, Dialog { opened, answer })
    }
}

impl Vault for Fake {
    fn entry(&mut self, account: &str) -> Result<Entry, Error> {
        if let Some((opened, answered)) = self.dialog.take() {
            opened.send(()).unwrap();
            answered.recv().unwrap_err();
        }
        if !self.connected {
            return Err(Error::NoDefaultStore);
        }
        self.store.build("app.tickwire.desktop", account, None)
    }

    fn connect_again(&mut self) -> Result<(), Error> {
        self.connected = self.running.load(Ordering::SeqCst);
        if self.connected {
            Ok(())
        } else {
            Err(Error::NoDefaultStore)
        }
    }
}

fn sim() -> FeedId {
    FeedId::new("sim")
}

fn hush() -> Secret {
    Secret::new("hush \u{2713}".to_owned())
}
