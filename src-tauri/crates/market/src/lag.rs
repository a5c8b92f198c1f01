//! Does a feed come late? A stream that is read too slowly, or sent too slowly,
//! is alive and in order, and of a while ago.
//!
//! A venue's clock and ours do not agree, so only what comes later than the
//! fastest did is late. Arrival is told by the monotonic clock: the wall clock
//! may be put right at any moment.

use std::time::Duration;

use chrono::{DateTime, Utc};
use model::{MarketClock, Moment};

/// Less is a slow network, and nobody sees it.
const LATE: f64 = 2.0;
/// A burst may be late; a feed that is late for so long is behind.
const LATE_FOR: Duration = Duration::from_secs(10);
/// When nothing has come for so long, nobody knows how late it would be.
const KNOWN_FOR: Duration = Duration::from_secs(10);
/// Two clocks drift apart by some milliseconds in this time.
const FASTEST_OF: Duration = Duration::from_secs(600);
/// A market whose clock was set is compared anew.
const CLOCK_SET: f64 = 5.0;

/// How late a feed's ticks are, in seconds behind the fastest.
#[derive(Debug)]
pub(crate) struct Lag {
    /// Market seconds per second, and how many of our seconds a market's microsecond takes.
    rate: f64,
    microsecond: f64,
    /// Our clock less the market's, when that was last stated.
    stated: Option<f64>,
    /// The fastest of this stretch of time and of the one before.
    fastest: f64,
    fastest_before: f64,
    stretch: Moment,
    late: Option<Late>,
}

#[derive(Clone, Copy, Debug)]
struct Late {
    since: Moment,
    seen: Moment,
    by: f64,
}

impl Lag {
    pub(crate) const fn new() -> Self {
        Self {
            rate: 1.0,
            microsecond: MICRO,
            stated: None,
            fastest: f64::INFINITY,
            fastest_before: f64::INFINITY,
            stretch: Moment::START,
            late: None,
        }
    }

    /// The market's clock was stated.
    pub(crate) fn set_clock(&mut self, clock: &MarketClock, now: Moment) {
        let stated = seconds(now) - microseconds(clock.market) * MICRO / clock.rate;
        let same_rate = (clock.rate - self.rate).abs() < f64::EPSILON;
        let same_clock = same_rate && self.stated.is_none_or(|known| (stated - known).abs() < CLOCK_SET);
        if !same_clock {
            *self = Self {
                rate: clock.rate,
                microsecond: MICRO / clock.rate,
                ..Self::new()
            };
        }
        self.stated = Some(stated);
    }

    /// A tick has come that happened at this time, as its venue says.
    pub(crate) fn tick(&mut self, time: DateTime<Utc>, now: Moment) {
        let way = seconds(now) - microseconds(time) * self.microsecond;
        if !way.is_finite() {
            return;
        }
        if now.since(self.stretch) >= FASTEST_OF {
            self.stretch = now;
            self.fastest_before = std::mem::replace(&mut self.fastest, f64::INFINITY);
        }
        self.fastest = self.fastest.min(way);
        let by = way - self.fastest.min(self.fastest_before);
        self.late = (by > LATE).then_some(Late {
            since: self.late.map_or(now, |late| late.since),
            seen: now,
            by,
        });
    }

    /// How far behind it is, if it is for long enough to be told.
    pub(crate) fn behind(&self, now: Moment) -> Option<Duration> {
        let late = self.late?;
        let told = late.seen.since(late.since) >= LATE_FOR && now.since(late.seen) <= KNOWN_FOR;
        Duration::try_from_secs_f64(late.by).ok().filter(|_| told)
    }
}

/// A division would cost a tick more than all the rest of this.
const MICRO: f64 = 1e-6;

/// Since the program began.
fn seconds(now: Moment) -> f64 {
    let passed = now.since_start();
    passed.as_secs() as f64 + f64::from(passed.subsec_micros()) * MICRO
}

/// Exact for some centuries.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of this age fit in 53 bits"
)]
fn microseconds(time: DateTime<Utc>) -> f64 {
    time.timestamp_micros() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    /// The venue's clock is a year and an hour off, as far as ours can tell.
    fn venue(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_760_000_000_000 + millis).unwrap()
    }

    /// A tick every 100 ms, each so late; what is told at the end.
    fn told(lag: &mut Lag, millis: std::ops::Range<u64>, late: u64) -> Option<u64> {
        for happened in millis.clone().step_by(100) {
            lag.tick(venue(happened.cast_signed()), at(happened + late));
        }
        lag.behind(at(millis.end + late)).map(|behind| behind.as_secs())
    }

    #[test]
    fn a_feed_is_behind_when_everything_was_late_for_ten_seconds() {
        let mut lag = Lag::new();
        assert_eq!(told(&mut lag, 0..60_000, 80), None);
        assert_eq!(told(&mut lag, 60_000..69_000, 3_080), None, "it may be a burst");
        assert_eq!(told(&mut lag, 69_000..72_000, 3_080), Some(3));
        assert_eq!(told(&mut lag, 72_000..73_000, 80), None, "it has caught up");
    }

    #[test]
    fn what_is_known_of_a_silent_feed_is_soon_out_of_date() {
        let mut lag = Lag::new();
        told(&mut lag, 0..10_000, 0);
        assert_eq!(told(&mut lag, 10_000..25_000, 5_000), Some(5));
        assert_eq!(lag.behind(at(45_000)), None);
    }

    #[test]
    fn one_tick_of_an_old_time_is_not_a_late_feed() {
        let mut lag = Lag::new();
        for second in 0..60 {
            lag.tick(venue(second * 1_000), at(second.cast_unsigned() * 1_000));
            lag.tick(venue(second * 1_000 - 30_000), at(second.cast_unsigned() * 1_000));
        }
        lag.tick(venue(60_000), at(60_000));
        assert_eq!(lag.behind(at(60_000)), None);
    }

    #[test]
    fn clocks_that_drift_apart_make_nobody_late() {
        let mut lag = Lag::new();
        for second in 0..200_000u64 {
            // Fifty millionths too fast: ten seconds in the end.
            let drifted = (second * 1_000).cast_signed() - (second / 20).cast_signed();
            lag.tick(venue(drifted), at(second * 1_000));
            assert_eq!(lag.behind(at(second * 1_000)), None, "second {second}");
        }
    }

    #[test]
    fn a_market_at_another_speed_or_time_is_compared_with_itself() {
        let mut lag = Lag::new();
        told(&mut lag, 0..20_000, 0);
        let halved = MarketClock {
            market: venue(-86_400_000),
            wall: venue(0),
            rate: 0.5,
        };
        lag.set_clock(&halved, at(20_000));
        for second in 0..60u64 {
            let market = (second * 500).cast_signed() - 86_400_000;
            lag.tick(venue(market), at(20_000 + second * 1_000));
        }
        assert_eq!(lag.behind(at(80_000)), None);
    }
}
