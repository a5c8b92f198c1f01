//! What the supervisor does about silence, and about what happens around it.

use std::sync::Arc;

use model::{Moment, Source, SymbolKey, TransportKind};
use tracing::{debug, info};

use super::Supervisor;
use crate::cause::Cause;
use crate::disturbance::{Disturbance, Surroundings};
use crate::mute::Verdict;
use crate::outlet::Update;
use crate::question::{Question, findings};
use crate::rhythm::Attention;
use crate::session::{Event, LineId};
use crate::subscriptions::No;

impl Supervisor {
    pub(super) fn disturbed(&mut self, by: Disturbance, surroundings: &Surroundings) -> Moment {
        let now = self.clock.now().at;
        if let Disturbance::Attention { watched } = by {
            self.watched = watched;
        }
        debug!(feed = %self.endpoint.id, ?by, "disturbed");
        // First, so that what is left to be told of them is to dial anew.
        for line in self.stranded(surroundings) {
            self.fail(line, Cause::AddressGone, now);
        }
        self.step(Event::Disturbed(by), now);
        now
    }

    /// The lines that begin at an address which this computer has no more: what
    /// is sent to it may reach somebody else, and never us. The one that counts
    /// is the last, so that none takes its place which is gone as well.
    fn stranded(&mut self, surroundings: &Surroundings) -> Vec<LineId> {
        let counts = self.session.line();
        let gone = self.lines.iter().filter(|held| {
            let local = held.local();
            local.is_some_and(|address| !surroundings.has(address))
        });
        let mut stranded: Vec<_> = gone.map(|held| held.id).collect();
        stranded.sort_by_key(|line| Some(*line) == counts);
        stranded
    }

    /// What the venue knows of the symbols that are silent, or of which nothing is known.
    pub(super) fn answered(&mut self, events: Vec<provider::Event>) -> Moment {
        let now = self.clock.now().at;
        self.question = None;
        for (key, finding) in findings(&events, self.reader.sequence()) {
            debug!(feed = %self.endpoint.id, key = key.0, ?finding, "asked beside the stream");
            self.mute.answered(key, finding, now);
        }
        self.mute.unanswered(now);
        for event in events {
            let Some(mut update) = self.unpriced.answer(event) else {
                continue;
            };
            if let Update::Refused { key, why } = &mut update {
                self.refused_beside(*key, why);
            }
            self.burst.updates.push(update);
        }
        self.unpriced.answered(now);
        now
    }

    /// The stream said yes to it because it says yes to everything.
    fn refused_beside(&mut self, key: SymbolKey, why: &mut Arc<str>) {
        *why = self.reader.discreet(why);
        if let Some(symbol) = self.desired.symbols().get(&key) {
            let no = No {
                status: None,
                words: Arc::clone(why),
                is_its_own: true,
            };
            *why = no.sentence(symbol);
        }
        self.mute.forget(key);
        let line = self.session.line();
        if let Some(held) = line.and_then(|line| self.lines.get(line)) {
            held.asked.refused(key);
        }
    }

    /// The line whose silence means something. That of a tape was meant.
    pub(super) fn stream(&self) -> Option<(LineId, bool)> {
        let stream = self.session.stream()?;
        (self.endpoint.source != Source::Replay).then_some(stream)
    }

    /// Does about silence what is to be done.
    pub(super) fn listen(&mut self, now: Moment) {
        let Some((line, alive)) = self.stream() else {
            return;
        };
        match self.mute.look(alive, now) {
            Verdict::Fine => self.ask_for_first_prices(now),
            Verdict::Ask(keys) => self.ask_beside(&keys, now),
            Verdict::Resubscribe(keys) => {
                info!(feed = %self.endpoint.id, symbols = keys.len(), "subscribes silent symbols anew");
                if let Some(held) = self.lines.get(line) {
                    for key in keys {
                        held.asked.ask_again(key);
                    }
                    self.ask(line, now);
                }
            }
            Verdict::Reconnect { symbols, silent } => {
                self.fail(line, Cause::Behind { symbols, silent }, now);
            }
        }
    }

    /// Whether there is a stream to stand beside, and nothing is being asked.
    pub(super) fn may_ask_beside(&self) -> bool {
        self.question.is_none() && self.stream().is_some()
    }

    fn ask_for_first_prices(&mut self, now: Moment) {
        if !self.may_ask_beside() {
            return;
        }
        let unpriced = self.unpriced.due(now);
        if !unpriced.is_empty() {
            self.ask_beside(&unpriced, now);
        }
    }

    fn ask_beside(&mut self, keys: &[SymbolKey], now: Moment) {
        // What is asked meanwhile counts as not answered, and is asked again.
        if self.question.is_some() {
            return;
        }
        let wanted = keys.iter().filter_map(|key| {
            let symbol = self.desired.symbols().get(key)?;
            Some((*key, symbol.clone()))
        });
        let symbols: Vec<_> = wanted.collect();
        debug!(feed = %self.endpoint.id, symbols = symbols.len(), "asks beside the stream");
        self.question = Question::ask(
            self.dialer.as_ref(),
            self.endpoint.target(TransportKind::Poll),
            self.endpoint.venue.translator(),
            self.endpoint.key.as_ref(),
            &symbols,
        );
        if self.question.is_none() {
            self.mute.unanswered(now);
            self.unpriced.answered(now);
        }
    }

    /// How much anybody waits for what comes.
    pub(super) fn attend(&mut self, now: Moment) {
        let attention = if self.watched && !self.mute.is_all_shut() {
            Attention::Watched
        } else {
            Attention::Unwatched
        };
        if attention != self.attention {
            self.attention = attention;
            self.step(Event::Attended(attention), now);
        }
    }
}

/// Never, where nothing was asked.
pub(super) async fn answer(question: Option<&mut Question>) -> Vec<provider::Event> {
    match question {
        Some(question) => question.answer().await,
        None => std::future::pending().await,
    }
}
