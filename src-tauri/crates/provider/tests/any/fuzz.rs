//! Changed messages by the thousands.
//!
//! A case is a connection: everything is asked for, then comes one changed
//! message after the other. It depends on the seed and its number alone.

#![expect(
    clippy::disallowed_types,
    reason = "what is told is the time that really passed"
)]

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use provider::{Event, Venue, VenueName};

use crate::described;
use crate::dice::Dice;
use crate::mutation::changed;
use crate::said;
use crate::stage::Stage;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;
static ALONE: Mutex<()> = Mutex::new(());

/// Of each venue, for `cargo test`, in some seconds for all of them.
const RUNS_USUAL: u64 = 1_000;
const MESSAGES: u64 = 28;
/// The same beside it, with what is fetched, and with what is looked for.
const LOOKS: u64 = 4;
/// What one connection may take at its peak, in bytes: the longest message that
/// there is, read into the most events that it can make.
const MEMORY_MAX: usize = 4 << 20;
/// What may be left of many messages: who has asked for what, and what was not answered.
const LEFT_MAX: usize = 256 << 10;
/// As many messages on one connection as would show if each kept a little.
const LONG: u64 = 1_000;

/// Two tests at once would each measure the memory of both, so every test here begins by this.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    // One that failed has told so, and spoils no other.
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn whatever_a_venue_sends_is_read_without_a_panic_and_in_bounds() {
    let _alone = alone();
    let wanted = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = wanted("TICKWIRE_FUZZ_SEED").unwrap_or(1);
    let only = wanted("TICKWIRE_FUZZ_CASE");
    let runs = wanted("TICKWIRE_FUZZ_RUNS").unwrap_or(RUNS_USUAL);
    let cases = match only {
        Some(case) => case..case + 1,
        None => 0..runs.div_ceil(MESSAGES + 2 * LOOKS),
    };
    let word = std::env::var("TICKWIRE_FUZZ_VENUE").ok();
    let is_wanted = |stage: &Stage| word.as_deref().is_none_or(|word| stage.word == word);
    for stage in stages().filter(is_wanted) {
        tried(&stage, seed, cases.clone(), only.is_some());
    }
}

#[test]
fn what_a_connection_remembers_of_nonsense_does_not_grow() {
    let _alone = alone();
    for stage in stages() {
        let mut translator = stage.connected();
        let mut events = Vec::new();
        let mut dice = Dice::of(1, 1);
        let mut hear = |times: u64| {
            for _ in 0..times {
                events.clear();
                let text = message(&stage.lines, &mut dice);
                let _told = translator.read(&text, &stage.directory, &mut events);
            }
        };
        hear(LONG);
        let before = MEMORY.current_usage();
        hear(LONG);
        let left = MEMORY.current_usage().saturating_sub(before);
        assert!(left <= LEFT_MAX, "{} keeps {left} bytes", stage.word);
    }
}

/// Those of the list, and some that a person has described.
fn stages() -> impl Iterator<Item = Stage> {
    let listed = VenueName::all().map(Stage::of);
    listed.chain(described::ALL.into_iter().map(Stage::described))
}

fn tried(stage: &Stage, seed: u64, cases: Range<u64>, tells: bool) {
    let (count, began) = ((cases.end - cases.start) * (MESSAGES + 2 * LOOKS), Instant::now());
    let (mut peak, mut told, mut errors) = (0, 0, 0);
    for number in cases {
        let again = Again { stage, seed, number };
        let held = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let mut dice = Dice::of(seed, number);
        let mut translator = stage.connected();
        for _ in 0..MESSAGES {
            let text = message(&stage.lines, &mut dice);
            if tells {
                println!("{text}");
            }
            let (events, failed) = read(stage, &mut *translator, &text);
            told += events;
            errors += u64::from(failed);
        }
        for _ in 0..LOOKS {
            look(stage, &mut dice);
            search(stage, &mut dice);
        }
        let used = MEMORY.peak_usage().saturating_sub(held);
        peak = peak.max(used);
        assert!(used <= MEMORY_MAX, "{used} bytes of memory");
        std::mem::forget(again);
    }
    let took = began.elapsed().max(Duration::from_millis(1));
    println!(
        "{}: {count} messages, seed {seed}, in {:.1} s ({:.0} a second); {told} events, {errors} unreadable; at most {peak} bytes of memory for a connection, of {MEMORY_MAX}",
        stage.word,
        took.as_secs_f64(),
        count as f64 / took.as_secs_f64(),
    );
}

fn message(lines: &[String], dice: &mut Dice) -> String {
    let line = &lines[dice.below(lines.len())];
    let other = &lines[dice.below(lines.len())];
    changed(line, other, dice)
}

/// How many events it made, and whether it was an error.
fn read(stage: &Stage, translator: &mut dyn Venue, text: &str) -> (usize, bool) {
    let mut events = Vec::new();
    let told = translator.read(text, &stage.directory, &mut events);
    in_bounds(stage, text, &events);
    (events.len(), told.is_err())
}

/// The same as an answer to what was fetched.
fn look(stage: &Stage, dice: &mut Dice) {
    let (mut translator, paths) = stage.looking();
    let Some(path) = paths.get(dice.below(paths.len())) else {
        return;
    };
    let text = message(stage.answers(), dice);
    let mut events = Vec::new();
    let _told = translator.read_fetched(path, &text, &stage.directory, &mut events);
    in_bounds(stage, &text, &events);
}

/// The same as an answer to whoever looks for an instrument.
fn search(stage: &Stage, dice: &mut Dice) {
    if stage.finds.is_empty() {
        return;
    }
    let text = message(&stage.finds, dice);
    let mut hits = Vec::new();
    let _told = stage.venue.translator().read_symbols(&text, &mut hits);
    crate::search::in_bounds(&text, &hits);
}

fn in_bounds(stage: &Stage, text: &str, events: &[Event]) {
    // One word may be about everything, and each few letters about a symbol of two rows.
    let most = 4 * stage.symbols.len() + text.len();
    assert!(events.len() <= most, "{} events of {text}", events.len());
    for key in events.iter().filter_map(said::key) {
        assert!(stage.is_wanted(key), "{text}");
    }
    if !stage.is_binary() {
        said::prices_stand_in(text, events).unwrap();
    }
}

/// Tells how to have a case again, when it is dropped because of a panic.
struct Again<'a> {
    stage: &'a Stage,
    seed: u64,
    number: u64,
}

impl Drop for Again<'_> {
    fn drop(&mut self) {
        let Self { stage, seed, number } = self;
        let venue = &stage.word;
        println!("again: cargo xtask fuzz venues --venue {venue} --seed {seed} --case {number}");
    }
}
