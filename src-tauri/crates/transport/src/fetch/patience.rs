//! How long an answer is waited for whose like have come before.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::RoundTrip;

/// Of the first one nothing is known: the server may have to wake up for it.
const FIRST: Duration = Duration::from_secs(10);
/// With the pause before the question, a dead line is found by then.
const FOUND_WITHIN: Duration = Duration::from_secs(7);

/// A timer that is so late was kept back by a machine that slept or was busy,
/// and so, perhaps, was the answer that it waits for.
const LATE: Duration = Duration::from_secs(1);
/// What such an answer is given on top.
const GRACE: Duration = Duration::from_secs(1);

/// What comes of the work, unless it takes longer than that.
pub(super) async fn in_time<T>(wait: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut due = Instant::now() + wait;
    loop {
        if let Ok(done) = timeout_at(due, work.as_mut()).await {
            return Some(done);
        }
        if due.elapsed() < LATE {
            return None;
        }
        due = Instant::now() + GRACE;
    }
}

/// What is known of a server's round trips, by whichever course.
#[derive(Clone, Debug, Default)]
pub(super) struct Patience(Arc<Mutex<RoundTrip>>);

impl Patience {
    /// For the head of an answer to a question that came behind such a pause.
    pub(super) fn wait(&self, pause: Duration) -> Duration {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = FOUND_WITHIN.saturating_sub(pause).max(RoundTrip::WAIT_MIN);
        known.wait().map_or(FIRST, |wait| wait.min(most))
    }

    /// So long one has taken.
    pub(super) fn learn(&self, took: Duration) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.learn(took);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn known(took: &[u64]) -> Patience {
        let patience = Patience::default();
        for took in took {
            patience.learn(millis(*took));
        }
        patience
    }

    #[test]
    fn the_first_answer_has_time_and_those_behind_it_as_much_as_the_way_is_long() {
        let second = millis(1_000);
        assert_eq!(known(&[]).wait(second), millis(10_000));
        assert_eq!(known(&[1]).wait(second), millis(2_000));
        assert_eq!(known(&[700]).wait(second), millis(2_800));
        assert_eq!(known(&[9_000]).wait(second), millis(5_000));
        assert_eq!(
            known(&[100, 900]).wait(second),
            millis(2_000),
            "one odd round trip"
        );
    }

    #[test]
    fn a_dead_line_is_found_soon_however_seldom_the_server_is_asked() {
        for pause in 0..=5_000 {
            let pause = millis(pause);
            for took in [1, 600, 3_000] {
                assert!(pause + known(&[took]).wait(pause) <= FOUND_WITHIN);
            }
        }
        // Who is asked every ten seconds has two, as anybody else.
        assert_eq!(known(&[3_000]).wait(millis(10_000)), RoundTrip::WAIT_MIN);
    }
}
