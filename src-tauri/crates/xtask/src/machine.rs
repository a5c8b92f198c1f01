//! The steps that make sure of the machine: Rust, Node, and the system's packages, which are installed when missing.
//!
//! What is needed stands as data in `machine/needs.rs`; how each system installs it in `machine/installer.rs`.

mod installer;
mod needs;
mod probe;
mod versions;

use std::fs;
use std::io::{IsTerminal, Write};

use anyhow::{Context, bail};

pub(crate) use needs::Purpose;
pub(crate) use probe::on_path;

use crate::command::Given;
use crate::process::{Progress, answer, attached, captured};
use crate::project::{root, toml_value, ui};
use crate::report::{Outcome, Report};
use installer::Installer;
use needs::{NEEDS, Need};
use versions::{Range, Version};

/// Makes the machine ready for what is wanted of it, or says what is missing.
pub(crate) fn ready(report: &mut Report, purpose: Purpose, given: &Given) -> bool {
    report.step("compiler", |progress| rust(progress, purpose))
        && report.step("system packages", |progress| {
            packages(progress, purpose, given.yes())
        })
        && report.step("node", |_| node())
}

fn rust(progress: &Progress, purpose: Purpose) -> anyhow::Result<Outcome> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let wanted = Version::first_in(toml_value(&manifest, "rust-version").unwrap_or_default());
    let Some(found) = answer("rustc", &["--version"])
        .as_deref()
        .and_then(Version::first_in)
    else {
        bail!("there is no rustc; https://rustup.rs installs it");
    };
    if wanted.is_some_and(|wanted| found < wanted) {
        bail!(
            "rustc {found} is older than the `rust-version` in Cargo.toml; `rustup update stable` brings a newer one"
        );
    }
    for component in purpose.rust_components() {
        let program = if *component == "clippy" {
            "cargo-clippy"
        } else {
            *component
        };
        if answer(program, &["--version"]).is_none() {
            let mut rustup = std::process::Command::new("rustup");
            rustup.args(["component", "add", component]);
            match captured(progress, rustup) {
                Ok(finished) if finished.ok => {}
                Ok(finished) => return Ok(Outcome::Failed(finished)),
                Err(_) => bail!("{component} is not installed, and there is no rustup to add it"),
            }
        }
    }
    Ok(Outcome::Passed(found.to_string()))
}

fn node() -> anyhow::Result<Outcome> {
    let wanted = node_wanted()?;
    let found = answer("node", &["--version"])
        .as_deref()
        .and_then(Version::first_in);
    match found {
        Some(found) if wanted.allows(found) => {}
        Some(found) => {
            bail!("Node {found} does not build the UI, which needs {wanted}; https://nodejs.org has those")
        }
        None => bail!("there is no Node; the UI needs {wanted}, which https://nodejs.org has"),
    }
    if answer(if cfg!(windows) { "npm.cmd" } else { "npm" }, &["--version"]).is_none() {
        bail!("there is a Node but no npm; install the package `npm` beside it");
    }
    Ok(Outcome::Passed(
        found.map(|version| version.to_string()).unwrap_or_default(),
    ))
}

fn packages(progress: &Progress, purpose: Purpose, yes: bool) -> anyhow::Result<Outcome> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Passed("this system brings its own web view".to_owned()));
    }
    let missing = missing(purpose);
    if missing.is_empty() {
        return Ok(Outcome::Passed("all there".to_owned()));
    }
    let what: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let Some(installer) = Installer::of_this_system() else {
        let names: Vec<&str> = missing.iter().flat_map(|need| need.debian).copied().collect();
        bail!(
            "missing: {}; install what Debian calls {}",
            what.join("; "),
            names.join(" ")
        );
    };
    let names = installer.names(&missing);
    refuse_an_old_node(installer, &missing, progress, yes)?;
    let commands = installer.commands(&names, is_root());
    let shown: Vec<String> = commands.iter().map(|words| words.join(" ")).collect();
    if !yes && !agreed(progress, &what, &shown)? {
        bail!(
            "missing: {}; this installs it: {}",
            what.join("; "),
            shown.join(" && ")
        );
    }
    progress.clear();
    if yes {
        println!("       missing: {}", what.join("; "));
    }
    for words in &commands {
        println!("       now: {}", words.join(" "));
        let mut command = std::process::Command::new(&words[0]);
        command.args(&words[1..]);
        // sudo asks for its password on the terminal; root needs none and its output would only be noise.
        if is_root() {
            let finished = captured(progress, command)?;
            if !finished.ok {
                return Ok(Outcome::Failed(finished));
            }
        } else if !attached(command)?.success() {
            bail!("`{}` did not succeed", words.join(" "));
        }
    }
    let still = self::missing(purpose);
    if still.is_empty() {
        return Ok(Outcome::Passed(format!("installed {}", names.join(" "))));
    }
    let still: Vec<&str> = still.iter().map(|need| need.what).collect();
    bail!(
        "{} installed {}, and still missing: {}",
        installer.program(),
        names.join(" "),
        still.join("; ")
    );
}

fn missing(purpose: Purpose) -> Vec<&'static Need> {
    NEEDS
        .iter()
        .filter(|need| need.wanted_for.contains(&purpose) && !probe::is_there(&need.probe))
        .collect()
}

/// A system's own Node may be years old. Then it is not installed, since that would not help.
fn refuse_an_old_node(
    installer: Installer,
    missing: &[&Need],
    progress: &Progress,
    yes: bool,
) -> anyhow::Result<()> {
    if !missing
        .iter()
        .any(|need| matches!(need.probe, needs::Probe::Program("node")))
    {
        return Ok(());
    }
    let wanted = node_wanted()?;
    // A machine that never fetched a list of packages does not know what it offers.
    if let (Some(words), true) = (installer.refresh(), yes && is_root()) {
        let mut command = std::process::Command::new(words[0]);
        command.args(&words[1..]);
        captured(progress, command)?;
    }
    match installer.offered("nodejs") {
        Some(offered) if !wanted.allows(offered) => bail!(
            "there is no Node, and this system's own is {offered}; the UI needs {wanted}, which https://nodejs.org has"
        ),
        Some(_) | None => Ok(()),
    }
}

fn node_wanted() -> anyhow::Result<Range> {
    let text = fs::read_to_string(ui().join("package.json"))?;
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("\"node\":"));
    let range = line.and_then(|line| Range::read(line.trim().trim_end_matches(',').trim_matches('"')));
    range.context("ui/package.json does not say which Node it needs (engines.node), or in words unknown here")
}

fn agreed(progress: &Progress, what: &[&str], shown: &[String]) -> anyhow::Result<bool> {
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Ok(false);
    }
    progress.clear();
    println!("       missing: {}", what.join("; "));
    println!("       to install it: {}", shown.join(" && "));
    print!("       do it now? [y/N] ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn is_root() -> bool {
    answer("id", &["-u"]).as_deref() == Some("0")
}
