//! One way at one rate, measured twice: straight, for time on the processor and
//! on the way; and past a counter, for bytes.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{Simulator, Spread, cpu, thread_cpu};
use tokio::time::{Instant, timeout_at};

use crate::counter::Counter;
use crate::heard::Heard;
use crate::way::{Talk, Way};

/// Until what was there at the start has come, and a poll has found its pace.
const SETTLED: Duration = Duration::from_secs(3);

/// What a way costs and gains.
#[derive(Clone, Debug)]
pub(crate) struct Cost {
    pub(crate) way: Way,
    pub(crate) ticks: f64,
    pub(crate) messages: f64,
    pub(crate) bytes_per_tick: f64,
    /// Everything that is not the text of a message, in both directions.
    pub(crate) overhead_per_message: f64,
    /// For those that ask: what one question and its answer have beside messages.
    pub(crate) overhead_per_exchange: Option<f64>,
    pub(crate) latency_ms: Spread,
    pub(crate) server_us_per_tick: f64,
    pub(crate) client_us_per_tick: f64,
    pub(crate) connections: u64,
}

impl Cost {
    pub(crate) fn json(&self) -> Value {
        json!({
            "way": self.way.name(), "ticks": self.ticks, "messages": self.messages,
            "bytes_per_tick": self.bytes_per_tick, "overhead_per_message": self.overhead_per_message,
            "overhead_per_exchange": self.overhead_per_exchange, "latency_ms": self.latency_ms.json(),
            "server_us_per_tick": self.server_us_per_tick, "client_us_per_tick": self.client_us_per_tick,
            "connections": self.connections,
        })
    }
}

/// What the venue takes for its market alone, as a part of a processor.
pub(crate) async fn alone(venue: &Simulator, window: Duration) -> Result<f64> {
    let process = venue.id().context("the venue does not run")?;
    tokio::time::sleep(SETTLED).await;
    let (began, before) = (Instant::now(), cpu(process)?);
    tokio::time::sleep(window).await;
    Ok((cpu(process)? - before).as_secs_f64() / began.elapsed().as_secs_f64())
}

pub(crate) async fn measure(
    venue: &Simulator,
    way: Way,
    symbols: &[String],
    window: Duration,
    alone: f64,
) -> Result<Cost> {
    let process = venue.id().context("the venue does not run")?;
    let ahead = ahead(venue).await?;

    let mut talk = way.go(venue, venue.server(), symbols).await?;
    listen(&mut talk, SETTLED).await?;
    let (began, server, client) = (Instant::now(), cpu(process)?, thread_cpu());
    let straight = listen(&mut talk, window).await?;
    let seconds = began.elapsed().as_secs_f64();
    let (server, client) = (
        (cpu(process)? - server).as_secs_f64() - alone * seconds,
        (thread_cpu() - client).as_secs_f64(),
    );
    drop(talk);

    let counter = Counter::before(venue.server())?;
    let mut talk = way.go(venue, counter.address, symbols).await?;
    // A poll never hears when what has passed happened, so somebody else listens to all.
    let mut witness = Way::Plain.go(venue, venue.server(), symbols).await?;
    listen(&mut talk, SETTLED).await?;
    let before = counter.counts();
    let (counted, witnessed) = tokio::try_join!(listen(&mut talk, window), listen(&mut witness, window))?;
    let after = counter.counts();

    let known = straight.known()?;
    let ticks = known.len() as f64;
    let counted_ticks = counted.known()?.len() as f64;
    ensure!(ticks > 0.0 && counted_ticks > 0.0, "{} heard nothing", way.name());
    // A push tells the time of each event itself, and straight; of a poll it is
    // the witness who knows, and the counter on the way adds what a poll does not notice.
    let (events, happened) = if way == Way::Poll {
        (counted.known()?, witnessed.happened()?)
    } else {
        (known, straight.happened()?)
    };
    let late = events
        .iter()
        .filter_map(|(number, at)| Some(milliseconds(*at - (*happened.get(number)? + ahead))));
    let latency_ms = Spread::of(late.collect());

    let (up, down) = ((after.up - before.up) as f64, (after.down - before.down) as f64);
    let besides = up + down - counted.bytes as f64;
    let exchanges = (after.said - before.said) as f64;
    Ok(Cost {
        way,
        ticks,
        messages: counted.messages as f64,
        bytes_per_tick: (up + down) / counted_ticks,
        overhead_per_message: besides / counted.messages as f64,
        overhead_per_exchange: way.fetches().then(|| besides / exchanges.max(1.0)),
        latency_ms,
        server_us_per_tick: 1e6 * server / ticks,
        client_us_per_tick: 1e6 * client / ticks,
        connections: after.connections,
    })
}

async fn listen(talk: &mut Talk, time: Duration) -> Result<Heard> {
    let mut heard = Heard::default();
    let end = Instant::now() + time;
    while let Ok(text) = timeout_at(end, talk.next()).await {
        heard.take(&text?);
    }
    Ok(heard)
}

/// How far our wall clock is ahead of the market's, which runs as fast.
async fn ahead(venue: &Simulator) -> Result<TimeDelta> {
    let mut least = TimeDelta::MAX;
    for _ in 0..20 {
        let told: Value = serde_json::from_str(&venue.ask("/v1/time").await?)?;
        let time = |name: &str| -> Result<DateTime<Utc>> {
            let text = told.get(name).and_then(Value::as_str);
            Ok(text.context("no time")?.parse()?)
        };
        // The market's is read first; the least is that between whose readings the least happened.
        least = least.min(time("wall_time")? - time("market_time")?);
    }
    Ok(least)
}

fn milliseconds(delta: TimeDelta) -> f64 {
    delta.num_nanoseconds().unwrap_or_default() as f64 / 1e6
}
