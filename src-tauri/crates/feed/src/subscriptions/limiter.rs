//! How many messages a venue takes, kept by a log of those that have gone.
//!
//! A log and not a bucket: a bucket that refills lets nearly twice as many
//! through in one stretch as it holds.

use std::collections::VecDeque;
use std::time::Duration;

use model::Moment;
use provider::Pacing;

/// Messages that leave so far apart may arrive a little closer together.
const SLACK: u32 = 10;

#[derive(Debug)]
pub(crate) struct Limiter {
    pacing: Pacing,
    spacing: Duration,
    /// When each message of the present stretch went, the oldest first.
    sent: VecDeque<Moment>,
}

impl Limiter {
    pub(crate) const fn new(pacing: Pacing, spacing: Duration) -> Self {
        Self {
            pacing,
            spacing,
            sent: VecDeque::new(),
        }
    }

    /// When the next message may go: now, or the moment at which there is room.
    pub(crate) fn free_at(&self, now: Moment) -> Moment {
        let spaced = self.sent.back().map_or(now, |last| *last + self.spacing);
        // One place stays free for a ping, which cannot wait.
        let places = usize::try_from(self.pacing.times.saturating_sub(1).max(1)).unwrap_or(usize::MAX);
        let over = self.sent.len().checked_sub(places);
        let room = over
            .and_then(|over| self.sent.get(over))
            .map_or(now, |oldest| *oldest + self.stretch());
        now.max(spaced).max(room)
    }

    pub(crate) fn sent(&mut self, now: Moment) {
        let stretch = self.stretch();
        while self
            .sent
            .front()
            .is_some_and(|oldest| now.since(*oldest) >= stretch)
        {
            self.sent.pop_front();
        }
        // Pings come at their own pace, and more of them than fit say nothing more.
        if self.sent.len() > usize::try_from(self.pacing.times).unwrap_or(usize::MAX) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }

    fn stretch(&self) -> Duration {
        self.pacing.within + self.pacing.within / SLACK
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    fn five_in_a_second() -> Limiter {
        let pacing = Pacing {
            times: 5,
            within: Duration::from_secs(1),
        };
        Limiter::new(pacing, Duration::ZERO)
    }

    #[test]
    fn keeps_a_place_for_a_ping() {
        let mut limiter = five_in_a_second();
        for _ in 0..4 {
            assert_eq!(limiter.free_at(at(0)), at(0));
            limiter.sent(at(0));
        }
        assert_eq!(limiter.free_at(at(0)), at(1_100));
        limiter.sent(at(500));
        assert_eq!(limiter.free_at(at(500)), at(1_100), "the ping had its own place");
        limiter.sent(at(1_100));
        assert_eq!(
            limiter.free_at(at(1_100)),
            at(1_100),
            "four have left the stretch"
        );
    }

    #[test]
    fn keeps_messages_apart() {
        let pacing = Pacing {
            times: 100,
            within: Duration::from_secs(1),
        };
        let mut limiter = Limiter::new(pacing, Duration::from_millis(250));
        limiter.sent(at(10));
        assert_eq!(limiter.free_at(at(20)), at(260));
        assert_eq!(limiter.free_at(at(300)), at(300));
    }

    #[test]
    fn a_venue_that_takes_one_message_at_a_time_gets_one() {
        let pacing = Pacing {
            times: 1,
            within: Duration::from_secs(1),
        };
        let mut limiter = Limiter::new(pacing, Duration::ZERO);
        assert_eq!(limiter.free_at(at(0)), at(0));
        limiter.sent(at(0));
        assert_eq!(limiter.free_at(at(1)), at(1_100));
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_ever_holds_more_than_it_may(
            times in 1u32..20,
            within in 1u64..5_000,
            spacing in 0u64..500,
            waits in prop::collection::vec(0u64..2_000, 1..200),
        ) {
            let within = Duration::from_millis(within);
            let spacing = Duration::from_millis(spacing);
            let mut limiter = Limiter::new(Pacing { times, within }, spacing);
            let mut now = at(0);
            let mut sent: Vec<Moment> = Vec::new();
            for wait in waits {
                now = limiter.free_at(now + Duration::from_millis(wait % 50 * (wait % 7)));
                if let Some(last) = sent.last() {
                    prop_assert!(now.since(*last) >= spacing);
                }
                limiter.sent(now);
                sent.push(now);
                let recent = sent.iter().filter(|then| now.since(**then) < within).count();
                prop_assert!(recent <= usize::try_from(times).unwrap());
            }
            prop_assert!(limiter.sent.len() <= usize::try_from(times).unwrap() + 1);
        }
    }
}
