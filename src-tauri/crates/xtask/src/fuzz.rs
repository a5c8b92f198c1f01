//! `fuzz`: random input in numbers that no test of every day has the time for.
//!
//! What is tried is an ordinary test that tries a little of it in every check; here it is told how much and from which
//! seed, and one case of it can be had again alone. It is built as tests are, so that overflows and broken assertions
//! show.

use crate::command::{Choice, Command, Given, YES};
use crate::machine::{self, Purpose};
use crate::process::captured;
use crate::project::cargo;
use crate::report::{Outcome, Report};

pub(crate) const COMMAND: Command = Command {
    name: "fuzz",
    about: "tries random input on what is named, or on everything",
    options: &[
        YES,
        Choice {
            name: SIM,
            value: None,
            about: "requests and frames to the simulated venue",
        },
        Choice {
            name: RUNS,
            value: Some("N"),
            about: "how many (1000000)",
        },
        Choice {
            name: SEED,
            value: Some("S"),
            about: "which ones (1)",
        },
        Choice {
            name: CASE,
            value: Some("C"),
            about: "only this one of the seed, told in full",
        },
    ],
    run,
};

const SIM: &str = "sim";
const RUNS: &str = "--runs";
const SEED: &str = "--seed";
const CASE: &str = "--case";
const RUNS_USUAL: &str = "1000000";

/// There is one thing to try so far, so naming it changes nothing.
fn run(given: &Given, report: &mut Report) {
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    report.step("fuzz sim", |progress| {
        let mut test = cargo(&["test", "--workspace", "--test", "fuzz", "--", "--nocapture"]);
        test.env("TICKWIRE_FUZZ_RUNS", given.value(RUNS).unwrap_or(RUNS_USUAL));
        test.env("TICKWIRE_FUZZ_SEED", given.value(SEED).unwrap_or("1"));
        if let Some(case) = given.value(CASE) {
            test.env("TICKWIRE_FUZZ_CASE", case);
        }
        let finished = captured(progress, test)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        let told: Vec<&str> = finished
            .text
            .lines()
            .skip_while(|line| !line.starts_with("running "))
            .skip(1)
            .take_while(|line| !line.starts_with("test result"))
            .collect();
        Ok(Outcome::Passed(format!("\n{}", told.join("\n"))))
    });
}
