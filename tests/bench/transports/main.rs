//! The same stream by polling, long polling, server-sent events and WebSocket:
//! what each takes of the wire and of both processors, and how late it tells.
//!
//! `cargo xtask bench transports` builds `tickwire-cli` as it is shipped and
//! names it in `TICKWIRE_CLI`. The clients are our own transports, one at a time.
//!
//! - `way`: the ways; `heard`: what came; `counter`: bytes
//! - `measure`: what a way costs
//! - `picture`: the same for the eye

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod counter;
mod heard;
mod measure;
mod picture;
mod way;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tests::{Made, Simulator};

use measure::{Cost, alone, measure};
use way::Way;

/// The market's own rate, and one of a busy feed; in ticks a second of the whole market.
const RATES: [&str; 2] = ["160", "5000"];
const SYMBOLS: usize = 20;
const WINDOW: Duration = Duration::from_secs(15);

fn main() -> Result<()> {
    let Some(program) = std::env::var_os("TICKWIRE_CLI").map(PathBuf::from) else {
        tests::not_run("no transports were compared: cargo xtask bench transports names the program");
        return Ok(());
    };
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1);
    let made = Made::here("7");
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut found = Vec::new();
    for rate in RATES {
        let costs = runtime.block_on(async {
            let mut venue = Simulator::start_with(&program, folder.path(), &["--rate", rate]).await?;
            let symbols: Vec<String> = venue.symbols().await?.into_iter().take(SYMBOLS).collect();
            let alone = alone(&venue, WINDOW).await?;
            let mut costs = Vec::new();
            for way in Way::ALL {
                let cost = measure(&venue, way, &symbols, WINDOW, alone).await;
                costs.push(cost.with_context(|| way.name())?);
            }
            venue.stop()?;
            anyhow::Ok(costs)
        })?;
        table(rate, &costs);
        found.push((rate, costs));
    }
    println!("made on {made}");
    if let Some(file) = after("--json") {
        let rates: Vec<Value> = found
            .iter()
            .map(|(rate, costs)| json!({"rate": rate, "ways": costs.iter().map(Cost::json).collect::<Vec<_>>()}))
            .collect();
        let told = json!({"made": made.json(), "symbols": SYMBOLS, "rates": rates});
        std::fs::write(file, format!("{told:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    if let (Some(file), Some((_, costs))) = (after("--picture"), found.first()) {
        let picture = picture::of(costs, &made.to_string());
        std::fs::write(file, picture).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(())
}

fn table(rate: &str, costs: &[Cost]) {
    println!(
        "{SYMBOLS} symbols of a market with {rate} ticks/s, one client, {} s each",
        WINDOW.as_secs()
    );
    println!(
        "{:<22} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>5}",
        "", "ticks/s", "bytes", "besides", "besides", "late p50", "late p99", "server", "client", "held"
    );
    println!(
        "{:<22} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>5}",
        "", "", "/tick", "/message", "/answer", "ms", "ms", "us/tick", "us/tick", ""
    );
    for cost in costs {
        let answer = cost
            .overhead_per_exchange
            .map_or_else(|| "-".to_owned(), |bytes| format!("{bytes:.0}"));
        println!(
            "{:<22} {:>8.1} {:>8.1} {:>9.1} {:>9} {:>9.2} {:>9.2} {:>9.1} {:>9.1} {:>5}",
            cost.way.name(),
            cost.ticks / WINDOW.as_secs_f64(),
            cost.bytes_per_tick,
            cost.overhead_per_message,
            answer,
            cost.latency_ms.p50,
            cost.latency_ms.p99,
            cost.server_us_per_tick,
            cost.client_us_per_tick,
            cost.connections
        );
    }
}
