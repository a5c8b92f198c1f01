//! Which tests of a run of cargo failed, and what they said: read from what cargo and the harness print.

/// One test that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// How cargo is asked for the target it stands in, without the package: a narrower selection than the workspace
    /// would compile much of it a second time. Empty where cargo does not say.
    pub(crate) target: Vec<String>,
    pub(crate) name: String,
    pub(crate) said: String,
}

/// Every failed test, in the order of the run.
pub(crate) fn failures(text: &str) -> Vec<Failure> {
    let sections: Vec<Vec<&str>> = sections(text)
        .into_iter()
        .filter(|section| section.iter().any(|line| line.starts_with("test result: FAILED")))
        .collect();
    let targets = targets(text);
    // Cargo lists what failed in the order it ran. Where one ended without a closing line the two lists differ, and
    // which is which cannot be known.
    let is_matched = targets.len() == sections.len();
    let mut all = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        for name in names(section) {
            all.push(Failure {
                target: if is_matched {
                    targets[at].clone()
                } else {
                    Vec::new()
                },
                said: said(section, &name),
                name,
            });
        }
    }
    all
}

/// What each target of the run printed.
fn sections(text: &str) -> Vec<Vec<&str>> {
    let mut all = vec![Vec::new()];
    for line in text.lines() {
        let words = line.trim_start();
        let is_start =
            words.starts_with("Running ") && words.ends_with(')') || words.starts_with("Doc-tests ");
        if is_start {
            all.push(Vec::new());
        }
        if let Some(section) = all.last_mut() {
            section.push(line);
        }
    }
    all
}

/// The targets under cargo's last words, "2 targets failed:", as words of a command line.
fn targets(text: &str) -> Vec<Vec<String>> {
    let told = text.lines().skip_while(|line| {
        let is_list = line.starts_with("error: ") && line.trim_end().ends_with("failed:");
        !is_list
    });
    told.skip(1)
        .map_while(|line| line.trim().strip_prefix('`')?.strip_suffix('`'))
        .map(|words| {
            let words: Vec<&str> = words.split_whitespace().collect();
            let kept = words.iter().enumerate().filter(|(at, word)| {
                let is_package = **word == "-p" || *at > 0 && words[at - 1] == "-p";
                !is_package
            });
            kept.map(|(_, word)| (*word).to_owned()).collect()
        })
        .collect()
}

fn names(section: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = section
        .iter()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(str::to_owned)
        .collect();
    // A test that prints between its name and its verdict is whole only in the list at the end.
    let last = section.iter().rposition(|line| *line == "failures:");
    for line in section.iter().skip(last.map_or(section.len(), |at| at + 1)) {
        match line.strip_prefix("    ") {
            Some(name) if !all.iter().any(|known| known == name) => all.push(name.to_owned()),
            Some(_) => {}
            None => break,
        }
    }
    all
}

/// What the harness kept of the test's own output, or, of a table's row, the lines set in below it.
fn said(section: &[&str], name: &str) -> String {
    let block = format!("---- {name} stdout ----");
    let row = format!("test {name} ... FAILED");
    let lines: Vec<&str> = if let Some(at) = section.iter().position(|line| *line == block) {
        let behind = section[at + 1..].iter();
        behind
            .take_while(|line| !line.starts_with("---- ") && **line != "failures:")
            .copied()
            .collect()
    } else if let Some(at) = section.iter().position(|line| *line == row) {
        let behind = section[at + 1..].iter();
        behind
            .take_while(|line| line.starts_with("     "))
            .copied()
            .collect()
    } else {
        Vec::new()
    };
    lines.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "\
     Running unittests src/lib.rs (target/debug/deps/feed-1)
running 2 tests
test backoff::waits ... ok
test health::pings ... FAILED

failures:

---- health::pings stdout ----
thread 'health::pings' panicked at src/health.rs:7:5:
no ping came

failures:
    health::pings

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

     Running faults/main.rs (target/debug/deps/faults-2)

running 2 tests
test 1 refused, polling ... ok
test 5 ended without a close frame, WebSocket ... FAILED
     lost 3, twice or out of order 0
     7 ticks came twice
test 6 half-open, WebSocket ... ok

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
   Doc-tests feed

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: 2 targets failed:
    `-p feed --lib`
    `-p tests --test faults`
";

    #[test]
    fn each_failed_test_has_its_target_and_what_it_said() {
        let found = failures(RUN);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].name.as_str(), found[0].target.join(" ")),
            ("health::pings", "--lib".to_owned())
        );
        assert!(found[0].said.ends_with("no ping came"), "{}", found[0].said);
        assert_eq!(found[1].name, "5 ended without a close frame, WebSocket");
        assert_eq!(found[1].target, ["--test", "faults"]);
        assert!(found[1].said.contains("came twice") && !found[1].said.contains("half-open"));
    }

    #[test]
    fn a_test_that_prints_before_its_verdict_is_found_in_the_list() {
        let text = "     Running kernel/main.rs (target/debug/deps/kernel-3)
test a_route_is_lost ... figure: 3 s
FAILED

failures:

failures:
    a_route_is_lost

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 9.00s

error: 1 target failed:
    `-p tests --test kernel`
";
        assert_eq!(failures(text).len(), 1);
        assert_eq!(failures(text)[0].name, "a_route_is_lost");
    }

    #[test]
    fn where_a_target_died_nobody_knows_which_is_which() {
        let died = RUN.replacen("test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s", "", 1);
        assert!(failures(&died).iter().all(|failure| failure.target.is_empty()));
    }

    #[test]
    fn a_run_in_which_nothing_failed_has_none() {
        assert_eq!(
            failures("test a ... ok\n\ntest result: ok. 1 passed; 0 failed"),
            Vec::new()
        );
        assert_eq!(failures("error[E0308]: mismatched types"), Vec::new());
    }
}
