//! Process groups and signals on Linux and macOS.
//!
//! Every program gets a group of its own, so that its children can be ended with it and nothing else is. A group of
//! its own does not hear the terminal's Ctrl+C, so xtask hears it and passes it on.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// From now on a Ctrl+C or a request to end ends what xtask started; xtask then ends by itself with its report.
pub(crate) fn end_children_on_signals() {
    // Without the handler a signal ends xtask alone, as it would any program: worse, not wrong.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return;
    };
    std::thread::spawn(move || {
        for _ in signals.forever() {
            INTERRUPTED.store(true, Ordering::SeqCst);
            for pid in groups().iter() {
                terminate(*pid);
            }
        }
    });
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A running program with its group.
pub(super) struct Group {
    child: Child,
}

pub(super) fn start(command: &mut Command) -> io::Result<Group> {
    let child = command.process_group(0).spawn()?;
    groups().insert(child.id());
    Ok(Group { child })
}

impl Group {
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the program, then ends what it left behind.
    pub(super) fn wait(mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait();
        end_group(self.child.id(), Duration::from_secs(5));
        groups().remove(&self.child.id());
        status
    }

    pub(super) fn into_child(self) -> Child {
        self.child
    }
}

/// Ends a program with its group: asks, waits, insists.
pub(super) fn end(child: &mut Child, grace: Duration) {
    let pid = child.id();
    terminate(pid);
    if !matches!(
        patiently(grace, || child
            .try_wait()
            .map(|status| status.is_some())
            .unwrap_or(true)),
        Wait::Done
    ) {
        kill(pid);
        child.wait().ok();
    }
    end_group(pid, grace);
    groups().remove(&pid);
}

/// The terminal's own signals reach an attached program directly, so it stays in the terminal's group.
pub(super) fn wait_attached(command: &mut Command) -> io::Result<ExitStatus> {
    command.spawn()?.wait()
}

pub(super) fn terminate(pid: u32) {
    signal(pid, Signal::TERM);
}

pub(super) fn kill(pid: u32) {
    signal(pid, Signal::KILL);
}

fn end_group(pid: u32, grace: Duration) {
    if alone(pid) {
        return;
    }
    terminate(pid);
    if !matches!(patiently(grace, || alone(pid)), Wait::Done) {
        kill(pid);
    }
}

fn alone(pid: u32) -> bool {
    group_of(pid).is_none_or(|group| test_kill_process_group(group).is_err())
}

fn signal(pid: u32, signal: Signal) {
    if let Some(group) = group_of(pid) {
        // The group may have ended by itself a moment ago, which is what was wanted.
        kill_process_group(group, signal).ok();
    }
}

fn group_of(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

fn groups() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

enum Wait {
    Done,
    Late,
}

/// The system tells of a child's end but not of a grandchild's, so this looks again and again.
fn patiently(grace: Duration, mut done: impl FnMut() -> bool) -> Wait {
    const LOOK: Duration = Duration::from_millis(20);
    let (_held, never) = mpsc::channel::<()>();
    let mut waited = Duration::ZERO;
    while waited < grace {
        if done() {
            return Wait::Done;
        }
        never.recv_timeout(LOOK).ok();
        waited += LOOK;
    }
    if done() { Wait::Done } else { Wait::Late }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_what_a_program_left_behind() {
        let folder = std::env::temp_dir().join(format!("xtask-group-{}", std::process::id()));
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(format!("sleep 1000 & echo $! > {}", folder.display()));
        let group = start(&mut command).unwrap();
        let pid = group.pid();
        assert!(group.wait().unwrap().success());
        let left: u32 = std::fs::read_to_string(&folder).unwrap().trim().parse().unwrap();
        std::fs::remove_file(&folder).unwrap();
        assert!(alone(pid));
        // Whoever adopts orphans on this machine may be slow to bury them; a dead one no longer has a command line.
        let gone = || std::fs::read(format!("/proc/{left}/cmdline")).is_ok_and(|line| line.is_empty());
        assert!(!std::path::Path::new(&format!("/proc/{left}")).exists() || gone());
    }

    #[test]
    fn insists_on_the_end_of_a_program_that_does_not_listen() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' TERM; echo ready; while true; do read x; done"])
            .stdout(std::process::Stdio::piped());
        command.stdin(std::process::Stdio::piped());
        let mut child = start(&mut command).unwrap().into_child();
        let mut ready = [0; 6];
        io::Read::read_exact(&mut child.stdout.take().unwrap(), &mut ready).unwrap();
        end(&mut child, Duration::from_millis(100));
        assert!(!child.wait().unwrap().success());
    }
}
