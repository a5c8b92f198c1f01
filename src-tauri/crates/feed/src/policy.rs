//! How patient a feed is.

use std::time::Duration;

use provider::Pacing;

/// A connection that has worked this long was not accepted only to be dropped.
const HEALTHY_AGE: Duration = Duration::from_secs(10);
/// So long has a new line worked beside the old one before it takes its place:
/// a proxy that accepts and then cuts off has done so by then.
const CLIMB_AGE: Duration = Duration::from_secs(5);

/// A venue that counts by so long a stretch may let a question wait for its turn.
const LONG_STRETCH: Duration = Duration::from_secs(10);
/// What is waited for longer was not asked in vain, but may as well be asked anew.
const TURN_WAIT_MAX: Duration = Duration::from_secs(300);

/// How long what is fetched may have to wait before it is asked at all.
pub(crate) fn turn_wait(polls: Pacing) -> Duration {
    if polls.within <= LONG_STRETCH {
        return Duration::ZERO;
    }
    (polls.within + polls.within / 10).min(TURN_WAIT_MAX)
}

/// The waits of a feed, as they are or all shortened alike. A person's feed has
/// the usual ones; measurements of hundreds of outages cannot wait for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Every wait that is our own choice is this many times shorter.
    haste: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { haste: 1 }
    }
}

impl Policy {
    #[must_use]
    pub const fn hastened(haste: u32) -> Self {
        Self {
            haste: if haste == 0 { 1 } else { haste },
        }
    }

    pub const fn haste(self) -> u32 {
        self.haste
    }

    pub(crate) fn healthy_age(self) -> Duration {
        self.shortened(HEALTHY_AGE)
    }

    pub(crate) fn climb_age(self) -> Duration {
        self.shortened(CLIMB_AGE)
    }

    pub(crate) fn shortened(self, wait: Duration) -> Duration {
        wait / self.haste
    }

    pub fn paced(self, pacing: Pacing) -> Pacing {
        Pacing {
            within: self.shortened(pacing.within),
            ..pacing
        }
    }

    /// What a time would be without haste.
    pub(crate) const fn stretched(self, time: Duration) -> Duration {
        time.saturating_mul(self.haste)
    }
}
