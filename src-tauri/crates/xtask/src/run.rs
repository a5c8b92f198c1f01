//! `run`: from a fresh clone to a window with moving prices.

use anyhow::bail;

use crate::build::cargo_step;
use crate::command::{Choice, Command, Given, YES};
use crate::machine::{self, Purpose};
use crate::process::attached;
use crate::project::built;
use crate::report::{Outcome, Report};
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "run",
    about: "builds Tickwire and starts it; what follows -- goes to the app",
    options: &[
        YES,
        Choice {
            name: "--release",
            value: None,
            about: "build as for a package: slower to build, faster to run",
        },
    ],
    run,
};

fn run(given: &Given, report: &mut Report) {
    if !(machine::ready(report, Purpose::Run, given) && ui::build(report)) {
        return;
    }
    let (profile, words) = if given.has("--release") {
        ("release", &["build", "--package", "tickwire", "--release"][..])
    } else {
        ("debug", &["build", "--package", "tickwire"][..])
    };
    if report.step("app", |progress| cargo_step(progress, words)) {
        report.step("Tickwire", |progress| {
            progress.clear();
            println!("       Tickwire is starting; close its window to end this");
            let mut app = std::process::Command::new(built(profile, "tickwire"));
            let status = attached({
                app.args(&given.rest);
                app
            })?;
            if !status.success() {
                bail!("it ended with {status}");
            }
            Ok(Outcome::Passed("closed".to_owned()))
        });
    }
}
