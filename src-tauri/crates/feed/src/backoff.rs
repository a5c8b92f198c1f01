//! How long to wait before the next attempt.
//!
//! Short first, and random wherever a server may be to blame, so that ten thousand clients do not come
//! back in the same moment; longer with every failure; and forgiving only
//! after a connection has shown that it works, since a server that accepts and
//! then drops would otherwise be dialed in a storm.

use std::time::Duration;

use model::Moment;
use transport::Blame;

use crate::policy::Policy;

/// The server did not say that it would go: most likely it is back already.
const FIRST_WAIT_MAX: Duration = Duration::from_millis(500);
/// It said so, and so it did to everybody else who is connected.
const ANNOUNCED_WAIT_MAX: Duration = Duration::from_secs(3);
/// However often it fails, no loop is busier than this.
const WAIT_MIN: Duration = Duration::from_millis(100);
/// Doubled with every failure: a restart takes a server about this long.
const WAIT_STEP: Duration = Duration::from_millis(500);
/// Doubled with every connection that died young.
const FLAP_STEP: Duration = Duration::from_secs(1);
/// A person who looks again after a minute finds it tried.
const FLAP_WAIT_MAX: Duration = Duration::from_secs(60);
/// So long must a connection work to make up for one that did not.
const FLAP_FORGIVEN_AFTER: Duration = Duration::from_secs(60);
/// Having no network is nobody's fault and costs nobody anything to look at.
const LOCAL_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Backoff {
    policy: Policy,
    rng: fastrand::Rng,
    failures: u32,
    flaps: u32,
    /// Since when no connection was healthy.
    outage_since: Option<Moment>,
}

/// How far the connection had come that is now over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// It never came up.
    Nowhere,
    /// It came up and died before it had shown that it works.
    Up,
    /// It had worked for this long.
    Healthy { for_: Duration },
}

impl Backoff {
    pub(crate) fn new(policy: Policy, seed: u64) -> Self {
        Self {
            policy,
            rng: fastrand::Rng::with_seed(seed),
            failures: 0,
            flaps: 0,
            outage_since: None,
        }
    }

    /// The wait before the next attempt; `None` when only a person can help.
    pub(crate) fn after(&mut self, blame: Blame, came: Came, now: Moment) -> Option<Duration> {
        let first = self.outage_since.is_none();
        let outage = now.since(*self.outage_since.get_or_insert(now));
        let outage = self.policy.stretched(outage);
        self.remember(came);
        let own = match blame {
            Blame::Person { again } => return again,
            // What a server asks for is never cut short, and a little added so that not all obey at once.
            Blame::Announced {
                retry_after: Some(wait),
            } => return Some(wait.saturating_add(self.up_to(wait / 10))),
            Blame::Announced { retry_after: None } | Blame::Endpoint if self.flaps > 0 => {
                let wait = FLAP_WAIT_MAX.min(doubled(FLAP_STEP, self.flaps));
                wait / 2 + self.up_to(wait / 2)
            }
            // The next one is longer already: a herd that was refused together must not be back together.
            Blame::Announced { retry_after: None } if first => {
                self.failures = self.failures.saturating_add(1);
                self.up_to(ANNOUNCED_WAIT_MAX)
            }
            Blame::Endpoint if first => {
                self.failures = self.failures.saturating_add(1);
                self.up_to(FIRST_WAIT_MAX)
            }
            Blame::Local => LOCAL_WAIT,
            Blame::Announced { retry_after: None } | Blame::Endpoint => {
                let most = cap(outage).min(doubled(WAIT_STEP, self.failures));
                self.failures = self.failures.saturating_add(1);
                WAIT_MIN + self.up_to(most)
            }
        };
        Some(self.policy.shortened(own))
    }

    /// A server that is about to go tells everybody at once: how long to wait
    /// before looking for the one that takes its place, of the time that is left.
    pub(crate) fn before_following(&mut self, left: Duration) -> Duration {
        self.up_to(self.policy.shortened(ANNOUNCED_WAIT_MAX).min(left / 2))
    }

    /// The connection has shown that it works.
    pub(crate) const fn healthy(&mut self) {
        self.failures = 0;
        self.outage_since = None;
    }

    /// A connection is over, whatever is done about it.
    pub(crate) fn remember(&mut self, came: Came) {
        match came {
            Came::Nowhere => {}
            Came::Up => self.flaps = self.flaps.saturating_add(1),
            Came::Healthy { for_ } => {
                let forgiven = self.policy.stretched(for_).as_secs() / FLAP_FORGIVEN_AFTER.as_secs();
                self.flaps = self
                    .flaps
                    .saturating_sub(u32::try_from(forgiven).unwrap_or(u32::MAX));
            }
        }
    }

    pub(crate) fn up_to(&mut self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.rng.u64(0..=most))
    }
}

/// Impatient while a person may still be watching, patient after ten minutes.
fn cap(outage: Duration) -> Duration {
    match outage.as_secs() {
        0..60 => Duration::from_secs(5),
        60..600 => Duration::from_secs(15),
        600.. => Duration::from_secs(60),
    }
}

fn doubled(step: Duration, times: u32) -> Duration {
    // 2^20 steps are more than any cap.
    step.saturating_mul(1 << times.min(20))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn a_first_unannounced_loss_is_retried_within_half_a_second() {
        for seed in 0..1_000 {
            let mut backoff = Backoff::new(Policy::default(), seed);
            let came = Came::Healthy {
                for_: Duration::from_secs(60),
            };
            assert!(backoff.after(Blame::Endpoint, came, at(9)).unwrap() <= FIRST_WAIT_MAX);
        }
    }

    #[test]
    fn a_server_that_accepts_and_then_drops_is_dialed_at_most_eight_times_in_a_minute() {
        for seed in 0..1_000 {
            let mut backoff = Backoff::new(Policy::default(), seed);
            let mut now = Duration::ZERO;
            let mut dials = 1;
            loop {
                let came_up = Moment::after_start(now);
                now += backoff.after(Blame::Endpoint, Came::Up, came_up).unwrap();
                if now > Duration::from_secs(60) {
                    break;
                }
                dials += 1;
            }
            assert!(dials <= 8, "{dials} dials with seed {seed}");
        }
    }

    #[test]
    fn what_a_server_asks_for_is_never_cut_short() {
        let wait = Duration::from_secs(30);
        for seed in 0..100 {
            let after = Backoff::new(Policy::default(), seed)
                .after(
                    Blame::Announced {
                        retry_after: Some(wait),
                    },
                    Came::Nowhere,
                    at(0),
                )
                .unwrap();
            assert!(after >= wait && after <= wait + wait / 10, "{after:?}");
        }
    }

    #[test]
    fn only_a_healthy_connection_makes_it_forget() {
        let mut backoff = Backoff::new(Policy::default(), 1);
        for second in 0..20 {
            backoff.after(Blame::Endpoint, Came::Nowhere, at(second));
        }
        assert_eq!(backoff.failures, 20);
        backoff.after(Blame::Endpoint, Came::Up, at(21));
        assert_eq!(
            backoff.failures, 20,
            "a connection that only came up proves nothing"
        );
        backoff.healthy();
        assert_eq!(backoff.failures, 0);
    }

    proptest! {
        #[test]
        fn no_wait_after_the_first_is_too_short_or_too_long(
            seed: u64,
            failures: u32,
            flaps in 0u32..=1,
            outage in 0u64..1_000_000,
        ) {
            let mut backoff = Backoff { policy: Policy::default(), rng: fastrand::Rng::with_seed(seed), failures, flaps: flaps * failures, outage_since: Some(at(0)) };
            for blame in [Blame::Endpoint, Blame::Announced { retry_after: None }, Blame::Local] {
                let wait = backoff.after(blame, Came::Nowhere, at(outage)).unwrap();
                prop_assert!(wait >= WAIT_MIN, "{:?}", wait);
                prop_assert!(wait <= Duration::from_secs(66), "{:?}", wait);
            }
        }
    }
}
