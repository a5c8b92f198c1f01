//! Many seeds, on all cores: which ones comes from whoever starts the test.

use std::io::{Write, stderr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::day;
use crate::seed::{self, Played};

/// What is played by seed.
pub(crate) struct Kind {
    /// What one is called.
    word: &'static str,
    play: fn(u64, bool) -> Played,
    /// As many as an ordinary test has the time for.
    usual: u64,
    /// How many whoever starts the test wants.
    count: &'static str,
    /// Or only this one, told in full.
    only: &'static str,
}

/// A minute in which everything goes wrong.
pub(crate) const MINUTES: Kind = Kind {
    word: "seed",
    play: seed::run,
    usual: 200,
    count: "TICKWIRE_SIM_SEEDS",
    only: "TICKWIRE_SIM_SEED",
};
/// A day after which the venue ends every connection.
pub(crate) const DAYS: Kind = Kind {
    word: "day",
    play: day::run,
    usual: 1,
    count: "TICKWIRE_SIM_DAYS",
    only: "TICKWIRE_SIM_DAY",
};
/// The first of many of either kind.
const FROM: &str = "TICKWIRE_SIM_FROM";
/// Of more than these nobody reads the reasons.
const TOLD_MAX: usize = 5;
/// A seed takes seconds at most, and on a machine that is busy a minute. One that
/// takes so long has something in it that runs and never waits, so its clock
/// stands still.
const STUCK_AFTER: Duration = Duration::from_mins(10);

#[derive(Default)]
struct Sum {
    dials: u64,
    lines: u64,
    failed: Vec<(u64, Vec<String>)>,
}

pub(crate) fn run(kind: &Kind) {
    if let Some(only) = asked(kind.only) {
        let played = timed(kind, only, true);
        for line in &played.log {
            println!("{line}");
        }
        println!("{} lines, which come to {:016x}", played.lines, played.hash);
        assert!(played.broken.is_empty(), "{:#?}", played.broken);
        return;
    }
    let word = kind.word;
    let from = asked(FROM).unwrap_or(0);
    let count = asked(kind.count).unwrap_or(kind.usual);
    let next = AtomicU64::new(from);
    let sum = Mutex::new(Sum::default());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let began = tokio::time::Instant::now();
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + count {
                        return;
                    }
                    let played = catch_unwind(AssertUnwindSafe(|| timed(kind, seed, false)));
                    add(&mut sum.lock().unwrap(), seed, played.ok());
                }
            });
        }
    });
    let mut sum = sum.into_inner().unwrap();
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{count} {word}s from {from} on, {} dials, {} lines of log, {seconds:.1} s on {cores} cores, {:.1} {word}s a second",
        sum.dials,
        sum.lines,
        count as f64 / seconds
    );
    if sum.failed.is_empty() {
        return;
    }
    sum.failed.sort_unstable();
    for (seed, broken) in sum.failed.iter().take(TOLD_MAX) {
        println!("{word} {seed}, again by {}:", again(kind, *seed));
        for promise in broken {
            println!("    {promise}");
        }
    }
    let seeds: Vec<u64> = sum.failed.iter().map(|(seed, _)| *seed).collect();
    panic!(
        "{} of {count} {word}s have broken a promise: {seeds:?}",
        seeds.len()
    );
}

fn again(kind: &Kind, seed: u64) -> String {
    format!("`cargo xtask soak --sim --{} {seed}`", kind.word)
}

/// Plays a seed beside somebody who looks at a real clock: what is stuck cannot
/// be stopped from outside, so the program ends.
fn timed(kind: &Kind, seed: u64, told: bool) -> Played {
    let (over, ended) = channel::<()>();
    let (word, again) = (kind.word, again(kind, seed));
    let watch = thread::spawn(move || {
        if ended.recv_timeout(STUCK_AFTER) == Err(RecvTimeoutError::Timeout) {
            // What a test prints is kept until its end, which will not come.
            let told = writeln!(
                stderr(),
                "{word} {seed} is stuck: something runs and never waits. Again by {again}"
            );
            drop(told);
            exit(1);
        }
    });
    let played = (kind.play)(seed, told);
    drop(over);
    watch.join().unwrap();
    played
}

fn add(sum: &mut Sum, seed: u64, played: Option<Played>) {
    match played {
        Some(played) => {
            sum.dials += played.dials;
            sum.lines += played.lines;
            if !played.broken.is_empty() {
                sum.failed.push((played.seed, played.broken));
            }
        }
        None => sum.failed.push((seed, vec!["it ended with a panic".to_owned()])),
    }
}

/// What whoever starts the test wants.
pub(crate) fn asked<T: FromStr>(key: &str) -> Option<T> {
    let text = std::env::var(key).ok()?;
    match text.parse() {
        Ok(value) => Some(value),
        Err(_) => panic!("{key}={text:?} is no number"),
    }
}
