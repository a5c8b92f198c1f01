//! When the next frame may leave: the decision, without a task or a channel.
//!
//! Tauri has no back-pressure of its own, so a slow page would fall seconds
//! behind. Therefore the page is asked for each frame: one is sent, and the
//! next not before the page has acknowledged it. Between two frames lies at
//! least one refresh of a screen, and the first change after a quiet time
//! waits for nothing.

use std::time::Duration;

use tokio::time::Instant;

/// One picture of a 60 Hz screen. More frames than pictures would only be drawn over.
const FRAME_EVERY: Duration = Duration::from_millis(16);

/// Where a stream stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// There was nothing to send for a while.
    Quiet,
    /// The page has a frame that it did not acknowledge yet.
    Awaiting { frame: u32, sent_at: Instant },
    /// The page is ready, but its screen is not.
    Resting { until: Instant },
}

/// What a frame waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    OnChange,
    OnAcknowledgement,
    At(Instant),
}

impl Pace {
    pub(super) const fn due(self) -> Due {
        match self {
            Self::Quiet => Due::OnChange,
            Self::Awaiting { .. } => Due::OnAcknowledgement,
            Self::Resting { until } => Due::At(until),
        }
    }

    pub(super) const fn sent(frame: u32, now: Instant) -> Self {
        Self::Awaiting { frame, sent_at: now }
    }

    /// An acknowledgement of any other frame than the one that is awaited says
    /// nothing about that one.
    #[must_use]
    pub(super) fn acknowledged(self, acknowledged: u32) -> Self {
        match self {
            Self::Awaiting { frame, sent_at } if frame == acknowledged => Self::Resting {
                until: sent_at + FRAME_EVERY,
            },
            Self::Quiet | Self::Awaiting { .. } | Self::Resting { .. } => self,
        }
    }

    /// It was due and there was nothing to send. After a change that no row
    /// showed it rests first, so that a storm of such changes costs one look
    /// per picture and not one each.
    #[must_use]
    pub(super) fn found_nothing(self, now: Instant) -> Self {
        match self {
            Self::Quiet => Self::Resting {
                until: now + FRAME_EVERY,
            },
            Self::Resting { .. } => Self::Quiet,
            Self::Awaiting { .. } => self,
        }
    }

    /// How long the page has kept us waiting.
    pub(super) fn silence(self, now: Instant) -> Duration {
        match self {
            Self::Awaiting { sent_at, .. } => now.saturating_duration_since(sent_at),
            Self::Quiet | Self::Resting { .. } => Duration::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn the_first_change_after_quiet_waits_for_nothing() {
        assert_eq!(Pace::Quiet.due(), Due::OnChange);
    }

    #[tokio::test(start_paused = true)]
    async fn a_quick_page_gets_a_frame_per_picture() {
        let sent_at = Instant::now();
        let pace = Pace::sent(1, sent_at);
        tokio::time::advance(3 * MS).await;
        assert_eq!(pace.acknowledged(1).due(), Due::At(sent_at + 16 * MS));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_page_gets_the_next_frame_at_once() {
        let pace = Pace::sent(1, Instant::now());
        tokio::time::advance(500 * MS).await;
        assert!(matches!(pace.acknowledged(1).due(), Due::At(due) if due <= Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_says_nothing_gets_nothing() {
        let pace = Pace::sent(2, Instant::now());
        tokio::time::advance(Duration::from_secs(600)).await;
        for stale in [0, 1, 3, u32::MAX] {
            assert_eq!(pace.acknowledged(stale), pace, "frame {stale} was taken for 2");
        }
        assert_eq!(pace.due(), Due::OnAcknowledgement);
        assert_eq!(pace.found_nothing(Instant::now()), pace);
        assert_eq!(pace.silence(Instant::now()), Duration::from_secs(600));
    }

    #[tokio::test(start_paused = true)]
    async fn acknowledging_twice_brings_nothing_forward() {
        let resting = Pace::sent(1, Instant::now()).acknowledged(1);
        assert_eq!(resting.acknowledged(1), resting);
        assert_eq!(Pace::Quiet.acknowledged(1), Pace::Quiet);
    }

    #[tokio::test(start_paused = true)]
    async fn changes_that_show_nothing_are_looked_at_once_per_picture() {
        let now = Instant::now();
        let looked = Pace::Quiet.found_nothing(now);
        assert_eq!(looked.due(), Due::At(now + 16 * MS));
        assert_eq!(looked.found_nothing(now + 16 * MS), Pace::Quiet);
    }
}
