//! The venue's own clock: the monotonic one, carried on from where the market
//! opened and at its pace, so that a wall clock that is set back does not set
//! prices back.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// A wall clock this far ahead of ours was not drifting: the machine slept, or
/// somebody set the clock.
const LEAP: TimeDelta = TimeDelta::seconds(2);

#[derive(Debug)]
pub(super) struct Clock {
    /// What the market's clock showed at `at`.
    market: DateTime<Utc>,
    wall: DateTime<Utc>,
    at: Instant,
    /// Market seconds per second.
    rate: f64,
}

impl Clock {
    pub(super) const fn new(market: DateTime<Utc>, rate: f64, wall: DateTime<Utc>, at: Instant) -> Self {
        Self {
            market,
            wall,
            at,
            rate,
        }
    }

    /// What it shows. It never goes back, and it follows the wall clock over a leap.
    pub(super) fn read(&mut self, wall: DateTime<Utc>, now: Instant) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(now.saturating_duration_since(self.at)).unwrap_or(TimeDelta::MAX);
        let leapt = wall - self.wall - elapsed;
        let passed = if leapt > LEAP { elapsed + leapt } else { elapsed };
        let shown = self.market + scaled(passed, self.rate);
        if leapt > LEAP {
            *self = Self::new(shown, self.rate, wall, now);
        }
        shown
    }

    /// The moment at which it will show `time`.
    pub(super) fn moment(&self, time: DateTime<Utc>) -> Instant {
        let wait = scaled(time - self.market, 1.0 / self.rate);
        self.at + wait.to_std().unwrap_or_default()
    }
}

/// Whole numbers where they do: at its usual pace the clock is exact for ever.
fn scaled(span: TimeDelta, factor: f64) -> TimeDelta {
    if factor.to_bits() == 1.0_f64.to_bits() {
        return span;
    }
    let seconds = span.num_seconds() as f64 * factor;
    let nanoseconds = (seconds.fract() * 1e9) as i64 + (f64::from(span.subsec_nanos()) * factor) as i64;
    TimeDelta::seconds(seconds as i64) + TimeDelta::nanoseconds(nanoseconds)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn goes_on_evenly_when_the_wall_clock_is_set_back() {
        let (wall, at) = (DateTime::UNIX_EPOCH + TimeDelta::days(1), Instant::now());
        let mut clock = Clock::new(wall, 1.0, wall, at);
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
        let mut clock = Clock::new(wall, 1.0, wall, at);
        let (morning, woken) = (wall + TimeDelta::hours(8), at + Duration::from_secs(1));
        assert_eq!(clock.read(morning, woken), morning);
        let next = woken + Duration::from_secs(1);
        assert_eq!(
            clock.read(morning + TimeDelta::seconds(1), next),
            morning + TimeDelta::seconds(1)
        );
    }
    #[test]
    fn a_fast_market_passes_more_in_the_same_time() {
        let (wall, at) = (DateTime::UNIX_EPOCH, Instant::now());
        for rate in [0.1, 3.0, 1_000.0] {
            let mut clock = Clock::new(wall + TimeDelta::days(9_000), rate, wall, at);
            let shown = clock.read(wall + TimeDelta::seconds(90), at + Duration::from_secs(90));
            let passed = shown - wall - TimeDelta::days(9_000);
            let expected = TimeDelta::milliseconds((90_000.0 * rate) as i64);
            assert!(
                (passed - expected).abs() < TimeDelta::microseconds(1),
                "{passed} at {rate}"
            );
            let back = clock.moment(shown).saturating_duration_since(at);
            assert!(
                back.abs_diff(Duration::from_secs(90)) < Duration::from_micros(10),
                "{back:?}"
            );
        }
    }
}
