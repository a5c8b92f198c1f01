//! Candles of one symbol and timeframe, made from trades.

mod fill;
mod marked;
#[cfg(test)]
mod tests;
mod unheard;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use model::{Timeframe, Trade};

use crate::Revision;
use unheard::Unheard;

pub(crate) use marked::add;
pub use marked::{Marked, Origin};

/// An hour of seconds; what lies further back belongs to the history.
const SECONDS_KEPT: usize = 3_600;
/// A day of minutes.
const MINUTES_KEPT: usize = 1_440;
/// Candles that memory is asked for at a time.
const GROWTH: usize = 240;

/// A bounded run of candles, oldest first, with no two of the same start.
#[derive(Debug)]
pub struct Series {
    timeframe: Timeframe,
    candles: VecDeque<Marked>,
    begun: Revision,
    unheard: Unheard,
    /// Whether somebody has asked for all of its past.
    asked: bool,
}

impl Series {
    pub(crate) fn new(timeframe: Timeframe) -> Self {
        Self {
            timeframe,
            candles: VecDeque::new(),
            begun: Revision(0),
            unheard: Unheard::default(),
            asked: false,
        }
    }

    /// A reader that saw it before this revision must forget what it has: the
    /// market's time was turned back, and other candles have taken those places.
    pub const fn begun(&self) -> Revision {
        self.begun
    }

    pub fn is_empty(&self) -> bool {
        self.candles().next().is_none()
    }

    pub fn len(&self) -> usize {
        self.candles().count()
    }

    pub fn candles(&self) -> impl DoubleEndedIterator<Item = &Marked> {
        self.candles.iter().filter(|marked| marked.is_shown())
    }

    /// Those that a reader who has seen `seen` does not know, oldest first.
    pub fn changed_since(&self, seen: Revision) -> impl Iterator<Item = &Marked> {
        self.candles().filter(move |marked| marked.revision > seen)
    }

    /// Puts a trade into the candle of its time, also when that has passed. A
    /// trade from before the oldest candle that is kept changes nothing.
    pub(crate) fn trade(&mut self, time: DateTime<Utc>, trade: &Trade, revision: Revision) {
        let start = self.timeframe.start(time);
        // Nearly always the last one, so look there first.
        let before = match self.candles.back() {
            Some(last) if last.candle.start <= start => self.candles.len().checked_sub(1),
            Some(_) | None => self
                .candles
                .partition_point(|marked| marked.candle.start <= start)
                .checked_sub(1),
        };
        match before.and_then(|index| Some((index, self.candles.get(index)?.candle.start))) {
            Some((index, same)) if same == start => {
                if let Some(marked) = self.candles.get_mut(index) {
                    marked.trade(time, trade, revision);
                }
            }
            Some((index, _)) => self.insert(index + 1, Marked::open(start, time, trade, revision)),
            None if self.candles.len() < self.kept() => {
                self.insert(0, Marked::open(start, time, trade, revision));
            }
            None => {}
        }
    }

    /// The newest one, also where nobody is shown it.
    pub(crate) fn back(&self) -> Option<&Marked> {
        self.candles.back()
    }

    pub(crate) fn at(&self, start: i64) -> Option<&Marked> {
        let index = self
            .candles
            .binary_search_by_key(&start, |marked| marked.candle.start);
        self.candles.get(index.ok()?)
    }

    /// Puts a candle that was made anew in its place, or nothing where none is left.
    pub(crate) fn put(&mut self, start: i64, candle: Option<Marked>, revision: Revision) {
        let place = self
            .candles
            .binary_search_by_key(&start, |marked| marked.candle.start);
        let was_shown = self.at(start).is_some_and(Marked::is_shown);
        if was_shown && !candle.as_ref().is_some_and(Marked::is_shown) {
            // Who reads only what has changed would keep it for ever.
            self.begun = revision;
        }
        match (place, candle) {
            (Ok(index), Some(mut candle)) => {
                candle.origin = self.candles[index].origin;
                self.candles[index] = candle;
            }
            (Ok(index), None) => {
                self.candles.remove(index);
            }
            (Err(0), Some(_)) if self.candles.len() >= self.kept() => {}
            (Err(index), Some(candle)) => self.insert(index, candle),
            (Err(_), None) => {}
        }
    }

    pub(crate) fn begin_anew(&mut self, revision: Revision) {
        self.candles.clear();
        self.unheard = Unheard::default();
        self.asked = false;
        self.begun = revision;
    }

    fn insert(&mut self, index: usize, mut marked: Marked) {
        if self.unheard.has(marked.candle.start) {
            marked.tear(marked.revision);
        }
        // Doubling would keep up to twice the memory that is ever used.
        if self.candles.len() == self.candles.capacity() {
            let missing = (self.kept() + 1).saturating_sub(self.candles.len());
            self.candles.reserve_exact(missing.min(GROWTH));
        }
        self.candles.insert(index, marked);
        if self.candles.len() > self.kept() {
            self.candles.pop_front();
        }
    }

    const fn kept(&self) -> usize {
        match self.timeframe {
            Timeframe::Second => SECONDS_KEPT,
            Timeframe::Minute => MINUTES_KEPT,
        }
    }
}
