//! A feed that is cut off again and again leaves nothing behind: no open file,
//! no task, no thread.
//!
//! Some hundred times in every check, with waits that are shortened; `cargo
//! xtask bench reconnects` names a larger number, and is told the memory too.
//! In a process of its own, as what is counted is the whole process's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cutter;

use anyhow::{Context, Result, ensure};
use engine::{Engine, EngineOptions, FeedSpec, Handle};
use feed::Policy;
use model::{FeedId, FeedState, Symbol, TransportKind};
use provider::VenueName;
use serde_json::json;
use tests::{Made, not_run, wait_until};

use cutter::Cutter;

const CYCLES_USUAL: u64 = 300;
/// Until every pool and list has its size.
const WARM: u64 = 100;
/// Of all the waits that are our own choice; the limits of the venue's card too.
const HASTE: u32 = 10_000;
/// How much memory each may leave, measured where the number is large.
const BYTES_MAX: f64 = 100.0;
const LONG: u64 = 5_000;
/// The patience of a test is for so many.
const STEP: usize = 100;

#[test]
fn whatever_was_opened_for_a_connection_is_closed_with_it() -> Result<()> {
    if !cfg!(target_os = "linux") {
        not_run("open files are only counted where /proc tells them");
        return Ok(());
    }
    let cycles = match std::env::var("TICKWIRE_RECONNECTS") {
        Ok(text) => text.parse().context("TICKWIRE_RECONNECTS is a number")?,
        Err(_unset) => CYCLES_USUAL,
    };
    let made = Made::here("7");
    let cutter = Cutter::start()?;
    let engine = Engine::start(EngineOptions {
        seed: 7,
        policy: Policy::hastened(HASTE),
        ..EngineOptions::default()
    })?;
    let handle = engine.handle();
    let feed = FeedId::new("cut");
    let url = format!("ws://{}/v1/stream", cutter.address()).parse()?;
    handle.open_feed(&FeedSpec {
        // Otherwise it would look for one that is not cut off.
        transports: vec![TransportKind::WebSocket],
        ..FeedSpec::new(feed.clone(), VenueName::SIM, url, None)
    })?;
    handle.watch(&feed, &Symbol::new("NVX"))?;

    let base = after(&cutter, &handle, WARM)?;
    let end = after(&cutter, &handle, WARM + cycles)?;
    engine.shut_down();
    let per_cycle = (end.resident as f64 - base.resident as f64) / cycles as f64;
    if let Some(file) = std::env::var_os("TICKWIRE_FIGURES") {
        let told = json!({
            "made": made.json(), "cycles": cycles, "haste": HASTE, "files": [base.files, end.files],
            "threads": [base.threads, end.threads], "tasks": [base.tasks, end.tasks],
            "resident_bytes": [base.resident, end.resident], "bytes_per_cycle": per_cycle,
            "bytes_per_cycle_bar": BYTES_MAX,
        });
        std::fs::write(file, format!("{told:#}\n"))?;
    }
    ensure!(
        end.files <= base.files,
        "open files: {} and then {}",
        base.files,
        end.files
    );
    ensure!(
        end.threads <= base.threads,
        "threads: {} and then {}",
        base.threads,
        end.threads
    );
    ensure!(
        end.tasks <= base.tasks,
        "tasks: {} and then {}",
        base.tasks,
        end.tasks
    );
    if cycles >= LONG {
        ensure!(per_cycle <= BYTES_MAX, "{per_cycle:.0} bytes are left by each");
    }
    Ok(())
}

fn is_live(handle: &Handle) -> bool {
    let states = handle.feeds();
    let states = states.borrow();
    states
        .iter()
        .all(|status| matches!(status.state, FeedState::Live(_)))
}

/// What the process has, while one connection stands.
#[derive(Clone, Copy, Debug)]
struct Holdings {
    files: usize,
    threads: usize,
    tasks: usize,
    resident: u64,
}

/// After so many connections were cut, and the goodbyes are over.
fn after(cutter: &Cutter, handle: &Handle, count: u64) -> Result<Holdings> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    cutter.hold_at(count);
    runtime.block_on(async {
        for goal in (cutter.cut()..count).step_by(STEP).chain([count]) {
            wait_until("it was cut off so often", async || cutter.cut() >= goal).await?;
        }
        wait_until("its goodbyes were over", async || handle.tasks() == 1).await?;
        wait_until("it was connected once more", async || is_live(handle)).await
    })?;
    Ok(Holdings {
        files: std::fs::read_dir("/proc/self/fd")?.count(),
        threads: std::fs::read_dir("/proc/self/task")?.count(),
        tasks: handle.tasks(),
        resident: tests::memory(std::process::id())?,
    })
}
