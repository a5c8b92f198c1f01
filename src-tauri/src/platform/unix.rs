//! Linux and macOS: signals.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Ctrl+C, a polite `kill`, or the terminal that it was started from is closed.
pub(crate) async fn told_to_quit() -> io::Result<&'static str> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "Ctrl+C",
        _ = terminate.recv() => "SIGTERM",
        _ = hang_up.recv() => "SIGHUP",
    })
}
