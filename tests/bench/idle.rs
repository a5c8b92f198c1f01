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

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use engine::{Engine, EngineOptions, FeedSpec};
use model::{FeedId, FeedState, LineHealth, Symbol, TransportKind};
use provider::VenueName;
use serde_json::json;
use tests::{Made, wait_until};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

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
            ..FeedSpec::new(feed.clone(), VenueName::Sim, url, None)
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
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8(head)?;
    let key = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then(|| value.trim())
    });
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Protocol: tickwire.v1\r\nSec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.context("no key")?.as_bytes())
    );
    stream.write_all(answer.as_bytes())?;
    let writer = Arc::new(Mutex::new(stream.try_clone()?));
    let say = |first: u8, payload: &[u8]| -> Result<()> {
        let mut frame = vec![first, 126];
        frame.extend(u16::try_from(payload.len())?.to_be_bytes());
        if first != 0x81 {
            // A control frame is short, and says so in one byte.
            frame = vec![first, u8::try_from(payload.len())?];
        }
        frame.extend(payload);
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(writer.write_all(&frame)?)
    };
    let heartbeat_ms = if beats {
        Some(BEAT.as_millis() as u64)
    } else {
        None
    };
    let welcome = json!({
        "type": "welcome", "protocol": "tickwire.v1", "server": "quiet/1", "epoch": "e",
        "market_time": "2026-01-04T14:30:00Z", "rate": 1, "heartbeat_ms": heartbeat_ms
    });
    say(0x81, welcome.to_string().as_bytes())?;
    if beats {
        let writer = Arc::clone(&writer);
        std::thread::spawn(move || -> Result<()> {
            let text = br#"{"type":"heartbeat","time":"2026-01-04T14:30:00Z"}"#;
            loop {
                std::thread::sleep(BEAT);
                let mut frame = vec![0x81, u8::try_from(text.len())?];
                frame.extend(text);
                writer
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .write_all(&frame)?;
            }
        });
    }
    loop {
        let mut two = [0; 2];
        stream.read_exact(&mut two)?;
        let mut length = usize::from(two[1] & 0x7f);
        if length == 126 {
            let mut long = [0; 2];
            stream.read_exact(&mut long)?;
            length = usize::from(u16::from_be_bytes(long));
        }
        let mut mask = [0; 4];
        stream.read_exact(&mut mask)?;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload)?;
        for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= key;
        }
        match two[0] & 0xf {
            0x1 => {
                let request: serde_json::Value = serde_json::from_slice(&payload)?;
                for symbol in request["symbols"].as_array().into_iter().flatten() {
                    let ack = json!({"type": "ack", "id": request["id"], "symbol": symbol, "seq": 1, "session": "closed"});
                    say(0x81, ack.to_string().as_bytes())?;
                    let snapshot = json!({
                        "type": "snapshot", "symbol": symbol, "seq": 1, "time": "2026-01-04T14:30:00Z",
                        "price": "10.00", "session": "closed"
                    });
                    say(0x81, snapshot.to_string().as_bytes())?;
                }
            }
            0x9 => say(0x8a, &payload)?,
            _pong_or_close => {}
        }
    }
}
