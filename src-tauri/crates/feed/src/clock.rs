//! Reading the time, in the one place that may.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{Moment, Received};
use tokio::time::Instant;

/// Thirty years, which is how tokio says "never" too.
const FAR: Duration = Duration::from_secs(86_400 * 365 * 30);

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

    pub fn now(&self) -> Received {
        let elapsed = self.start.elapsed();
        let wall = match self.wall {
            WallClock::System => Utc::now(),
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
