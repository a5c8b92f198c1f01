//! Reading the time, in the one place that may.

use std::fmt::Debug;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{Moment, Received};
use tokio::time::Instant;

/// Thirty years, which is how tokio says "never" too.
const FAR: Duration = Duration::from_secs(86_400 * 365 * 30);

/// Who says what time of day it is. The system's clock can be set by anybody at
/// any moment, and so can one that stands in for it.
pub trait WallTime: Debug + Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// Turns tokio's clock, which a test can pause, into [`Moment`]s, and moves
/// the wall clock along with it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    wall: WallClock,
}

#[derive(Clone, Copy, Debug)]
enum WallClock {
    System,
    /// A wall clock that stood at this time when the program started.
    From(DateTime<Utc>),
    Told(&'static dyn WallTime),
}

impl Clock {
    pub fn system() -> Self {
        Self {
            start: Instant::now(),
            wall: WallClock::System,
        }
    }

    /// For simulated time: the wall clock goes as the monotonic clock does.
    pub fn from(wall: DateTime<Utc>) -> Self {
        Self {
            start: Instant::now(),
            wall: WallClock::From(wall),
        }
    }

    /// For a wall clock that somebody may set while the program runs.
    pub fn told_by(wall: &'static dyn WallTime) -> Self {
        Self {
            start: Instant::now(),
            wall: WallClock::Told(wall),
        }
    }

    pub fn now(&self) -> Received {
        let elapsed = self.start.elapsed();
        let wall = match self.wall {
            WallClock::System => Utc::now(),
            WallClock::Told(wall) => wall.now(),
            WallClock::From(start) => start + TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX),
        };
        Received {
            wall,
            at: Moment::after_start(elapsed),
        }
    }

    pub(crate) fn instant(&self, moment: Moment) -> Instant {
        // A moment that no clock can show is one that never comes.
        self.start
            .checked_add(moment.since_start())
            .unwrap_or_else(|| self.start + FAR)
    }
}
