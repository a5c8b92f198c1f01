//! What of a series was not heard, and how it is filled from elsewhere.

use std::collections::VecDeque;
use std::ops::Range;

use chrono::{DateTime, Utc};
use model::Candle;

use super::Series;
use super::marked::{Marked, Origin};
use crate::Revision;

impl Series {
    /// Not everything was heard from the one moment to the other.
    pub(crate) fn tear(&mut self, from: DateTime<Utc>, until: DateTime<Utc>, revision: Revision) {
        let from = self.timeframe.start(from.min(until));
        let end = self
            .timeframe
            .start(until)
            .saturating_add(self.timeframe.seconds());
        let stretch = from..end;
        let first = self
            .candles
            .partition_point(|marked| marked.candle.start < stretch.start);
        let torn = self.candles.range_mut(first..);
        torn.take_while(|marked| stretch.contains(&marked.candle.start))
            .for_each(|marked| marked.tear(revision));
        self.unheard.add(stretch);
    }

    /// Stretches of starts in which not everything was heard and nobody was asked yet, oldest first.
    pub fn unheard(&self) -> impl Iterator<Item = Range<i64>> {
        self.unheard.iter()
    }

    /// Whether somebody has asked for what was before.
    pub const fn is_asked(&self) -> bool {
        self.asked
    }

    /// Its past is this stretch, and it is heard since `heard`.
    pub(crate) fn ask(&mut self, stretch: Range<i64>, heard: Option<DateTime<Utc>>) {
        self.asked = true;
        let heard = heard.map_or(stretch.end, |heard| self.timeframe.start(heard));
        self.unheard.add(stretch.start..heard.max(stretch.end));
    }

    /// How many candles it keeps.
    pub const fn room(&self) -> usize {
        self.kept()
    }

    /// Somebody was asked for this stretch, and this is what there is of it, oldest first. What was
    /// heard whole stays, and so does what nobody knows better: it stays torn.
    pub(crate) fn fill(&mut self, stretch: &Range<i64>, candles: &[Candle], revision: Revision) -> usize {
        self.unheard.settle(stretch);
        let told = candles.iter().filter(|candle| stretch.contains(&candle.start));
        let mut told = told.map(|candle| Marked::filled(*candle, revision)).peekable();
        let mut merged = VecDeque::with_capacity(self.candles.len() + candles.len());
        let mut filled = 0_usize;
        for known in self.candles.drain(..) {
            while let Some(before) = told.next_if(|told| told.candle.start < known.candle.start) {
                filled += 1;
                merged.push_back(before);
            }
            let same = told.next_if(|told| told.candle.start == known.candle.start);
            merged.push_back(match (known.origin, same) {
                (Origin::Torn, Some(whole)) => {
                    filled += 1;
                    whole
                }
                (Origin::Heard | Origin::Filled, Some(_)) | (_, None) => known,
            });
        }
        let before = merged.len();
        merged.extend(told);
        filled += merged.len() - before;
        let beyond = merged.len().saturating_sub(self.kept());
        merged.drain(..beyond);
        self.candles = merged;
        self.candles
            .shrink_to(self.kept().min(self.candles.len() + super::GROWTH));
        filled.saturating_sub(beyond)
    }
}
