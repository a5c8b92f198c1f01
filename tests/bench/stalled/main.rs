//! What a window costs that takes nothing for minutes, while the venue goes on.
//!
//! Two engines in two processes hear the same flood at the same time. Behind one
//! of them the window and the one that must see everything stop reading; behind
//! the other they go on. Every symbol's candles are full before, so that what
//! grows is what waits.
//!
//! - `desk`, `played`: such a process, and the one that has started it
//! - `window`, `listener`, `delay`: those who read
//! - `venue`, `tape`: what they hear
//! - `growth`: what their memory came to
//! - `verdict`: whether nothing is lost that was not counted

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is a stretch of time, and a venue that speaks at a rate"
)]

mod delay;
mod desk;
mod growth;
mod listener;
mod played;
mod tape;
mod venue;
mod verdict;
mod window;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use peak_alloc::PeakAlloc;
use serde_json::{Value, json};
use tests::Made;
use tokio::time::Instant;

use crate::growth::Growth;
use crate::played::Played;
use crate::verdict::Drops;

const MINUTES: u64 = 10;
/// Both read for so long before one of them stops.
const SETTLED: Duration = Duration::from_secs(15);
/// From the venue's write to the engine's read, of 99 in 100 ticks.
const DELAY_MAX_US: u64 = 2_000;

/// So that the desk can say how much of its memory is in use.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [desk::DESK, address] => return desk::run(address),
        ["stalled", ..] => {}
        _ => {
            tests::not_run("no window was stalled: cargo xtask bench stalled does that");
            return Ok(());
        }
    }
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1);
    let minutes = match after("--minutes") {
        Some(text) => text.parse().context("--minutes needs a number")?,
        None => MINUTES,
    };
    let made = Made::here("0x9E3779B97F4A7C15");
    let found = measure(minutes)?;
    found.print();
    println!("made on {made}");
    if let Some(file) = after("--json") {
        let told = json!({"made": made.json(), "stalled": found.json()});
        std::fs::write(file, format!("{told:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    let missed = found.missed();
    ensure!(missed.is_empty(), "{}", missed.join("; "));
    Ok(())
}

struct Found {
    minutes: u64,
    /// Messages a second, as they were sent.
    rate: f64,
    growth: Growth,
    /// Of the one that reads, and of the one that stalls.
    delays: [Value; 2],
    rows: usize,
    drops: Drops,
}

fn measure(minutes: u64) -> Result<Found> {
    let (mut reading, mut stalled) = (Played::start()?, Played::start()?);
    reading.ready()?;
    stalled.ready()?;
    reading.flood();
    stalled.flood();
    std::thread::sleep(SETTLED);
    let mut growth = Growth::default();
    growth.add(reading.weigh()?, stalled.weigh()?);
    reading.tell("measure")?;
    stalled.tell("stall")?;
    let (began, first) = (Instant::now(), stalled.page());
    for _minute in 0..minutes {
        std::thread::sleep(Duration::from_secs(60));
        growth.add(reading.weigh()?, stalled.weigh()?);
    }
    let before = stalled.page();
    let rate = (before.messages - first.messages) as f64 / began.elapsed().as_secs_f64();
    stalled.tell(&format!("resume {}", before.messages))?;
    reading.tell(&format!("resume {}", reading.page().messages))?;
    let (shown, other) = (stalled.answer()?, reading.answer()?);
    let rows = verdict::whole(&shown["frame"], &before)?;
    // It catches up with what had waited for it, and hears on.
    std::thread::sleep(Duration::from_secs(2));
    growth.add(reading.weigh()?, stalled.weigh()?);
    let (page, told) = reading.end()?;
    let _balanced = Drops::balance(&page, &told).context("the one that reads")?;
    let (page, told) = stalled.end()?;
    Ok(Found {
        minutes,
        rate,
        growth,
        delays: [other["delays"].clone(), shown["delays"].clone()],
        rows,
        drops: Drops::balance(&page, &told).context("the one that stalls")?,
    })
}

impl Found {
    fn missed(&self) -> Vec<String> {
        let p99 = self.delays[1]["p99_us"].as_u64().unwrap_or(u64::MAX);
        let delay = (p99 > DELAY_MAX_US).then(|| format!("p99 of the delay is {p99} us"));
        self.growth.missed().into_iter().chain(delay).collect()
    }

    fn print(&self) {
        println!(
            "{:.0} messages/s over {} symbols, the window stalled for {} min",
            self.rate,
            tape::SYMBOLS,
            self.minutes
        );
        self.growth.print();
        println!("from the venue's write to the engine's read, us (bar p99 {DELAY_MAX_US})");
        for (name, delays) in ["reading", "stalled"].iter().zip(&self.delays) {
            println!(
                "  {name}  n {}  p50 {}  p99 {}  p99.9 {}  max {}",
                delays["n"], delays["p50_us"], delays["p99_us"], delays["p999_us"], delays["max_us"]
            );
        }
        println!("the first frame afterwards: {} rows, each the newest", self.rows);
        println!("{}", self.drops.words());
    }

    fn json(&self) -> Value {
        json!({
            "minutes": self.minutes, "messages_per_second": self.rate, "symbols": tape::SYMBOLS,
            "memory": self.growth.json(),
            "delay_us": {"reading": self.delays[0], "stalled": self.delays[1], "bar_p99": DELAY_MAX_US},
            "first_frame_rows": self.rows, "drops": self.drops.json(), "passed": self.missed().is_empty(),
        })
    }
}
