//! The process that is measured: the engine as it is shipped, and those who
//! read from it or do not. It does what it is told on standard input, a line
//! each, and answers with a line.

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use engine::{Engine, EngineOptions, FeedSpec, Handle};
use market::RowId;
use model::{FeedId, Symbol};
use provider::VenueName;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

use crate::MEMORY;
use crate::listener::{Listener, ROOM, ROOM_TO_BE_LATE};
use crate::tape::{self, SYMBOLS};
use crate::venue::before_the_flood;
use crate::window::{Window, shown};

/// The first word of such a process.
pub(crate) const DESK: &str = "desk";
/// One picture of a screen.
const PICTURE: Duration = Duration::from_millis(16);
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn run(address: &str) -> Result<()> {
    let address: SocketAddr = address.parse()?;
    let engine = Engine::start(EngineOptions {
        seed: 7,
        ..EngineOptions::default()
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let worked = runtime.block_on(work(&engine.handle(), address));
    engine.shut_down();
    worked
}

/// Orders are read by a thread of their own.
fn orders() -> mpsc::Receiver<String> {
    let (told, orders) = mpsc::channel(8);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if told.blocking_send(line).is_err() {
                return;
            }
        }
    });
    orders
}

async fn work(handle: &Handle, address: SocketAddr) -> Result<()> {
    let mut orders = orders();
    let feed = FeedId::new("flood");
    let rows = open(handle, &feed, address)?;
    until(handle, &feed, before_the_flood()).await?;
    let mut desk = Desk {
        handle: handle.clone(),
        feed,
        window: Window::open(handle, &rows).context("a row is gone")?,
        reader: Listener::of(handle, ROOM),
        witness: Listener::of(handle, ROOM_TO_BE_LATE),
        reading: true,
    };
    say(&json!({"ready": true}))?;
    let mut picture = interval(PICTURE);
    loop {
        tokio::select! {
            biased;
            order = orders.recv() => {
                let order = order.context("nobody is there any more")?;
                if desk.obey(&order).await? {
                    return Ok(());
                }
            }
            _ = picture.tick() => desk.look(),
        }
    }
}

fn open(handle: &Handle, feed: &FeedId, address: SocketAddr) -> Result<Vec<RowId>> {
    let url = format!("ws://{address}/v1/stream");
    handle.open_feed(&FeedSpec::new(feed.clone(), VenueName::SIM, url.parse()?, None))?;
    let rows = (0..SYMBOLS).map(|place| Ok(handle.watch(feed, &Symbol::new(&tape::symbol(place)))?));
    rows.collect()
}

/// Until so many messages have come. A few answers to pings may be among them.
async fn until(handle: &Handle, feed: &FeedId, messages: u64) -> Result<()> {
    let coming = async {
        let mut look = interval(Duration::from_millis(1));
        while handle.totals(feed).messages < messages {
            look.tick().await;
        }
    };
    if timeout(PATIENCE, coming).await.is_err() {
        let why = handle.feeds().borrow().first().map(|feed| feed.why.to_string());
        bail!(
            "of {messages} messages {} have come: {why:?}",
            handle.totals(feed).messages
        );
    }
    Ok(())
}

struct Desk {
    handle: Handle,
    feed: FeedId,
    window: Window,
    /// The one that stalls together with the window.
    reader: Listener,
    /// The one that never does, and knows how long ticks were on their way.
    witness: Listener,
    reading: bool,
}

impl Desk {
    fn look(&mut self) {
        self.witness.hear();
        if self.reading {
            self.reader.hear();
            self.window.take(&self.handle, |_row| {});
        }
    }

    /// Whether that was the last order.
    async fn obey(&mut self, order: &str) -> Result<bool> {
        let mut words = order.split(' ');
        let verb = words.next().unwrap_or_default();
        let mut messages = || -> Result<u64> { Ok(words.next().context("how many?")?.parse()?) };
        match verb {
            // From here on it is measured, reading or not.
            "measure" => self.witness.delays.clear(),
            "weigh" => say(&json!({"heap": MEMORY.current_usage()}))?,
            "stall" => {
                self.witness.delays.clear();
                self.reading = false;
            }
            "resume" => {
                let messages = messages()?;
                let delays = self.witness.delays.json();
                until(&self.handle, &self.feed, messages).await?;
                let mut rows = Vec::new();
                self.window.take(&self.handle, |row| rows.push(shown(row)));
                self.reading = true;
                say(&json!({"frame": rows, "delays": delays}))?;
            }
            "end" => {
                until(&self.handle, &self.feed, messages()?).await?;
                self.look();
                self.end()?;
                return Ok(true);
            }
            other => bail!("an order that nobody knows: {other}"),
        }
        Ok(false)
    }

    fn end(&self) -> Result<()> {
        let totals = self.handle.totals(&self.feed);
        ensure!(
            totals.unreadable == 0 && totals.duplicates == 0 && totals.losses.is_empty(),
            "not all was well: {totals:?}"
        );
        let missed: u64 = self.handle.read(|market| {
            market
                .changed_since(market::Revision::default())
                .map(|row| row.missed)
                .sum()
        });
        say(&json!({
            "reader": self.reader.json(), "witness": self.witness.json(), "missed_by_rows": missed,
            "window": {"frames": self.window.frames, "carried": self.window.carried(), "merged": self.window.merged},
        }))
    }
}

fn say(line: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
