//! The rules of the house that no compiler knows, checked on the files as they are.
//!
//! Each rule is a pure function from what was read to a list of complaints; an empty list is a pass. The rules about
//! crates stand in `layout/crates.rs`, those about the text of files in `layout/sources.rs`.

mod crates;
mod sources;

use std::fs;

use anyhow::{Context, bail};

use crate::process::{Finished, Progress, answer};
use crate::project::{cargo, root};
use crate::report::{Outcome, Tests};

/// More than this, and a reader should ask which second subject moved in.
const LONG_FILE_LINES: usize = 400;

/// A file of the repository that holds text.
pub(crate) struct Source {
    path: String,
    text: String,
}

pub(crate) fn check(progress: &Progress) -> anyhow::Result<Outcome> {
    let sources = read_sources()?;
    let trees = crates::Trees {
        direct: tree(&["--workspace", "--depth", "1", "--prefix", "depth"])?,
        pure: tree(&[
            "--package",
            "model",
            "--package",
            "provider",
            "--package",
            "market",
            "--prefix",
            "none",
        ])?,
    };
    let rules: Vec<(&str, Vec<String>)> = vec![
        (
            "the visible top level is the one of the plan",
            sources::top_level(&sources),
        ),
        (
            "a crate uses only crates above it",
            crates::upward_uses(&trees.direct),
        ),
        (
            "model, provider and market do no I/O",
            crates::impure(&trees.pure),
        ),
        (
            "model, provider and market read no clock, file or socket",
            sources::impure(&sources),
        ),
        ("only the shell knows Tauri", crates::foreign(&trees.direct)),
        ("only tauri.ts imports Tauri", sources::tauri_in_page(&sources)),
        (
            "every shared dependency is used",
            sources::unused_shared(&sources),
        ),
        (
            "every crate forbids unsafe code",
            sources::unsafe_allowed(&sources),
        ),
        (
            "every decision is in the index",
            sources::unlisted_decisions(&sources),
        ),
        ("no test is ignored", sources::ignored_tests(&sources)),
        (
            "no file knows one machine",
            sources::machine_paths(&sources, &root().display().to_string()),
        ),
        (
            "the lock of the UI names no address",
            sources::locked_addresses(&sources),
        ),
    ];
    let passed = rules
        .iter()
        .filter(|(_, complaints)| complaints.is_empty())
        .count();
    let mut text = String::new();
    for (rule, complaints) in rules.iter().filter(|(_, complaints)| !complaints.is_empty()) {
        text.push_str(&format!("broken: {rule}\n"));
        complaints
            .iter()
            .for_each(|complaint| text.push_str(&format!("    {complaint}\n")));
    }
    let log = progress.log();
    let long = sources::long_files(&sources, LONG_FILE_LINES);
    fs::write(
        &log,
        format!("{text}over {LONG_FILE_LINES} lines:\n{}\n", long.join("\n")),
    )?;
    if !long.is_empty() {
        progress.clear();
        println!("       over {LONG_FILE_LINES} lines: {}", long.join(", "));
    }
    let failed = rules.len() - passed;
    let finished = Finished {
        ok: failed == 0,
        late: false,
        ending: "rules broken".to_owned(),
        text,
        log,
    };
    Ok(Outcome::Tests(Tests::counted(
        passed,
        failed,
        Vec::new(),
        finished,
    )))
}

/// What git tracks or would track. Without git there is no telling what belongs to the repository.
fn read_sources() -> anyhow::Result<Vec<Source>> {
    let root = root();
    let folder = root.display().to_string();
    let words = [
        "-C",
        &folder,
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let Some(listed) = answer("git", &words) else {
        bail!("git does not list the files of {folder}")
    };
    let mut sources = Vec::new();
    for path in listed.lines() {
        // A file that was deleted and not yet committed is listed, and one that is no text has no lines to check.
        let Ok(bytes) = fs::read(root.join(path)) else {
            continue;
        };
        let text = String::from_utf8(bytes).unwrap_or_default();
        sources.push(Source {
            path: path.to_owned(),
            text,
        });
    }
    Ok(sources)
}

fn tree(words: &[&str]) -> anyhow::Result<String> {
    let output = cargo(&["tree", "--edges", "normal,build", "--format", "{p}"])
        .args(words)
        .output()?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("cargo tree")
}
