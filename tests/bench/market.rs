//! What the simulated market costs: events a second, by one thread and by two,
//! and a thousand candles of each interval from ten years back.
//!
//! `cargo xtask bench market` builds it as it is shipped and runs it alone. With
//! `TICKWIRE_JSON` set it prints one JSON object instead of tables.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::disallowed_types,
    reason = "it measures this machine and has no clock to pause"
)]

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sim::{Interval, Market, RATE_DEFAULT, RATE_MAX, Scenario};

/// Trading in New York and in all of Europe, on an ordinary Tuesday.
const START: &str = "2026-11-10T15:00:00Z";
const EVENTS: usize = 2_000_000;
/// As the server asks for them: a stretch of 20 ms at a time.
const STRIDES_MS: [i64; 2] = [20, 1_000];
const ROUNDS: usize = 5;
const BARS: usize = 1_000;

fn main() {
    let start: DateTime<Utc> = START.parse().unwrap_or_default();
    let opening = opening(start);
    let streams: Vec<_> = [1, 2]
        .into_iter()
        .flat_map(|workers| STRIDES_MS.map(|stride| stream(start, workers, stride)))
        .collect();
    let histories: Vec<_> = [RATE_DEFAULT, RATE_MAX]
        .into_iter()
        .flat_map(|rate| Interval::ALL.map(|interval| history(start, rate, interval)))
        .collect();
    if std::env::var_os("TICKWIRE_JSON").is_some() {
        println!(
            "{}",
            json!({"opening_ms": ms(opening), "streams": streams, "histories": histories})
        );
        return;
    }
    println!("opening all instruments: {:.1} ms", ms(opening));
    println!(
        "{EVENTS} events at {RATE_MAX} a second of the market, best of {ROUNDS}\n{:>8} {:>10} {:>14} {:>10}",
        "threads", "stride ms", "events/s", "ns/event"
    );
    for stream in &streams {
        println!(
            "{:>8} {:>10} {:>14} {:>10.1}",
            stream["threads"].to_string(),
            stream["stride_ms"].to_string(),
            stream["events_per_second"].to_string(),
            stream["ns_per_event"].as_f64().unwrap_or_default()
        );
    }
    println!(
        "{BARS} candles that end ten years back, of every instrument, milliseconds\n{:>8} {:>8} {:>10} {:>10}",
        "rate", "interval", "median", "max"
    );
    for history in &histories {
        println!(
            "{:>8} {:>8} {:>10.2} {:>10.2} {}",
            history["rate"].to_string(),
            history["interval"].as_str().unwrap_or_default(),
            history["median_ms"].as_f64().unwrap_or_default(),
            history["max_ms"].as_f64().unwrap_or_default(),
            history["slowest"].as_str().unwrap_or_default()
        );
    }
}

fn scenario(start: DateTime<Utc>, rate: u32, workers: usize) -> Scenario {
    Scenario {
        start,
        rate,
        workers,
        ..Scenario::new(1, start)
    }
}

fn opening(start: DateTime<Utc>) -> Duration {
    best(|| {
        let _market = Market::new(&scenario(start, RATE_DEFAULT, 1));
    })
}

fn stream(start: DateTime<Utc>, workers: usize, stride: i64) -> Value {
    let mut events = 0;
    let took = (0..ROUNDS)
        .map(|_| {
            let mut market = Market::new(&scenario(start, RATE_MAX, workers));
            let mut tape = Vec::new();
            events = 0;
            let begun = Instant::now();
            while events < EVENTS {
                market.advance(market.now() + TimeDelta::milliseconds(stride), &mut tape);
                events += tape.len();
                tape.clear();
            }
            begun.elapsed()
        })
        .min()
        .unwrap_or_default();
    json!({
        "threads": workers,
        "stride_ms": stride,
        "events": events,
        "events_per_second": (events as f64 / took.as_secs_f64()) as u64,
        "ns_per_event": took.as_nanos() as f64 / events as f64,
    })
}

fn history(start: DateTime<Utc>, rate: u32, interval: Interval) -> Value {
    let market = Market::new(&scenario(start, rate, 1));
    let history = market.history();
    let to = start - TimeDelta::days(3_653);
    let mut times: Vec<(Duration, &str)> = (0..market.len())
        .map(|listing| {
            let took = best(|| {
                let _bars = history.bars(listing, interval, None, to, BARS);
            });
            (took, market.symbol(listing))
        })
        .collect();
    times.sort_unstable();
    let (max, slowest) = times.last().copied().unwrap_or_default();
    json!({
        "rate": rate,
        "interval": interval.as_str(),
        "median_ms": ms(times[times.len() / 2].0),
        "max_ms": ms(max),
        "slowest": slowest,
    })
}

fn best(mut work: impl FnMut()) -> Duration {
    (0..3)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
