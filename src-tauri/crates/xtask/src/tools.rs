//! Programs of other people that the check uses: each at one version, built into `target/tools`, nothing on the
//! person's PATH touched.
//!
//! They are built without optimisation: each runs for a second or two, and compiling is what takes the time. What was
//! compared and measured stands in `src-tauri/decisions/tools.md`.

use std::fs;
use std::path::PathBuf;

use crate::process::{Progress, captured};
use crate::project::{cargo, target};
use crate::report::{Outcome, clock};

pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

pub(crate) const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};
pub(crate) const MACHETE: Tool = Tool {
    name: "cargo-machete",
    version: "0.9.2",
};
/// The newest that drives a Tauri 2 app; what comes after it is for Tauri 3.
pub(crate) const TAURI_DRIVER: Tool = Tool {
    name: "tauri-driver",
    version: "2.1.0",
};

/// A tool that can be used, or the reason why this machine cannot have it.
pub(crate) enum Ready {
    At { path: PathBuf, note: String },
    Not(String),
}

pub(crate) fn ready(progress: &Progress, tool: &Tool) -> anyhow::Result<Ready> {
    let folder = target().join("tools");
    let path = folder
        .join("bin")
        .join(format!("{}{}", tool.name, std::env::consts::EXE_SUFFIX));
    let installed = fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
    if path.is_file() && is_listed(&installed, tool) {
        return Ok(Ready::At {
            path,
            note: String::new(),
        });
    }
    let started = std::time::Instant::now();
    let mut command = cargo(&[
        "install",
        "--locked",
        "--debug",
        "--force",
        tool.name,
        "--version",
        tool.version,
        "--root",
    ]);
    command
        .arg(&folder)
        .env("CARGO_TARGET_DIR", target().join("tools-build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    let finished = captured(progress, command)?;
    Ok(if finished.ok && path.is_file() {
        Ready::At {
            path,
            note: format!(
                "{} {} installed in {}",
                tool.name,
                tool.version,
                clock(started.elapsed())
            ),
        }
    } else {
        let error = finished
            .text
            .lines()
            .find(|line| line.starts_with("error"))
            .unwrap_or("cargo install failed");
        Ready::Not(format!(
            "{} {} cannot be installed here ({error}; {})",
            tool.name,
            tool.version,
            finished.log.display()
        ))
    })
}

/// A step that one call of a tool makes.
pub(crate) fn step(progress: &Progress, tool: &Tool, words: &[&str]) -> anyhow::Result<Outcome> {
    let (path, note) = match ready(progress, tool)? {
        Ready::At { path, note } => (path, note),
        Ready::Not(reason) => return Ok(Outcome::Skipped(reason)),
    };
    // A tool asks cargo about the workspace, so it gets the surroundings that cargo would get.
    let surroundings = cargo(&[]);
    let mut command = std::process::Command::new(path);
    command.args(words).current_dir(crate::project::root());
    for (name, value) in surroundings.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let finished = captured(progress, command)?;
    Ok(if finished.ok {
        Outcome::Passed(note)
    } else {
        Outcome::Failed(finished)
    })
}

/// Cargo's own list of what it installed has a line `"name version (where from)" = [programs]`.
fn is_listed(installed: &str, tool: &Tool) -> bool {
    let start = format!("\"{} {} (", tool.name, tool.version);
    installed.lines().any(|line| line.starts_with(&start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_of_another_version_is_not_the_tool() {
        let installed = "[v1]\n\"cargo-deny 0.20.2 (registry+somewhere)\" = [\"cargo-deny\"]\n";
        assert!(is_listed(
            installed,
            &Tool {
                name: "cargo-deny",
                version: "0.20.2"
            }
        ));
        assert!(!is_listed(
            installed,
            &Tool {
                name: "cargo-deny",
                version: "0.20.1"
            }
        ));
        assert!(!is_listed("", &DENY));
    }
}
