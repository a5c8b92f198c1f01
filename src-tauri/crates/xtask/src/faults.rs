//! `faults`: everything that can go wrong with a connection, on real sockets, with figures.
//!
//! The scenes are a test target of the package `tests`. The check plays each of them once and looks only at the order of
//! things; this command plays them as often as a figure needs and prints a row for each fault and way of talking.

use crate::command::{Choice, Command, Given, YES};
use crate::machine::{self, Purpose};
use crate::process::captured;
use crate::project::{cargo, target};
use crate::report::{Outcome, Report};

pub(crate) const COMMAND: Command = Command {
    name: "faults",
    about: "plays every fault that a feed must survive, and measures it",
    options: &[
        YES,
        Choice {
            name: QUICK,
            value: None,
            about: "each once and without figures, as the check does",
        },
        Choice {
            name: ONLY,
            value: Some("FAULT"),
            about: "only these rows: the number of the fault, or a part of a row's name",
        },
        Choice {
            name: JSON,
            value: None,
            about: "prints the rows as JSON, which is kept in target/bench",
        },
    ],
    run,
};

const QUICK: &str = "--quick";
const ONLY: &str = "--only";
const JSON: &str = "--json";
/// A part of the name of a test in the crate `feed`.
const HERD: &str = "herd";

fn run(given: &Given, report: &mut Report) {
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    let only = given.value(ONLY);
    let is_herd = only.is_some_and(|name| [HERD, "37"].contains(&name));
    if only.is_none() || is_herd {
        report.step("herd", |progress| {
            let words = ["test", "--package", "feed", "--lib", HERD, "--", "--nocapture"];
            let finished = captured(progress, cargo(&words))?;
            if !finished.ok {
                return Ok(Outcome::Failed(finished));
            }
            let table = finished
                .text
                .lines()
                .skip_while(|line| !line.contains("worst 100 ms"));
            let table: Vec<_> = table.take_while(|line| !line.is_empty()).collect();
            Ok(Outcome::Passed(format!("\n{}", table.join("\n"))))
        });
    }
    if is_herd {
        return;
    }
    report.step("faults", |progress| {
        let folder = target().join("bench");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("faults.json");
        let mut words = Vec::new();
        if !given.has(QUICK) {
            words.push("--full".to_owned());
        }
        if let Some(name) = only {
            words.extend([ONLY.to_owned(), name.to_owned()]);
        }
        if given.has(JSON) {
            words.extend([JSON.to_owned(), file.display().to_string()]);
        }
        let mut test = cargo(&["test", "--package", "tests", "--test", "faults", "--"]);
        test.args(&words);
        let finished = captured(progress, test)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        if given.has(JSON) {
            return Ok(Outcome::Passed(format!("\n{}", std::fs::read_to_string(file)?)));
        }
        let told = finished.text.lines().skip_while(|line| !is_begin(line));
        Ok(Outcome::Passed(format!(
            "\n{}",
            told.collect::<Vec<_>>().join("\n")
        )))
    });
}

/// The head of the table, or of the list of a quick run.
fn is_begin(line: &str) -> bool {
    line.trim_start().starts_with("fault ") || line.starts_with("running ")
}
