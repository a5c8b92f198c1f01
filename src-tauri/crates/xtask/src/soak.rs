//! `soak`: what takes too long for every check.
//!
//! `--sim` plays a feed against a venue in a network that is made up, and lets go wrong what can: ten thousand times,
//! each by a seed of its own. It is an ordinary test that plays some of the seeds in every check; a seed that breaks a
//! promise is named, and `--seed` plays it again and tells every line of it. Behind that come whole days, after each of
//! which the venue ends every connection (`--day` for one of them), and a feed of a market that is closed for three
//! days, which must not dial once more than it has.

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
        Choice {
            name: DAYS,
            value: Some("N"),
            about: "how many whole days (200)",
        },
        Choice {
            name: DAY,
            value: Some("S"),
            about: "only this day, told in full",
        },
    ],
    run,
};

const SIM: &str = "--sim";
const SEEDS: &str = "--seeds";
const FROM: &str = "--from";
const SEED: &str = "--seed";
const DAYS: &str = "--days";
const DAY: &str = "--day";
const SEEDS_USUAL: &str = "10000";
const DAYS_USUAL: &str = "200";
/// The tests that play them, and the one that does nothing for a long time.
const FAULTS: &str = "whatever_goes_wrong_no_promise_is_broken";
const AGED: &str = "a_line_that_ends_after_a_day_has_a_successor_before_and_nothing_is_lost_or_told_twice";
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
        // Each has all cores to itself.
        test.args(["--exact", "--nocapture", "--test-threads", "1"]);
        match (given.value(SEED), given.value(DAY)) {
            (Some(seed), _) => {
                test.arg(FAULTS).env("TICKWIRE_SIM_SEED", seed);
            }
            (None, Some(day)) => {
                test.arg(AGED).env("TICKWIRE_SIM_DAY", day);
            }
            (None, None) => {
                test.args([FAULTS, AGED, CLOSED]);
                test.env("TICKWIRE_SIM_SEEDS", given.value(SEEDS).unwrap_or(SEEDS_USUAL));
                test.env("TICKWIRE_SIM_DAYS", given.value(DAYS).unwrap_or(DAYS_USUAL));
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
