//! `soak`: what takes too long for every check.
//!
//! `--sim` plays a feed against a venue in a network that is made up, and lets go wrong what can: ten thousand times,
//! each by a seed of its own. It is an ordinary test that plays some of the seeds in every check; a seed that breaks a
//! promise is named, and `--seed` plays it again and tells every line of it. Beside that a feed of a market that is
//! closed for three days must not dial once more than it has.

use crate::command::{Choice, Command, Given, YES};
use crate::machine::{self, Purpose};
use crate::process::captured;
use crate::project::cargo;
use crate::report::{Outcome, Report};

pub(crate) const COMMAND: Command = Command {
    name: "soak",
    about: "plays a feed's life by seed, for longer than a check has the time for",
    options: &[
        YES,
        Choice {
            name: SIM,
            value: None,
            about: "in a simulated network, faults by seed",
        },
        Choice {
            name: SEEDS,
            value: Some("N"),
            about: "how many (10000)",
        },
        Choice {
            name: FROM,
            value: Some("S"),
            about: "from this one on (0)",
        },
        Choice {
            name: SEED,
            value: Some("S"),
            about: "only this one, told in full",
        },
    ],
    run,
};

const SIM: &str = "--sim";
const SEEDS: &str = "--seeds";
const FROM: &str = "--from";
const SEED: &str = "--seed";
const SEEDS_USUAL: &str = "10000";
/// The test that plays them, and the one that does nothing for a long time.
const FAULTS: &str = "whatever_goes_wrong_no_promise_is_broken";
const CLOSED: &str = "a_market_that_is_closed_costs_no_connection";
/// A weekend and a holiday.
const CLOSED_HOURS: &str = "72";

/// There is one thing to play so far, so naming it changes nothing.
fn run(given: &Given, report: &mut Report) {
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    report.step("soak sim", |progress| {
        let words = [
            "test",
            "--release",
            "--package",
            "tests",
            "--test",
            "simulation",
            "--",
        ];
        let mut test = cargo(&words);
        test.args(["--exact", "--nocapture", FAULTS]);
        match given.value(SEED) {
            Some(seed) => {
                test.env("TICKWIRE_SIM_SEED", seed);
            }
            None => {
                test.arg(CLOSED);
                test.env("TICKWIRE_SIM_SEEDS", given.value(SEEDS).unwrap_or(SEEDS_USUAL));
                test.env("TICKWIRE_SIM_FROM", given.value(FROM).unwrap_or("0"));
                test.env("TICKWIRE_SIM_HOURS", CLOSED_HOURS);
            }
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
            .filter(|line| !line.starts_with("test ") && !line.is_empty())
            .collect();
        Ok(Outcome::Passed(format!("\n{}", told.join("\n"))))
    });
}
