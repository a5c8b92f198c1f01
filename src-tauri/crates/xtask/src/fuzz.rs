//! `fuzz`: random input in numbers that no test of every day has the time for.
//!
//! What is tried is an ordinary test that tries a little of it in every check; here it is told how much and from which
//! seed, and one case of it can be had again alone. It is built with the checks of a test, so that overflows and broken
//! assertions show.

use anyhow::bail;

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
            name: FRAMES,
            value: None,
            about: "frames from a server, compressed and plain, beside another reader of them",
        },
        Choice {
            name: HEAD,
            value: None,
            about: "answers to the handshake of a WebSocket",
        },
        Choice {
            name: PROXY,
            value: None,
            about: "answers of proxies, HTTP and SOCKS5",
        },
        Choice {
            name: EVENTS,
            value: None,
            about: "streams of events",
        },
        Choice {
            name: POLLS,
            value: None,
            about: "bodies with and without compression, and links to what comes next",
        },
        Choice {
            name: VENUES,
            value: None,
            about: "messages of every venue that we have a translator for, so many of each",
        },
        Choice {
            name: VENUE,
            value: Some("V"),
            about: "of the venues only this one",
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
const FRAMES: &str = "frames";
const HEAD: &str = "head";
const PROXY: &str = "proxy";
const EVENTS: &str = "events";
const POLLS: &str = "polls";
/// What reads the bytes of a server: unit tests of the crate, which are told apart by their names.
const READERS: [&str; 5] = [FRAMES, HEAD, PROXY, EVENTS, POLLS];
/// What reads the messages of venues, in the crate of their translators.
const VENUES: &str = "venues";
const VENUE: &str = "--venue";
const RUNS: &str = "--runs";
const SEED: &str = "--seed";
const CASE: &str = "--case";
const RUNS_USUAL: &str = "1000000";

fn run(given: &Given, report: &mut Report) {
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    let everything = ![SIM, VENUES].iter().chain(&READERS).any(|name| given.has(name));
    if everything || given.has(SIM) {
        let sim = ["test", "--workspace", "--test", "fuzz", "--", "--nocapture"];
        step(report, SIM, &sim, given);
    }
    for name in READERS.iter().filter(|name| everything || given.has(name)) {
        // Alone, so that what it allocates is its own, and as fast as what is shipped.
        let filter = format!("fuzz::{name}::");
        let reader = [
            "test",
            "--package",
            "transport",
            "--lib",
            "--profile",
            "fuzz",
            filter.as_str(),
            "--",
            "--nocapture",
            "--test-threads=1",
        ];
        step(report, name, &reader, given);
    }
    if everything || given.has(VENUES) {
        let venues = [
            "test",
            "--package",
            "provider",
            "--test",
            "any",
            "--profile",
            "fuzz",
            "whatever_a_venue",
            "--",
            "--nocapture",
            "--test-threads=1",
        ];
        step(report, VENUES, &venues, given);
    }
}

fn step(report: &mut Report, name: &str, words: &[&str], given: &Given) {
    report.step(&format!("fuzz {name}"), |progress| {
        let mut test = cargo(words);
        test.env("TICKWIRE_FUZZ_RUNS", given.value(RUNS).unwrap_or(RUNS_USUAL));
        test.env("TICKWIRE_FUZZ_SEED", given.value(SEED).unwrap_or("1"));
        if let Some(venue) = given.value(VENUE) {
            test.env("TICKWIRE_FUZZ_VENUE", venue);
        }
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
        // A filter that no test has would pass.
        if !told
            .iter()
            .any(|line| line.contains(", seed ") || line.contains(" of seed ") || given.has(CASE))
        {
            bail!("nothing was tried");
        }
        Ok(Outcome::Passed(format!("\n{}", told.join("\n"))))
    });
}
