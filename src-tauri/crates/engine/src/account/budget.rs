//! What one account may ask, and when: a decision, without a clock or a task.
//!
//! What its papers allow holds in any stretch of time, whatever the order. What the
//! server itself says counts for more: it knows who else asks with the same key.
//! What feeds ask is never held up for long by others.

use std::time::Duration;

use model::{Moment, Spending, WindowSpending};
use provider::Window;

use super::window::{Counted, Free};

/// A feed that has asked lately may ask again.
const FED_LATELY: Duration = Duration::from_secs(30 * 60);
/// Two answers that tell of one renewal do not tell it to the same moment.
const SAME_RENEWAL: Duration = Duration::from_secs(2);
/// Longer waits are a mistake of the server, and a feed that is silent for a day looks dead.
const LEFT_ALONE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Where there is less in a time, a question is too dear to find out with whether the server is there.
const PINGED_EVERY: Duration = Duration::from_secs(2);

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// A feed, for the prices that it shows.
    Feed,
    /// A person who waits for the answer.
    Person,
    /// Somebody who fills in what was before.
    Past,
}

#[derive(Clone, Debug)]
pub(super) struct Budget {
    windows: Vec<Counted>,
    said: Option<Said>,
    left_alone: Option<Moment>,
    /// When a feed asked last.
    fed: Option<Moment>,
}

/// What the server itself has said is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    left: u32,
    until: Moment,
}

/// What is heard of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// So much is left; when there is more again it has said, or not.
    Left {
        left: u32,
        within: Duration,
        told: bool,
    },
    LeaveAlone(Duration),
}

/// Not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) until: Moment,
    pub(super) why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It would not last.
    Evenly {
        window: usize,
    },
    Spent {
        window: usize,
    },
    /// The server has said so.
    Said,
    LeftAlone,
}

impl Budget {
    pub(super) fn new(windows: impl Iterator<Item = Window>) -> Self {
        Self {
            windows: windows.map(Counted::new).collect(),
            said: None,
            left_alone: None,
            fed: None,
        }
    }

    /// Takes a turn. Nothing is taken with a wait, and who has waited so long may
    /// go if nobody else went.
    pub(super) fn ask(&mut self, errand: Errand, weight: u32, now: Moment) -> Result<(), Wait> {
        self.forget(now);
        if let Some(wait) = self.wait(errand, weight, now) {
            return Err(wait);
        }
        for window in &mut self.windows {
            let weight = weight.min(window.most());
            window.take(errand, weight, now);
        }
        if let Some(said) = &mut self.said {
            said.left = said.left.saturating_sub(weight);
        }
        if errand == Errand::Feed {
            self.fed = Some(now);
        }
        Ok(())
    }

    pub(super) fn hear(&mut self, word: Word, now: Moment) {
        self.forget(now);
        match word {
            Word::LeaveAlone(wait) => {
                let until = now + wait.min(LEFT_ALONE_MAX);
                self.left_alone = Some(self.left_alone.map_or(until, |known| known.max(until)));
            }
            Word::Left { left, within, told } => {
                let until = now + within;
                self.said = Some(match self.said {
                    // Answers overtake each other, and what was asked since is not in them.
                    Some(said) if !told || until <= said.until + SAME_RENEWAL => Said {
                        left: said.left.min(left),
                        until: said.until,
                    },
                    Some(_) | None => Said { left, until },
                });
            }
        }
    }

    /// The next question of a feed, if it may not be now.
    pub(super) fn next(&mut self, now: Moment) -> Option<Wait> {
        self.forget(now);
        self.wait(Errand::Feed, 1, now)
    }

    /// How much of what is used, of each limit. To be asked when what counts no more is forgotten.
    pub(super) fn used(&self) -> impl Iterator<Item = (u32, u32, Duration)> {
        self.windows
            .iter()
            .map(|window| (window.used(), window.most(), window.within()))
    }

    /// Whether there is so much of it that one may be spent on nothing.
    pub(super) fn bears_pings(&self) -> bool {
        self.windows
            .iter()
            .all(|window| window.within() / window.most().max(1) < PINGED_EVERY)
    }

    pub(super) fn spending(&self, now: Moment) -> (Vec<WindowSpending>, Duration) {
        let windows = self.windows.iter().map(|window| window.spending(now)).collect();
        let left_alone = self.left_alone.map_or(Duration::ZERO, |until| until.since(now));
        (windows, left_alone)
    }

    /// Goes on from what was asked before, all of it by `made`.
    pub(super) fn go_on(&mut self, spending: &Spending, made: Moment, now: Moment) {
        for window in &mut self.windows {
            let known = spending.windows.iter();
            let mut known = known.filter(|known| known.within == window.within());
            if let Some(known) = known.next() {
                window.go_on(known, made);
            }
        }
        let left_alone = made + spending.left_alone.min(LEFT_ALONE_MAX);
        self.left_alone = (left_alone > now).then_some(left_alone);
        self.forget(now);
    }

    fn wait(&self, errand: Errand, weight: u32, now: Moment) -> Option<Wait> {
        let fed = self.fed.is_some_and(|fed| now.since(fed) < FED_LATELY);
        let windows = self.windows.iter().enumerate();
        let waits = windows.filter_map(|(window, counted)| {
            let weight = weight.min(counted.most());
            let (until, why) = match counted.free(errand, weight, fed, now) {
                Free::Now => return None,
                Free::Evenly(until) => (until, Why::Evenly { window }),
                Free::Spent(until) => (until, Why::Spent { window }),
            };
            Some(Wait { until, why })
        });
        let said = self.said.filter(|said| said.left < self.wanted(errand, weight));
        let said = said.map(|said| Wait {
            until: said.until,
            why: Why::Said,
        });
        let left_alone = self.left_alone.map(|until| Wait {
            until,
            why: Why::LeftAlone,
        });
        waits.chain(said).chain(left_alone).max_by_key(|wait| wait.until)
    }

    /// How much must be left, by the server's word.
    fn wanted(&self, errand: Errand, weight: u32) -> u32 {
        let most = self.windows.iter().map(Counted::most).min().unwrap_or(weight);
        let weight = weight.min(most);
        match errand {
            Errand::Feed => weight,
            // The last ones are for feeds.
            Errand::Person => weight + most / 10,
            Errand::Past => weight + most / 5,
        }
    }

    fn forget(&mut self, now: Moment) {
        for window in &mut self.windows {
            window.forget(now);
        }
        self.said.take_if(|said| said.until <= now);
        self.left_alone.take_if(|until| *until <= now);
    }
}
