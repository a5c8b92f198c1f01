//! The inside of a private session: xtask starts itself here, under dbus-run-session, around the program to run.
//!
//! A keyring answers on the session bus only after somebody has unlocked it, and a person's password is not here to do
//! so. This starts the daemon with one of its own, waits until it answers, and ends it with the program.

use std::io::Write;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::machine::on_path;
use crate::process::answer;

/// The word that [`crate::desktop`] starts xtask with. No person types it, so help does not show it.
pub(crate) const WORD: &str = "in-session";

/// How often the keyring is asked for before tests go on without it; they then say that they could not run.
const ASKED: u32 = 200;

pub(crate) fn start(words: &[String]) -> ExitCode {
    let Some((program, arguments)) = words.split_first() else {
        return ExitCode::FAILURE;
    };
    let keyring = open_keyring();
    let status = Command::new(program).args(arguments).status();
    if let Some(mut keyring) = keyring {
        keyring.kill().ok();
        keyring.wait().ok();
    }
    match status {
        Ok(status) => ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)),
        Err(error) => {
            println!("{program}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn open_keyring() -> Option<Child> {
    if !on_path("gnome-keyring-daemon") {
        return None;
    }
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets", "--foreground"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // The daemon reads the password to the end of its input, so the pipe is closed behind it.
    daemon.stdin.take()?.write_all(b"a keyring for tests").ok()?;
    let owner = [
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/",
        "org.freedesktop.DBus.GetNameOwner",
    ];
    let question = [&owner[..], &["string:org.freedesktop.secrets"]].concat();
    let (_held, never) = mpsc::channel::<()>();
    for _ in 0..ASKED {
        if answer("dbus-send", &question).is_some() {
            return Some(daemon);
        }
        // There is nothing to wait on: only the bus knows, and it is asked.
        never.recv_timeout(Duration::from_millis(50)).ok();
    }
    Some(daemon)
}
