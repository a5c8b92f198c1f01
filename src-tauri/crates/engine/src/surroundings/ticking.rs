//! Looks every second, where nobody says when to look.

use std::time::Duration;

use feed::Disturbance;
use tokio::time::{Instant, sleep_until};

use super::routes::Routes;
use super::sleep::SleepClock;

/// A person who has opened the lid looks at a price within a few seconds.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// No computer that is awake keeps a timer back for so long.
const SO_LATE_IT_SLEPT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Ticking {
    sleep: SleepClock,
    look: fn() -> Routes,
    routes: Routes,
    next: Instant,
}

impl Ticking {
    pub(super) fn start() -> Self {
        Self::looking(SleepClock::start(), Routes::look)
    }

    fn looking(sleep: SleepClock, look: fn() -> Routes) -> Self {
        Self {
            sleep,
            look,
            routes: look(),
            next: Instant::now() + LOOK_EVERY,
        }
    }

    pub(super) async fn next(&mut self) -> Disturbance {
        loop {
            sleep_until(self.next).await;
            let late = self.next.elapsed();
            self.next = Instant::now() + LOOK_EVERY;
            let slept = self.sleep.slept();
            if let Some(slept) = slept.or(Some(late).filter(|late| *late >= SO_LATE_IT_SLEPT)) {
                return Disturbance::Woke { slept };
            }
            let routes = (self.look)();
            if routes != self.routes {
                self.routes = routes;
                return Disturbance::NetworkChanged;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio::time::{advance, timeout};

    use super::*;
    use crate::surroundings::sleep::Reading;

    thread_local! {
        static SLEPT: Cell<Duration> = const { Cell::new(Duration::ZERO) };
        static NETWORK: Cell<Option<Routes>> = const { Cell::new(None) };
    }

    fn ticking() -> Ticking {
        NETWORK.set(Some(Routes::look()));
        let clocks = || {
            Some(Reading {
                going: SLEPT.get(),
                standing: Duration::ZERO,
            })
        };
        Ticking::looking(SleepClock::reading(clocks), || NETWORK.get().unwrap())
    }

    async fn hears(ticking: &mut Ticking, within: Duration) -> Option<Disturbance> {
        timeout(within, ticking.next()).await.ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_wake_is_found_within_a_second_and_told_once() {
        let mut ticking = ticking();
        assert_eq!(hears(&mut ticking, Duration::from_secs(3_600)).await, None);
        SLEPT.set(Duration::from_secs(60));
        let woke = Disturbance::Woke {
            slept: Duration::from_secs(60),
        };
        assert_eq!(hears(&mut ticking, LOOK_EVERY).await, Some(woke));
        assert_eq!(hears(&mut ticking, Duration::from_secs(3_600)).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn where_no_clock_tells_a_timer_that_is_much_too_late_does() {
        let mut ticking = ticking();
        advance(Duration::from_secs(31)).await;
        let woke = Disturbance::Woke {
            slept: Duration::from_secs(30),
        };
        assert_eq!(hears(&mut ticking, LOOK_EVERY).await, Some(woke));
        advance(Duration::from_secs(3)).await;
        assert_eq!(hears(&mut ticking, LOOK_EVERY).await, None, "a busy machine");
    }
}
