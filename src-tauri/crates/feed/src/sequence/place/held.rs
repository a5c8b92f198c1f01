//! What came before its turn: how much of it is held, and for how long.

use model::{Gap, SymbolKey};

use super::{ANSWER_WITHIN, Around, Early, OVERTAKEN_WITHIN, Place, Wait};
use crate::outlet::{Burst, Update};

/// More than overtake each other in a quarter of a second on any line.
const EARLY_MAX: usize = 64;
/// A second line may be ahead of the first by all that came while it was asked.
const EARLY_OF_LINES_MAX: usize = 1_024;

impl Place {
    pub(super) fn hold(&mut self, seq: u64, update: Update, around: Around, burst: &mut Burst) {
        match self.early.binary_search_by_key(&seq, |early| early.seq) {
            Ok(_) => {
                burst.duplicates += 1;
                return;
            }
            Err(at) => self.early.insert(
                at,
                Early {
                    seq,
                    at: around.now,
                    update,
                },
            ),
        }
        self.wait_for_the_next(around);
        let most = if around.shared {
            EARLY_OF_LINES_MAX
        } else {
            EARLY_MAX
        };
        if self.early.len() <= most {
            return;
        }
        match self.wait {
            // Not to be asked yet, or the state still has to come: it will be late.
            Wait::Overtaken { line, .. } if around.may_ask => {
                self.wait = Wait::Overtaken {
                    line,
                    until: around.now,
                };
                self.early.pop();
            }
            // It comes again with all that was asked for, or is a hole of its own.
            Wait::Asked { .. } | Wait::Filling { .. } => {
                self.early.pop();
            }
            Wait::Joining { .. } => {
                self.stateless = false;
                self.wait = Wait::None;
                self.drain(around.key, burst);
                self.wait_for_the_next(around);
            }
            Wait::None | Wait::Overtaken { .. } => self.give_up(around, burst),
        }
    }

    /// Hands on what is next of all that is held.
    pub(super) fn drain(&mut self, key: SymbolKey, burst: &mut Burst) {
        let mut next = self.last;
        let known = self
            .early
            .iter()
            .take_while(|early| early.seq <= self.last)
            .count();
        burst.duplicates += self.early.drain(..known).count() as u64;
        let ready = self.early.iter().take_while(|early| {
            next = next.saturating_add(1);
            early.seq == next
        });
        let ready = ready.count();
        let ready: Vec<_> = self.early.drain(..ready).collect();
        for early in ready {
            self.pass(early.seq, early.update, key, burst);
        }
        if self.early.is_empty() {
            // Held by few and seldom; nothing is kept for it.
            self.early = Vec::new();
        }
    }

    /// After what was held has moved on: is anything waited for, and how long?
    pub(super) fn wait_for_the_next(&mut self, around: Around) {
        self.wait = match (self.wait, self.early.first()) {
            (wait @ (Wait::Filling { .. } | Wait::Joining { .. }), _) => wait,
            // That hole is closed, and this is another.
            (Wait::Asked { gap, .. }, Some(_)) if self.last >= gap.to => self.overtaken(around),
            (wait @ (Wait::Overtaken { .. } | Wait::Asked { .. }), Some(_)) => wait,
            (Wait::Overtaken { .. } | Wait::Asked { .. } | Wait::None, None) => Wait::None,
            (Wait::None, Some(_)) => self.overtaken(around),
        };
    }

    pub(super) fn overtaken(&self, around: Around) -> Wait {
        let patience = if around.shared {
            ANSWER_WITHIN
        } else {
            OVERTAKEN_WITHIN
        };
        let since = self.early.first().map_or(around.now, |early| early.at);
        Wait::Overtaken {
            line: around.line,
            until: since + patience,
        }
    }

    /// Tells the first hole and hands on what stands behind it.
    pub(super) fn give_up(&mut self, around: Around, burst: &mut Burst) {
        self.wait = Wait::None;
        if let Some(first) = self.early.first() {
            let to = first.seq - 1;
            self.lose_to(to, around.key, burst);
            self.drain(around.key, burst);
        }
        self.wait_for_the_next(around);
    }

    /// What is missing before the first that is held.
    pub(super) fn hole(&self) -> Gap {
        let from = self.last.saturating_add(1);
        let to = self.early.first().map_or(self.last, |early| early.seq - 1);
        Gap { from, to }
    }
}
