//! How far one symbol has come.

use std::time::Duration;

use model::{Gap, Moment};

use super::{Reached, Standing};

/// Longer than a round trip and a replay take. After that the hole is told as
/// it is: a price must not stand still because a question was lost.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// A line that loses one message in three must not be asked again for each.
const ASK_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Place {
    last: u64,
    hole: Hole,
    asked: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
enum Hole {
    None,
    /// The venue was asked for what is behind `last`.
    Asked {
        gap: Gap,
        until: Moment,
    },
    /// It has said that all of it comes.
    Filling {
        gap: Gap,
    },
}

impl Place {
    pub(super) const fn at(seq: u64) -> Self {
        Self {
            last: seq,
            hole: Hole::None,
            asked: None,
        }
    }

    pub(super) const fn last(&self) -> u64 {
        self.last
    }

    pub(super) const fn was_asked(&self) -> bool {
        matches!(self.hole, Hole::Asked { .. })
    }

    /// What was missing on the old connection is a part of what is missed now.
    pub(super) const fn begin_connection(&mut self) {
        self.hole = Hole::None;
    }

    pub(super) fn tick(&mut self, seq: u64, may_ask: bool, now: Moment) -> Standing {
        if seq <= self.last {
            return Standing::Duplicate;
        }
        if seq == self.last.saturating_add(1) {
            self.last = seq;
            return match self.hole {
                Hole::Filling { gap } if seq >= gap.to => {
                    self.hole = Hole::None;
                    Standing::Fills(gap)
                }
                Hole::None | Hole::Asked { .. } | Hole::Filling { .. } => Standing::Next,
            };
        }
        let gap = Gap {
            from: self.last.saturating_add(1),
            to: seq - 1,
        };
        match self.hole {
            Hole::Asked { until, .. } if now < until => return Standing::Early,
            Hole::None if may_ask && self.asked.is_none_or(|asked| now.since(asked) >= ASK_EVERY) => {
                self.asked = Some(now);
                self.hole = Hole::Asked {
                    gap,
                    until: now + ANSWER_WITHIN,
                };
                return Standing::Hole;
            }
            Hole::None | Hole::Asked { .. } | Hole::Filling { .. } => {}
        }
        self.hole = Hole::None;
        self.last = seq;
        Standing::After(gap)
    }

    /// The venue has everything behind what we asked after. Meanwhile we may
    /// have come further than that; if it has come further than we, it has not
    /// kept its word.
    pub(super) fn resumed(&mut self, seq: Option<u64>) -> Reached {
        if let Hole::Asked { gap, .. } = self.hole {
            self.hole = if self.last < gap.to {
                Hole::Filling { gap }
            } else {
                Hole::None
            };
        }
        match seq.and_then(|seq| self.reached(seq)) {
            Some(gap) => Reached::Lost(gap),
            None => Reached::Resumed,
        }
    }

    pub(super) fn reached(&mut self, seq: u64) -> Option<Gap> {
        let gap = (seq > self.last).then_some(Gap {
            from: self.last.saturating_add(1),
            to: seq,
        });
        if gap.is_some() {
            self.last = seq;
            self.hole = Hole::None;
        } else if self.was_asked() {
            self.hole = Hole::None;
        }
        gap
    }
}
