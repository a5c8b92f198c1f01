//! The highest rate there is, every symbol, to ten clients: each tick is
//! encoded once and written ten times.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::{Simulator, Spread, cpu, own_cpu};
use tokio::time::{Instant, sleep};

use crate::many::Crowd;
use crate::wire::Client;

const RATE: &str = "200000";
const CLIENTS: usize = 10;
const SETTLED: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(10);

pub(crate) async fn measure(program: &Path, folder: &Path) -> Result<Value> {
    let mut venue = Simulator::start_with(program, folder, &["--rate", RATE]).await?;
    let process = venue.id().context("the venue does not run")?;
    let symbols = venue.symbols().await?;
    let mut clients = Vec::with_capacity(CLIENTS);
    for _ in 0..CLIENTS {
        clients.push(Client::connect(&venue).await?);
    }
    let mut crowd = Crowd::of(clients, &symbols);
    crowd.subscribe();
    let began = Instant::now();
    while crowd.told().iter().any(|told| told.acks < symbols.len() as u64) {
        crowd.look()?;
        ensure!(
            began.elapsed() < Duration::from_secs(30),
            "not all were acknowledged"
        );
        sleep(Duration::from_millis(20)).await;
    }
    sleep(SETTLED).await;

    let (start, market) = (crowd.told(), numbers(&venue, &symbols).await?);
    let (began, server, ours) = (Instant::now(), cpu(process)?, own_cpu());
    sleep(MEASURED).await;
    let seconds = began.elapsed().as_secs_f64();
    let (end, server, ours) = (
        crowd.told(),
        (cpu(process)? - server).as_secs_f64(),
        (own_cpu() - ours).as_secs_f64(),
    );
    let market = (numbers(&venue, &symbols).await? - market) as f64 / began.elapsed().as_secs_f64();
    crowd.look()?;
    let rates = end
        .iter()
        .zip(&start)
        .map(|(end, start)| (end.ticks - start.ticks) as f64 / seconds);
    let rates = Spread::of(rates.collect());
    let conflated: u64 = end
        .iter()
        .zip(&start)
        .map(|(end, start)| end.conflated - start.conflated)
        .sum();
    let bytes: u64 = end
        .iter()
        .zip(&start)
        .map(|(end, start)| end.bytes - start.bytes)
        .sum();
    drop(crowd);
    venue.stop()?;

    println!(
        "{CLIENTS} clients with all {} symbols at {RATE} ticks/s, plain WebSocket",
        symbols.len()
    );
    println!("  ticks/s that the market made             {market:>9.0}");
    println!(
        "  ticks/s per client: n {}, min {:.0}, p50 {:.0}, max {:.0}",
        rates.n, rates.min, rates.p50, rates.max
    );
    println!("  quotes left out for newer ones, notices  {conflated:>9}");
    println!(
        "  MB/s from the server                     {:>9.0}",
        bytes as f64 / seconds / 1e6
    );
    println!(
        "  processor: server {:.0} %, all clients {:.0} %",
        100.0 * server / seconds,
        100.0 * ours / seconds
    );
    Ok(json!({
        "clients": CLIENTS, "symbols": symbols.len(), "rate": RATE, "seconds": seconds,
        "market_ticks_per_second": market, "ticks_per_second": rates.json(),
        "conflated": conflated, "bytes_per_second": bytes as f64 / seconds,
        "server_cpu_seconds": server, "client_cpu_seconds": ours,
    }))
}

/// How many events there have been, all symbols together.
async fn numbers(venue: &Simulator, symbols: &[String]) -> Result<u64> {
    let lines = venue
        .ask(&format!("/v1/snapshot?symbols={}", symbols.join(",")))
        .await?;
    let seqs = lines.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).ok()?;
        // The ack before it has the same number.
        (line.get("type")? == "snapshot").then(|| line.get("seq")?.as_u64())?
    });
    Ok(seqs.sum())
}
