//! One symbol's voice: how often it speaks, and whether it should by now.

use std::time::Duration;

use model::{Moment, Session};

use super::quantile::Quantile;

/// No symbol is suspected sooner: even busy ones pause for some seconds.
pub(super) const PATIENCE_MIN: Duration = Duration::from_secs(10);
/// Before the open and after the close a few people trade, now and then.
const PATIENCE_MIN_OUTSIDE: Duration = Duration::from_secs(60);
/// So many times the gap that one in a hundred exceeds is no chance any more.
const UNUSUAL: u32 = 8;
/// However quiet it has shown to be, it is asked about after this time once more.
const WAIT_MAX: Duration = Duration::from_secs(1_800);
/// What the answer knows, the stream may bring a moment later.
pub(super) const BEHIND: Duration = Duration::from_secs(1);
/// Ticks nearer together than this are one message or one burst.
const BURST: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Voice {
    trading: Trading,
    /// When it spoke last, or when there was last a reason for it not to speak.
    heard: Moment,
    /// Whether `heard` was a word of its own, so that a gap begins with it.
    spoke: bool,
    gaps: Quantile,
    /// More patience than its gaps ask for, since it was quiet and not mute.
    widened: Option<Duration>,
    standing: Standing,
    /// The stream was mute for it, and it has not spoken since.
    was_mute: bool,
}

/// Whether it has a reason to speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trading {
    /// Nobody has said, so nothing is expected.
    Untold,
    Closed,
    /// Halted, or in an auction: it may go on at any moment.
    Paused,
    Open,
    /// Before the open or after the close.
    Outside,
}

/// What is thought of its silence. `times` is how often it was subscribed anew
/// since it spoke last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Trusted {
        times: u32,
    },
    /// The venue is being asked whether anything has happened.
    Asked {
        times: u32,
    },
    /// Something has, and the stream has not brought it.
    Behind {
        times: u32,
        since: Moment,
    },
}

impl Voice {
    /// `open` is whether a market that nothing is said of is open.
    pub(super) fn new(open: bool, now: Moment) -> Self {
        Self {
            trading: if open { Trading::Open } else { Trading::Untold },
            heard: now,
            spoke: false,
            gaps: Quantile::default(),
            widened: None,
            standing: Standing::Trusted { times: 0 },
            was_mute: false,
        }
    }

    /// Returns whether the stream was mute for it until now.
    pub(super) fn speak(&mut self, now: Moment) -> bool {
        let gap = now.since(self.heard);
        if gap < BURST && self.spoke {
            return false;
        }
        // A silence that the stream is to blame for is no habit of the symbol.
        if self.spoke && !self.was_mute && self.trading == Trading::Open {
            // One odd silence must not make it look slow for hours.
            let most = self
                .habit()
                .map_or(Duration::MAX, |habit| habit.max(PATIENCE_MIN));
            self.gaps.add(gap.min(most));
        }
        self.heard = self.heard.max(now);
        self.spoke = true;
        self.widened = None;
        self.standing = Standing::Trusted { times: 0 };
        std::mem::take(&mut self.was_mute)
    }

    /// What was silent until now had a reason, or nobody listened.
    pub(super) fn begin(&mut self, now: Moment) {
        self.heard = self.heard.max(now);
        self.spoke = false;
        self.widened = None;
        self.standing = Standing::Trusted { times: 0 };
    }

    /// Returns whether that makes a difference.
    pub(super) fn in_session(&mut self, session: Session, now: Moment) -> bool {
        let trading = match session {
            Session::Open => Trading::Open,
            Session::Pre | Session::Post | Session::Overnight => Trading::Outside,
            Session::Auction | Session::Halted => Trading::Paused,
            Session::Closed => Trading::Closed,
        };
        let differs = trading != self.trading;
        if differs {
            self.trading = trading;
            self.begin(now);
        }
        differs
    }

    pub(super) fn should_speak(&self) -> bool {
        match self.trading {
            Trading::Open | Trading::Outside => true,
            Trading::Untold | Trading::Closed | Trading::Paused => false,
        }
    }

    /// Its market has said that it is closed.
    pub(super) fn is_shut(&self) -> bool {
        self.trading == Trading::Closed
    }

    /// The gap that one in a hundred exceeds, once it has a habit.
    pub(super) fn usual_gap(&self) -> Option<Duration> {
        self.gaps.value()
    }

    pub(super) fn silence(&self, now: Moment) -> Duration {
        now.since(self.heard)
    }

    /// How often it was subscribed anew since it spoke last.
    pub(super) const fn times(&self) -> u32 {
        match self.standing {
            Standing::Trusted { times } | Standing::Asked { times } | Standing::Behind { times, .. } => times,
        }
    }

    pub(super) fn is_suspicious(&self, now: Moment) -> bool {
        matches!(self.standing, Standing::Trusted { .. })
            && self.should_speak()
            && self.silence(now) >= self.patience()
    }

    pub(super) const fn is_asked(&self) -> bool {
        matches!(self.standing, Standing::Asked { .. })
    }

    /// The stream has had the time to bring what the venue says has happened.
    pub(super) fn is_proven(&self, now: Moment) -> bool {
        matches!(self.standing, Standing::Behind { since, .. } if now >= since + BEHIND)
    }

    /// Proven mute, and not heard since.
    pub(super) fn is_mute(&self, now: Moment) -> bool {
        self.is_proven(now) || self.times() > 0
    }

    /// When something about it will have changed by mere silence.
    pub(super) fn changes_at(&self) -> Option<Moment> {
        match self.standing {
            Standing::Trusted { .. } if self.should_speak() => Some(self.heard + self.patience()),
            Standing::Behind { since, .. } => Some(since + BEHIND),
            Standing::Trusted { .. } | Standing::Asked { .. } => None,
        }
    }

    pub(super) const fn ask(&mut self) {
        self.standing = Standing::Asked { times: self.times() };
    }

    /// Nothing has happened: the market is quiet, and may be for as long again.
    pub(super) fn was_quiet(&mut self, now: Moment) {
        self.standing = Standing::Trusted { times: 0 };
        self.widen(self.silence(now), now);
    }

    /// Nobody could tell.
    pub(super) fn was_not_told(&mut self, now: Moment) {
        self.standing = Standing::Trusted { times: self.times() };
        self.widen(self.silence(now), now);
    }

    pub(super) const fn is_behind(&mut self, now: Moment) {
        self.standing = Standing::Behind {
            times: self.times(),
            since: now,
        };
    }

    /// It is asked for anew, and given longer each time.
    pub(super) fn resubscribed(&mut self, now: Moment) {
        let times = self.times();
        self.standing = Standing::Trusted {
            times: times.saturating_add(1),
        };
        self.was_mute = true;
        self.widen(PATIENCE_MIN.saturating_mul(2u32.saturating_pow(times)), now);
    }

    fn widen(&mut self, by: Duration, now: Moment) {
        self.widened = Some(self.silence(now) + by.clamp(PATIENCE_MIN, WAIT_MAX));
    }

    /// The silence that its gaps bear.
    fn habit(&self) -> Option<Duration> {
        self.gaps.value().map(|gap| gap.saturating_mul(UNUSUAL))
    }

    fn patience(&self) -> Duration {
        let least = match self.trading {
            Trading::Outside => PATIENCE_MIN_OUTSIDE,
            Trading::Untold | Trading::Closed | Trading::Paused | Trading::Open => PATIENCE_MIN,
        };
        let usual = self.habit().map_or(least, |habit| habit.max(least));
        self.widened.map_or(usual, |widened| usual.max(widened))
    }
}
