//! `bindings`: writes what is generated from Rust and committed.
//!
//! The same test of the app compares when the variable is not set, so `check` finds stale bindings among its tests.

use crate::build::cargo_step_with;
use crate::command::{Command, Given};
use crate::report::Report;
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "bindings",
    about: "writes ui/src/ipc/bindings.ts from the Rust types of the IPC",
    options: &[],
    run,
};

fn run(_: &Given, report: &mut Report) {
    // The app does not compile without the page that it carries.
    if ui::build(report) {
        report.step("bindings", |progress| {
            let words = ["test", "--workspace", "--lib", "bindings"];
            cargo_step_with(progress, &words, &[("TICKWIRE_BINDINGS", "write")])
        });
    }
}
