//! The simulated market: a seed and a stretch of time give the same events on
//! every system.
//!
//! The server asks it to advance and owns the clock. Moods, sectors, halts and
//! calendars have their place here, between the listings and their courses.
//!
//! - `listing`: the instruments that exist
//! - `course`: how the price of one of them moves
//! - `random`: the numbers that move it

mod course;
mod listing;
mod random;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use model::{Instrument, SessionChange, Snapshot, Symbol, Tick};

use course::Course;
use listing::LISTINGS;

/// Trades and quotes a second of the whole market: each symbol of a watchlist
/// moves two to eight times a second, which looks alive and can still be read.
pub const RATE_DEFAULT: u32 = 60;
/// More than any feed of stocks sends outside of its worst second.
pub const RATE_MAX: u32 = 200_000;

/// Every symbol that is traded here, in the order a first watchlist shows them.
pub fn default_symbols() -> Vec<Symbol> {
    LISTINGS
        .iter()
        .map(|listing| Symbol::new(listing.symbol))
        .collect()
}

/// One line of the market's tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeEntry {
    /// The place of its instrument in the list of all.
    pub listing: usize,
    /// Counts from 1, per instrument, without a hole.
    pub seq: u64,
    pub event: TapeEvent,
}

/// What happens to an instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TapeEvent {
    Tick(Tick),
    Session(SessionChange),
}

#[derive(Debug)]
pub struct History;
impl History {
    pub fn bars(
        &self,
        _l: usize,
        _i: Interval,
        _f: Option<DateTime<Utc>>,
        _t: DateTime<Utc>,
        _n: usize,
    ) -> Vec<model::Candle> {
        Vec::new()
    }
}
#[derive(Clone, Copy, Debug)]
pub enum Interval {
    Second,
    Minute,
}
impl Interval {
    pub const ALL: [Self; 2] = [Self::Second, Self::Minute];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Second => "1s",
            Self::Minute => "1m",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|i| i.as_str() == word)
    }
}

/// All instruments, and whose turn it is.
#[derive(Debug)]
pub struct Market {
    now: DateTime<Utc>,
    courses: Vec<Course>,
    /// The moment at which each instrument moves next.
    due: BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
}

impl Market {
    /// `rate` is the number of ticks a second of all instruments together.
    pub fn new(seed: u64, start: DateTime<Utc>, rate: u32) -> Self {
        let usual: f64 = LISTINGS.iter().map(|listing| listing.activity).sum();
        let factor = f64::from(rate.clamp(1, RATE_MAX)) / usual;
        let mut courses: Vec<_> = LISTINGS
            .iter()
            .map(|listing| Course::open(listing, seed, start, factor))
            .collect();
        let due = first_turns(start, &mut courses);
        Self {
            now: start,
            courses,
            due,
        }
    }

    /// The moment up to which everything has happened.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The moment of the next event.
    pub fn next_at(&self) -> DateTime<Utc> {
        self.due.peek().map_or(self.now, |Reverse((at, _))| *at)
    }

    /// Lets everything happen up to and including `until`, in order of time.
    ///
    /// The steps do not matter: a hundred short ones give the same events as a long one.
    pub fn advance(&mut self, until: DateTime<Utc>, tape: &mut Vec<TapeEntry>) {
        while let Some(mut turn) = self.due.peek_mut() {
            let Reverse((at, listing)) = *turn;
            if at > until {
                break;
            }
            let course = &mut self.courses[listing];
            let tick = course.tick(at);
            tape.push(TapeEntry {
                listing,
                seq: course.seq(),
                event: TapeEvent::Tick(tick),
            });
            *turn = Reverse((at + course.pause(), listing));
        }
        self.now = self.now.max(until);
    }

    /// Passes over a stretch in which the venue was not running, as after a
    /// machine slept: nothing is traded in it, and prices go on from where they
    /// would have drifted to.
    pub fn rest(&mut self, until: DateTime<Utc>) {
        self.now = self.now.max(until);
        self.due = first_turns(self.now, &mut self.courses);
    }

    /// The place of a symbol, if it is traded here.
    pub fn find(&self, symbol: &str) -> Option<usize> {
        LISTINGS.iter().position(|listing| listing.symbol == symbol)
    }

    pub fn search(&self, _text: &str, _limit: usize) -> Vec<usize> {
        Vec::new()
    }
    pub fn history(&self) -> std::sync::Arc<History> {
        std::sync::Arc::new(History)
    }

    /// How many instruments there are.
    pub fn len(&self) -> usize {
        self.courses.len()
    }

    pub fn is_empty(&self) -> bool {
        self.courses.is_empty()
    }

    /// The symbol at a place that [`Market::find`] or the tape has named.
    pub fn symbol(&self, listing: usize) -> &'static str {
        self.courses[listing].listing().symbol
    }

    pub fn instrument(&self, listing: usize) -> Instrument {
        self.courses[listing].listing().instrument()
    }

    /// The last number given, and what is true since then.
    pub fn snapshot(&self, listing: usize) -> (u64, Snapshot) {
        let course = &self.courses[listing];
        (course.seq(), course.snapshot())
    }
}

fn first_turns(start: DateTime<Utc>, courses: &mut [Course]) -> BinaryHeap<Reverse<(DateTime<Utc>, usize)>> {
    courses
        .iter_mut()
        .enumerate()
        .map(|(listing, course)| Reverse((start + course.pause(), listing)))
        .collect()
}

/// Whole nanoseconds, so that no rounding differs between systems.
fn nanoseconds(seconds: f64) -> TimeDelta {
    TimeDelta::from_std(Duration::from_nanos((seconds * 1e9) as u64)).unwrap_or(TimeDelta::MAX)
}
