//! One limit of a budget: so much in any stretch of time that is so long.

use std::collections::VecDeque;
use std::time::Duration;

use model::{Moment, Uses, WindowSpending};
use provider::Window;

use super::budget::Errand;

/// What is counted together: what was asked within one of so many parts of it.
const PARTS: u32 = 60;
/// Questions that leave so far apart may arrive a little closer together.
const SLACK: u32 = 20;
const SLACK_MAX: Duration = Duration::from_secs(10);
/// What is so long must last: nobody looks at prices for a minute an hour.
const LONG: Duration = Duration::from_secs(30 * 60);
/// Of that the feeds have so much at an even pace, and a beginning of so much at once.
const EVENLY: (u32, u32) = (4, 5);
const AT_ONCE: u32 = 10;
/// Of all there is, others than feeds have a fifth while a feed is asked for, and what nobody waits for half of that.
const OTHERS: u32 = 5;
const PAST: u32 = 10;
/// Where no feed is, so much is kept for one that may need it.
const PAST_ALONE: u32 = 2;

#[derive(Clone, Debug)]
pub(super) struct Counted {
    most: u32,
    within: Duration,
    /// The oldest first.
    slots: VecDeque<Slot>,
    /// Where an even pace would have come to as much as the feeds have asked.
    even: Moment,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    end: Moment,
    feeds: u32,
    others: u32,
}

/// Why it may not be asked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Free {
    Now,
    /// There is something left, which must last.
    Evenly(Moment),
    Spent(Moment),
}

impl Counted {
    pub(super) const fn new(window: Window) -> Self {
        Self {
            most: window.most,
            within: window.within,
            slots: VecDeque::new(),
            even: Moment::START,
        }
    }

    pub(super) const fn most(&self) -> u32 {
        self.most
    }

    pub(super) const fn within(&self) -> Duration {
        self.within
    }

    pub(super) fn used(&self) -> u32 {
        self.slots.iter().fold(0, |used, slot| {
            used.saturating_add(slot.feeds).saturating_add(slot.others)
        })
    }

    pub(super) fn forget(&mut self, now: Moment) {
        let counts = self.counts();
        while self
            .slots
            .front()
            .is_some_and(|oldest| oldest.end + counts <= now)
        {
            self.slots.pop_front();
        }
    }

    /// To be asked when what counts no more is forgotten.
    pub(super) fn free(&self, errand: Errand, weight: u32, fed: bool, now: Moment) -> Free {
        let most = match errand {
            Errand::Feed | Errand::Person => self.most,
            Errand::Past if fed => self.most,
            Errand::Past => share(self.most, PAST_ALONE),
        };
        let mut at = self.room_at(most, weight, now, |slot| slot.feeds.saturating_add(slot.others));
        let others = match errand {
            Errand::Feed => None,
            Errand::Person => Some(share(self.most, OTHERS)),
            Errand::Past => Some(share(self.most, PAST)),
        };
        if let Some(others) = others.filter(|_| fed) {
            at = at.max(self.room_at(others, weight, now, |slot| slot.others));
        }
        if at > now {
            return Free::Spent(at);
        }
        let even = self.even - self.each().saturating_mul(self.most / AT_ONCE);
        if errand == Errand::Feed && self.is_long() && even > now {
            return Free::Evenly(even);
        }
        Free::Now
    }

    pub(super) fn take(&mut self, errand: Errand, weight: u32, now: Moment) {
        let (feeds, others) = match errand {
            Errand::Feed => (weight, 0),
            Errand::Person | Errand::Past => (0, weight),
        };
        if feeds > 0 && self.is_long() {
            self.even = self.even.max(now) + self.each().saturating_mul(feeds);
        }
        let end = self.end_of(now);
        match self.slots.back_mut().filter(|newest| newest.end == end) {
            Some(newest) => {
                newest.feeds = newest.feeds.saturating_add(feeds);
                newest.others = newest.others.saturating_add(others);
            }
            None => self.slots.push_back(Slot { end, feeds, others }),
        }
    }

    pub(super) fn spending(&self, now: Moment) -> WindowSpending {
        let uses = self.slots.iter().map(|slot| Uses {
            ago: now.since(slot.end),
            feeds: slot.feeds,
            others: slot.others,
        });
        WindowSpending {
            within: self.within,
            uses: uses.collect(),
            ahead: self.even.since(now),
        }
    }

    /// Goes on from what was asked before; all of it happened by `made`.
    pub(super) fn go_on(&mut self, spending: &WindowSpending, made: Moment) {
        let mut uses = spending.uses.clone();
        uses.sort_by_key(|uses| std::cmp::Reverse(uses.ago));
        for uses in uses {
            let end = self.end_of(made - uses.ago);
            let (feeds, others) = (uses.feeds, uses.others);
            self.slots.push_back(Slot { end, feeds, others });
        }
        // A pace nobody can have kept is a damaged one.
        self.even = made + spending.ahead.min(self.within);
    }

    /// When so much more comes to no more than that.
    fn room_at(&self, most: u32, weight: u32, now: Moment, used: impl Fn(&Slot) -> u32) -> Moment {
        let weight = weight.min(most);
        let mut all = self
            .slots
            .iter()
            .fold(0_u32, |all, slot| all.saturating_add(used(slot)));
        let mut at = now;
        for slot in &self.slots {
            if all.saturating_add(weight) <= most {
                break;
            }
            all = all.saturating_sub(used(slot));
            at = slot.end + self.counts();
        }
        at.max(now)
    }

    const fn is_long(&self) -> bool {
        self.within.as_secs() >= LONG.as_secs()
    }

    /// How far apart single questions of feeds are at an even pace.
    fn each(&self) -> Duration {
        let (part, of) = EVENLY;
        self.within * of / part / self.most.max(1)
    }

    /// For how long what was asked counts, behind the end of its part.
    fn counts(&self) -> Duration {
        self.within + (self.within / SLACK).min(SLACK_MAX)
    }

    fn end_of(&self, at: Moment) -> Moment {
        let part = (self.within / PARTS).max(Duration::from_millis(1)).as_nanos();
        let number = at.since_start().as_nanos() / part + 1;
        let end = u64::try_from(number * part).unwrap_or(u64::MAX);
        Moment::after_start(Duration::from_nanos(end))
    }
}

/// Never nothing: who waits long enough is answered.
fn share(most: u32, parts: u32) -> u32 {
    (most / parts).max(1)
}
