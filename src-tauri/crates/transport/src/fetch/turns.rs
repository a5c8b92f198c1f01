//! When a server may be asked again, by whoever asks it: one log for every line
//! of one feed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Questions that leave so far apart may arrive a little closer together.
const SLACK: u32 = 10;

/// How often is kept by a log of those that were put, so that several may go at
/// once after a pause.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    times: usize,
    within: Duration,
    log: Arc<Mutex<Log>>,
}

#[derive(Debug, Default)]
struct Log {
    /// Those of the present stretch, the oldest first.
    taken: VecDeque<Instant>,
    last: Option<Instant>,
}

impl Default for Turns {
    /// As often as one likes.
    fn default() -> Self {
        Self::new(u32::MAX, Duration::ZERO)
    }
}

impl Turns {
    pub(crate) fn new(times: u32, within: Duration) -> Self {
        Self {
            times: usize::try_from(times.max(1)).unwrap_or(usize::MAX),
            within: within + within / SLACK,
            log: Arc::default(),
        }
    }

    /// How far apart the questions of one round are: that far, or as near as the
    /// server allows where it says how often it may be asked.
    pub(crate) fn spacing(&self, most: Duration) -> Duration {
        if self.within.is_zero() {
            return most;
        }
        let times = u32::try_from(self.times).unwrap_or(u32::MAX);
        most.min(self.within / times)
    }

    /// How long so many questions must be apart from the same ones again, so that
    /// they can go on like that.
    pub(crate) fn round(&self, questions: usize) -> Duration {
        let times = u32::try_from(self.times).unwrap_or(u32::MAX);
        let questions = u32::try_from(questions).unwrap_or(u32::MAX);
        self.within.saturating_mul(questions) / times
    }

    /// Waits for the next turn and takes it. Nothing is taken by who does not wait for it.
    pub(crate) async fn wait(&self, spacing: Duration) {
        while let Err(free_at) = self.take(spacing, Instant::now()) {
            sleep_until(free_at).await;
        }
    }

    fn take(&self, spacing: Duration, now: Instant) -> Result<(), Instant> {
        let mut log = self.locked();
        while log
            .taken
            .front()
            .is_some_and(|oldest| now.duration_since(*oldest) >= self.within)
        {
            log.taken.pop_front();
        }
        let spaced = log.last.map_or(now, |last| last + spacing);
        let over = log.taken.len().checked_sub(self.times);
        let room = over.and_then(|over| log.taken.get(over));
        let free_at = room.map_or(now, |oldest| *oldest + self.within).max(spaced);
        if free_at > now {
            return Err(free_at);
        }
        log.last = Some(now);
        log.taken.push_back(now);
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn some_may_go_at_once_and_then_there_is_a_pause() {
        let turns = Turns::new(3, SECOND * 10);
        let began = Instant::now();
        let mut gone = Vec::new();
        for _ in 0..7 {
            turns.clone().wait(SECOND).await;
            gone.push(began.elapsed().as_secs());
        }
        assert_eq!(gone, [0, 1, 2, 11, 12, 13, 22]);
        assert_eq!(turns.spacing(SECOND), SECOND);
        assert_eq!(turns.round(6), SECOND * 22, "and then evenly");
        assert_eq!(Turns::default().round(6), Duration::ZERO);
        assert_eq!(Turns::new(10, SECOND).spacing(SECOND), SECOND * 11 / 100);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_only_the_spacing_holds() {
        let turns = Turns::default();
        let began = Instant::now();
        for _ in 0..1_000 {
            turns.wait(Duration::ZERO).await;
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert!(turns.locked().taken.len() <= 1, "and nothing is kept of them");
        turns.wait(SECOND).await;
        assert_eq!(began.elapsed(), SECOND);
    }

    proptest! {
        #[test]
        fn no_stretch_has_more_than_it_may(times in 1u32..12, pauses in prop::collection::vec(0u64..3_000, 1..60)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let turns = Turns::new(times, SECOND);
                let mut gone = Vec::new();
                for pause in pauses {
                    advance(Duration::from_millis(pause)).await;
                    turns.wait(Duration::from_millis(20)).await;
                    gone.push(Instant::now());
                }
                for (at, first) in gone.iter().enumerate() {
                    let within = gone[at..].iter().filter(|at| at.duration_since(*first) <= SECOND).count();
                    assert!(within <= times as usize, "{within} in a second");
                }
            });
        }
    }
}
