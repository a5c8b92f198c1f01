//! The venue's own clock: the wall clock when it opened, carried on by the
//! monotonic one, so that a clock that is set back does not set prices back.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// A wall clock this far ahead was not drifting: the machine slept, or somebody
/// set the clock.
const LEAP: TimeDelta = TimeDelta::seconds(2);

#[derive(Debug)]
pub(super) struct Clock {
    wall: DateTime<Utc>,
    at: Instant,
}

impl Clock {
    pub(super) const fn new(wall: DateTime<Utc>, at: Instant) -> Self {
        Self { wall, at }
    }

    /// What it shows. It never goes back, and it follows the wall clock over a leap.
    pub(super) fn read(&mut self, wall: DateTime<Utc>, now: Instant) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(now.saturating_duration_since(self.at)).unwrap_or(TimeDelta::MAX);
        let shown = self.wall.checked_add_signed(elapsed).unwrap_or(self.wall);
        if wall - shown > LEAP {
            *self = Self::new(wall, now);
            return wall;
        }
        shown
    }

    /// The moment at which it will show `time`.
    pub(super) fn moment(&self, time: DateTime<Utc>) -> Instant {
        self.at + (time - self.wall).to_std().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn goes_on_evenly_when_the_wall_clock_is_set_back() {
        let (wall, at) = (DateTime::UNIX_EPOCH + TimeDelta::days(1), Instant::now());
        let mut clock = Clock::new(wall, at);
        let later = at + Duration::from_secs(7);
        assert_eq!(
            clock.read(wall - TimeDelta::hours(1), later),
            wall + TimeDelta::seconds(7)
        );
        assert_eq!(clock.moment(wall + TimeDelta::seconds(7)), later);
    }

    #[test]
    fn follows_the_wall_clock_over_a_night_of_sleep() {
        let (wall, at) = (DateTime::UNIX_EPOCH + TimeDelta::days(1), Instant::now());
        let mut clock = Clock::new(wall, at);
        let (morning, woken) = (wall + TimeDelta::hours(8), at + Duration::from_secs(1));
        assert_eq!(clock.read(morning, woken), morning);
        let next = woken + Duration::from_secs(1);
        assert_eq!(
            clock.read(morning + TimeDelta::seconds(1), next),
            morning + TimeDelta::seconds(1)
        );
    }
}
