//! How soon to ask again, so that no server is asked more often than makes sense.

use std::time::Duration;

/// Messages that come within it travel together.
const SPACING: Duration = Duration::from_millis(20);
/// A server that has nothing to say should have waited before it says so.
const HASTY: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Never more often, save where server and client are one computer.
const INTERVAL_MIN: Duration = Duration::from_secs(1);
const INTERVAL_MIN_HERE: Duration = Duration::from_millis(50);
/// So often the same answer before it is asked for less often.
const PATIENCE: u32 = 5;
/// Short enough for a person not to notice that a market has woken up.
const INTERVAL_QUIET: Duration = Duration::from_secs(4);

/// Between two questions of a long poll.
#[derive(Debug, Default)]
pub(super) struct LongPollPace {
    hasty: u32,
}

impl LongPollPace {
    /// How long to wait behind an answer that took so long and brought so much.
    pub(super) fn pause(&mut self, messages: usize, took: Duration) -> Duration {
        if messages > 0 || took >= HASTY {
            self.hasty = 0;
            return SPACING.saturating_sub(took);
        }
        self.hasty = self.hasty.saturating_add(1);
        PAUSE
            .saturating_mul(1 << self.hasty.saturating_sub(1).min(10))
            .min(PAUSE_MAX)
    }
}

/// Between two questions of a timed poll.
#[derive(Debug)]
pub(super) struct PollPace {
    floor: Duration,
    unchanged: u32,
}

impl PollPace {
    pub(super) const fn new(here: bool) -> Self {
        Self {
            floor: if here { INTERVAL_MIN_HERE } else { INTERVAL_MIN },
            unchanged: 0,
        }
    }

    /// Between two questions for different things.
    pub(super) const fn spacing(&self) -> Duration {
        match self.floor.checked_div(4) {
            Some(quarter) => quarter,
            None => self.floor,
        }
    }

    /// From one question to the next, when the server wants `interval`.
    pub(super) fn interval(&mut self, interval: Duration, changed: bool) -> Duration {
        let interval = interval.max(self.floor);
        if changed {
            self.unchanged = 0;
            return interval;
        }
        self.unchanged = self.unchanged.saturating_add(1);
        let doublings = self.unchanged.saturating_sub(PATIENCE).min(10);
        interval
            .saturating_mul(1 << doublings)
            .min(INTERVAL_QUIET.max(interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_server_that_answers_nothing_at_once_is_not_asked_in_a_loop() {
        let mut pace = LongPollPace::default();
        let pauses: Vec<_> = (0..7).map(|_| pace.pause(0, millis(1)).as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1_600, 2_000, 2_000]);
        assert_eq!(pace.pause(3, millis(1)), millis(19));
        assert_eq!(pace.pause(0, millis(1)), millis(100));
        assert_eq!(pace.pause(0, millis(25_000)), Duration::ZERO);
    }

    #[test]
    fn only_one_computer_with_itself_is_asked_more_than_once_a_second() {
        assert_eq!(PollPace::new(false).interval(millis(10), true), millis(1_000));
        assert_eq!(PollPace::new(true).interval(millis(200), true), millis(200));
        assert_eq!(PollPace::new(true).interval(millis(0), true), millis(50));
    }

    #[test]
    fn what_does_not_change_is_asked_less_often_until_it_does() {
        let mut pace = PollPace::new(false);
        let quiet: Vec<_> = (0..9)
            .map(|_| pace.interval(millis(1_000), false).as_secs())
            .collect();
        assert_eq!(quiet, [1, 1, 1, 1, 1, 2, 4, 4, 4]);
        assert_eq!(pace.interval(millis(1_000), true), millis(1_000));
        assert_eq!(pace.interval(millis(1_000), false), millis(1_000));
        let mut slow = PollPace::new(false);
        let quiet: Vec<_> = (0..9).map(|_| slow.interval(millis(10_000), false)).collect();
        assert_eq!(quiet, [millis(10_000); 9], "what is slow already stays as it is");
    }
}
