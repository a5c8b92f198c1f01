//! How long the other side takes to answer, as far as it has shown.

use std::time::Duration;

/// Smoothed as TCP does it: one that is odd moves the figure by an eighth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundTrip(Option<Duration>);

impl RoundTrip {
    pub const UNKNOWN: Self = Self(None);
    /// One lost packet is sent again within a second or two, also on a fast line.
    pub const WAIT_MIN: Duration = Duration::from_secs(2);
    /// With the silence before the question, a dead line is found within ten seconds on any way.
    pub const WAIT_MAX: Duration = Duration::from_secs(5);

    /// So long one has taken.
    pub fn learn(&mut self, took: Duration) {
        self.0 = Some(self.0.map_or(took, |smooth| (smooth * 7 + took) / 8));
    }

    pub const fn smooth(self) -> Option<Duration> {
        self.0
    }

    /// How long the next answer is waited for; nothing before the first has come.
    pub fn wait(self) -> Option<Duration> {
        let wait = self.0?.saturating_mul(4);
        Some(wait.clamp(Self::WAIT_MIN, Self::WAIT_MAX))
    }
}
