//! `kernel`: what only a kernel can do to a connection.
//!
//! The tests lay network namespaces of their own, which takes root on Linux. Where that cannot be had they say "not
//! run" and are not counted as passed. They drive the command line as a person would, so it is built first.

use crate::build::cargo_step;
use crate::command::{Command, Given, YES};
use crate::desktop::Desktop;
use crate::machine::{self, Purpose};
use crate::project::built;
use crate::report::{Outcome, Report};
use crate::trial::Trial;

pub(crate) const COMMAND: Command = Command {
    name: "kernel",
    about: "black holes, resets and lost routes in network namespaces; as root; what follows -- filters the tests",
    options: &[YES],
    run,
};

fn run(given: &Given, report: &mut Report) {
    if machine::ready(report, Purpose::Check, given) {
        steps(report, &given.rest);
    }
}

pub(crate) fn steps(report: &mut Report, filters: &[String]) {
    if !cfg!(target_os = "linux") {
        report.step("kernel", |_| {
            Ok(Outcome::Skipped("network namespaces are Linux's".to_owned()))
        });
        return;
    }
    let built_all = report.step("kernel: command line", |progress| {
        let words = [
            "build",
            "--workspace",
            "--bin",
            "tickwire-cli",
            "--bin",
            "forward",
        ];
        cargo_step(progress, &words)
    });
    if !built_all {
        return;
    }
    let mut figures = Vec::new();
    report.step("kernel", |progress| {
        let desktop = Desktop::without_screen()?;
        let trial = Trial {
            desktop: &desktop,
            inside: false,
            targets: &["--test", "kernel"],
            harness: &["--nocapture"],
            filters,
            environment: vec![("TICKWIRE_CLI", built("debug", "tickwire-cli").into())],
        };
        let outcome = trial.run(progress)?;
        if let Outcome::Tests(tests) = &outcome {
            let told = tests.finished.text.lines();
            figures.extend(told.filter_map(|line| Some(line.strip_prefix("figure: ")?.to_owned())));
        }
        Ok(outcome)
    });
    for figure in figures {
        println!("    {figure}");
    }
}
