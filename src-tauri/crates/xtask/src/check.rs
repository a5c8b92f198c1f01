//! `check`: everything that must hold before a change is good, the quickest answers first. CI runs exactly this.
//!
//! A step that fails does not hide the next one, save where the next would only fail for the same reason.

use crate::build::{cargo_step, cargo_step_with};
use crate::command::{Choice, Command, Given, YES};
use crate::desktop::Desktop;
use crate::e2e;
use crate::kernel;
use crate::layout;
use crate::machine::{self, Purpose};
use crate::process::Progress;
use crate::report::{Outcome, Report};
use crate::tools::{self, DENY, MACHETE};
use crate::trial::Trial;
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "check",
    about: "checks everything that CI checks, installing what it needs",
    options: &[
        YES,
        Choice {
            name: "--fast",
            value: None,
            about: "leave out the end-to-end tests",
        },
        Choice {
            name: "--only",
            value: Some("PART"),
            about: "only the steps with PART in their name, as things stand",
        },
    ],
    run,
};

fn run(given: &Given, report: &mut Report) {
    report.only(given.value("--only"));
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    report.step("rustfmt", |progress| {
        cargo_step(progress, &["fmt", "--all", "--check", "--", "--color=never"])
    });
    if !report.step("crates", |progress| cargo_step(progress, &["fetch", "--locked"])) {
        return;
    }
    report.step("layout", layout::check);
    // The app compiles only around a built page.
    if !ui::check(report) {
        return;
    }
    report.step("cargo-deny", |progress| {
        let words = [
            "--offline",
            "--workspace",
            "--config",
            ".deny.toml",
            "check",
            "bans",
            "licenses",
            "sources",
        ];
        tools::step(progress, &DENY, &words)
    });
    report.step("unused dependencies", |progress| {
        tools::step(progress, &MACHETE, &["--with-metadata", "."])
    });
    report.step("clippy", |progress| {
        cargo_step(
            progress,
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ],
        )
    });
    report.step("rustdoc", |progress| {
        let words = ["doc", "--workspace", "--no-deps", "--document-private-items"];
        cargo_step_with(progress, &words, &[("RUSTDOCFLAGS", "--deny warnings")])
    });
    report.step("rust tests", rust_tests);
    kernel::steps(report, &[]);
    if !given.has("--fast") {
        e2e::steps(report, &[]);
    }
}

/// All tests but those that open a window; whether the bindings are up to date is one of them.
fn rust_tests(progress: &Progress) -> anyhow::Result<Outcome> {
    let desktop = Desktop::without_screen()?;
    let trial = Trial {
        desktop: &desktop,
        inside: true,
        targets: &[],
        harness: &[],
        filters: &[],
        environment: Vec::new(),
    };
    trial.run(progress)
}
