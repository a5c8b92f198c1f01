//! `tickwire-cli watch`: what a feed sends, through the very engine of the app.

mod line;
mod player;
mod report;
mod tally;
mod wire;
mod words;

use std::collections::BTreeMap;
use std::future::pending;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use engine::{Engine, EngineOptions, FeedSpec, Handle, Observation, Observer};
use model::{FeedId, FeedState, Symbol, SymbolKey, TransportKind};
use recording::Standing;
use tokio::task::unconstrained;
use tokio::time::{sleep, timeout};

use crate::args::{EndArgs, WatchArgs};
use crate::feeds;
use crate::output::{Closed, Output, json};
use crate::stop::Stop;
use line::Line;
pub(super) use player::Player;
use tally::Tally;

/// Updates that wait while the reader of our lines is slow; the rest is counted as missed.
/// A pager that was left open costs a few MiB and no more: `cargo xtask bench stalled`.
const UPDATES_MAX: usize = 16_384;

pub(crate) async fn run(wanted: WatchArgs, output: Output, mut stop: Stop) -> anyhow::Result<ExitCode> {
    let source = tokio::select! {
        source = feeds::find(wanted.wanted()) => source?,
        () = stop.wanted() => return Ok(ExitCode::SUCCESS),
    };
    let show = Show {
        options: feeds::network::options(&wanted.network, wanted.wanted().profile).await?,
        spec: &source.spec,
        symbols: &wanted.symbols,
        json: wanted.json,
        ticks: true,
        end: &wanted.end,
        player: None,
        wire: wanted.wire,
        report: wanted.report.as_deref(),
    };
    let (end, summary) = show.run(&output, pending(), &mut stop).await?;
    tokio::task::spawn_blocking(move || drop(source)).await?;
    output.end(summary).await.context("cannot write")?;
    end.into_exit()
}

/// What is watched, and how it is shown; the same for live prices, for those
/// that are being recorded and for those that are played.
pub(super) struct Show<'a> {
    pub(super) options: EngineOptions,
    pub(super) spec: &'a FeedSpec,
    pub(super) symbols: &'a [String],
    pub(super) json: bool,
    /// Whether every price is printed, or only what happens to the feed.
    pub(super) ticks: bool,
    pub(super) end: &'a EndArgs,
    pub(super) player: Option<Player>,
    /// Whether what goes over the wire is printed too.
    pub(super) wire: bool,
    /// Where a report of the feed is written at the end.
    pub(super) report: Option<&'a Path>,
}

impl Show<'_> {
    /// Until it ends by itself, somebody wants it to end, or `other` knows why it must. Gives the
    /// reason and the summary, which is to be the last line but for what the caller has to add.
    pub(super) async fn run(
        self,
        output: &Output,
        other: impl Future<Output = End>,
        stop: &mut Stop,
    ) -> anyhow::Result<(End, String)> {
        if let Some(path) = self.report {
            report::prepare(path).await?;
        }
        let (options, view) = wire::tapped(self.options, self.wire);
        let engine = Engine::start(options)?;
        let handle = engine.handle();
        let observer = handle.observe(UPDATES_MAX);
        handle.open_feed(self.spec)?;
        let mut watch = Watch {
            keys: Keys::new(),
            tally: Tally::default(),
            feed: self.spec.id.clone(),
            handle,
            observer,
            output,
            shape: if self.json { json } else { words::text },
            ticks: self.ticks,
            polled: self.spec.transports.first() == Some(&TransportKind::Poll),
            player: self.player,
        };
        watch.ask(self.symbols)?;
        let began = watch.handle.now().at;
        let end = tokio::select! {
            biased;
            () = stop.wanted() => End::Wanted,
            () = time(self.end) => End::Wanted,
            end = other => end,
            end = watch.follow(self.end.count) => end.unwrap_or(End::Wanted),
            // Prices first: what goes over the wire may be missed, and is counted.
            Closed = wire::print(view, self.json, output) => End::Wanted,
        };
        let seconds = watch.handle.now().at.since(began).as_secs_f64();
        let summary = watch.summary(seconds);
        let report = watch.handle.report(&watch.feed);
        drop(watch);
        // It waits for goodbyes, which are said on a thread of its own.
        tokio::task::spawn_blocking(move || engine.shut_down())
            .await
            .context("the engine did not end in order")?;
        if let (Some(path), Ok(report)) = (self.report, report) {
            report::write(path, &report).await?;
        }
        Ok((end, summary))
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
pub(super) enum End {
    /// Somebody wanted so: by a signal, an option, or by closing the output.
    Wanted,
    /// The feed needs a person.
    Suspended { why: String },
    /// Nothing that was asked for exists there.
    NothingAccepted,
    /// What was to be recorded cannot be any more.
    NotRecorded { why: String },
}

impl End {
    pub(super) fn into_exit(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Wanted => Ok(ExitCode::SUCCESS),
            Self::Suspended { why } => bail!("the feed cannot go on: {why}"),
            Self::NothingAccepted => bail!("the feed has none of these symbols"),
            Self::NotRecorded { why } => bail!("the recording has stopped: {why}"),
        }
    }
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
    /// Whether every price is printed.
    ticks: bool,
    /// Whether there are looks at the prices and no ticks.
    polled: bool,
    /// The keys of the player, where a tape is played.
    player: Option<Player>,
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
                        if let Some(player) = &self.player {
                            if player.goes_on_after(status.state) {
                                // What ended then is over, and so is the wait for it.
                                let _closed = self.handle.retry(&self.feed);
                            }
                        } else if matches!(status.state, FeedState::Suspended { .. }) {
                            return Ok(End::Suspended { why: status.why.to_string() });
                        }
                    }
                }
                observation = self.observer.next(), if !self.is_on_its_way() => match observation {
                    Some(observation) => self.update(&observation).await?,
                    None => return Ok(End::Wanted),
                },
                standing = player::changed(&mut self.player) => match standing {
                    Standing::Playing => {}
                    Standing::Paused => self.play_on().await?,
                    Standing::Ended => {
                        self.show_rest().await?;
                        return Ok(End::Wanted);
                    }
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

    /// The player has come to where it was sent, and everything on the way was dealt with.
    async fn play_on(&mut self) -> Result<(), Closed> {
        self.show_rest().await?;
        if let Some(player) = &mut self.player {
            if player.is_on_its_way() {
                // What was only run through is not shown.
                self.observer = self.handle.observe(UPDATES_MAX);
            }
            player.play_on();
        }
        Ok(())
    }

    fn is_on_its_way(&self) -> bool {
        self.player.as_ref().is_some_and(Player::is_on_its_way)
    }

    /// What has come and was not printed yet.
    async fn show_rest(&mut self) -> Result<(), Closed> {
        let is_shown = !self.is_on_its_way();
        // Without tokio's budget, which would make a full queue look empty.
        while is_shown
            && let Ok(Some(observation)) = timeout(Duration::ZERO, unconstrained(self.observer.next())).await
        {
            self.update(&observation).await?;
        }
        Ok(())
    }

    async fn update(&mut self, observation: &Observation) -> Result<(), Closed> {
        if observation.lagged > 0 {
            self.show(&Line::lagged(observation)).await?;
        }
        let Some(key) = line::key(&observation.update) else {
            return Ok(());
        };
        // A row that was given up has no name any more; nothing is given up here.
        let Some(symbol) = self.keys.get(&key) else {
            return Ok(());
        };
        self.tally.count(symbol, &observation.update);
        match Line::update(symbol, observation) {
            Some(line) if self.ticks || !line.is_price() => self.show(&line).await,
            Some(_) | None => Ok(()),
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
