//! Processes where there are no process groups: Windows. Used only for `bundle` and `run`, which start nothing that
//! stays behind.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

/// The console ends its whole group on Ctrl+C by itself.
pub(crate) fn end_children_on_signals() {}

pub(crate) fn interrupted() -> bool {
    false
}

pub(super) struct Group {
    child: Child,
}

pub(super) fn start(command: &mut Command) -> io::Result<Group> {
    command.spawn().map(|child| Group { child })
}

impl Group {
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn wait(mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    pub(super) fn into_child(self) -> Child {
        self.child
    }
}

pub(super) fn end(child: &mut Child, _grace: Duration) {
    child.kill().ok();
    child.wait().ok();
}

pub(super) fn wait_attached(command: &mut Command) -> io::Result<ExitStatus> {
    command.spawn()?.wait()
}

pub(super) fn terminate(pid: u32) {
    kill(pid);
}

pub(super) fn kill(pid: u32) {
    Command::new("taskkill")
        .args(["/T", "/F", "/PID", &pid.to_string()])
        .status()
        .ok();
}
