//! How many tests a log speaks of: cargo's and vitest's closing lines, and the tests that could not run.
//!
//! A test that cannot run here (no keyring, no screen) passes for cargo, which knows no third answer. So it appends
//! one line with its reason to the file that `TICKWIRE_NOT_RUN` names, and the count is put right here. `not_run` in
//! the package `tests` is the other end of this contract.

use std::path::Path;

use crate::process::Finished;
use crate::report::{Outcome, Tests};

pub(crate) const NOT_RUN: &str = "TICKWIRE_NOT_RUN";

/// What the file is called in a test's desktop.
pub(crate) const NOT_RUN_FILE: &str = "not-run";

/// What a run of cargo's tests says. `not_run` is the file that the tests were given.
pub(crate) fn cargo(finished: Finished, not_run: &Path) -> Tests {
    let told = std::fs::read_to_string(not_run).unwrap_or_default();
    let (passed, failed, skipped) = cargo_counts(&finished.text, &told);
    Tests::counted(passed, failed, skipped, finished)
}

/// What a run of vitest says.
pub(crate) fn vitest(finished: Finished) -> Outcome {
    let (passed, failed, skipped) = vitest_counts(&finished.text);
    Outcome::Tests(Tests::counted(passed, failed, skipped, finished))
}

fn cargo_counts(text: &str, not_run: &str) -> (usize, usize, Vec<String>) {
    let (mut passed, mut failed, mut ignored) = (0, 0, 0);
    for line in text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result: "))
    {
        let counts = line.split_once(". ").map_or(line, |(_, counts)| counts);
        for part in counts.split(';') {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => ignored += number.parse().unwrap_or(0),
                Some(_) | None => {}
            }
        }
    }
    let mut skipped: Vec<String> = not_run
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let passed = usize::saturating_sub(passed, skipped.len());
    skipped.extend((0..ignored).map(|_| "ignored by an attribute in its source".to_owned()));
    (passed, failed, skipped)
}

fn vitest_counts(text: &str) -> (usize, usize, Vec<String>) {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let line = text
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("Tests "));
    for part in line.unwrap_or_default().split('|') {
        let part = part.split('(').next().unwrap_or_default().trim();
        match part.split_once(' ') {
            Some((number, "passed")) => passed = number.parse().unwrap_or(0),
            Some((number, "failed")) => failed = number.parse().unwrap_or(0),
            Some((number, "skipped" | "todo")) => skipped += number.parse().unwrap_or(0),
            Some(_) | None => {}
        }
    }
    (
        passed,
        failed,
        vec!["skipped or left to do in its source".to_owned(); skipped],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_every_binary_of_a_cargo_run() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        let (passed, failed, skipped) = cargo_counts(text, "");
        assert_eq!((passed, failed, skipped.len()), (7, 2, 1));
    }

    #[test]
    fn a_test_that_could_not_run_did_not_pass() {
        let text =
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let (passed, failed, skipped) = cargo_counts(text, "keeps_a_secret: no keyring answers\n\n");
        assert_eq!((passed, failed), (2, 0));
        assert_eq!(skipped, ["keeps_a_secret: no keyring answers"]);
    }

    #[test]
    fn reads_the_closing_lines_of_vitest() {
        let text = " Test Files  1 failed | 6 passed (7)\n      Tests  2 failed | 40 passed | 1 skipped (43)\n   Duration  1.2s\n";
        let (passed, failed, skipped) = vitest_counts(text);
        assert_eq!((passed, failed, skipped.len()), (40, 2, 1));
        assert_eq!(vitest_counts("      Tests  12 passed (12)\n").0, 12);
    }

    #[test]
    fn output_without_tests_counts_none() {
        assert_eq!(
            cargo_counts("error[E0308]: mismatched types", ""),
            (0, 0, Vec::new())
        );
        assert_eq!(vitest_counts(""), (0, 0, Vec::new()));
    }
}
