//! What is seen of a feed at a moment, and what was seen of it so far.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use engine::{Handle, Observer, Totals};
use feed::Update;
use market::{Freshness, RowId};
use model::{FeedId, Gap, SymbolKey, Tick};
use sim::{Traded, Visit};
use tokio::sync::broadcast;
use tokio::time::interval;

use super::line::Line;

/// More than come between two looks, at fifty times the usual.
const UPDATES_MAX: usize = 262_144;

pub(super) struct Scene {
    handle: Handle,
    feed: FeedId,
    observer: Observer,
    visits: broadcast::Receiver<Visit>,
    symbols: Vec<Seen>,
    state: &'static str,
    why: String,
    /// The trades of each symbol, in the order in which they came.
    trades: BTreeMap<SymbolKey, Vec<String>>,
    gaps: u64,
    filled: u64,
    /// The numbers that are said to be missing.
    missing: u64,
    refusals: u64,
}

struct Seen {
    symbol: String,
    row: RowId,
    key: SymbolKey,
    freshness: &'static str,
}

impl Scene {
    pub(super) fn new(handle: Handle, feed: FeedId, visits: broadcast::Receiver<Visit>) -> Self {
        Self {
            observer: handle.observe(UPDATES_MAX),
            handle,
            feed,
            visits,
            symbols: Vec::new(),
            state: "idle",
            why: String::new(),
            trades: BTreeMap::new(),
            gaps: 0,
            filled: 0,
            missing: 0,
            refusals: 0,
        }
    }

    pub(super) fn add(&mut self, symbol: String, row: RowId, key: SymbolKey) {
        self.symbols.push(Seen {
            symbol,
            row,
            key,
            freshness: "unknown",
        });
    }

    pub(super) async fn until_all_live(&mut self) {
        let mut look = interval(super::LOOK);
        loop {
            look.tick().await;
            self.look(Duration::ZERO);
            let traded = |seen: &Seen| self.trades.contains_key(&seen.key);
            if self
                .symbols
                .iter()
                .all(|seen| seen.freshness == "live" && traded(seen))
            {
                return;
            }
        }
    }

    /// Until the last of these trades of each symbol was seen.
    pub(super) async fn until_heard(&mut self, told: &[Traded]) {
        let mut look = interval(super::LOOK);
        loop {
            look.tick().await;
            self.look(Duration::ZERO);
            let heard = |seen: &Seen| {
                let last = told.iter().rev().find(|traded| traded.symbol == seen.symbol);
                last.is_none_or(|last| {
                    let trades = self.trades.get(&seen.key).into_iter().flatten();
                    trades.rev().any(|id| *id == last.id)
                })
            };
            if self.symbols.iter().all(heard) {
                return;
            }
        }
    }

    /// Looks around, and says what is new.
    pub(super) fn look(&mut self, after: Duration) -> Vec<Line> {
        let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        let mut news = Vec::new();
        while let Ok(visit) = self.visits.try_recv() {
            match visit {
                Visit::FaultBegan { fault, .. } => news.push(Line::FaultBegan { after_ms, fault }),
                Visit::FaultEnded { fault, .. } => news.push(Line::FaultEnded { after_ms, fault }),
                Visit::Refused { .. } => self.refusals += 1,
                Visit::Came { .. }
                | Visit::Left { .. }
                | Visit::DrillBegan { .. }
                | Visit::DrillEnded { .. } => {}
            }
        }
        while let Some(observation) = self.observer.next_now() {
            self.hear(&observation.update);
        }
        for seen in &mut self.symbols {
            let freshness = self
                .handle
                .read(|market| market.row(seen.row).map_or("unknown", |row| word(row.freshness)));
            if seen.freshness != freshness {
                seen.freshness = freshness;
                news.push(Line::Freshness {
                    after_ms,
                    symbol: seen.symbol.clone(),
                    is: freshness,
                });
            }
        }
        if let Some(status) = self.handle.feeds().borrow().first() {
            let (state, why) = (status.state.as_str(), status.why.to_string());
            if (self.state, &self.why) != (state, &why) {
                self.state = state;
                self.why.clone_from(&why);
                news.push(Line::Status { after_ms, state, why });
            }
        }
        news
    }

    fn hear(&mut self, update: &Update) {
        match update {
            Update::Tick {
                key,
                tick: Tick::Trade(trade),
                ..
            } => {
                let id = trade.id.as_ref().map(ToString::to_string);
                self.trades.entry(*key).or_default().extend(id);
            }
            Update::Gap { gap, .. } => {
                self.gaps += 1;
                self.missing += size(*gap);
            }
            // A hole that was filled was not told as one before.
            Update::Filled { .. } => self.filled += 1,
            Update::Tick { .. }
            | Update::Accepted { .. }
            | Update::Refused { .. }
            | Update::Snapshot { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
    }

    pub(super) fn freshness(&self, symbol: &str) -> Option<&'static str> {
        let mut symbols = self.symbols.iter();
        symbols
            .find(|seen| seen.symbol == symbol)
            .map(|seen| seen.freshness)
    }

    pub(super) const fn state(&self) -> &'static str {
        self.state
    }

    pub(super) fn why(&self) -> &str {
        &self.why
    }

    /// What was counted under a name; `None` for a name that nothing is counted under.
    pub(super) fn count(&self, what: &str, told: &[Traded]) -> Option<u64> {
        let Totals {
            duplicates,
            unreadable,
            ..
        } = self.handle.totals(&self.feed);
        Some(match what {
            "lost" => self.lost(told),
            "doubled" => self.doubled(),
            "gaps" => self.gaps,
            "filled" => self.filled,
            // What is missing without a word.
            "untold" => self.lost(told).saturating_sub(self.missing),
            "refusals" => self.refusals,
            "duplicates" => duplicates,
            "unreadable" => unreadable,
            "attempts" => self.handle.report(&self.feed).ok()?.journal.counts.attempts,
            "reconnects" => self.handle.feeds().borrow().first().map_or(0, |feed| feed.drops),
            _ => return None,
        })
    }

    /// Trades that were told since the first one that was seen, and that were not seen.
    fn lost(&self, told: &[Traded]) -> u64 {
        let lost = self.symbols.iter().map(|seen| {
            let came: Vec<_> = self.trades.get(&seen.key).into_iter().flatten().collect();
            let all: BTreeSet<_> = came.iter().copied().collect();
            let told = told.iter().filter(|traded| traded.symbol == seen.symbol);
            told.skip_while(|traded| !all.contains(&traded.id))
                .filter(|traded| !all.contains(&traded.id))
                .count() as u64
        });
        lost.sum()
    }

    fn doubled(&self) -> u64 {
        let doubled = self.trades.values().map(|trades| {
            let all: BTreeSet<_> = trades.iter().collect();
            (trades.len() - all.len()) as u64
        });
        doubled.sum()
    }
}

const fn size(gap: Gap) -> u64 {
    gap.to.saturating_sub(gap.from) + 1
}

const fn word(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Unknown => "unknown",
        Freshness::Live => "live",
        Freshness::Quiet => "quiet",
        Freshness::Stale => "stale",
        Freshness::Halted => "halted",
        Freshness::Closed => "closed",
        Freshness::Disconnected => "disconnected",
    }
}
