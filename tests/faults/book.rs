//! What the engine says of itself and of its prices, written down as it comes.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::sync::{Arc, Mutex};

use engine::{Handle, Observation, Observer};
use feed::{Journal, Update};
use model::{FeedState, FeedStatus, Moment, SymbolKey, Tick};
use tests::Ledger;
use tokio::select;
use tokio::sync::watch;

use crate::venue::lock;

/// What the witness has written down.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// Every state of the feed, with its sentence.
    pub(crate) told: Vec<FeedStatus>,
    /// How many steps of the journal are among them.
    transitions: u64,
    /// When something about a price came.
    pub(crate) news: Vec<Moment>,
    pub(crate) refused: Vec<String>,
    pub(crate) gaps: usize,
    pub(crate) names: BTreeMap<SymbolKey, String>,
    pub(crate) newest: BTreeMap<SymbolKey, u64>,
}

impl Book {
    pub(crate) fn lost(&self, since: Moment) -> Option<Moment> {
        let told = self
            .told
            .iter()
            .find(|told| told.since >= since && !told.state.is_live())?;
        Some(told.since)
    }

    /// The sentence that it said then.
    pub(crate) fn why_lost(&self, since: Moment) -> Option<&str> {
        let mut told = self.told.iter().filter(|told| told.since >= since);
        told.find(|told| !told.state.is_live()).map(|told| &*told.why)
    }

    /// How many connections were lost.
    pub(crate) fn drops(&self) -> u64 {
        self.told.last().map_or(0, |told| told.drops)
    }

    /// How often it has begun to dial, as far as it was told.
    pub(crate) fn attempts(&self) -> usize {
        let mut count = 0;
        let mut connecting = false;
        for told in &self.told {
            let now = matches!(
                told.state,
                FeedState::Connecting { .. }
                    | FeedState::Authenticating { .. }
                    | FeedState::Subscribing { .. }
            );
            count += usize::from(now && !connecting);
            connecting = now;
        }
        count
    }

    /// The end of the longest time without news since then.
    pub(crate) fn silence_ended(&self, since: Moment) -> Option<Moment> {
        let first = self.news.partition_point(|at| *at < since);
        let (mut before, mut longest) = (since, None);
        for at in self.news.iter().skip(first).copied() {
            let silent = at.since(before);
            if longest.is_none_or(|(most, _)| silent > most) {
                longest = Some((silent, at));
            }
            before = at;
        }
        longest.map(|(_, at)| at)
    }

    /// A state that held for a moment only may have been followed by another before anybody looked.
    fn tell(&mut self, told: FeedStatus, journal: &Journal) {
        let new = journal.counts.transitions - self.transitions;
        self.transitions = journal.counts.transitions;
        let new = usize::try_from(new).unwrap_or(usize::MAX);
        let mut passed: Vec<_> = journal.transitions().rev().take(new).collect();
        if passed
            .first()
            .is_some_and(|last| discriminant(&last.to) == discriminant(&told.state))
        {
            passed.remove(0);
        }
        for transition in passed.into_iter().rev() {
            self.told.push(FeedStatus {
                state: transition.to,
                transport: transition.transport,
                since: transition.at.at,
                why: Arc::clone(&transition.cause),
                ..told.clone()
            });
        }
        self.told.push(told);
    }

    fn write(&mut self, observation: &Observation, ledger: &Mutex<Ledger>) {
        let at = observation.received.at;
        match &observation.update {
            Update::Tick { key, tick, .. } => {
                let Tick::Trade(trade) = tick else { return };
                let name = trade.size.map_or(0, |size| size.to_string().parse().unwrap_or(0));
                lock(ledger).arrived(&self.names[key], name);
                self.newest.insert(*key, name);
                self.heard(at);
            }
            Update::Snapshot { key, snapshot, .. } => {
                let size = snapshot.last.and_then(|(_, size)| size);
                let name = size.map_or(0, |size| size.to_string().parse().unwrap_or(0));
                lock(ledger).begun(&self.names[key], name);
                if self.newest.insert(*key, name) != Some(name) {
                    self.heard(at);
                }
            }
            Update::Gap { key, gap } => {
                self.gaps += 1;
                lock(ledger).declared(&self.names[key], gap.from, gap.to);
            }
            Update::Refused { key, .. } => self.refused.push(self.names[key].clone()),
            Update::Accepted { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
    }

    fn heard(&mut self, at: Moment) {
        if self.news.last() != Some(&at) {
            self.news.push(at);
        }
    }
}

/// Writes down every update and every state, in their order.
pub(crate) async fn witness(
    handle: Handle,
    mut observer: Observer,
    book: Arc<Mutex<Book>>,
    ledger: Arc<Mutex<Ledger>>,
    turn: watch::Sender<()>,
) {
    let mut statuses = handle.feeds();
    // A feed that has given up by now says nothing more.
    statuses.mark_changed();
    loop {
        select! {
            biased;
            changed = statuses.changed() => {
                if changed.is_err() {
                    return;
                }
                // The journal first: what it has not yet is told by the state, and not the other way round.
                let feed = statuses.borrow().first().map(|told| told.feed.clone());
                let passed = feed.and_then(|feed| handle.report(&feed).ok());
                let Some(told) = statuses.borrow_and_update().first().cloned() else { continue };
                let passed = passed.map(|report| report.journal).unwrap_or_default();
                lock(&book).tell(told, &passed);
            }
            observation = observer.next() => {
                let Some(observation) = observation else { return };
                let mut book = lock(&book);
                book.write(&observation, &ledger);
                while let Some(observation) = observer.next_now() {
                    book.write(&observation, &ledger);
                }
            }
        }
        // A witness that has looked away cannot say that nothing was lost: what it missed counts as lost.
        turn.send_replace(());
    }
}

/// What it does when it does not try: a word for waiting and for having given up.
pub(crate) const fn resting(state: FeedState) -> Option<&'static str> {
    match state {
        FeedState::Waiting { .. } | FeedState::Offline { .. } => Some("waiting"),
        FeedState::Suspended { .. } => Some("suspended"),
        FeedState::Idle
        | FeedState::Connecting { .. }
        | FeedState::Authenticating { .. }
        | FeedState::Subscribing { .. }
        | FeedState::Live(_)
        | FeedState::Climbing { .. }
        | FeedState::Closed => None,
    }
}
