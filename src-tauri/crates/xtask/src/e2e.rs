//! `e2e`: the tests that drive the real window through WebDriver.
//!
//! They are an ordinary test target of the package `tests`, left out of a plain `cargo test` (`test = false`), and are
//! told where things are by `TICKWIRE_APP`, `TICKWIRE_CLI`, `TAURI_DRIVER` and `DISPLAY`. One window at a time, since
//! WebKitWebDriver serves one session.

use std::path::PathBuf;

use crate::build;
use crate::command::{Command, Given, YES};
use crate::desktop::Desktop;
use crate::machine::{self, Purpose};
use crate::project::target;
use crate::report::{Outcome, Report};
use crate::tools::{self, Ready, TAURI_DRIVER};
use crate::trial::Trial;
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "e2e",
    about: "drives the real window under Xvfb; what follows -- filters the tests",
    options: &[YES],
    run,
};

fn run(given: &Given, report: &mut Report) {
    if machine::ready(report, Purpose::Check, given) && ui::build(report) {
        steps(report, &given.rest);
    }
}

/// Builds what the window tests need and runs them. The page must stand.
pub(crate) fn steps(report: &mut Report, rest: &[String]) {
    if cfg!(target_os = "linux") {
        if build::window_tests(report) {
            drive(report, "end to end", rest);
        }
    } else {
        report.step("end to end", |_| {
            Ok(Outcome::Skipped(
                "the window is driven by WebKitWebDriver, which only Linux has".to_owned(),
            ))
        });
    }
}

/// Where the window tests leave their pictures, for whoever looks into a failure too.
pub(crate) fn pictures() -> PathBuf {
    target().join("screenshots")
}

/// Runs the window tests whose names contain one of `filters`, or all, on a desktop of their own.
pub(crate) fn drive(report: &mut Report, name: &str, filters: &[String]) -> bool {
    report.step(name, |progress| {
        let driver = match tools::ready(progress, &TAURI_DRIVER)? {
            Ready::At { path, .. } => path,
            Ready::Not(reason) => return Ok(Outcome::Skipped(reason)),
        };
        let desktop = Desktop::with_screen()?;
        let programs = build::programs();
        let trial = Trial {
            desktop: &desktop,
            inside: true,
            targets: &["--test", "e2e"],
            harness: &["--test-threads=1"],
            filters,
            environment: vec![
                ("TICKWIRE_APP", programs.app.into()),
                ("TICKWIRE_CLI", programs.cli.into()),
                ("TAURI_DRIVER", driver.into()),
                ("TICKWIRE_SCREENSHOTS", pictures().into()),
            ],
        };
        trial.run(progress)
    })
}
