//! Thousands of clients with the same twenty symbols: what each costs while
//! nothing is said to it, and whether all are served alike when much is.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::{Simulator, Spread, cpu, memory, own_cpu};
use tokio::time::{Instant, sleep};

use crate::many::Crowd;
use crate::wire::{Client, Told};

/// The market's own rate, which the app shows.
const RATE: &str = "160";
const SYMBOLS: usize = 20;
/// Several heartbeats: an idle client is one that has been pinged and has answered.
const IDLE: Duration = Duration::from_secs(12);
const SETTLED: Duration = Duration::from_secs(5);
const MEASURED: Duration = Duration::from_secs(20);
/// Half of the backlog that a listener has.
const CONNECTING: usize = 64;

pub(crate) async fn measure(
    program: &std::path::Path,
    folder: &std::path::Path,
    count: usize,
) -> Result<Value> {
    let mut venue = Simulator::start_with(program, folder, &["--rate", RATE]).await?;
    let process = venue.id().context("the venue does not run")?;
    let symbols: Vec<String> = venue.symbols().await?.into_iter().take(SYMBOLS).collect();
    ensure!(symbols.len() == SYMBOLS, "only {symbols:?} are traded there");

    sleep(SETTLED).await;
    let before = memory(process)?;
    let mut clients = Vec::with_capacity(count);
    while clients.len() < count {
        let more = (0..CONNECTING.min(count - clients.len())).map(|_| Client::connect(&venue));
        for client in futures_util::future::join_all(more).await {
            clients.push(client?);
        }
    }
    let mut crowd = Crowd::of(clients, &symbols);
    sleep(IDLE).await;
    let idle = memory(process)?.saturating_sub(before) as f64 / count as f64;

    let began = Instant::now();
    crowd.subscribe();
    while crowd.told().iter().any(|told| told.acks < SYMBOLS as u64) {
        crowd.look()?;
        ensure!(
            began.elapsed() < Duration::from_secs(120),
            "not all were acknowledged"
        );
        sleep(Duration::from_millis(50)).await;
    }
    let seated = began.elapsed();
    sleep(SETTLED).await;

    let start = crowd.told();
    let (began, server, ours) = (Instant::now(), cpu(process)?, own_cpu());
    sleep(MEASURED).await;
    let (seconds, server, ours) = (
        began.elapsed().as_secs_f64(),
        (cpu(process)? - server).as_secs_f64(),
        (own_cpu() - ours).as_secs_f64(),
    );
    let end = crowd.told();
    let of = |what: fn(&Told) -> u64| -> Vec<f64> {
        end.iter()
            .zip(&start)
            .map(|(end, start)| (what(end) - what(start)) as f64)
            .collect()
    };
    let ticks = Spread::of(of(|told| told.ticks));
    let (all_ticks, reads): (f64, f64) = (
        of(|told| told.ticks).iter().sum(),
        of(|told| told.reads).iter().sum(),
    );
    let conflated: f64 = of(|told| told.conflated).iter().sum();
    let busy = memory(process)?.saturating_sub(before) as f64 / count as f64;
    crowd.look()?;
    venue.stop()?;

    println!(
        "{count} clients with the same {SYMBOLS} symbols at {RATE} ticks/s of the whole market, plain WebSocket"
    );
    println!(
        "  memory of the server per idle client    {:>9.1} KiB",
        idle / 1024.0
    );
    println!(
        "  memory of the server per busy client    {:>9.1} KiB",
        busy / 1024.0
    );
    println!(
        "  until all were subscribed               {:>9.2} s",
        seated.as_secs_f64()
    );
    println!(
        "  ticks per client in {seconds:.1} s: n {}, min {}, p50 {}, max {}",
        ticks.n, ticks.min, ticks.p50, ticks.max
    );
    println!(
        "  the slowest client's part of the median {:>9.3}",
        ticks.min / ticks.p50.max(1.0)
    );
    println!(
        "  messages a second, all together         {:>9.0}, {:.1} in one read",
        all_ticks / seconds,
        all_ticks / reads.max(1.0)
    );
    println!(
        "  processor: server {:.0} %, all clients {:.0} %; server {:.2} us a message",
        100.0 * server / seconds,
        100.0 * ours / seconds,
        1e6 * server / all_ticks.max(1.0)
    );
    println!("  conflated {conflated}");
    Ok(json!({
        "clients": count, "symbols": SYMBOLS, "rate": RATE, "seconds": seconds,
        "idle_bytes_per_client": idle, "busy_bytes_per_client": busy,
        "seconds_until_subscribed": seated.as_secs_f64(),
        "ticks": ticks.json(), "slowest_to_median": ticks.min / ticks.p50.max(1.0),
        "messages_per_second": all_ticks / seconds, "messages_per_read": all_ticks / reads.max(1.0),
        "server_cpu_seconds": server, "client_cpu_seconds": ours,
        "conflated": conflated,
    }))
}
