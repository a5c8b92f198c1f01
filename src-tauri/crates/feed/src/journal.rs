//! What has befallen a feed, in bounded memory: for a report, and for a person
//! who asks what happened lately.
//!
//! The [`Clerk`] sits with the supervisor and writes; everybody else reads a
//! copy. What is written for every burst stays with the clerk, and the lock
//! between the two is held only to push one line or to take the copy, so the
//! network's task never waits for a reader's work. `log` is the same for whoever
//! watches it happen.

mod attempt;
mod clerk;
mod histogram;
mod log;
#[cfg(test)]
mod tests;
mod transition;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub(crate) use clerk::Clerk;
pub use histogram::Histogram;
pub use log::{Entry, Happening, Log};
pub use transition::Transition;

use crate::cause::LossCause;

/// Some hours of a feed that flaps, and months of one that does not.
const TRANSITIONS_MAX: usize = 512;

/// One feed's, since it was opened.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    transitions: VecDeque<Arc<Transition>>,
    pub counts: Counts,
    times: [Histogram; Measure::ALL.len()],
}

/// How often something has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Changes of state, also those that the journal has no room for any more.
    pub transitions: u64,
    pub attempts: u64,
    /// Attempts and connections that came to an end by themselves, by cause.
    pub failures: BTreeMap<LossCause, u64>,
    pub climbs_made: u64,
    pub climbs_failed: u64,
    /// Connections that were followed by another before they ended.
    pub followed: u64,
    /// Waits that were kept although there was a reason to dial, for the venue's sake.
    pub dials_held_back: u64,
    /// Timers that ran a second late or more.
    pub timers_late: u64,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    Dns,
    Tcp,
    Proxy,
    Tls,
    Upgrade,
    /// From the connection to the last answer for a symbol.
    Subscribe,
    /// From the order to dial to the first word about a price.
    FirstTick,
    RoundTrip,
    /// Silences of a second or longer.
    Silence,
    /// How long a dead or mute connection was silent until it was given up.
    Detection,
}

impl Measure {
    pub const ALL: [Self; 10] = [
        Self::Dns,
        Self::Tcp,
        Self::Proxy,
        Self::Tls,
        Self::Upgrade,
        Self::Subscribe,
        Self::FirstTick,
        Self::RoundTrip,
        Self::Silence,
        Self::Detection,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Upgrade => "upgrade",
            Self::Subscribe => "subscribe",
            Self::FirstTick => "first_tick",
            Self::RoundTrip => "round_trip",
            Self::Silence => "silence",
            Self::Detection => "detection",
        }
    }
}

impl Journal {
    /// The last of them, the oldest first.
    pub fn transitions(&self) -> impl DoubleEndedIterator<Item = &Transition> + ExactSizeIterator {
        self.transitions.iter().map(AsRef::as_ref)
    }

    pub const fn times(&self, measure: Measure) -> &Histogram {
        &self.times[measure as usize]
    }

    pub(crate) const fn times_mut(&mut self, measure: Measure) -> &mut Histogram {
        &mut self.times[measure as usize]
    }

    pub(crate) fn push(&mut self, transition: Transition) {
        if self.transitions.len() == TRANSITIONS_MAX {
            self.transitions.pop_front();
        }
        self.transitions.push_back(Arc::new(transition));
        self.counts.transitions += 1;
    }
}
