//! How far one symbol has come whose numbers have no holes.
//!
//! A tick that comes before its turn is held for a moment, since messages
//! overtake each other, most of all where two lines bring the same. When those
//! before it do not come, the venue is asked for them; when they do not come
//! then either, the hole is told and what was held goes on.

mod held;

use std::time::Duration;

use model::{Gap, Moment, SymbolKey};

use super::mark::Marks;
use super::run::{Run, WINDOW};
use crate::outlet::{Burst, Update};
use crate::session::LineId;

/// So long may one message overtake another.
const OVERTAKEN_WITHIN: Duration = Duration::from_millis(250);
/// Longer than a round trip and a replay take. After that the hole is told as
/// it is: a price must not stand still because a question was lost. So long is
/// also waited for a second line that may bring what the first has not.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// A line that loses one message in three must not be asked again for each.
const ASK_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Place {
    last: u64,
    wait: Wait,
    asked: Option<Moment>,
    /// What came before its turn, by its numbers. Empty nearly always.
    early: Vec<Early>,
    marks: Marks,
    /// Numbers that go on from far behind.
    run: Option<Run>,
    /// The venue has said a number, and the state that goes with it is on the
    /// way, or was when the line ended.
    stateless: bool,
    /// A look now and then has shown that the venue had come so far.
    sampled: u64,
    /// The line that brings every tick.
    pub(super) streamed: Option<LineId>,
}

#[derive(Debug)]
struct Early {
    seq: u64,
    at: Moment,
    update: Update,
}

#[derive(Clone, Copy, Debug)]
enum Wait {
    None,
    /// For what was overtaken.
    Overtaken {
        line: LineId,
        until: Moment,
    },
    /// For the answer to a question.
    Asked {
        gap: Gap,
        until: Moment,
    },
    /// The venue has said that all of it comes.
    Filling {
        gap: Gap,
        until: Moment,
    },
    /// For the state that goes with the venue's word how far it has come.
    Joining {
        until: Moment,
    },
}

/// What else is known where a tick comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) key: SymbolKey,
    pub(super) line: LineId,
    /// Whether the venue may be asked for what is missing.
    pub(super) may_ask: bool,
    /// Whether another line counts the same.
    pub(super) shared: bool,
    pub(super) now: Moment,
}

impl Place {
    pub(super) const fn at(seq: u64) -> Self {
        Self {
            last: seq,
            wait: Wait::None,
            asked: None,
            early: Vec::new(),
            marks: Marks::NONE,
            run: None,
            stateless: false,
            sampled: 0,
            streamed: None,
        }
    }

    /// The first that is known of a symbol is a tick.
    pub(super) fn of(seq: u64, update: &Update) -> Self {
        let mut place = Self::at(seq);
        place.marks.set(seq, update);
        place
    }

    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    /// The number that the state of things is known at; none where the venue has said a number and its state did not follow.
    pub(super) fn reached(&self) -> Option<u64> {
        (!self.stateless).then_some(self.last)
    }

    pub(super) const fn was_asked(&self) -> bool {
        matches!(self.wait, Wait::Asked { .. })
    }

    /// Nobody is connected any more. The next connection will be asked from the
    /// last tick on, which answers every question that is open.
    pub(super) fn rest(&mut self, key: SymbolKey, burst: &mut Burst) {
        self.wait = Wait::None;
        self.drain(key, burst);
    }

    pub(super) const fn deadline(&self) -> Option<Moment> {
        match self.wait {
            Wait::None => None,
            Wait::Overtaken { until, .. }
            | Wait::Asked { until, .. }
            | Wait::Filling { until, .. }
            | Wait::Joining { until } => Some(until),
        }
    }

    pub(super) fn tick(&mut self, seq: u64, update: Update, around: Around, burst: &mut Burst) {
        let joining = matches!(self.wait, Wait::Joining { .. });
        if seq <= self.last {
            self.behind(seq, update, around, burst);
        } else if seq == self.last.saturating_add(1) && !joining {
            // Where it goes on from here, it has not begun again behind.
            if let Some(run) = self.run.take() {
                burst.duplicates += run.len();
            }
            if self.early.is_empty() {
                self.pass(seq, update, around.key, burst);
            } else {
                burst.reordered += 1;
                self.pass(seq, update, around.key, burst);
                self.drain(around.key, burst);
                self.wait_for_the_next(around);
            }
        } else {
            self.hold(seq, update, around, burst);
        }
    }

    /// What was waited for has not come in time. Whether to ask for it now.
    pub(super) fn overdue(&mut self, around: Around, burst: &mut Burst) -> Option<LineId> {
        match self.wait {
            Wait::Overtaken { line, until } if around.now >= until => {
                if !around.may_ask {
                    self.give_up(around, burst);
                    return None;
                }
                let again = self.asked.map_or(around.now, |asked| asked + ASK_EVERY);
                if around.now < again {
                    self.wait = Wait::Overtaken { line, until: again };
                    return None;
                }
                self.asked = Some(around.now);
                self.wait = Wait::Asked {
                    gap: self.hole(),
                    until: around.now + ANSWER_WITHIN,
                };
                Some(line)
            }
            Wait::Asked { until, .. } if around.now >= until => {
                self.give_up(around, burst);
                None
            }
            Wait::Filling { gap, until } if around.now >= until => {
                // It has not kept its word, and nothing says that more will come.
                if self.early.is_empty() && self.last < gap.to {
                    self.lose_to(gap.to, around.key, burst);
                    self.wait = Wait::None;
                } else {
                    self.give_up(around, burst);
                }
                None
            }
            Wait::Joining { until } if around.now >= until => {
                // Nor will it follow any more.
                self.stateless = false;
                self.wait = Wait::None;
                self.drain(around.key, burst);
                self.wait_for_the_next(around);
                None
            }
            Wait::None
            | Wait::Overtaken { .. }
            | Wait::Asked { .. }
            | Wait::Filling { .. }
            | Wait::Joining { .. } => None,
        }
    }

    /// The venue has everything behind what we asked after. Meanwhile we may
    /// have come further than that; if it has come further than we, it has not
    /// kept its word, and that is lost.
    pub(super) fn resumed(&mut self, seq: u64, around: Around, burst: &mut Burst) -> bool {
        if seq > self.last {
            self.settle(seq, around, burst);
            return false;
        }
        if !self.early.is_empty() || matches!(self.wait, Wait::Asked { .. }) {
            let gap = match self.wait {
                Wait::Asked { gap, .. } => gap,
                Wait::None | Wait::Overtaken { .. } | Wait::Filling { .. } | Wait::Joining { .. } => {
                    self.hole()
                }
            };
            self.wait = if self.last < gap.to {
                let until = around.now + ANSWER_WITHIN;
                Wait::Filling { gap, until }
            } else {
                Wait::None
            };
        }
        true
    }

    /// Everything up to a number is here or will never come.
    pub(super) fn settle(&mut self, seq: u64, around: Around, burst: &mut Burst) {
        self.wait = Wait::None;
        while self.early.first().is_some_and(|early| early.seq <= seq) {
            let early = self.early.remove(0);
            self.lose_to(early.seq - 1, around.key, burst);
            self.pass(early.seq, early.update, around.key, burst);
        }
        self.lose_to(seq, around.key, burst);
        self.drain(around.key, burst);
        self.wait_for_the_next(around);
    }

    /// The state that belongs to the venue's word is about to come: what comes
    /// before it waits, so that it does not turn the price back.
    pub(super) fn join(&mut self, now: Moment) {
        if self.early.is_empty() {
            self.stateless = true;
            self.wait = Wait::Joining {
                until: now + OVERTAKEN_WITHIN,
            };
        }
    }

    /// The state of things at a number, put where it belongs. One that is older
    /// than what is known would turn the price back.
    pub(super) fn snapshot(&mut self, seq: u64, update: Update, around: Around, burst: &mut Burst) {
        if seq < self.last {
            burst.duplicates += 1;
            return;
        }
        self.stateless = false;
        let behind: Vec<_> = self.early.extract_if(.., |early| early.seq > seq).collect();
        self.settle(seq, around, burst);
        burst.updates.push(update);
        self.early = behind;
        self.drain(around.key, burst);
        self.wait_for_the_next(around);
    }

    /// What is looked at now and then has no holes: whether it has moved since.
    pub(super) fn sampled(&mut self, seq: u64) -> bool {
        let moved = seq > self.last.max(self.sampled);
        self.sampled = self.sampled.max(seq);
        // What another line brings tick by tick must not be taken for old.
        if self.streamed.is_none() && seq > self.last {
            self.last = seq;
        }
        moved
    }

    /// What is held goes on, with what is missing before it told, since nothing
    /// that comes can be counted with it any more.
    pub(super) fn end(&mut self, key: SymbolKey, burst: &mut Burst) {
        self.wait = Wait::None;
        for early in std::mem::take(&mut self.early) {
            self.lose_to(early.seq - 1, key, burst);
            self.pass(early.seq, early.update, key, burst);
        }
    }

    /// It has come before, or the venue has begun to count again.
    fn behind(&mut self, seq: u64, update: Update, around: Around, burst: &mut Burst) {
        let altered = self.marks.differs(seq, &update);
        if altered {
            burst.altered += 1;
        }
        // Another line may simply be behind.
        if around.shared {
            burst.duplicates += 1;
            return;
        }
        let far = self.last.saturating_sub(seq) > WINDOW;
        match self.run.take() {
            Some(mut run) if run.goes_on_with(seq) => {
                run.push(update);
                self.run = Some(run);
            }
            broken => {
                burst.duplicates += broken.map_or(0, |run| run.len());
                if altered || far {
                    self.run = Some(Run::from(seq, update));
                } else {
                    burst.duplicates += 1;
                }
            }
        }
        if let Some(again) = self.run.take_if(|run| run.is_proof()) {
            burst.restarts += 1;
            self.end(around.key, burst);
            for (seq, update) in again.into_numbered() {
                self.pass(seq, update, around.key, burst);
            }
        }
    }

    fn pass(&mut self, seq: u64, update: Update, key: SymbolKey, burst: &mut Burst) {
        self.last = seq;
        self.marks.set(seq, &update);
        burst.updates.push(update);
        if let Wait::Filling { gap, .. } = self.wait
            && seq >= gap.to
        {
            self.wait = Wait::None;
            burst.updates.push(Update::Filled { key, gap });
        }
    }

    fn lose_to(&mut self, seq: u64, key: SymbolKey, burst: &mut Burst) {
        if seq > self.last {
            let gap = Gap {
                from: self.last.saturating_add(1),
                to: seq,
            };
            self.last = seq;
            burst.lost += gap.to - gap.from + 1;
            burst.updates.push(Update::Gap { key, gap });
        }
    }
}
