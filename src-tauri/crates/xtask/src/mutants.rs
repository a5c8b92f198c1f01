//! `mutants`: what the engine promises is switched off, one promise at a time, and a named test must fail.
//!
//! A test that cannot fail guards nothing, and nobody sees it. So the sources are copied to a folder under `target/`,
//! one line of the copy is changed, and the test that guards it is run: it must say no. With nothing changed all of
//! these tests must say yes. The checkout itself is never touched.
//!
//! It takes long, so it is no part of the check. What the check does see is that the table is still about these sources:
//! every text that is to be changed stands in its file once, and every test is there.

mod copied;
mod table;

use std::time::Duration;

use anyhow::bail;

use crate::command::{Choice, Command, Given, YES};
use crate::machine::{self, Purpose};
use crate::process::{Finished, Progress, captured, captured_within};
use crate::project;
use crate::report::{Outcome, Report};
use copied::Copied;
use table::{MUTATIONS, Mutation, Target};

pub(crate) const COMMAND: Command = Command {
    name: "mutants",
    about: "switches off what the engine promises, one thing at a time, and sees a named test fail",
    options: &[
        YES,
        Choice {
            name: ONLY,
            value: Some("PART"),
            about: "only the promises with PART in their name",
        },
    ],
    run,
};

const ONLY: &str = "--only";
/// No test of the table takes a minute. One that ends no more has failed, too: nobody would take it for a success.
const TEST_MAX: Duration = Duration::from_secs(3 * 60);

fn run(given: &Given, report: &mut Report) {
    if !machine::ready(report, Purpose::Check, given) {
        return;
    }
    let part = given.value(ONLY).unwrap_or_default();
    let wanted: Vec<_> = MUTATIONS
        .iter()
        .filter(|mutation| mutation.promise.contains(part))
        .collect();
    if wanted.is_empty() {
        return report.broken(&anyhow::anyhow!("no promise's name contains `{part}`"));
    }
    let copied = match Copied::of(&project::root()) {
        Ok(copied) => copied,
        Err(error) => return report.broken(&error.context("the sources cannot be copied")),
    };
    // A test that fails anyway would say yes to every mutation.
    if !report.step("mutants: nothing changed", |progress| {
        unchanged(progress, &copied, &wanted)
    }) {
        return;
    }
    for mutation in wanted {
        report.step(&format!("mutants: {}", mutation.promise), |progress| {
            changed(progress, &copied, mutation)
        });
    }
}

fn unchanged(progress: &Progress, copied: &Copied, wanted: &[&Mutation]) -> anyhow::Result<Outcome> {
    let mut targets: Vec<Target> = Vec::new();
    for mutation in wanted {
        if !targets.contains(&mutation.guard.target) {
            targets.push(mutation.guard.target);
        }
    }
    for target in &targets {
        let mut names: Vec<_> = wanted
            .iter()
            .filter(|mutation| mutation.guard.target == *target)
            .map(|mutation| mutation.guard.test)
            .collect();
        names.sort_unstable();
        names.dedup();
        let finished = captured(progress, copied.test(*target, &names))?;
        if !finished.ok {
            return Ok(Outcome::Failed(finished));
        }
        if !finished
            .text
            .contains(&format!("{} passed; 0 failed", names.len()))
        {
            bail!("not all of {names:?} were run; see {}", finished.log.display());
        }
    }
    Ok(Outcome::Passed(format!("{} promises are kept", wanted.len())))
}

fn changed(progress: &Progress, copied: &Copied, mutation: &Mutation) -> anyhow::Result<Outcome> {
    let _restored_when_dropped = copied.mutate(mutation)?;
    let guard = &mutation.guard;
    let built = captured(progress, copied.build(guard.target))?;
    if !built.ok {
        return Ok(Outcome::Failed(Finished {
            ending: "what was changed does not build: the table must name another change".to_owned(),
            ..built
        }));
    }
    let ran = captured_within(progress, copied.test(guard.target, &[guard.test]), TEST_MAX)?;
    let name = guard.test;
    if ran.ok {
        return Ok(Outcome::Failed(Finished {
            ok: false,
            ending: format!("SURVIVED: `{name}` does not see that it is switched off"),
            ..ran
        }));
    }
    if ran.text.contains(&format!("test {name} ... FAILED")) {
        return Ok(Outcome::Passed(format!("`{name}` fails")));
    }
    if ran.late {
        return Ok(Outcome::Passed(format!("`{name}` does not end")));
    }
    Ok(Outcome::Failed(ran))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_change_of_the_table_can_still_be_made_and_has_its_guard() {
        let crates = project::root().join("src-tauri/crates");
        let mut names = BTreeSet::new();
        for mutation in MUTATIONS {
            let Mutation {
                promise,
                file,
                was,
                becomes,
                guard,
            } = mutation;
            assert!(names.insert(promise), "two promises are called {promise}");
            assert_ne!(was, becomes, "{promise}");
            let text = fs::read_to_string(crates.join(file)).unwrap_or_default();
            let count = text.matches(was).count();
            assert_eq!(count, 1, "{promise}: this stands {count} times in {file}:\n{was}");
            let krate = crates.join(guard.target.package());
            let function = guard.test.rsplit("::").next().unwrap_or_default();
            assert!(
                declares(&krate, &format!("fn {function}(")),
                "{promise}: no test of {} is called {function}",
                guard.target.package()
            );
        }
    }

    fn declares(folder: &Path, function: &str) -> bool {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| {
            if path.is_dir() {
                declares(&path, function)
            } else {
                path.extension().is_some_and(|end| end == "rs")
                    && fs::read_to_string(&path).is_ok_and(|text| text.contains(function))
            }
        })
    }
}
