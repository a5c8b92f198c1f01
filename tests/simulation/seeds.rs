//! Many seeds, on all cores: which ones comes from whoever starts the test.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::seed::{self, Played};

/// As many as an ordinary test has the time for.
const USUAL: u64 = 200;
/// Which ones: so many, from this one on.
const COUNT: &str = "TICKWIRE_SIM_SEEDS";
const FROM: &str = "TICKWIRE_SIM_FROM";
/// Or only this one, told in full.
const ONLY: &str = "TICKWIRE_SIM_SEED";
/// Of more than these nobody reads the reasons.
const TOLD_MAX: usize = 5;
/// A seed takes a fraction of a second, on any machine. One that takes so long
/// has something in it that runs and never waits, so its clock stands still.
const STUCK_AFTER: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Sum {
    dials: u64,
    lines: u64,
    failed: Vec<(u64, Vec<String>)>,
}

pub(crate) fn run() {
    if let Some(only) = asked(ONLY) {
        let played = timed(only, true);
        for line in &played.log {
            println!("{line}");
        }
        println!("{} lines, which come to {:016x}", played.lines, played.hash);
        assert!(played.broken.is_empty(), "{:#?}", played.broken);
        return;
    }
    let from = asked(FROM).unwrap_or(0);
    let count = asked(COUNT).unwrap_or(USUAL);
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
                    let played = catch_unwind(AssertUnwindSafe(|| timed(seed, false)));
                    add(&mut sum.lock().unwrap(), seed, played.ok());
                }
            });
        }
    });
    let mut sum = sum.into_inner().unwrap();
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{count} seeds from {from} on, {} dials, {} lines of log, {seconds:.1} s on {cores} cores, {:.1} seeds a second",
        sum.dials,
        sum.lines,
        count as f64 / seconds
    );
    if sum.failed.is_empty() {
        return;
    }
    sum.failed.sort_unstable();
    for (seed, broken) in sum.failed.iter().take(TOLD_MAX) {
        println!("seed {seed}, again by {}:", again(*seed));
        for promise in broken {
            println!("    {promise}");
        }
    }
    let seeds: Vec<u64> = sum.failed.iter().map(|(seed, _)| *seed).collect();
    panic!(
        "{} of {count} seeds have broken a promise: {seeds:?}",
        seeds.len()
    );
}

fn again(seed: u64) -> String {
    format!("`cargo xtask soak --sim --seed {seed}`")
}

/// Plays a seed beside somebody who looks at a real clock: what is stuck cannot
/// be stopped from outside, so the program ends.
fn timed(seed: u64, told: bool) -> Played {
    let (over, ended) = channel::<()>();
    let watch = thread::spawn(move || {
        if ended.recv_timeout(STUCK_AFTER) == Err(RecvTimeoutError::Timeout) {
            println!(
                "seed {seed} is stuck: something runs and never waits. Again by {}",
                again(seed)
            );
            exit(1);
        }
    });
    let played = seed::run(seed, told);
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
