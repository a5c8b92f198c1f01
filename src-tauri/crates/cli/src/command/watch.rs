//! `tickwire-cli watch`: what a feed sends, through the very engine of the app.

mod line;
mod tally;
mod words;

use std::collections::BTreeMap;
use std::future::pending;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use engine::{Engine, EngineOptions, Handle, Observation, Observer};
use model::{FeedId, FeedState, Symbol, SymbolKey, TransportKind};
use tokio::time::sleep;

use crate::args::{EndArgs, WatchArgs};
use crate::feeds;
use crate::output::{Closed, Output, json};
use crate::stop::Stop;
use line::Line;
use tally::Tally;

/// Updates that wait while the reader of our lines is slow; the rest is counted as missed.
const UPDATES_MAX: usize = 65_536;

pub(crate) async fn run(wanted: WatchArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let source = tokio::select! {
        source = feeds::find(&wanted) => source?,
        () = stop.wanted() => return Ok(ExitCode::SUCCESS),
    };
    let engine = Engine::start(EngineOptions::default())?;
    let handle = engine.handle();
    let observer = handle.observe(UPDATES_MAX);
    handle.open_feed(&source.spec)?;
    let mut watch = Watch {
        keys: Keys::new(),
        tally: Tally::default(),
        feed: source.spec.id.clone(),
        handle,
        observer,
        output: &output,
        shape: if wanted.json { json } else { words::text },
        polled: wanted.transport == Some(TransportKind::Poll),
    };
    watch.ask(&wanted.symbols)?;
    let began = watch.handle.now().at;
    let end = tokio::select! {
        biased;
        () = stop.wanted() => End::Wanted,
        () = time(&wanted.end) => End::Wanted,
        end = watch.follow(wanted.end.count) => end.unwrap_or(End::Wanted),
    };
    let seconds = watch.handle.now().at.since(began).as_secs_f64();
    let summary = watch.summary(seconds);
    // Both wait for goodbyes, which are said on threads of their own.
    tokio::task::spawn_blocking(move || {
        engine.shut_down();
        drop(source);
    })
    .await
    .context("the engine did not end in order")?;
    output.end(summary).await.context("cannot write")?;
    match end {
        End::Wanted => Ok(ExitCode::SUCCESS),
        End::Suspended { why } => bail!("the feed cannot go on: {why}"),
        End::NothingAccepted => bail!("the feed has none of these symbols"),
    }
}

async fn time(end: &EndArgs) {
    match end.seconds {
        Some(seconds) => sleep(Duration::from_secs(seconds)).await,
        None => pending().await,
    }
}

/// Why watching came to its end.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Somebody wanted so: by a signal, an option, or by closing the output.
    Wanted,
    /// The feed needs a person.
    Suspended { why: String },
    /// Nothing that was asked for exists there.
    NothingAccepted,
}

type Keys = BTreeMap<SymbolKey, Symbol>;

struct Watch<'a> {
    handle: Handle,
    feed: FeedId,
    keys: Keys,
    observer: Observer,
    output: &'a Output,
    tally: Tally,
    /// How a line looks: for programs or for people.
    shape: fn(&Line) -> String,
    /// Whether there are looks at the prices and no ticks.
    polled: bool,
}

impl Watch<'_> {
    fn ask(&mut self, symbols: &[String]) -> anyhow::Result<()> {
        for symbol in symbols {
            let symbol = Symbol::new(symbol);
            let row = self.handle.watch(&self.feed, &symbol)?;
            // A row has the number of its symbol's key.
            self.keys.insert(SymbolKey(row.0), symbol);
        }
        Ok(())
    }

    /// Prints until the feed or the number of ticks says that it is enough.
    async fn follow(&mut self, ticks_max: Option<u64>) -> Result<End, Closed> {
        let mut statuses = self.handle.feeds();
        statuses.mark_changed();
        let mut told = None;
        loop {
            tokio::select! {
                biased;
                changed = statuses.changed() => {
                    if changed.is_err() {
                        return Ok(End::Wanted);
                    }
                    let status = statuses.borrow_and_update().first().cloned();
                    if let Some(status) = status {
                        let line = (self.shape)(&Line::status(&status));
                        // It may have changed in what is not printed.
                        if told.as_ref() != Some(&line) {
                            told = Some(line.clone());
                            self.output.line(line).await?;
                        }
                        if status.state == FeedState::Suspended {
                            return Ok(End::Suspended { why: status.why.to_string() });
                        }
                    }
                }
                observation = self.observer.next() => match observation {
                    Some(observation) => self.update(&observation).await?,
                    None => return Ok(End::Wanted),
                },
            }
            let ticks = if self.polled {
                self.tally.snapshots()
            } else {
                self.tally.ticks()
            };
            if ticks_max.is_some_and(|max| ticks >= max) {
                return Ok(End::Wanted);
            }
            if self.tally.refused() == self.keys.len() {
                return Ok(End::NothingAccepted);
            }
        }
    }

    async fn update(&mut self, observation: &Observation) -> Result<(), Closed> {
        let Some(key) = line::key(&observation.update) else {
            return Ok(());
        };
        // A row that was given up has no name any more; nothing is given up here.
        let Some(symbol) = self.keys.get(&key) else {
            return Ok(());
        };
        self.tally.count(symbol, &observation.update);
        match Line::update(symbol, observation) {
            Some(line) => self.show(&line).await,
            None => Ok(()),
        }
    }

    async fn show(&self, line: &Line) -> Result<(), Closed> {
        self.output.line((self.shape)(line)).await
    }

    fn summary(&self, seconds: f64) -> String {
        let statuses = self.handle.feeds().borrow().clone();
        let totals = self.handle.totals(&self.feed);
        let missed = self.observer.missed();
        let summary = self
            .tally
            .summary(&self.feed, seconds, statuses.first(), &totals, missed);
        (self.shape)(&Line::Summary(summary))
    }
}
