//! `autobahn`: the Autobahn testsuite against our WebSocket, compared with a table of what each case must come to.
//!
//! The suite is no part of this repository, and runs on a Python that nobody has any more. So it is found through a
//! launcher that `AUTOBAHN_SERVER` names; where there is none, this says so and passes nothing.

use crate::command::{Choice, Command, Given};
use crate::process::captured;
use crate::project::{cargo, target};
use crate::report::{Outcome, Report};

pub(crate) const COMMAND: Command = Command {
    name: "autobahn",
    about: "the Autobahn testsuite against our WebSocket, through the launcher in AUTOBAHN_SERVER",
    options: &[
        Choice {
            name: QUICK,
            value: None,
            about: "without the large half of the compressed messages: a minute instead of ten",
        },
        Choice {
            name: JSON,
            value: None,
            about: "prints the figures as JSON",
        },
        Choice {
            name: WRITE,
            value: None,
            about: "makes what is seen what is expected, in tests/autobahn/expected.txt",
        },
    ],
    run,
};

const QUICK: &str = "--quick";
const JSON: &str = "--json";
const WRITE: &str = "--write";
const LAUNCHER: &str = "AUTOBAHN_SERVER";

fn run(given: &Given, report: &mut Report) {
    report.step("autobahn", |progress| {
        if std::env::var_os(LAUNCHER).is_none() {
            return Ok(Outcome::Skipped(format!(
                "NOT RUN: {LAUNCHER} names no launcher. It is a program that is called with a folder, a port and a \
                 JSON list of cases, and serves the suite (autobahntestsuite 25.10.1 from PyPI, which needs CPython \
                 2.7: `wstest -m fuzzingserver`) on that port of 127.0.0.1, with its reports in FOLDER/reports"
            )));
        }
        let folder = target().join("autobahn");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("found.json");
        let mut test = cargo(&["test", "--workspace", "--test", "autobahn", "--"]);
        test.args(["--folder".as_ref(), folder.as_os_str()]);
        test.args(["--json".as_ref(), file.as_os_str()]);
        test.args([QUICK, WRITE].iter().filter(|word| given.has(word)));
        let finished = captured(progress, test)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        if given.has(JSON) && !given.has(WRITE) {
            return Ok(Outcome::Passed(format!("\n{}", std::fs::read_to_string(file)?)));
        }
        let mut told = finished.text.lines();
        told.find(|line| line.trim_start().starts_with("Running "));
        Ok(Outcome::Passed(format!(
            "\n{}",
            told.collect::<Vec<_>>().join("\n")
        )))
    });
}
