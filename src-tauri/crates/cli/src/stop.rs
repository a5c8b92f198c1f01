//! When a person or the system wants the program to end.

#[cfg_attr(unix, path = "stop/unix.rs")]
#[cfg_attr(windows, path = "stop/windows.rs")]
mod system;

use std::io;

/// Told once; a program that is then still writing its last lines has a second.
#[derive(Debug)]
pub(crate) struct Stop {
    signals: system::Signals,
}

impl Stop {
    pub(crate) fn listen() -> io::Result<Self> {
        system::Signals::listen().map(|signals| Self { signals })
    }

    pub(crate) async fn wanted(&mut self) {
        self.signals.next().await;
    }
}
