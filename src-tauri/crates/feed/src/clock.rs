//! Reading the time, in the one place that may.

use chrono::{DateTime, TimeDelta, Utc};
use model::{Moment, Received};
use tokio::time::Instant;

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
        self.start + moment.since_start()
    }
}
