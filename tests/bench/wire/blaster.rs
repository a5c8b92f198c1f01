//! The server: as little of one as can flood a client, so that it is never
//! what limits it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use tests::socket::{TEXT, push_frame, read_frame, upgrade};

use crate::flood::{CYCLE, Flood, Words, before_first};

/// Written at once.
const PIECE: usize = 256 << 10;
/// How often a stream that is not a flood is written to.
const BEAT: Duration = Duration::from_millis(10);

/// What is sent to the one client that comes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) words: Words,
    pub(crate) symbols: usize,
    /// Messages, in whole cycles.
    pub(crate) count: usize,
    /// Messages a second; without it as fast as they are taken.
    pub(crate) rate: Option<usize>,
}

trait Line: Read + Write + Send {}
impl<T: Read + Write + Send> Line for T {}

/// Listens at once, and floods the first client until it is gone.
pub(crate) struct Blaster {
    pub(crate) address: SocketAddr,
    thread: std::thread::JoinHandle<Result<()>>,
}

impl Blaster {
    pub(crate) fn start(plan: Plan, tls: Option<Arc<ServerConfig>>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let thread = std::thread::Builder::new()
            .name("blaster".to_owned())
            .spawn(move || serve(&listener, &plan, tls))?;
        Ok(Self { address, thread })
    }

    pub(crate) fn end(self) -> Result<()> {
        self.thread.join().ok().context("the blaster panicked")?
    }
}

fn serve(listener: &TcpListener, plan: &Plan, tls: Option<Arc<ServerConfig>>) -> Result<()> {
    let mut flood = Flood::new(plan.words, plan.symbols);
    let (stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let mut reader = stream.try_clone()?;
    let mut line: Box<dyn Line> = match tls {
        Some(config) => Box::new(StreamOwned::new(ServerConnection::new(config)?, stream)),
        None => Box::new(stream),
    };
    upgrade(&mut line)?;
    if plan.words == Words::Tickwire {
        let mut welcome = Vec::new();
        let text = json!({
            "type": "welcome", "protocol": "tickwire.v1", "server": "blaster/1", "epoch": "flood",
            "market_time": chrono::Utc::now().to_rfc3339(), "rate": 1, "heartbeat_ms": 60_000
        });
        push_frame(&mut welcome, TEXT, text.to_string().as_bytes());
        line.write_all(&welcome)?;
    }
    let mut asked = 0;
    while asked < plan.symbols {
        let text = heard(&mut line)?;
        asked += answer(&mut *line, plan.words, &text)?;
    }
    let outcome = match plan.rate {
        None => blast(&mut *line, plan, &mut flood),
        Some(rate) => drip(&mut *line, plan, &mut flood, rate),
    };
    match outcome {
        // It has seen enough.
        Err(error) if is_gone(&error) => return Ok(()),
        other => other?,
    }
    // It leaves when it has looked at everything. What it says meanwhile is not for us.
    let mut room = [0; 4 << 10];
    while reader.read(&mut room).is_ok_and(|count| count > 0) {}
    Ok(())
}

fn blast(line: &mut dyn Line, plan: &Plan, flood: &mut Flood) -> io::Result<()> {
    for _ in 0..plan.count / CYCLE {
        flood.turn(chrono::Utc::now());
        for piece in flood.bytes.chunks(PIECE) {
            line.write_all(piece)?;
        }
    }
    line.flush()
}

/// By an absolute schedule: one that is late catches up.
fn drip(line: &mut dyn Line, plan: &Plan, flood: &mut Flood, rate: usize) -> io::Result<()> {
    let beats = usize::try_from(Duration::from_secs(1).as_millis() / BEAT.as_millis()).unwrap_or(100);
    let pieces = CYCLE * beats / rate;
    let began = Instant::now();
    let mut beat = 0;
    for _ in 0..plan.count / CYCLE {
        flood.turn(chrono::Utc::now());
        for piece in flood.bytes.chunks(flood.bytes.len().div_ceil(pieces.max(1))) {
            line.write_all(piece)?;
            line.flush()?;
            beat += 1;
            std::thread::sleep((BEAT * beat).saturating_sub(began.elapsed()));
        }
    }
    Ok(())
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
    )
}

/// The next text of the client, past its pings.
fn heard(line: &mut impl Read) -> Result<String> {
    loop {
        let (opcode, payload) = read_frame(line)?;
        if opcode == TEXT {
            return Ok(String::from_utf8(payload)?);
        }
    }
}

/// Says yes, and how many symbols that were.
fn answer(line: &mut dyn Line, words: Words, text: &str) -> Result<usize> {
    let request: Value = serde_json::from_str(text)?;
    let mut bytes = Vec::new();
    let count = match words {
        Words::Binance => {
            let answer = json!({"result": null, "id": request["id"]});
            push_frame(&mut bytes, TEXT, answer.to_string().as_bytes());
            request["params"].as_array().context("no streams")?.len() / 2
        }
        Words::Tickwire => {
            let symbols = request["symbols"].as_array().context("no symbols")?;
            for symbol in symbols {
                let ack = json!({
                    "type": "ack", "id": request["id"], "symbol": symbol, "seq": before_first(),
                    "currency": "USD", "kind": "stock", "session": "open"
                });
                push_frame(&mut bytes, TEXT, ack.to_string().as_bytes());
            }
            symbols.len()
        }
    };
    line.write_all(&bytes)?;
    line.flush()?;
    Ok(count)
}
