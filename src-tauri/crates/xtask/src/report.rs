//! What the person reads: one line a step with its time, and the closing line.
//!
//! A step that runs tests counts each of its tests; any other step counts one. So the closing line says how many
//! things were tried, not how many lines were printed.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process::{self, Finished, Progress};

/// How much of a failed step's output is shown; the whole of it stands in the log that is named.
const TAIL_LINES: usize = 60;

pub(crate) struct Report {
    command: &'static str,
    only: Option<String>,
    matched: bool,
    started: Instant,
    passed: usize,
    failed: usize,
    skipped: Vec<String>,
    /// What failed, and what failed once and then did not, so that the last lines name it: of a long log often only
    /// those are kept.
    blamed: Vec<String>,
    unsteady: usize,
    tests: usize,
}

pub(crate) enum Outcome {
    /// It passed; the note says what a person would ask next (how many files, which version).
    Passed(String),
    Tests(Tests),
    /// It could not be tried, and why.
    Skipped(String),
    /// It ran and says no; `finished` holds what it printed.
    Failed(Finished),
}

/// The tests inside one step.
pub(crate) struct Tests {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: Vec<String>,
    /// The failed ones by name, as far as they can be told from what was printed.
    pub(crate) failures: Vec<Failure>,
    /// Those that failed and then passed with nothing beside them. They are in no other count.
    pub(crate) unsteady: Vec<Failure>,
    pub(crate) finished: Finished,
}

impl Tests {
    pub(crate) fn counted(passed: usize, failed: usize, skipped: Vec<String>, finished: Finished) -> Self {
        Self {
            passed,
            failed,
            skipped,
            failures: Vec::new(),
            unsteady: Vec::new(),
            finished,
        }
    }
}

impl Report {
    pub(crate) fn begin(command: &'static str) -> Self {
        Self {
            command,
            only: None,
            matched: false,
            started: Instant::now(),
            passed: 0,
            failed: 0,
            skipped: Vec::new(),
            blamed: Vec::new(),
            unsteady: 0,
            tests: 0,
        }
    }

    /// From here on only the steps whose name contains `part` are done. Each then stands on what earlier runs left.
    pub(crate) fn only(&mut self, part: Option<&str>) {
        self.only = part.map(str::to_owned);
        self.matched = false;
    }

    /// Does one step and says how it went. False: it failed, so what stands on it is in vain.
    pub(crate) fn step(
        &mut self,
        name: &str,
        body: impl FnOnce(&Progress) -> anyhow::Result<Outcome>,
    ) -> bool {
        if process::interrupted() || self.only.as_deref().is_some_and(|part| !name.contains(part)) {
            return true;
        }
        self.matched = true;
        let progress = Progress::begin(self.command, name);
        let outcome = body(&progress);
        let took = progress.end();
        match outcome {
            Ok(Outcome::Passed(note)) => {
                self.passed += 1;
                line("ok", took, name, &note);
                true
            }
            Ok(Outcome::Skipped(reason)) => {
                line("skip", took, name, &reason);
                self.skipped.push(format!("{name}: {reason}"));
                true
            }
            Ok(Outcome::Tests(tests)) => self.count(name, took, tests),
            Ok(Outcome::Failed(finished)) => {
                self.failed += 1;
                line("FAILED", took, name, &finished.ending);
                show(&finished);
                false
            }
            Err(error) => {
                self.failed += 1;
                line("FAILED", took, name, &format!("{error:#}"));
                false
            }
        }
    }

    /// Something outside every step went wrong.
    pub(crate) fn broken(&mut self, error: &anyhow::Error) {
        self.failed += 1;
        line(
            "FAILED",
            self.started.elapsed(),
            self.command,
            &format!("{error:#}"),
        );
    }

    pub(crate) fn end(mut self) -> ExitCode {
        if let Some(part) = self.only.take().filter(|_| !self.matched) {
            self.broken(&anyhow::anyhow!("no step's name contains `{part}`"));
        }
        if process::interrupted() {
            self.broken(&anyhow::anyhow!("stopped before its end"));
        }
        println!();
        if self.tests > 0 {
            let steps = self.passed + self.failed + self.skipped.len() + self.unsteady - self.tests;
            println!(
                "{} in {}: {} tests and {steps} other steps",
                self.command,
                clock(self.started.elapsed()),
                self.tests
            );
        } else {
            println!("{} in {}", self.command, clock(self.started.elapsed()));
        }
        for reason in &self.skipped {
            println!("skipped: {reason}");
        }
        for name in &self.blamed {
            println!("{name}");
        }
        let unsteady = match self.unsteady {
            0 => String::new(),
            some => format!(", {some} unsteady"),
        };
        println!(
            "{} passed, {} failed, {} skipped{unsteady}",
            self.passed,
            self.failed,
            self.skipped.len()
        );
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn count(&mut self, name: &str, took: Duration, tests: Tests) -> bool {
        // A step that breaks outside its tests (it does not compile, it is killed) fails as one thing more.
        let broken = usize::from(!tests.finished.ok && tests.failed == 0);
        let failed = tests.failed + broken;
        self.tests += tests.passed + tests.failed + tests.skipped.len() + tests.unsteady.len();
        self.passed += tests.passed;
        self.failed += failed;
        self.unsteady += tests.unsteady.len();
        let mut note = format!(
            "{} passed, {} failed, {} skipped",
            tests.passed,
            tests.failed,
            tests.skipped.len()
        );
        for (word, list) in [("unsteady", &tests.unsteady), ("failed", &tests.failures)] {
            let named = list
                .iter()
                .map(|failure| format!("{word}: {name}: {}", failure.name));
            self.blamed.extend(named);
        }
        if !tests.unsteady.is_empty() {
            note.push_str(&format!(
                ", {} unsteady: failed once, passed alone",
                tests.unsteady.len()
            ));
        }
        self.skipped.extend(
            tests
                .skipped
                .into_iter()
                .map(|reason| format!("{name}: {reason}")),
        );
        if failed == 0 {
            line("ok", took, name, &note);
            quote(&tests.unsteady);
            return true;
        }
        line(
            "FAILED",
            took,
            name,
            &format!("{note}; {}", tests.finished.ending),
        );
        if tests.failures.is_empty() {
            show(&tests.finished);
        } else {
            quote(&tests.failures);
            println!("       | the whole output: {}", tests.finished.log.display());
        }
        false
    }
}

/// `1m05`, `12.3s`: whole seconds once minutes come in.
pub(crate) fn clock(time: Duration) -> String {
    if time.as_secs() >= 60 {
        format!("{}m{:02}", time.as_secs() / 60, time.as_secs() % 60)
    } else {
        format!("{:.1}s", time.as_secs_f64())
    }
}

fn line(word: &str, took: Duration, name: &str, note: &str) {
    let dash = if note.is_empty() { "" } else { ": " };
    let word = match (std::io::stdout().is_terminal(), word) {
        (true, "ok") => format!("\u{1b}[32m{word:<6}\u{1b}[0m"),
        (true, "FAILED") => format!("\u{1b}[31m{word:<6}\u{1b}[0m"),
        (true | false, _) => format!("{word:<6}"),
    };
    println!("{word} {:>7}  {name}{dash}{note}", clock(took));
}

/// What each failed test said of it.
fn quote(failures: &[Failure]) {
    for failure in failures {
        println!("       | {}", failure.name);
        tail(&failure.said);
    }
}

fn tail(text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(TAIL_LINES);
    for text in &lines[from..] {
        println!("       | {text}");
    }
}

fn show(finished: &Finished) {
    tail(&finished.text);
    println!("       | the whole output: {}", finished.log.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(ok: bool) -> Finished {
        Finished {
            ok,
            late: false,
            ending: String::new(),
            text: String::new(),
            log: std::path::PathBuf::new(),
        }
    }

    #[test]
    fn counts_each_test_and_each_other_step() {
        let mut report = Report::begin("check");
        assert!(report.step("format", |_| Ok(Outcome::Passed(String::new()))));
        let skipped = vec!["a: no keyring".to_owned()];
        assert!(report.step("tests", |_| {
            Ok(Outcome::Tests(Tests::counted(7, 0, skipped, finished(true))))
        }));
        assert!(report.step("deny", |_| Ok(Outcome::Skipped("no network".to_owned()))));
        assert_eq!(
            (report.passed, report.failed, report.skipped.len(), report.tests),
            (8, 0, 2, 8)
        );
    }

    #[test]
    fn a_test_step_that_does_not_compile_is_one_failure() {
        let mut report = Report::begin("check");
        assert!(!report.step("tests", |_| {
            Ok(Outcome::Tests(Tests::counted(0, 0, Vec::new(), finished(false))))
        }));
        assert_eq!((report.passed, report.failed), (0, 1));
    }

    #[test]
    fn a_failed_test_is_counted_once() {
        let mut report = Report::begin("check");
        assert!(!report.step("tests", |_| {
            Ok(Outcome::Tests(Tests::counted(3, 2, Vec::new(), finished(false))))
        }));
        assert_eq!((report.passed, report.failed), (3, 2));
    }

    #[test]
    fn an_unsteady_test_has_neither_passed_nor_failed_and_is_named_at_the_end() {
        let mut report = Report::begin("check");
        let mut tests = Tests::counted(3, 0, Vec::new(), finished(true));
        tests.unsteady.push(Failure {
            target: vec!["--lib".to_owned()],
            name: "health::pings".to_owned(),
            said: "no ping came".to_owned(),
        });
        assert!(report.step("tests", |_| Ok(Outcome::Tests(tests))));
        assert_eq!(
            (report.passed, report.failed, report.unsteady, report.tests),
            (3, 0, 1, 4)
        );
        assert_eq!(report.blamed, ["unsteady: tests: health::pings"]);
    }

    #[test]
    fn does_only_the_steps_that_were_asked_for() {
        let mut report = Report::begin("check");
        report.only(Some("clip"));
        assert!(report.step("format", |_| anyhow::bail!("must not run")));
        assert!(report.step("clippy", |_| Ok(Outcome::Passed(String::new()))));
        assert_eq!((report.passed, report.failed), (1, 0));
    }

    #[test]
    fn says_times_as_a_person_would() {
        assert_eq!(clock(Duration::from_millis(1_240)), "1.2s");
        assert_eq!(clock(Duration::from_secs(65)), "1m05");
    }
}
