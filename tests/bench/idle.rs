//! How often the feeds' thread wakes while nothing happens: one connection and
//! ten, with symbols whose market is closed, and a venue that says nothing or
//! only that it is there.
//!
//! A wake is a voluntary switch of context, as the kernel counts them.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::disallowed_methods,
    reason = "what is measured is a stretch of time in which nothing happens"
)]

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use engine::{Engine, EngineOptions, FeedSpec};
use model::{FeedId, FeedState, LineHealth, Symbol, TransportKind};
use provider::VenueName;
use serde_json::json;
use tests::socket::{PING, PONG, TEXT, push_frame, read_frame, upgrade};
use tests::{Made, wait_until};

/// A connection may wake so often in a second.
const WAKES_MAX: f64 = 1.0;
const MEASURED: Duration = Duration::from_secs(30);
const BEAT: Duration = Duration::from_secs(5);
const SYMBOLS: usize = 10;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_none_or(|word| word != "idle") {
        tests::not_run("no wakes were counted: cargo xtask bench idle counts them");
        return Ok(());
    }
    let made = Made::here("7");
    let mut found = Vec::new();
    println!(
        "wakes of the feeds' thread a second, over {} s",
        MEASURED.as_secs()
    );
    for (connections, beats) in [(1, false), (1, true), (10, false), (10, true)] {
        let wakes = measure(connections, beats)? / MEASURED.as_secs_f64();
        let each = wakes / f64::from(connections);
        let venue = if beats {
            "a heartbeat every 5 s"
        } else {
            "a silent venue"
        };
        println!("{connections:>4} connections, {venue:<22} {wakes:>7.2}   each {each:>6.2}");
        found.push(json!({
            "connections": connections, "heartbeats": beats, "wakes_per_second": wakes,
            "wakes_per_second_each": each, "bar": WAKES_MAX, "passed": each <= WAKES_MAX,
        }));
    }
    println!("made on {made}");
    if let Some(file) = words.iter().skip_while(|word| *word != "--json").nth(1) {
        let told = json!({"made": made.json(), "idle": found});
        std::fs::write(file, format!("{told:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    ensure!(
        found.iter().all(|row| row["passed"] == true),
        "an idle connection wakes more than {WAKES_MAX} times a second"
    );
    Ok(())
}

fn measure(connections: u32, beats: bool) -> Result<f64> {
    let address = serve(beats)?;
    let engine = Engine::start(EngineOptions {
        seed: 7,
        ..EngineOptions::default()
    })?;
    let handle = engine.handle();
    for number in 0..connections {
        let feed = FeedId::new(&format!("idle-{number}"));
        let url = format!("ws://{address}/v1/stream").parse()?;
        handle.open_feed(&FeedSpec {
            transports: vec![TransportKind::WebSocket],
            ..FeedSpec::new(feed.clone(), VenueName::SIM, url, None)
        })?;
        for symbol in 0..SYMBOLS {
            handle.watch(&feed, &Symbol::new(&format!("S{symbol}")))?;
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    runtime.block_on(wait_until("all were trusted", async || {
        let feeds = handle.feeds();
        let feeds = feeds.borrow();
        let trusted = |state: FeedState| matches!(state, FeedState::Live(LineHealth::Healthy));
        feeds.len() == connections as usize && feeds.iter().all(|status| trusted(status.state))
    }))?;
    let before = switches()?;
    std::thread::sleep(MEASURED);
    let wakes = switches()? - before;
    let drops: u64 = handle.feeds().borrow().iter().map(|status| status.drops).sum();
    ensure!(drops == 0, "{drops} connections were lost, so they were not idle");
    engine.shut_down();
    Ok(wakes as f64)
}

/// Of the thread that all feeds run on.
fn switches() -> Result<u64> {
    for task in std::fs::read_dir("/proc/self/task")? {
        let folder = task?.path();
        if std::fs::read_to_string(folder.join("comm"))?.trim() == "feeds" {
            let status = std::fs::read_to_string(folder.join("status"))?;
            let count = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            return Ok(count.context("the kernel does not count")?.trim().parse()?);
        }
    }
    anyhow::bail!("the feeds have no thread")
}

/// Until the process ends. Each connection has a thread or two.
fn serve(beats: bool) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // One that leaves is not served any more.
            std::thread::spawn(move || client(stream, beats));
        }
    });
    Ok(address)
}

fn client(mut stream: TcpStream, beats: bool) -> Result<()> {
    upgrade(&mut stream)?;
    let writer = Arc::new(Mutex::new(stream.try_clone()?));
    let heartbeat_ms = if beats {
        Some(BEAT.as_millis() as u64)
    } else {
        None
    };
    let welcome = json!({
        "type": "welcome", "protocol": "tickwire.v1", "server": "quiet/1", "epoch": "e",
        "market_time": "2026-01-04T14:30:00Z", "rate": 1, "heartbeat_ms": heartbeat_ms
    });
    say(&writer, TEXT, welcome.to_string().as_bytes())?;
    if beats {
        let writer = Arc::clone(&writer);
        std::thread::spawn(move || -> Result<()> {
            loop {
                std::thread::sleep(BEAT);
                say(
                    &writer,
                    TEXT,
                    br#"{"type":"heartbeat","time":"2026-01-04T14:30:00Z"}"#,
                )?;
            }
        });
    }
    loop {
        let (opcode, payload) = read_frame(&mut stream)?;
        match opcode {
            TEXT => {
                let request: serde_json::Value = serde_json::from_slice(&payload)?;
                for symbol in request["symbols"].as_array().into_iter().flatten() {
                    let ack = json!({"type": "ack", "id": request["id"], "symbol": symbol, "seq": 1, "session": "closed"});
                    say(&writer, TEXT, ack.to_string().as_bytes())?;
                    let snapshot = json!({
                        "type": "snapshot", "symbol": symbol, "seq": 1, "time": "2026-01-04T14:30:00Z",
                        "price": "10.00", "session": "closed"
                    });
                    say(&writer, TEXT, snapshot.to_string().as_bytes())?;
                }
            }
            PING => say(&writer, PONG, &payload)?,
            _pong_or_close => {}
        }
    }
}

fn say(writer: &Mutex<TcpStream>, opcode: u8, payload: &[u8]) -> Result<()> {
    let mut frame = Vec::new();
    push_frame(&mut frame, opcode, payload);
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(writer.write_all(&frame)?)
}
