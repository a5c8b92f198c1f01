//! The steps that the UI needs: its packages, its bundle, and what checks it.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::process::{Progress, captured};
use crate::project::{npm, ui};
use crate::report::{Outcome, Report};
use crate::tally;

/// What `run`, `e2e` and `bundle` need before cargo: the app carries the built page inside it.
pub(crate) fn build(report: &mut Report) -> bool {
    report.step("npm ci", install) && report.step("ui build", |progress| script(progress, "build"))
}

/// All that is checked of the UI, the quickest answers first.
pub(crate) fn check(report: &mut Report) -> bool {
    if !build(report) {
        return false;
    }
    for (name, script_name) in [
        ("ui size budget", "size"),
        ("svelte-check", "check"),
        ("eslint, prettier", "lint"),
    ] {
        report.step(name, |progress| script(progress, script_name));
    }
    report.step("vitest", |progress| {
        Ok(tally::vitest(captured(
            progress,
            npm(&["run", "--silent", "test"]),
        )?))
    });
    true
}

fn install(progress: &Progress) -> anyhow::Result<Outcome> {
    if is_installed(&ui()) {
        return Ok(Outcome::Passed(
            "what the lock asks for is already there".to_owned(),
        ));
    }
    let finished = captured(progress, npm(&["ci", "--no-audit"]))?;
    Ok(if finished.ok {
        Outcome::Passed(String::new())
    } else {
        Outcome::Failed(finished)
    })
}

fn script(progress: &Progress, name: &str) -> anyhow::Result<Outcome> {
    let finished = captured(progress, npm(&["run", "--silent", name]))?;
    Ok(if finished.ok {
        Outcome::Passed(String::new())
    } else {
        Outcome::Failed(finished)
    })
}

/// npm writes this file last, so one that is newer than the lock says that the lock was installed whole.
fn is_installed(folder: &Path) -> bool {
    let written =
        |path: &str| -> Option<SystemTime> { fs::metadata(folder.join(path)).ok()?.modified().ok() };
    match (
        written("node_modules/.package-lock.json"),
        written("package-lock.json"),
    ) {
        (Some(installed), Some(lock)) => installed >= lock,
        (Some(_) | None, _) => false,
    }
}
