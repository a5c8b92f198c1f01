//! The real keyring of a Linux desktop, in a session and a home of its own.
//!
//! Each test runs once more inside the session that it has made.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a session that cannot be made is a failed test"
)]

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use model::{FeedId, Secret};
use profile::{KeyringError, Secrets};
use tempfile::TempDir;

#[test]
fn keeps_a_token_in_a_real_keyring() {
    in_a_session("keeps_a_token_in_a_real_keyring", || {
        start_keyring();
        let (secrets, feed) = (Secrets::open().unwrap(), FeedId::new("desk"));
        assert_eq!(
            once_it_runs(|| secrets.get(&feed)),
            Err(KeyringError::NothingStored)
        );
        secrets.set(&feed, token()).unwrap();
        assert_eq!(Secrets::open().unwrap().get(&feed), Ok(token()));
        secrets.forget(&feed).unwrap();
        assert_eq!(secrets.get(&feed), Err(KeyringError::NothingStored));
    });
}

#[test]
fn a_keyring_that_is_started_later_needs_no_restart() {
    in_a_session("a_keyring_that_is_started_later_needs_no_restart", || {
        let (secrets, feed) = (Secrets::open().unwrap(), FeedId::new("desk"));
        let error = secrets.set(&feed, token()).unwrap_err();
        assert_eq!(error, KeyringError::NotRunning);
        assert!(!error.may_retry() && error.next_step(&feed).starts_with("Start a keyring"));
        start_keyring();
        once_it_runs(|| secrets.set(&feed, token())).unwrap();
        assert_eq!(secrets.get(&feed), Ok(token()));
    });
}

#[test]
fn without_a_session_no_keyring_runs() {
    let name = "without_a_session_no_keyring_runs";
    if is_inside(name) {
        let got = Secrets::open().unwrap().get(&FeedId::new("desk"));
        return assert_eq!(got, Err(KeyringError::NotRunning));
    }
    let home = TempDir::new().unwrap();
    run_inside(Command::new(env::current_exe().unwrap()), name, home.path());
}

/// Names the test that runs inside a session.
const INSIDE: &str = "TICKWIRE_TEST_INSIDE";

/// Without this the bus would start a keyring by itself, and it would be locked.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"#;

fn in_a_session(name: &str, body: impl FnOnce()) {
    if is_inside(name) {
        return body();
    }
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        if !is_installed(program) {
            return not_run(&format!("{name}: {program} is not installed"));
        }
    }
    let home = TempDir::new().unwrap();
    let bus = home.path().join("bus.conf");
    fs::write(&bus, BUS).unwrap();
    let mut session = Command::new("dbus-run-session");
    session
        .arg("--config-file")
        .arg(bus)
        .arg("--")
        .arg(env::current_exe().unwrap());
    run_inside(session, name, home.path());
}

fn run_inside(mut command: Command, name: &str, home: &Path) {
    let output = command
        .args([name, "--exact", "--nocapture"])
        .env(INSIDE, name)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("XDG_DATA_HOME")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        // A keyring that can open a dialog waits for a person.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "inside the session:\n{said}\n{complained}"
    );
}

/// Unlocked, as it is after a login; it ends with the session's bus.
fn start_keyring() {
    let mut starting = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets", "--daemonize"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    starting.stdin.take().unwrap().write_all(b"password").unwrap();
    assert!(starting.wait().unwrap().success());
}

/// A daemon that has been started comes onto the bus a few moments later.
fn once_it_runs<T>(ask: impl Fn() -> Result<T, KeyringError>) -> Result<T, KeyringError> {
    let (_held, never) = channel::<()>();
    for _ in 0..600 {
        match ask() {
            // There is nothing to wait on: only the bus knows, and it is asked.
            Err(KeyringError::NotRunning) => never.recv_timeout(Duration::from_millis(50)).unwrap_err(),
            answer => return answer,
        };
    }
    Err(KeyringError::NotRunning)
}

fn token() -> Secret {
    Secret::new("hush \u{2713}".to_owned())
}

fn is_inside(name: &str) -> bool {
    env::var_os(INSIDE).is_some_and(|inside| inside == name)
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Not run is not passed: whoever counts the tests is told.
#[expect(clippy::print_stderr, reason = "and so is whoever runs them by hand")]
fn not_run(reason: &str) {
    eprintln!("not run: {reason}");
    if let Some(file) = env::var_os("TICKWIRE_NOT_RUN") {
        let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
        writeln!(file, "{reason}").unwrap();
    }
}
