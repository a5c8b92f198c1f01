//! The sources in a folder of their own, where one line may be changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::table::{Mutation, Target};
use crate::project;

/// All that cargo needs to build a crate and its tests.
const NEEDED: [&str; 5] = ["Cargo.toml", "Cargo.lock", ".cargo", "src-tauri", "tests"];

pub(super) struct Copied {
    root: PathBuf,
    built: PathBuf,
}

/// Puts back what was changed.
pub(super) struct Restored {
    file: PathBuf,
    text: String,
}

impl Drop for Restored {
    fn drop(&mut self) {
        // Where that fails the next text is not found, or a test with nothing changed says no.
        fs::write(&self.file, &self.text).ok();
    }
}

impl Copied {
    /// A copy of these sources as they are now, instead of the last one.
    pub(super) fn of(sources: &Path) -> anyhow::Result<Self> {
        let folder = project::target().join("mutants");
        let (root, built) = (folder.join("sources"), folder.join("built"));
        if root.exists() {
            fs::remove_dir_all(&root).with_context(|| root.display().to_string())?;
        }
        fs::create_dir_all(&root).with_context(|| root.display().to_string())?;
        for name in NEEDED {
            copy(&sources.join(name), &root.join(name))?;
        }
        Ok(Self { root, built })
    }

    /// Makes one change, until what this returns is dropped.
    pub(super) fn mutate(&self, mutation: &Mutation) -> anyhow::Result<Restored> {
        let file = self.root.join("src-tauri/crates").join(mutation.file);
        let text = fs::read_to_string(&file).with_context(|| mutation.file.to_owned())?;
        let count = text.matches(mutation.was).count();
        if count != 1 {
            bail!(
                "this stands {count} times in {} and not once, so the table is not about these sources:\n{}",
                mutation.file,
                mutation.was
            );
        }
        fs::write(&file, text.replace(mutation.was, mutation.becomes))?;
        Ok(Restored { file, text })
    }

    pub(super) fn build(&self, target: Target) -> Command {
        let mut command = self.cargo(target);
        command.arg("--no-run");
        command
    }

    /// Runs these tests and no others.
    pub(super) fn test(&self, target: Target, names: &[&str]) -> Command {
        let mut command = self.cargo(target);
        command.args(["--", "--exact"]).args(names);
        command
    }

    /// Into a folder of its own: cargo tells crates of two checkouts apart by where they stand in theirs, so in one
    /// folder it would take what was built of the copy for what was built of the sources.
    fn cargo(&self, target: Target) -> Command {
        let mut command = project::cargo(&["test", "--package", target.package()]);
        match target {
            Target::Unit(_) => command.arg("--lib"),
            Target::Whole(_, name) => command.args(["--test", name]),
        };
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.built);
        command
    }
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let what = || from.display().to_string();
    if !from.is_dir() {
        fs::copy(from, to).with_context(what)?;
        return Ok(());
    }
    fs::create_dir_all(to).with_context(what)?;
    for entry in fs::read_dir(from).with_context(what)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
