//! Monotonic time as a value.

use std::ops::{Add, Sub};
use std::time::Duration;

use chrono::{DateTime, Utc};

/// A point on the monotonic clock, counted from the start of the program.
///
/// A plain number, so that pure code can be handed any instant it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

impl Moment {
    pub const START: Self = Self(Duration::ZERO);

    pub const fn after_start(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// Zero when `earlier` is in fact later: late timers ask such questions.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration))
    }
}

/// When bytes were read from the socket: the wall clock for people, the
/// monotonic clock for every decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    pub wall: DateTime<Utc>,
    pub at: Moment,
}
