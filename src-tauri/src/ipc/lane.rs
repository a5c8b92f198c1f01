//! When the state of the feeds is told: the decision, without a task.
//!
//! It does not wait for frames, since a page that is busy with ticks must
//! still learn that a connection is gone. But events, too, pile up in front of
//! a page that does not answer, so they are conflated: the newest state, and
//! more rarely when nobody seems to listen.

use std::time::Duration;

use tokio::time::Instant;

/// Quick for a person, and few enough for a feed that flaps.
const TOLD_EVERY: Duration = Duration::from_millis(50);
/// Ten minutes of a stalled page are then some hundred small events.
const TOLD_TO_NOBODY_EVERY: Duration = Duration::from_secs(1);
/// No page that draws needs as long as that for a frame.
const NOBODY_AFTER: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Everything was told, and long enough ago.
    Clear,
    /// Everything was told a moment ago.
    Resting { until: Instant },
    /// Something has changed since.
    Owing { due: Instant },
}

impl Lane {
    #[must_use]
    pub(super) fn changed(self, now: Instant) -> Self {
        match self {
            Self::Clear => Self::Owing { due: now },
            Self::Resting { until } => Self::Owing { due: until.max(now) },
            Self::Owing { .. } => self,
        }
    }

    /// `silence` is how long the page has not acknowledged its frame.
    pub(super) fn told(silence: Duration, now: Instant) -> Self {
        let pause = if silence > NOBODY_AFTER {
            TOLD_TO_NOBODY_EVERY
        } else {
            TOLD_EVERY
        };
        Self::Resting { until: now + pause }
    }

    pub(super) const fn due(self) -> Option<Instant> {
        match self {
            Self::Owing { due } => Some(due),
            Self::Clear | Self::Resting { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_change_is_told_at_once() {
        let now = Instant::now();
        assert_eq!(Lane::Clear.due(), None);
        assert_eq!(Lane::Clear.changed(now).due(), Some(now));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flapping_feed_is_told_of_twenty_times_a_second() {
        let start = Instant::now();
        let mut lane = Lane::Clear;
        let mut told = 0;
        for _ in 0..1_000 {
            lane = lane.changed(Instant::now());
            if lane.due().is_some_and(|due| due <= Instant::now()) {
                told += 1;
                lane = Lane::told(Duration::ZERO, Instant::now());
            }
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        assert_eq!(told, 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_page_is_told_once_a_second() {
        let now = Instant::now();
        let lane = Lane::told(Duration::from_secs(2), now).changed(now);
        assert_eq!(lane.due(), Some(now + Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_after_a_long_rest_is_told_at_once() {
        let rested = Lane::told(Duration::ZERO, Instant::now());
        tokio::time::advance(Duration::from_secs(60)).await;
        let now = Instant::now();
        assert_eq!(rested.changed(now).due(), Some(now));
    }
}
