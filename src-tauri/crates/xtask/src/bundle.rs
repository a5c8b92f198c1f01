//! `bundle`: packages for the system it runs on, and a look into those that can be looked into.
//!
//! Tauri's own bundler makes them, from `src-tauri/tauri.conf.json`. A package holds both programs, so the command
//! line is built first, where the configuration of each system expects it.

mod deb;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use anyhow::Context;

use crate::build::cargo_step;
use crate::command::{Choice, Command, Given, YES};
use crate::machine::{self, Purpose};
use crate::process::{Progress, answer, captured};
use crate::project::{built, root, target};
use crate::report::{Outcome, Report};
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "bundle",
    about: "makes the packages of this system",
    options: &[
        YES,
        Choice {
            name: "--formats",
            value: Some("LIST"),
            about: "such as deb,appimage; each system has its own",
        },
    ],
    run,
};

/// What each system's people install. An AppImage needs the network to be made, so it is made on request.
const FORMATS: &str = if cfg!(target_os = "macos") {
    "dmg"
} else if cfg!(windows) {
    "msi,nsis"
} else {
    "deb,rpm"
};

fn run(given: &Given, report: &mut Report) {
    if !(machine::ready(report, Purpose::Bundle, given) && ui::build(report)) {
        return;
    }
    let folder = target().join("release/bundle");
    let formats = given.value("--formats").unwrap_or(FORMATS);
    let made = report.step("command line", |progress| {
        let outcome = cargo_step(progress, &["build", "--package", "cli", "--release"])?;
        if !cfg!(target_os = "linux") {
            named_for_the_bundler()?;
        }
        if folder.exists() {
            // An old package of another version would be taken for a new one.
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        Ok(outcome)
    }) && report.step("app and packages", |progress| tauri_build(progress, formats));
    if made {
        for package in packages(&folder) {
            let name = package
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            report.step(&name, |progress| look_into(progress, &package));
        }
    }
}

/// Except on Linux, the bundler takes a second program from a path that ends in the name of the machine it is for.
fn named_for_the_bundler() -> anyhow::Result<()> {
    let about = answer("rustc", &["-vV"]).context("rustc does not answer")?;
    let triple = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let program = built("release", "tickwire-cli");
    let named = built("release", &format!("tickwire-cli-{triple}"));
    fs::copy(&program, &named).with_context(|| program.display().to_string())?;
    Ok(())
}

fn tauri_build(progress: &Progress, formats: &str) -> anyhow::Result<Outcome> {
    let mut command = Program::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
    command
        .args(["--prefix", "ui", "tauri", "build", "--bundles", formats])
        .current_dir(root());
    if !cfg!(target_os = "linux") {
        // Not part of the configuration that every build reads: those would need the command line's release build.
        command.args(["--config", "src-tauri/beside.conf.json"]);
    }
    let finished = captured(progress, command)?;
    Ok(if finished.ok {
        Outcome::Passed(formats.to_owned())
    } else {
        Outcome::Failed(finished)
    })
}

/// The bundler keeps a folder for each format, with what it packed in folders beside the package.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect()
    };
    let kind = |path: &PathBuf| {
        path.extension()
            .and_then(|end| end.to_str())
            .unwrap_or_default()
            .to_owned()
    };
    let mut found: Vec<PathBuf> = files(folder)
        .iter()
        .flat_map(|format| files(format))
        .filter(|path| {
            path.is_file() && ["deb", "rpm", "AppImage", "dmg", "msi", "exe"].contains(&kind(path).as_str())
        })
        .collect();
    found.sort();
    found
}

fn look_into(progress: &Progress, package: &Path) -> anyhow::Result<Outcome> {
    let size = format!(
        "{:.2} MiB, {}",
        fs::metadata(package)?.len() as f64 / 1_048_576.0,
        package.display()
    );
    if package.extension().is_some_and(|end| end == "deb") && machine::on_path("dpkg-deb") {
        return deb::check(progress, package, &size);
    }
    Ok(Outcome::Passed(size))
}
