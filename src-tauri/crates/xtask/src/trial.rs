//! One run of cargo's tests, and a second look at what failed in it.
//!
//! The tests have real sockets and real windows, and the machines of a check are shared. So what failed is run once more
//! with nothing beside it. What passes then is neither passed nor failed: it is named as unsteady, with what it said,
//! and more than a few of them fail the check (`decisions/a-second-look.md`).

use std::ffi::OsString;

use crate::desktop::Desktop;
use crate::failure::{Failure, failures};
use crate::process::{Progress, captured};
use crate::project::cargo;
use crate::report::{Outcome, Tests};
use crate::tally;

/// So many tests of one step may be unsteady. A change that breaks something breaks it twice.
const UNSTEADY_MOST: usize = 2;

/// Where the second look is told what could not run; what the first was told must not count against it.
const NOT_RUN_AGAIN: &str = "not-run-again";

pub(crate) struct Trial<'a> {
    pub(crate) desktop: &'a Desktop,
    /// Whether the tests belong inside the desktop; those that lay out networks do not.
    pub(crate) inside: bool,
    /// Which targets, in cargo's words; none are all that cargo would run.
    pub(crate) targets: &'a [&'a str],
    /// What the test harness gets.
    pub(crate) harness: &'a [&'a str],
    pub(crate) filters: &'a [String],
    pub(crate) environment: Vec<(&'static str, OsString)>,
}

impl Trial<'_> {
    pub(crate) fn run(&self, progress: &Progress) -> anyhow::Result<Outcome> {
        let mut tests = self.once(progress, self.targets, self.filters, tally::NOT_RUN_FILE)?;
        let failed = failures(&tests.finished.text);
        let is_whole =
            failed.len() == tests.failed && failed.iter().all(|failure| !failure.target.is_empty());
        if (1..=UNSTEADY_MOST).contains(&failed.len()) && is_whole && self.passes_alone(progress, &failed)? {
            tests.failed = 0;
            tests.finished.ok = true;
            tests.unsteady = failed;
        } else {
            tests.failures = failed;
        }
        Ok(Outcome::Tests(tests))
    }

    fn passes_alone(&self, progress: &Progress, failed: &[Failure]) -> anyhow::Result<bool> {
        for failure in failed {
            let target: Vec<&str> = failure.target.iter().map(String::as_str).collect();
            let exactly = ["--exact".to_owned(), failure.name.clone()];
            let again = self.once(progress, &target, &exactly, NOT_RUN_AGAIN)?;
            if !again.finished.ok || again.failed > 0 || again.passed == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn once(
        &self,
        progress: &Progress,
        targets: &[&str],
        filters: &[String],
        not_run: &str,
    ) -> anyhow::Result<Tests> {
        let not_run = self.desktop.file(not_run);
        let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
        tests.args(targets).arg("--").args(self.harness).args(filters);
        tests.env(tally::NOT_RUN, &not_run);
        tests.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let tests = if self.inside {
            self.desktop.around(&tests)?
        } else {
            tests
        };
        Ok(tally::cargo(captured(progress, tests)?, &not_run))
    }
}
