//! What one line was asked for, and what it has still to be asked.
//!
//! Only the difference to what is wanted is ever sent, in as few messages as
//! the venue's card allows and no faster. A line is asked once for a symbol;
//! again only where its answer is overdue or something of it was lost.

mod answers;
mod declined;
mod message;
mod round;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use model::{Moment, Symbol, SymbolKey, TransportKind};
use provider::{Card, Replay, Together};

use super::desired::Desired;
use super::limiter::Limiter;
use super::split::{Outstanding, Piece};
use declined::Declined;
pub(crate) use declined::No;
pub(crate) use round::Asks;
use round::Round;
use standing::{Counts, Standing};

/// Wishes that come together become one message.
const COALESCE: Duration = Duration::from_millis(20);
/// What is fetched is one question for everything. A line on which nothing is
/// answered is given up before that.
const FETCH_ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// A row that is scrolled out of sight is often back in a moment.
const RELEASE_AFTER: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Asked {
    card: Card,
    way: Way,
    entries: BTreeMap<SymbolKey, Entry>,
    /// To be asked for the first time.
    open: BTreeSet<SymbolKey>,
    /// To be asked from their last tick on, since something of them was lost.
    again: BTreeSet<SymbolKey>,
    /// Each is a message of its own.
    pieces: VecDeque<Piece>,
    outstanding: Outstanding,
    /// Still subscribed and wanted no more, and when that is said.
    leaving: BTreeMap<Symbol, Moment>,
    limiter: Limiter,
    /// Until then others may join a question.
    together_until: Moment,
    /// When those that nobody answered for are asked for once more.
    silent_again: Option<Moment>,
    round: Round,
    declined: Declined,
    /// Refusals that nobody was told of yet.
    refusals: Vec<(SymbolKey, Arc<str>)>,
    /// How many the venue had when it said that there was no room for more.
    most: Option<usize>,
    /// Which wishes these entries were made of.
    generation: Option<u64>,
    counts: Counts,
}

/// How a line is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By messages, at any time.
    Messages,
    /// By one request for everything, which takes the place of that before it.
    Fetching {
        answer_by: Option<Moment>,
        repeated: bool,
    },
}

#[derive(Debug)]
struct Entry {
    symbol: Symbol,
    standing: Standing,
}

/// Symbols that are asked for together.
pub(crate) type Part = Vec<(SymbolKey, Symbol)>;

/// What to do now about a line's subscriptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    /// One message that asks for these.
    Ask(Part),
    /// What is fetched from now on: for each of these one question.
    Fetch(Vec<Part>),
    /// No longer at these paths, but one question for each of these; the rest as before.
    Exchange { gone: Vec<String>, parts: Vec<Part> },
    /// One message that gives these up.
    Release(Vec<Symbol>),
    /// Nothing to send: these will not come, and whoever wants them is told why.
    Refuse(Vec<(SymbolKey, Arc<str>)>),
}

/// What a venue's answer is to the line it came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    First,
    Again,
    /// To nothing that this line was asked.
    Stray,
}

impl Asked {
    pub(crate) fn new(card: &Card, transport: TransportKind) -> Self {
        Self {
            card: card.clone(),
            way: match transport {
                TransportKind::WebSocket => Way::Messages,
                TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => Way::Fetching {
                    answer_by: None,
                    repeated: false,
                },
            },
            entries: BTreeMap::new(),
            open: BTreeSet::new(),
            again: BTreeSet::new(),
            pieces: VecDeque::new(),
            outstanding: Outstanding::default(),
            leaving: BTreeMap::new(),
            limiter: Limiter::new(card.pacing, card.spacing),
            together_until: Moment::START,
            silent_again: None,
            round: Round::new(Together::Everybody),
            declined: Declined::default(),
            refusals: Vec::new(),
            most: None,
            generation: None,
            counts: Counts::default(),
        }
    }

    /// So many share a path, where things are asked for again and again.
    pub(crate) fn sharing(mut self, together: Together) -> Self {
        self.round = Round::new(together);
        self
    }

    /// What to do now. To be called when something else is wanted and when
    /// [`Asked::deadline`] has come.
    pub(crate) fn next(&mut self, desired: &Desired, now: Moment) -> Vec<Batch> {
        if self.generation != Some(desired.generation()) {
            self.compare(desired, now);
        }
        self.look_for_answers(now);
        let mut batches = Vec::new();
        if !self.refusals.is_empty() {
            batches.push(Batch::Refuse(std::mem::take(&mut self.refusals)));
        }
        while self.limiter.free_at(now) <= now
            && let Some(batch) = match self.way {
                Way::Messages => self.message(now),
                Way::Fetching { .. } => self.fetch(now),
            }
        {
            self.limiter.sent(now);
            batches.push(batch);
            // What comes of one question for everything decides about the next.
            if let Way::Fetching { .. } = self.way {
                break;
            }
        }
        batches
    }

    /// When [`Asked::next`] will have something to do, if nothing else happens before.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        if !self.refusals.is_empty() {
            return Some(Moment::START);
        }
        let exchanges = self.declined.is_pending().then_some(Moment::START);
        let repeats = !self.pieces.is_empty() || !self.again.is_empty();
        let repeats = repeats.then_some(match self.way {
            Way::Messages => Moment::START,
            Way::Fetching { .. } => self.together_until,
        });
        let open = (!self.open.is_empty()).then_some(self.together_until);
        let leaving = self.leaving.values().min().copied();
        let free_at = self.limiter.free_at(Moment::START);
        let sends = [exchanges, repeats, open, leaving].into_iter().flatten().min();
        let answers = match self.way {
            Way::Messages => self.outstanding.deadline(),
            Way::Fetching { answer_by, .. } => answer_by,
        };
        let sends = sends.map(|at| at.max(free_at));
        [sends, answers, self.silent_again, self.declined.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    pub(crate) fn accepted(&mut self, key: SymbolKey) -> Answer {
        self.answer(key, Standing::Accepted)
    }

    pub(crate) fn refused(&mut self, key: SymbolKey) -> Answer {
        let answer = self.answer(key, Standing::Refused);
        // It is asked for no more, where it was asked for again and again.
        self.tidy();
        answer
    }

    /// Data came. Whether that is the first that is heard of a subscription for
    /// which no answer was or will be given, or proves the answer wrong.
    pub(crate) fn delivered(&mut self, key: SymbolKey) -> bool {
        // So that in the long run it costs a tick nothing.
        if self.counts.unheard + self.counts.refused == 0 {
            return false;
        }
        match self.entries.get(&key).map(|entry| entry.standing) {
            Some(standing @ (Standing::Asked | Standing::Taken | Standing::Silent | Standing::Refused)) => {
                self.outstanding.answered(key);
                self.set(key, Standing::Accepted);
                standing != Standing::Asked
            }
            Some(Standing::Open | Standing::Crowded | Standing::Accepted) | None => false,
        }
    }

    /// The venue did not like something that was asked, and does not say what.
    /// Whether it can have meant anything that waits for an answer.
    pub(crate) fn complained(&mut self, why: &str) -> bool {
        match self.way {
            Way::Messages => {
                let verdicts = self.outstanding.complained(&Arc::from(why));
                let meant = !verdicts.is_empty();
                self.follow(verdicts);
                meant
            }
            // Of a path that is asked, and whoever reads its answer says of which.
            Way::Fetching { .. } => {
                self.declined.complaint = Some(Arc::from(why));
                self.counts.unheard > 0
            }
        }
    }

    /// Something of it was lost on the way.
    pub(crate) fn ask_again(&mut self, key: SymbolKey) {
        if self.entries.contains_key(&key) && !self.open.contains(&key) {
            self.again.insert(key);
        }
    }

    /// A message that is no subscription went to the venue, which counts it too.
    pub(crate) fn pinged(&mut self, now: Moment) {
        self.limiter.sent(now);
    }

    /// How many symbols have their answer, of how many.
    pub(crate) fn counts(&self) -> (u32, u32) {
        let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
        (count(self.counts.answered), count(self.entries.len()))
    }

    /// Every wanted symbol has its answer.
    pub(crate) fn is_settled(&self, desired: &Desired) -> bool {
        self.generation == Some(desired.generation()) && self.counts.answered == self.entries.len()
    }

    fn answer(&mut self, key: SymbolKey, standing: Standing) -> Answer {
        match self.entries.get(&key).map(|entry| entry.standing) {
            None | Some(Standing::Open | Standing::Crowded) => Answer::Stray,
            Some(before) => {
                self.outstanding.answered(key);
                self.set(key, standing);
                if before == standing {
                    Answer::Again
                } else {
                    Answer::First
                }
            }
        }
    }

    fn set(&mut self, key: SymbolKey, standing: Standing) {
        if let Some(entry) = self.entries.get_mut(&key) {
            self.counts.remove(entry.standing);
            self.counts.add(standing);
            entry.standing = standing;
        }
    }

    fn compare(&mut self, desired: &Desired, now: Moment) {
        // A first question waits for nobody.
        let first = self.generation.replace(desired.generation()).is_none();
        let wanted = desired.symbols();
        let gone: Vec<_> = self
            .entries
            .keys()
            .filter(|key| !wanted.contains_key(key))
            .copied()
            .collect();
        for key in gone {
            self.remove(key, now);
        }
        let mut opened = false;
        for (key, symbol) in wanted {
            if self.entries.contains_key(key) {
                continue;
            }
            let still_stands = self.leaving.remove(symbol).is_some();
            let standing = if still_stands && self.card.replay == Replay::None {
                // Nothing would come of asking again but what comes anyway.
                Standing::Taken
            } else if self.is_full() {
                self.refuse(*key, self.crowded());
                Standing::Crowded
            } else {
                self.open.insert(*key);
                opened = true;
                Standing::Open
            };
            self.counts.add(standing);
            let symbol = symbol.clone();
            self.entries.insert(*key, Entry { symbol, standing });
        }
        opened |= self.let_in();
        if opened && !first && self.together_until <= now {
            self.together_until = now + COALESCE;
        }
    }

    fn remove(&mut self, key: SymbolKey, now: Moment) {
        let Some(entry) = self.entries.remove(&key) else {
            return;
        };
        self.counts.remove(entry.standing);
        self.open.remove(&key);
        self.again.remove(&key);
        self.declined.forget(key);
        self.outstanding.forget(key);
        self.refusals.retain(|(refused, _)| *refused != key);
        match entry.standing {
            Standing::Asked | Standing::Taken | Standing::Accepted | Standing::Silent => {
                self.leaving.insert(entry.symbol, now + RELEASE_AFTER);
            }
            Standing::Open | Standing::Crowded | Standing::Refused => {}
        }
    }

    /// How many one connection carries, by the card and by what the venue has said since.
    fn most(&self) -> Option<usize> {
        [self.card.symbols_per_connection, self.most]
            .into_iter()
            .flatten()
            .min()
    }

    fn is_full(&self) -> bool {
        let carried = self.entries.len() - self.counts.crowded;
        self.most().is_some_and(|most| carried >= most)
    }

    fn crowded(&self) -> Arc<str> {
        let most = self.most().unwrap_or_default();
        format!("this feed carries {most} symbols at most; give up another one to see it").into()
    }

    /// Whether there was room for one that had to wait.
    fn let_in(&mut self) -> bool {
        let mut any = false;
        while self.counts.crowded > 0 && !self.is_full() {
            let mut waiting = self.entries.iter();
            let first = waiting.find(|(_, entry)| entry.standing == Standing::Crowded);
            let Some(key) = first.map(|(key, _)| *key) else {
                break;
            };
            self.set(key, Standing::Open);
            self.open.insert(key);
            any = true;
        }
        any
    }

    fn refuse(&mut self, key: SymbolKey, why: Arc<str>) {
        self.refusals.push((key, why));
    }
}
