//! The Autobahn testsuite against our own WebSocket, case by case.
//!
//! The suite is a server that breaks the rules in every way it knows and judges
//! how its client takes it. It is no part of this repository: the launcher
//! that `AUTOBAHN_SERVER` names starts it on loopback, as
//! `LAUNCHER FOLDER PORT CASES`. `cargo xtask autobahn` runs this.
//!
//! - `suite`: the server, its cases and its report
//! - `client`: one case, through the transport that the app uses
//! - `verdict`: what the report says of one case
//! - `expected`: the table that every verdict is compared with

#![expect(clippy::print_stdout, reason = "whoever runs it reads what came out")]

mod client;
mod expected;
mod suite;
mod verdict;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::Made;

use self::expected::{Expected, Part};
use self::suite::Suite;
use self::verdict::Verdict;

const AGENT: &str = "Tickwire";

fn main() -> Result<()> {
    let Some(launcher) = std::env::var_os("AUTOBAHN_SERVER").map(PathBuf::from) else {
        tests::not_run("the Autobahn testsuite: AUTOBAHN_SERVER names no launcher");
        return Ok(());
    };
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1);
    let part = if has("--quick") { Part::Quick } else { Part::All };
    let folder = after("--folder").context("--folder names where the suite may be installed")?;
    let made = Made::here("none");
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let verdicts = runtime.block_on(run(&launcher, &PathBuf::from(folder), part))?;
    if has("--write") {
        ensure!(part == Part::All, "only a run of all cases can be written down");
        return expected::write(&verdicts);
    }
    let differences = Expected::read()?.compare(part, &verdicts);
    let counts = counts(&verdicts);
    if let Some(file) = after("--json") {
        let found = json!({
            "made": made.json(),
            "seconds": began.elapsed().as_secs(),
            "cases": verdicts.len(),
            "behavior": counts[0],
            "behavior_of_close": counts[1],
            "close_codes_sent": counts[2],
            "differences": differences,
        });
        std::fs::write(file, format!("{found:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    println!("{} cases in {} s", verdicts.len(), began.elapsed().as_secs());
    for (what, counts) in ["behavior", "behavior of close", "Close codes sent"]
        .iter()
        .zip(&counts)
    {
        let counts: Vec<_> = counts
            .iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        println!("{what}: {}", counts.join(", "));
    }
    println!("made on {made}");
    for difference in &differences {
        println!("differs: {difference}");
    }
    ensure!(
        differences.is_empty(),
        "{} verdicts are not the expected ones",
        differences.len()
    );
    Ok(())
}

async fn run(
    launcher: &std::path::Path,
    folder: &std::path::Path,
    part: Part,
) -> Result<BTreeMap<String, Verdict>> {
    let suite = Suite::start(launcher, folder, part.cases()).await?;
    let count = suite.count().await?;
    for case in 1..=count {
        suite.run_case(case).await?;
    }
    suite.report().await
}

/// Behaviors, behaviors of close and Close codes, each with how often it was.
fn counts(verdicts: &BTreeMap<String, Verdict>) -> [BTreeMap<String, usize>; 3] {
    let mut counts: [BTreeMap<String, usize>; 3] = Default::default();
    for verdict in verdicts.values() {
        for (counts, word) in counts.iter_mut().zip(verdict.words()) {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}
