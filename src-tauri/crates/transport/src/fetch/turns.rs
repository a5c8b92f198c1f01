//! When a server may be asked again, by whoever asks it: one log for every line
//! of one feed, and behind it what several feeds have in common.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::{Allowance, Answered, Loss};

/// Questions that leave so far apart may arrive a little closer together.
const SLACK: u32 = 10;

/// What has not been asked yet is somebody's first price: who waits longer for that
/// wants to read why.
const FIRST_WAIT_MAX: Duration = Duration::from_secs(10);
/// So long at most where that is its pace.
const SELDOM_WAIT_MAX: Duration = Duration::from_secs(300);
/// The same where prices have come, and nothing is left for the next ones.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// What holds it back may be over sooner than it was thought.
const LOOKS_APART: Duration = Duration::from_secs(30);

/// Whether somebody waits for a first answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    First,
    Again,
}

/// How often is kept by a log of those that were put, so that several may go at
/// once after a pause.
#[derive(Clone)]
pub(crate) struct Turns {
    times: usize,
    within: Duration,
    log: Arc<Mutex<Log>>,
    shared: Option<Arc<dyn Allowance>>,
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
            shared: None,
        }
    }

    /// Besides, all of these ask only as often as that allows.
    pub(crate) fn sharing(mut self, allowance: Arc<dyn Allowance>) -> Self {
        self.shared = Some(allowance);
        self
    }

    /// Waits for the next turn for this path and takes it; a loss where that is too far away.
    pub(super) async fn turn(&self, path: &str, spacing: Duration, asks: Asks) -> Result<(), Loss> {
        loop {
            self.wait_until_free(spacing).await;
            let not_yet = match self.shared.as_ref().map(|shared| shared.take(path)) {
                None | Some(Ok(())) => {
                    self.note(Instant::now());
                    return Ok(());
                }
                Some(Err(not_yet)) => not_yet,
            };
            let too_long = match asks {
                Asks::First if not_yet.spent => not_yet.wait > FIRST_WAIT_MAX,
                Asks::First => not_yet.wait > self.first_wait_max(),
                Asks::Again => not_yet.spent && not_yet.wait > WAIT_MAX,
            };
            if too_long {
                return Err(Loss::Spent {
                    again: not_yet.wait,
                    why: not_yet.why,
                });
            }
            sleep(not_yet.wait.min(LOOKS_APART)).await;
        }
    }

    /// Whoever is asked seldom is known to let a first question wait.
    fn first_wait_max(&self) -> Duration {
        self.within.clamp(FIRST_WAIT_MAX, SELDOM_WAIT_MAX)
    }

    pub(super) fn take_ping(&self) -> bool {
        self.shared.as_ref().is_none_or(|shared| shared.take_ping())
    }

    pub(super) fn heard(&self, answered: &Answered<'_>) {
        if let Some(shared) = &self.shared {
            shared.heard(answered);
        }
    }

    pub(crate) fn leave_alone(&self, wait: Duration) {
        if let Some(shared) = &self.shared {
            shared.leave_alone(wait);
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

    async fn wait_until_free(&self, spacing: Duration) {
        while let Some(free_at) = self.free_at(spacing, Instant::now()) {
            sleep_until(free_at).await;
        }
    }

    /// `None` when it is free now.
    fn free_at(&self, spacing: Duration, now: Instant) -> Option<Instant> {
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
        (free_at > now).then_some(free_at)
    }

    fn note(&self, now: Instant) {
        let mut log = self.locked();
        log.last = Some(now);
        log.taken.push_back(now);
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
    use crate::NotYet;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn some_may_go_at_once_and_then_there_is_a_pause() {
        let turns = Turns::new(3, SECOND * 10);
        let began = Instant::now();
        let mut gone = Vec::new();
        for _ in 0..7 {
            turns.clone().turn("/", SECOND, Asks::Again).await.unwrap();
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
            turns.turn("/", Duration::ZERO, Asks::Again).await.unwrap();
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert!(turns.locked().taken.len() <= 1, "and nothing is kept of them");
        turns.turn("/", SECOND, Asks::Again).await.unwrap();
        assert_eq!(began.elapsed(), SECOND);
    }

    /// Says these one after the other, and then that all is well.
    struct Said(Mutex<Vec<NotYet>>, Mutex<Vec<Instant>>);

    impl Allowance for Said {
        fn take(&self, _: &str) -> Result<(), NotYet> {
            self.1.lock().unwrap().push(Instant::now());
            self.0.lock().unwrap().pop().map_or(Ok(()), Err)
        }

        fn take_ping(&self) -> bool {
            false
        }

        fn heard(&self, _: &Answered<'_>) {}

        fn leave_alone(&self, _: Duration) {}
    }

    fn saying(wait: u32, spent: bool) -> (Turns, Arc<Said>) {
        let not_yet = NotYet {
            wait: SECOND * wait,
            spent,
            why: "enough".to_owned(),
        };
        let said = Arc::new(Said(Mutex::new(vec![not_yet]), Mutex::default()));
        let shared = Arc::clone(&said);
        (Turns::default().sharing(shared), said)
    }

    #[tokio::test(start_paused = true)]
    async fn who_must_wait_long_for_a_first_answer_or_has_nothing_left_is_told_so() {
        for (wait, spent, asks, is_told) in [
            (10, true, Asks::First, false),
            (11, false, Asks::First, true),
            (60, true, Asks::Again, false),
            (61, true, Asks::Again, true),
            (900, false, Asks::Again, false),
        ] {
            let (turns, said) = saying(wait, spent);
            let began = Instant::now();
            let turn = turns.turn("/", Duration::ZERO, asks).await;
            if is_told {
                let (again, why) = (SECOND * wait, "enough".to_owned());
                assert_eq!(turn, Err(Loss::Spent { again, why }));
                assert_eq!(began.elapsed(), Duration::ZERO);
            } else {
                assert_eq!(turn, Ok(()));
                let looked: Vec<_> = said.1.lock().unwrap().iter().map(|at| *at - began).collect();
                assert_eq!(looked, [Duration::ZERO, SECOND * wait.min(30)]);
            }
        }
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
                    turns.turn("/", Duration::from_millis(20), Asks::Again).await.unwrap();
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
