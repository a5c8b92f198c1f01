//! The log: a file a day in the system's place for logs, and warnings on
//! standard error.
//!
//! Our own crates write at the level that `TICKWIRE_LOG` names (`info` without
//! it); all others only their warnings, whatever it names, because some write
//! the requests they send, and with them a token, at lower levels.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Of what goes into the log and was already said on standard error.
pub(crate) const SAID: &str = "said";

const LEVEL_VARIABLE: &str = "TICKWIRE_LOG";
/// A week: long enough to look back at a weekend.
const DAYS_KEPT: usize = 7;
/// The network never waits for the disk: what does not fit is dropped and counted.
const LINES_WAITING_MAX: usize = 8_192;
const OUR_CRATES: [&str; 10] = [
    "tickwire_shell",
    "engine",
    "feed",
    "market",
    "model",
    "profile",
    "provider",
    "sim",
    "transport",
    "page",
];

/// Writes what is still waiting when it is dropped.
#[derive(Debug)]
pub(crate) struct Log {
    file: Option<(WorkerGuard, ErrorCounter)>,
}

#[derive(Debug, thiserror::Error)]
enum NoFile {
    #[error("its folder cannot be made: {0}")]
    Folder(#[from] std::io::Error),
    #[error("its file cannot be written: {0}")]
    File(#[from] InitError),
}

/// Begins the log. A folder that cannot be written is no reason not to start.
pub(crate) fn start(folder: Option<&Path>) -> Log {
    let level = std::env::var(LEVEL_VARIABLE).ok();
    let level = level
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    let terminal = fmt::layer()
        .with_writer(std::io::stderr)
        .without_time()
        .with_filter(
            Targets::new()
                .with_default(LevelFilter::WARN)
                .with_target(SAID, LevelFilter::OFF),
        );
    // Whatever has caught our standard error is given sentences only.
    let terminal = std::io::stderr().is_terminal().then_some(terminal);
    let subscriber = tracing_subscriber::registry().with(filter(level)).with(terminal);
    match folder.map(open) {
        Some(Ok(appender)) => {
            let (writer, guard) = NonBlockingBuilder::default()
                .buffered_lines_limit(LINES_WAITING_MAX)
                .thread_name("log")
                .finish(appender);
            let dropped = writer.error_counter();
            subscriber
                .with(fmt::layer().with_ansi(false).with_writer(writer))
                .init();
            Log {
                file: Some((guard, dropped)),
            }
        }
        Some(Err(error)) => {
            subscriber.init();
            let _unread = writeln!(std::io::stderr(), "tickwire: there is no log, since {error}");
            Log { file: None }
        }
        None => {
            subscriber.init();
            Log { file: None }
        }
    }
}

/// Where the log of a person's app belongs.
pub(crate) fn folder(application: &str) -> Option<PathBuf> {
    crate::platform::log_folder(application)
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Some((_guard, dropped)) = &self.file
            && dropped.dropped_lines() > 0
        {
            let lines = dropped.dropped_lines();
            let _unread = writeln!(
                std::io::stderr(),
                "tickwire: {lines} lines did not fit into the log"
            );
        }
    }
}

fn open(folder: &Path) -> Result<RollingFileAppender, NoFile> {
    // The appender would complain on standard error about a folder that is not there yet.
    std::fs::create_dir_all(folder)?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("tickwire")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(folder)?;
    Ok(appender)
}

fn filter(level: LevelFilter) -> Targets {
    let ours = OUR_CRATES.map(|name| (name, level));
    Targets::new().with_default(LevelFilter::WARN).with_targets(ours)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn no_level_makes_other_crates_tell_what_they_send() {
        let filter = filter(LevelFilter::TRACE);
        assert!(filter.would_enable("feed::session", &Level::TRACE));
        for other in [
            "tungstenite::handshake::client",
            "zbus",
            "tokio_tungstenite",
            "hyper",
        ] {
            assert!(!filter.would_enable(other, &Level::INFO), "{other}");
            assert!(filter.would_enable(other, &Level::WARN), "{other}");
        }
    }

    #[test]
    fn what_is_written_is_in_the_file_of_the_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = open(&folder.path().join("logs")).unwrap();
        file.write_all(b"a line\n").unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("logs")).unwrap().collect();
        let name = files[0].as_ref().unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with("tickwire.") && name.ends_with(".log"), "{name}");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error_and_not_a_panic() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(open(&file.path().join("logs")).is_err());
    }
}
