//! The faults that a feed must survive, one by one, on real sockets.
//!
//! As a test, with no words, every scene is played once and only the order of things is looked at, so that no machine is
//! too slow for it. `cargo xtask faults` plays each as often as a figure needs, measures, and prints a table:
//!
//! - a row is one fault on one way of talking to the venue (`row`); `scenes` has them all
//! - `stage` is the engine, the venue and who watches both, `book` what is written down; `venue` is the venue
//! - `setting` is what a scene begins with, `around` what the engine stands on where that is not this computer
//! - nothing counts as lost or doubled but by the ledger of what was sent and what arrived (`tests::Ledger`)
//!
//! Detection is from the blow until the feed says that it is not live, recovery from when it could be well again until
//! the end of the longest silence. Both are told by the engine's own monotonic clock.

#![expect(clippy::print_stdout, reason = "a table is printed")]

mod around;
mod between;
mod book;
mod dice;
mod row;
mod scenes;
mod seen;
mod setting;
mod stage;
mod table;
mod venue;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use futures_util::stream;
use tests::Made;
use tokio::sync::Semaphore;

use row::{CROWD, Row, SEED, Told};
use scenes::scarce::{CHILD, without_files};

/// So many scenes at a time in a test of every day. They mostly wait.
const TOGETHER: usize = 32;
const SEED_TEXT: &str = "7";

fn main() -> Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1).cloned();
    debug_assert_eq!(SEED_TEXT.parse(), Ok(SEED));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if let Some(way) = after(CHILD) {
        runtime.block_on(without_files(&way))?;
        return Ok(ExitCode::SUCCESS);
    }
    let full = words.iter().any(|word| word == "--full");
    // cargo hands on what a person wants to see of the tests, and words of the test harness that mean nothing here.
    let named = after("--only").or_else(|| words.first().filter(|word| !word.starts_with('-')).cloned());
    // As the test harness has it: this one and no other.
    let exactly = after("--exact");
    let rows: Vec<Row> = scenes::rows()
        .into_iter()
        .filter(|row| is_wanted(row, named.as_deref(), full))
        .filter(|row| {
            exactly
                .as_deref()
                .is_none_or(|title| title == row.title().trim_start())
        })
        .collect();
    if words.iter().any(|word| word == "--list") {
        for row in &rows {
            println!("{}: test", row.title());
        }
        return Ok(ExitCode::SUCCESS);
    }
    // A word for cargo's tests may be meant for another target; a word for the rows must be one of theirs.
    if rows.is_empty() && after("--only").is_some() {
        bail!("no row has this number, or this in its title; --list shows them");
    }
    let made = Made::here(SEED_TEXT);
    table::begin(rows.len(), full);
    let told = runtime.block_on(play(&rows, full));
    table::end(&told, full, &made);
    if let Some(file) = after("--json") {
        let found = table::json(&rows, &told, &made);
        std::fs::write(&file, format!("{found:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    let passed = told.iter().all(Told::has_passed);
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn play(rows: &[Row], full: bool) -> Vec<Told> {
    // In a test of every day there is room for all that are played at a time.
    let room = if full {
        CROWD as usize
    } else {
        CROWD as usize * TOGETHER
    };
    let crowd = Arc::new(Semaphore::new(room));
    let play = async |at: usize| {
        let row = &rows[at];
        let told = row.play(full, &crowd).await;
        table::print(row, &told, full);
        (at, told)
    };
    // Those that mostly wait do it side by side; figures that would feel that are made behind them, one at a time.
    let (alone, beside): (Vec<_>, Vec<_>) = (0..rows.len()).partition(|at| full && rows[*at].is_alone());
    let together = if full { rows.len().max(1) } else { TOGETHER };
    let beside = stream::iter(beside).map(&play).buffer_unordered(together);
    let alone = stream::iter(alone).then(&play);
    let mut told: Vec<_> = beside.chain(alone).collect().await;
    told.sort_unstable_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, told)| told).collect()
}

/// By the number of its fault, or by a part of its title.
fn is_wanted(row: &Row, named: Option<&str>, full: bool) -> bool {
    let is_played = full || row.runs.0 > 0;
    let is_named = named.is_none_or(|name| match name.parse::<u8>() {
        Ok(fault) => fault == row.fault,
        Err(_) => row.title().contains(name),
    });
    is_played && is_named
}
