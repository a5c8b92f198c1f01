//! Programs that xtask starts: what they print goes to a log, their life is bounded, and none outlives xtask.
//!
//! A program writes straight into its log file, never into a pipe: a grandchild that outlives its parent would keep
//! a pipe open, and whoever reads that pipe would wait forever.

#[cfg_attr(unix, path = "process/unix.rs")]
#[cfg_attr(not(unix), path = "process/other.rs")]
mod group;
mod progress;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

pub(crate) use group::{end_children_on_signals, interrupted};
pub(crate) use progress::Progress;

/// No single program of a check takes this long on the slowest machine it runs on: one that does hangs.
const LONGEST: Duration = Duration::from_secs(40 * 60);

/// What a program that was asked to end gets before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// A program that has ended.
pub(crate) struct Finished {
    pub(crate) ok: bool,
    /// It did not end in its time, and was ended.
    pub(crate) late: bool,
    /// How it ended, in words, when it did not end well.
    pub(crate) ending: String,
    pub(crate) text: String,
    pub(crate) log: PathBuf,
}

/// Runs a program to its end. It reads nothing, and everything in its process group ends with it.
pub(crate) fn captured(progress: &Progress, command: Command) -> anyhow::Result<Finished> {
    captured_within(progress, command, LONGEST)
}

/// The same for a program that may hang, and be ended for it.
pub(crate) fn captured_within(
    progress: &Progress,
    mut command: Command,
    limit: Duration,
) -> anyhow::Result<Finished> {
    let log = progress.log();
    let _turn = turn(progress, &log)?;
    if interrupted() {
        bail!("stopped before {} was started", shown(&command));
    }
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&log)
        .context("the log cannot be written")?;
    let before = file.metadata()?.len();
    command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file);
    let group = group::start(&mut command).with_context(|| shown(&command))?;
    let (ended, end) = mpsc::channel();
    let pid = group.pid();
    std::thread::spawn(move || ended.send(group.wait()));
    let started = Instant::now();
    let (status, late) = loop {
        match end.recv_timeout(progress.beat()) {
            Ok(status) => break (status, false),
            Err(RecvTimeoutError::Timeout) if started.elapsed() > limit => {
                group::terminate(pid);
                let status = end.recv_timeout(GRACE).or_else(|_| {
                    group::kill(pid);
                    end.recv()
                })?;
                break (status, true);
            }
            Err(RecvTimeoutError::Timeout) => progress.show(),
            Err(RecvTimeoutError::Disconnected) => bail!("lost sight of {}", shown(&command)),
        }
    };
    let status = status.with_context(|| shown(&command))?;
    let text = read_from(&log, before)?;
    Ok(Finished {
        ok: status.success() && !late,
        late,
        ending: ending(status, late.then_some(limit)),
        text,
        log,
    })
}

/// Two runs of one step in one checkout would write into one log and each read the other's results. The lock is a
/// file of its own, since what is started inherits the log and may outlive the step.
fn turn(progress: &Progress, log: &Path) -> anyhow::Result<File> {
    let lock = File::create(log.with_extension("lock")).context("the log cannot be locked")?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            progress.clear();
            println!("       another xtask is at this step; waiting for it");
            lock.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error).context("the log cannot be locked"),
    }
    progress.empty_log()?;
    Ok(lock)
}

/// Runs a program with the terminal that xtask has, for what a person answers or looks at.
pub(crate) fn attached(mut command: Command) -> anyhow::Result<ExitStatus> {
    group::wait_attached(&mut command).with_context(|| shown(&command))
}

/// Runs a program for the text it prints; `None` when it is not there or says no.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Something that runs beside the steps, such as a screen, and ends when this is dropped.
pub(crate) struct Beside {
    child: Child,
}

impl Beside {
    pub(crate) fn start(mut command: Command) -> anyhow::Result<Self> {
        let child = group::start(&mut command)
            .with_context(|| shown(&command))?
            .into_child();
        Ok(Self { child })
    }

    pub(crate) fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        group::end(&mut self.child, GRACE);
    }
}

fn read_from(log: &PathBuf, offset: u64) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    File::open(log)?.read_to_end(&mut bytes)?;
    let offset = usize::try_from(offset).unwrap_or(bytes.len()).min(bytes.len());
    Ok(String::from_utf8_lossy(&bytes[offset..]).into_owned())
}

fn ending(status: ExitStatus, late: Option<Duration>) -> String {
    match (late, status.success()) {
        (Some(limit), _) => format!("ended by xtask after {} minutes", limit.as_secs() / 60),
        (None, true) => String::new(),
        (None, false) => status.to_string(),
    }
}

fn shown(command: &Command) -> String {
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    format!("{} {}", command.get_program().to_string_lossy(), words.join(" "))
}
