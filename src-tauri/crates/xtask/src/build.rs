//! What cargo builds for the other commands: the app and the command line, with the page inside.
//!
//! Every build and test of the check selects the whole workspace. Cargo joins the features of what is selected, so a
//! narrower selection would compile tokio, and all that stands on it, a second time.

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::process::{Progress, captured};
use crate::project::{built, cargo};
use crate::report::{Outcome, Report};

/// The two programs that people get.
pub(crate) struct Programs {
    pub(crate) app: PathBuf,
    pub(crate) cli: PathBuf,
}

/// Where the two programs of the dev profile are once [`window_tests`] has run.
pub(crate) fn programs() -> Programs {
    Programs {
        app: built("debug", "tickwire"),
        cli: built("debug", "tickwire-cli"),
    }
}

/// Builds both programs and the tests that drive them, in the selection that the tests of the check use.
pub(crate) fn window_tests(report: &mut Report) -> bool {
    report.step("app and command line", |progress| {
        cargo_step(
            progress,
            &[
                "build",
                "--workspace",
                "--bin",
                "tickwire",
                "--bin",
                "tickwire-cli",
                "--test",
                "e2e",
            ],
        )
    })
}

/// One call of cargo that passes or fails as a whole.
pub(crate) fn cargo_step(progress: &Progress, words: &[&str]) -> anyhow::Result<Outcome> {
    cargo_step_with(progress, words, &[] as &[(&str, &str)])
}

pub(crate) fn cargo_step_with(
    progress: &Progress,
    words: &[&str],
    environment: &[(&str, impl AsRef<OsStr>)],
) -> anyhow::Result<Outcome> {
    let mut command = cargo(words);
    for (name, value) in environment {
        command.env(name, value);
    }
    let finished = captured(progress, command)?;
    Ok(if finished.ok {
        Outcome::Passed(String::new())
    } else {
        Outcome::Failed(finished)
    })
}
