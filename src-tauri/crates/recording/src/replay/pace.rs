//! Which moment of the tape is due when.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio::time::Instant;

/// How fast a tape is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    Times(Times),
    /// As fast as it is read.
    Max,
}

/// A factor from 0.1 to 1,000.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times(f64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a speed is a number from 0.1 to 1000, or max")]
pub struct NotASpeed;

impl Speed {
    pub const NORMAL: Self = Self::Times(Times(1.0));

    pub fn times(factor: f64) -> Result<Self, NotASpeed> {
        if (0.1..=1_000.0).contains(&factor) {
            Ok(Self::Times(Times(factor)))
        } else {
            Err(NotASpeed)
        }
    }

    /// How long this stretch of the tape takes.
    fn real(self, stretch: Duration) -> Duration {
        match self {
            Self::Times(Times(factor)) => stretch.div_f64(factor),
            Self::Max => Duration::ZERO,
        }
    }

    fn on_tape(self, real: Duration) -> Duration {
        match self {
            // A thousand times the age of a machine still fits.
            Self::Times(Times(factor)) => {
                Duration::try_from_secs_f64(real.as_secs_f64() * factor).unwrap_or(Duration::MAX)
            }
            Self::Max => Duration::ZERO,
        }
    }

    /// The same, but never slower than it was.
    pub(super) fn brisk(self, stretch: Duration) -> Duration {
        self.real(stretch).min(stretch)
    }
}

impl FromStr for Speed {
    type Err = NotASpeed;

    fn from_str(text: &str) -> Result<Self, NotASpeed> {
        if text == "max" {
            return Ok(Self::Max);
        }
        let number = text.strip_suffix('x').unwrap_or(text);
        number.parse().map_err(|_| NotASpeed).and_then(Self::times)
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(Times(factor)) => write!(f, "{factor}x"),
            Self::Max => f.write_str("max"),
        }
    }
}

/// The tape's clock beside ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    speed: Speed,
    /// Where the tape stood at `since`, or stands while it is paused.
    position: Duration,
    /// `None` while it is paused.
    since: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Now,
    At(Instant),
    /// Not before somebody presses a key.
    Paused,
}

impl Pace {
    pub(super) const fn new(speed: Speed, now: Instant) -> Self {
        Self {
            speed,
            position: Duration::ZERO,
            since: Some(now),
        }
    }

    pub(super) const fn speed(&self) -> Speed {
        self.speed
    }

    pub(super) const fn is_paused(&self) -> bool {
        self.since.is_none()
    }

    pub(super) fn position(&self, now: Instant) -> Duration {
        match self.since {
            Some(since) => self
                .position
                .saturating_add(self.speed.on_tape(now.saturating_duration_since(since))),
            None => self.position,
        }
    }

    pub(super) fn due(&self, at: Duration) -> Due {
        match (self.since, self.speed) {
            (None, _) => Due::Paused,
            (Some(_), Speed::Max) => Due::Now,
            (Some(since), Speed::Times(_)) => {
                let wait = self.speed.real(at.saturating_sub(self.position));
                // What no clock can show never comes.
                since.checked_add(wait).map_or(Due::Paused, Due::At)
            }
        }
    }

    /// From now on the tape stands here.
    pub(super) const fn jump(&mut self, to: Duration, now: Instant) {
        self.position = to;
        if self.since.is_some() {
            self.since = Some(now);
        }
    }

    /// Something of this moment was delivered; as fast as it goes, that is all that moves the clock.
    pub(super) fn reached(&mut self, at: Duration) {
        if self.is_paused() || self.speed == Speed::Max {
            self.position = self.position.max(at);
        }
    }

    pub(super) fn pause(&mut self, now: Instant) {
        self.position = self.position(now);
        self.since = None;
    }

    pub(super) const fn resume(&mut self, now: Instant) {
        if self.since.is_none() {
            self.since = Some(now);
        }
    }

    pub(super) fn set_speed(&mut self, speed: Speed, now: Instant) {
        self.position = self.position(now);
        self.since = self.since.map(|_| now);
        self.speed = speed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_speed_is_read_and_written_and_has_bounds() {
        for text in ["0.1x", "1x", "2.5x", "1000x", "max"] {
            assert_eq!(text.parse::<Speed>().unwrap().to_string(), text);
        }
        assert_eq!("10".parse(), Speed::times(10.0));
        for text in ["0", "0.09", "1001", "-1", "NaN", "inf", "fast", ""] {
            assert_eq!(text.parse::<Speed>(), Err(NotASpeed), "{text}");
        }
    }

    #[test]
    fn at_ten_times_the_speed_ten_seconds_take_one() {
        let now = Instant::now();
        let pace = Pace::new(Speed::times(10.0).unwrap(), now);
        assert_eq!(pace.due(10 * SECOND), Due::At(now + SECOND));
        assert_eq!(pace.position(now + SECOND), 10 * SECOND);
    }

    #[test]
    fn a_pause_takes_no_time_of_the_tape() {
        let now = Instant::now();
        let mut pace = Pace::new(Speed::NORMAL, now);
        pace.pause(now + 3 * SECOND);
        assert_eq!(pace.due(4 * SECOND), Due::Paused);
        assert_eq!(pace.position(now + 60 * SECOND), 3 * SECOND);
        pace.resume(now + 60 * SECOND);
        assert_eq!(pace.due(4 * SECOND), Due::At(now + 61 * SECOND));
    }

    #[test]
    fn a_change_of_speed_changes_only_what_comes() {
        let now = Instant::now();
        let mut pace = Pace::new(Speed::NORMAL, now);
        pace.set_speed(Speed::times(2.0).unwrap(), now + 10 * SECOND);
        assert_eq!(pace.due(14 * SECOND), Due::At(now + 12 * SECOND));
        pace.set_speed(Speed::Max, now + 12 * SECOND);
        assert_eq!(pace.due(9_999 * SECOND), Due::Now);
        assert_eq!(
            pace.position(now + 99 * SECOND),
            14 * SECOND,
            "only what is delivered moves it"
        );
    }
}
