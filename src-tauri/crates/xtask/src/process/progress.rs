//! What a person sees while a step runs: a live line on a terminal, a line now and then anywhere else.

use std::cell::Cell;
use std::fs::File;
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::project;
use crate::report::clock;

/// Often enough that a log shows life, seldom enough that it stays readable.
const QUIET_BEAT: Duration = Duration::from_secs(15);
const LIVE_BEAT: Duration = Duration::from_millis(250);

pub(crate) struct Progress {
    name: String,
    log: PathBuf,
    started: Instant,
    live: bool,
    drawn: Cell<bool>,
    /// Whether the log still holds what an earlier run of this step wrote.
    stale: Cell<bool>,
}

impl Progress {
    pub(crate) fn begin(command: &str, step: &str) -> Self {
        let folder = project::target().join("xtask");
        let log = folder.join(format!("{}.log", file_name(command, step)));
        // A folder that cannot be made is found again, with its reason, by the first program that writes its log there.
        std::fs::create_dir_all(&folder).ok();
        let progress = Self {
            name: step.to_owned(),
            log,
            started: Instant::now(),
            live: std::io::stdout().is_terminal(),
            drawn: Cell::new(false),
            stale: Cell::new(true),
        };
        if progress.live {
            progress.show();
        }
        progress
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.log.clone()
    }

    /// Empties the log once a step; later programs of the step write behind the first.
    pub(crate) fn empty_log(&self) -> std::io::Result<()> {
        if self.stale.replace(false) {
            std::fs::write(&self.log, "")
        } else {
            Ok(())
        }
    }

    pub(crate) fn beat(&self) -> Duration {
        if self.live { LIVE_BEAT } else { QUIET_BEAT }
    }

    pub(crate) fn show(&self) {
        let doing = if self.stale.get() {
            "started".to_owned()
        } else {
            last_line(&self.log)
        };
        let text = format!(
            "...    {:>7}  {}: {}",
            clock(self.started.elapsed()),
            self.name,
            doing
        );
        if self.live {
            let short: String = text.chars().take(100).collect();
            print!("\r\u{1b}[K{short}");
            std::io::stdout().flush().ok();
            self.drawn.set(true);
        } else {
            println!("{text}");
        }
    }

    /// Clears the live line, so that the next thing printed starts on a clean one.
    pub(crate) fn clear(&self) {
        if self.drawn.replace(false) {
            print!("\r\u{1b}[K");
            std::io::stdout().flush().ok();
        }
    }

    pub(crate) fn end(self) -> Duration {
        self.clear();
        self.started.elapsed()
    }
}

fn file_name(command: &str, step: &str) -> String {
    let words = format!("{command}-{step}");
    let mut name: String = words
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    name.trim_matches('-').to_owned()
}

/// The newest line of a log, without the terminal's colours: what the program is at.
fn last_line(log: &Path) -> String {
    let mut bytes = Vec::new();
    if let Ok(mut file) = File::open(log) {
        let length = file.metadata().map_or(0, |about| about.len());
        file.seek(SeekFrom::Start(length.saturating_sub(2_000))).ok();
        file.read_to_end(&mut bytes).ok();
    }
    let text = String::from_utf8_lossy(&bytes);
    let line = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("started");
    line.trim().chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_log_after_its_command_and_step() {
        assert_eq!(file_name("check", "eslint + prettier"), "check-eslint-prettier");
    }

    #[test]
    fn says_that_a_program_without_output_has_started() {
        assert_eq!(last_line(Path::new("there is no such log")), "started");
    }
}
