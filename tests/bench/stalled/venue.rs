//! The venue: first the past of every symbol as fast as it is taken, and on
//! demand a flood at a steady rate. What it has sent is counted per symbol.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::Utc;
use serde_json::{Value, json};
use tests::socket::{PING, PONG, TEXT, push_frame, read_frame, upgrade};
use tokio::time::Instant;

use crate::tape::{self, PAST, SYMBOLS};

/// Messages a second.
pub(crate) const RATE: u64 = 50_000;
/// So often something is written.
const BEAT: Duration = Duration::from_millis(1);
/// The past is written in pieces of so many bytes.
const PIECE: usize = 256 << 10;
/// What is said before anything else: a welcome, and an answer for each symbol.
const BEFORE: u64 = 1 + SYMBOLS as u64;

/// Floods the first client that comes, when it is told to.
pub(crate) struct Venue {
    pub(crate) address: SocketAddr,
    book: Arc<Book>,
    thread: Option<std::thread::JoinHandle<Result<()>>>,
}

/// What was sent, and what shall be.
#[derive(Debug, Default)]
struct Book {
    flooding: AtomicBool,
    ending: AtomicBool,
    /// By symbol, its past with it. Counted when it is written.
    sent: Mutex<Vec<u64>>,
}

/// How far it was at a moment.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) sent: Vec<u64>,
    /// Of any kind, from the first on.
    pub(crate) messages: u64,
}

impl Venue {
    pub(crate) fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let book = Arc::new(Book::default());
        let thread = std::thread::Builder::new().name("venue".to_owned()).spawn({
            let book = Arc::clone(&book);
            move || serve(&listener, &book)
        })?;
        Ok(Self {
            address,
            book,
            thread: Some(thread),
        })
    }

    pub(crate) fn flood(&self) {
        self.book.flooding.store(true, Ordering::Relaxed);
    }

    pub(crate) fn page(&self) -> Page {
        let sent = self.book.sent.lock().unwrap_or_else(PoisonError::into_inner);
        Page {
            messages: BEFORE + sent.iter().sum::<u64>(),
            sent: sent.clone(),
        }
    }

    /// Says nothing more, and gives the last page of its book.
    pub(crate) fn stop(&mut self) -> Result<Page> {
        self.book.ending.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().ok().context("the venue panicked")??;
        }
        Ok(self.page())
    }
}

/// All that comes before the flood.
pub(crate) const fn before_the_flood() -> u64 {
    BEFORE + SYMBOLS as u64 * PAST
}

fn serve(listener: &TcpListener, book: &Book) -> Result<()> {
    let (mut line, _) = listener.accept()?;
    line.set_nodelay(true)?;
    upgrade(&mut line)?;
    greet(&mut line)?;
    tell_past(&mut line)?;
    *book.sent.lock().unwrap_or_else(PoisonError::into_inner) = vec![PAST; SYMBOLS];
    let answers = Arc::new(Mutex::new(Vec::new()));
    let mut reader = line.try_clone()?;
    // The connection stays open until this has read the client's goodbye: it may still have to hear.
    std::thread::spawn({
        let answers = Arc::clone(&answers);
        move || listen(&mut reader, &answers)
    });
    flood(&mut line, book, &answers)
}

fn greet(line: &mut TcpStream) -> Result<()> {
    let welcome = json!({
        "type": "welcome", "protocol": "tickwire.v1", "server": "flood/1", "epoch": "flood",
        "market_time": Utc::now().to_rfc3339(), "rate": 1, "heartbeat_ms": 60_000
    });
    let mut bytes = Vec::new();
    push_frame(&mut bytes, TEXT, welcome.to_string().as_bytes());
    let mut asked = 0;
    while asked < SYMBOLS {
        line.write_all(&bytes)?;
        bytes.clear();
        let (opcode, payload) = read_frame(line)?;
        if opcode != TEXT {
            continue;
        }
        let request: Value = serde_json::from_slice(&payload)?;
        for symbol in request["symbols"].as_array().into_iter().flatten() {
            let ack = json!({
                "type": "ack", "id": request["id"], "symbol": symbol, "seq": 0,
                "currency": "USD", "kind": "stock", "session": "open"
            });
            push_frame(&mut bytes, TEXT, ack.to_string().as_bytes());
            asked += 1;
        }
    }
    Ok(line.write_all(&bytes)?)
}

fn tell_past(line: &mut TcpStream) -> Result<()> {
    let now = Utc::now();
    let (mut bytes, mut text) = (Vec::new(), String::new());
    for number in 1..=PAST {
        let time = tape::time(tape::past(number, now));
        for place in 0..SYMBOLS {
            tape::write(&mut text, place, number, &time);
            push_frame(&mut bytes, TEXT, text.as_bytes());
        }
        if bytes.len() >= PIECE {
            line.write_all(&bytes)?;
            bytes.clear();
        }
    }
    Ok(line.write_all(&bytes)?)
}

/// By an absolute schedule: one that is late catches up. Each tick says when it
/// was given to the kernel.
fn flood(line: &mut TcpStream, book: &Book, answers: &Mutex<Vec<u8>>) -> Result<()> {
    while !book.flooding.load(Ordering::Relaxed) {
        std::thread::sleep(BEAT);
    }
    let began = Instant::now();
    let mut sent = vec![PAST; SYMBOLS];
    let mut count = 0;
    let (mut bytes, mut text) = (Vec::new(), String::new());
    while !book.ending.load(Ordering::Relaxed) {
        let due = u64::try_from(began.elapsed().as_micros())? * RATE / 1_000_000;
        let time = tape::time(Utc::now());
        bytes.clear();
        bytes.append(&mut answers.lock().unwrap_or_else(PoisonError::into_inner));
        while count < due {
            count += 1;
            let place = usize::try_from(tape::mixed(tape::SEED ^ count) >> 32)? % SYMBOLS;
            if let Some(sent) = sent.get_mut(place) {
                *sent += 1;
                tape::write(&mut text, place, *sent, &time);
                push_frame(&mut bytes, TEXT, text.as_bytes());
            }
        }
        line.write_all(&bytes)?;
        book.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&sent);
        std::thread::sleep(BEAT);
    }
    Ok(())
}

/// Until it leaves. It may ask whether we are there, and is answered in between.
fn listen(line: &mut TcpStream, answers: &Mutex<Vec<u8>>) -> Result<()> {
    loop {
        let (opcode, payload) = read_frame(line)?;
        if opcode == PING {
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            push_frame(&mut answers, PONG, &payload);
        }
    }
}
