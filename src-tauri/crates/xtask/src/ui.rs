//! The steps that the UI needs: its packages, its bundle, and what checks it.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::process::{Progress, captured};
use crate::project::{npm, ui};
use crate::report::{Outcome, Report};
use crate::tally;

/// What the other commands need before cargo: the app carries the built page inside it. A page that is newer than all
/// it is made of stays, since a new one would make cargo compile the app again.
pub(crate) fn build(report: &mut Report) -> bool {
    report.step("npm ci", install)
        && report.step("ui build", |progress| {
            if is_built(&ui()) {
                return Ok(Outcome::Passed("newer than all it is made of".to_owned()));
            }
            script(progress, "build")
        })
}

/// All that is checked of the UI, the quickest answers first.
pub(crate) fn check(report: &mut Report) -> bool {
    if !(report.step("npm ci", install) && report.step("ui build", |progress| script(progress, "build"))) {
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
    let written = |path: &str| modified(&folder.join(path));
    match (
        written("node_modules/.package-lock.json"),
        written("package-lock.json"),
    ) {
        (Some(installed), Some(lock)) => installed >= lock,
        (Some(_) | None, _) => false,
    }
}

fn is_built(folder: &Path) -> bool {
    let Some(page) = modified(&folder.join("dist/index.html")) else {
        return false;
    };
    let made_of = [
        "src",
        "public",
        "index.html",
        "package-lock.json",
        "vite.config.ts",
        "svelte.config.js",
    ];
    made_of
        .iter()
        .all(|name| newest(&folder.join(name)).is_none_or(|time| time <= page))
}

/// When the newest file of a folder was written; a folder's own time tells of files that went.
fn newest(path: &Path) -> Option<SystemTime> {
    let inside = fs::read_dir(path).into_iter().flatten().flatten();
    inside
        .filter_map(|entry| newest(&entry.path()))
        .chain(modified(path))
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn written(path: &Path, seconds: u64) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .unwrap();
    }

    #[test]
    fn a_page_is_built_again_when_anything_it_is_made_of_is_newer() {
        let folder = std::env::temp_dir().join(format!("xtask-ui-{}", std::process::id()));
        assert!(!is_built(&folder));
        written(&folder.join("index.html"), 1_000);
        written(&folder.join("dist/index.html"), 2_000);
        assert!(is_built(&folder));
        written(&folder.join("src/view/Watchlist.svelte"), 3_000);
        assert!(!is_built(&folder));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn packages_are_installed_when_the_lock_is_newer() {
        let folder = std::env::temp_dir().join(format!("xtask-npm-{}", std::process::id()));
        written(&folder.join("package-lock.json"), 1_000);
        assert!(!is_installed(&folder));
        written(&folder.join("node_modules/.package-lock.json"), 1_000);
        assert!(is_installed(&folder));
        written(&folder.join("package-lock.json"), 2_000);
        assert!(!is_installed(&folder));
        fs::remove_dir_all(&folder).unwrap();
    }
}
