//! `bench`: figures of the programs as they are shipped, measured in one run beside what they are compared with.
//!
//! Each benchmark is a target of the package `tests` that prints its own table and how it was made. Their names are
//! the options of this command; without one, all of them run.

use crate::build::cargo_step;
use crate::command::{Choice, Command, Given, YES};
use crate::desktop::Desktop;
use crate::machine::{self, Purpose};
use crate::process::captured;
use crate::project::{built, cargo, root, target};
use crate::report::{Outcome, Report};
use crate::tally;
use crate::ui;

pub(crate) const COMMAND: Command = Command {
    name: "bench",
    about: "measures what is named, or everything",
    options: &[
        YES,
        Choice {
            name: START,
            value: None,
            about: "from the program's start to its first price, beside an empty window",
        },
        Choice {
            name: MARKET,
            value: None,
            about: "the simulated market: events a second, candles of ten years back",
        },
        Choice {
            name: CLIENTS,
            value: None,
            about: "thousands of clients of the simulated venue, and ten at its highest rate",
        },
        Choice {
            name: COUNT,
            value: Some("N"),
            about: "how many of them (5000)",
        },
        Choice {
            name: FIREHOSE,
            value: None,
            about: "of these, only the highest rate",
        },
        Choice {
            name: TRANSPORTS,
            value: None,
            about: "the same stream by polling, long polling, events and WebSocket",
        },
        Choice {
            name: PICTURE,
            value: None,
            about: "draw the picture of that anew, into the decisions",
        },
        Choice {
            name: WIRE,
            value: None,
            about: "one connection flooded: the engine beside the WebSocket library alone, processor time a message",
        },
        Choice {
            name: IDLE,
            value: None,
            about: "how often an idle connection wakes the program",
        },
        Choice {
            name: STALLED,
            value: None,
            about: "a window that takes nothing for ten minutes of a flood: memory, delay, what was counted",
        },
        Choice {
            name: MINUTES,
            value: Some("N"),
            about: "for so many minutes (10)",
        },
        Choice {
            name: QUICK,
            value: None,
            about: "for one minute",
        },
        Choice {
            name: RECONNECTS,
            value: None,
            about: "10000 lost connections: what of them is left open, and how much memory",
        },
        Choice {
            name: TURNS,
            value: Some("N"),
            about: "how often each of the two is measured (5)",
        },
        Choice {
            name: JSON,
            value: None,
            about: "prints figures as JSON where a benchmark can, and keeps those of the venue in target/bench",
        },
    ],
    run,
};

const START: &str = "start";
const MARKET: &str = "market";
const CLIENTS: &str = "clients";
const COUNT: &str = "--clients";
const FIREHOSE: &str = "--firehose";
const TRANSPORTS: &str = "transports";
const PICTURE: &str = "--picture";
const WIRE: &str = "wire";
const IDLE: &str = "idle";
const STALLED: &str = "stalled";
const MINUTES: &str = "--minutes";
const QUICK: &str = "--quick";
const RECONNECTS: &str = "reconnects";
const RECONNECTS_COUNT: &str = "10000";
const TURNS: &str = "--turns";
const JSON: &str = "--json";

fn run(given: &Given, report: &mut Report) {
    let everything = ![
        START, MARKET, CLIENTS, TRANSPORTS, WIRE, IDLE, STALLED, RECONNECTS,
    ]
    .iter()
    .any(|name| given.has(name));
    if everything || given.has(MARKET) {
        market(report, given.has(JSON));
    }
    if everything || given.has(CLIENTS) {
        let count = given.value(COUNT).map(|count| [COUNT, count]);
        let firehose = given.has(FIREHOSE).then_some(FIREHOSE);
        let words = count.into_iter().flatten().chain(firehose);
        venue(report, CLIENTS, given, words.map(str::to_owned).collect());
    }
    if everything || given.has(TRANSPORTS) {
        let picture = root().join("src-tauri/decisions/transports.svg");
        let words = given
            .has(PICTURE)
            .then(|| vec![PICTURE.to_owned(), picture.display().to_string()]);
        venue(report, TRANSPORTS, given, words.unwrap_or_default());
    }
    if everything || given.has(WIRE) {
        let turns = given.value(TURNS).map(|turns| [TURNS, turns]);
        let words = turns.into_iter().flatten().map(str::to_owned);
        line(report, WIRE, given, words.collect());
    }
    if everything || given.has(IDLE) {
        line(report, IDLE, given, Vec::new());
    }
    if everything || given.has(STALLED) {
        let minutes = given.value(MINUTES).or(given.has(QUICK).then_some("1"));
        let words = minutes.map(|minutes| [MINUTES, minutes]);
        line(
            report,
            STALLED,
            given,
            words.into_iter().flatten().map(str::to_owned).collect(),
        );
    }
    if everything || given.has(RECONNECTS) {
        reconnects(report);
    }
    if !everything && !given.has(START) {
        return;
    }
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    if everything || given.has(START) {
        start(report);
    }
}

/// A benchmark of the simulated venue, in a process of its own and as it is shipped.
fn venue(report: &mut Report, name: &str, given: &Given, words: Vec<String>) {
    let program = ["--package", "cli", "--package", "tests", "--bin", "tickwire-cli"];
    bench(report, name, name, &program, given, words);
}

/// A benchmark of the engine's connections, against a server that speaks as little as it must.
fn line(report: &mut Report, name: &str, given: &Given, mut words: Vec<String>) {
    words.insert(0, name.to_owned());
    bench(report, name, name, &["--package", "tests"], given, words);
}

/// The test of every day, with a larger number.
fn reconnects(report: &mut Report) {
    report.step("bench reconnects", |progress| {
        let folder = target().join("bench");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("reconnects.json");
        let mut test = cargo(&["test", "--release", "--package", "tests", "--test", RECONNECTS]);
        test.env("TICKWIRE_RECONNECTS", RECONNECTS_COUNT);
        test.env("TICKWIRE_FIGURES", &file);
        let finished = captured(progress, test)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        Ok(Outcome::Passed(format!("\n{}", std::fs::read_to_string(file)?)))
    });
}

/// Builds a target as it is shipped, and runs it.
fn bench(
    report: &mut Report,
    name: &str,
    target: &str,
    what: &[&str],
    given: &Given,
    mut words: Vec<String>,
) {
    let built_all = report.step("release build", |progress| {
        cargo_step(
            progress,
            &[&["build", "--release"], what, &["--bench", target]].concat(),
        )
    });
    if !built_all {
        return;
    }
    report.step(&format!("bench {name}"), |progress| {
        let folder = crate::project::target().join("bench");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.json"));
        if given.has(JSON) {
            words.extend([JSON.to_owned(), file.display().to_string()]);
        }
        let test = ["test", "--release", "--package", "tests"];
        let mut bench = cargo(&[&test[..], &["--bench", target, "--"]].concat());
        bench.args(&words);
        bench.env("TICKWIRE_CLI", built("release", "tickwire-cli"));
        let finished = captured(progress, bench)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        if given.has(JSON) {
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

/// Needs neither a screen nor a web view library, so it also runs where those are missing.
fn market(report: &mut Report, json: bool) {
    report.step("bench market", |progress| {
        let mut bench = cargo(&["bench", "--package", "tests", "--bench", "market"]);
        if json {
            bench.env("TICKWIRE_JSON", "1");
        }
        let finished = captured(progress, bench)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        let begin = if json { "{" } else { "opening all instruments" };
        let table: Vec<&str> = finished
            .text
            .lines()
            .skip_while(|line| !line.starts_with(begin))
            .collect();
        Ok(Outcome::Passed(format!("\n{}", table.join("\n"))))
    });
}

fn start(report: &mut Report) {
    let built_all = ui::build(report)
        && report.step("release build", |progress| {
            let words = [
                "build",
                "--release",
                "--workspace",
                "--bin",
                "tickwire",
                "--example",
                "empty_window",
            ];
            cargo_step(progress, &words)
        });
    if !built_all {
        return;
    }
    report.step("bench start", |progress| {
        let desktop = Desktop::with_screen()?;
        // What measures other programs gains nothing from being optimised itself.
        let mut bench = cargo(&["test", "--workspace", "--bench", "start"]);
        bench.env("TICKWIRE_APP", built("release", "tickwire"));
        bench.env("TICKWIRE_EMPTY", target().join("release/examples/empty_window"));
        bench.env(tally::NOT_RUN, desktop.file(tally::NOT_RUN_FILE));
        let finished = captured(progress, desktop.around(&bench)?)?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        let table: Vec<&str> = finished
            .text
            .lines()
            .skip_while(|line| !line.contains("starts of each"))
            .collect();
        Ok(Outcome::Passed(format!("\n{}", table.join("\n"))))
    });
}
