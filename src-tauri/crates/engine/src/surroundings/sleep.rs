//! Has the computer slept?

use std::time::Duration;

/// Clocks are read one after the other, and the kernel may do something else in between.
const NOTICEABLE: Duration = Duration::from_millis(500);

/// Compares a clock that stands still while the computer sleeps with one that goes on.
#[derive(Debug)]
pub(super) struct SleepClock {
    read: fn() -> Option<Reading>,
    /// How far the one was ahead of the other when we looked last.
    ahead: Option<Duration>,
}

/// Both clocks at one moment, from a start of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Goes on while the computer sleeps.
    pub(super) going: Duration,
    /// Stands still.
    pub(super) standing: Duration,
}

impl SleepClock {
    pub(super) fn start() -> Self {
        Self::reading(read)
    }

    pub(super) fn reading(read: fn() -> Option<Reading>) -> Self {
        let mut clock = Self { read, ahead: None };
        clock.slept();
        clock
    }

    /// How long it has slept since this was last asked, if it has.
    pub(super) fn slept(&mut self) -> Option<Duration> {
        let Reading { going, standing } = (self.read)()?;
        // Who started first makes no difference: only the change counts.
        let ahead = (going + START).saturating_sub(standing);
        let before = self.ahead.replace(ahead)?;
        Some(ahead.saturating_sub(before)).filter(|slept| *slept >= NOTICEABLE)
    }
}

/// More than any clock can be behind the other.
const START: Duration = Duration::from_secs(1 << 40);

#[cfg(target_os = "linux")]
fn read() -> Option<Reading> {
    use rustix::time::{ClockId, clock_gettime};
    let at = |clock| Duration::try_from(clock_gettime(clock)).ok();
    Some(Reading {
        going: at(ClockId::Boottime)?,
        standing: at(ClockId::Monotonic)?,
    })
}

/// There the monotonic clock goes on, and the one of the standard library, which
/// is `CLOCK_UPTIME_RAW`, stands still.
#[cfg(target_os = "macos")]
fn read() -> Option<Reading> {
    use std::sync::LazyLock;
    use std::time::Instant;

    use rustix::time::{ClockId, clock_gettime};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let standing = START.elapsed();
    Some(Reading {
        going: Duration::try_from(clock_gettime(ClockId::Monotonic)).ok()?,
        standing,
    })
}

/// Elsewhere the only clock at hand goes on, so a sleep shows as a timer that is late.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn read() -> Option<Reading> {
    None
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static SHOWN: Cell<Option<(u64, u64)>> = const { Cell::new(None) };
    }

    fn shown() -> Option<Reading> {
        SHOWN.get().map(|(going, standing)| Reading {
            going: Duration::from_millis(going),
            standing: Duration::from_millis(standing),
        })
    }

    #[test]
    fn a_sleep_is_what_one_clock_has_and_the_other_has_not() {
        SHOWN.set(Some((5_000, 90_000)));
        let mut clock = SleepClock::reading(shown);
        SHOWN.set(Some((6_000, 91_000)));
        assert_eq!(clock.slept(), None);
        SHOWN.set(Some((67_200, 92_200)));
        assert_eq!(clock.slept(), Some(Duration::from_secs(60)));
        SHOWN.set(Some((68_200, 93_200)));
        assert_eq!(clock.slept(), None, "told once");
    }

    #[test]
    fn clocks_that_were_read_one_after_the_other_are_no_sleep() {
        SHOWN.set(Some((1_000, 1_000)));
        let mut clock = SleepClock::reading(shown);
        for second in 2..100 {
            let late = if second % 2 == 0 { 400 } else { 0 };
            SHOWN.set(Some((second * 1_000 + late, second * 1_000)));
            assert_eq!(clock.slept(), None, "second {second}");
        }
    }

    #[test]
    fn this_computer_has_not_slept_since_a_moment_ago() {
        assert_eq!(SleepClock::start().slept(), None);
    }
}
