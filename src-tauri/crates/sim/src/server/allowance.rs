//! How many messages a client may send.

use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(1);
/// A watchlist of 500 symbols that is asked for one by one takes five seconds.
pub(super) const MESSAGES_MAX: u32 = 100;
/// One that goes on so far beyond what it is told does not listen.
const FLOOD: u32 = 10 * MESSAGES_MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Served,
    /// Over the limit: answered with an error and not read.
    Refused,
    /// Far over the limit: closed.
    Flooding,
}

/// Counts in windows of one second.
#[derive(Debug)]
pub(super) struct Allowance {
    since: Instant,
    count: u32,
}

impl Allowance {
    pub(super) const fn new(now: Instant) -> Self {
        Self { since: now, count: 0 }
    }

    pub(super) fn take(&mut self, now: Instant) -> Verdict {
        if now.saturating_duration_since(self.since) >= WINDOW {
            *self = Self::new(now);
        }
        self.count += 1;
        if self.count <= MESSAGES_MAX {
            Verdict::Served
        } else if self.count <= FLOOD {
            Verdict::Refused
        } else {
            Verdict::Flooding
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_are_served_in_a_second_and_ten_times_as_many_are_a_flood() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        let verdicts: Vec<_> = (0..1_001).map(|_| allowance.take(start)).collect();
        assert!(verdicts[..100].iter().all(|verdict| *verdict == Verdict::Served));
        assert!(
            verdicts[100..1_000]
                .iter()
                .all(|verdict| *verdict == Verdict::Refused)
        );
        assert_eq!(verdicts[1_000], Verdict::Flooding);
    }

    #[test]
    fn the_next_second_is_a_new_one() {
        let start = Instant::now();
        let mut allowance = Allowance::new(start);
        for _ in 0..101 {
            allowance.take(start);
        }
        assert_eq!(
            allowance.take(start + Duration::from_millis(999)),
            Verdict::Refused
        );
        assert_eq!(allowance.take(start + WINDOW), Verdict::Served);
    }
}
