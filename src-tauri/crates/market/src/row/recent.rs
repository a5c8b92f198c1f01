//! The trades of a moment ago, kept so that a venue can take one back.
//!
//! They stand in two blocks, and before each stands what was true then. When the
//! newer one is full it becomes the older, and what was the older is given up:
//! so the last 32 to 64 trades are known, and everything else about them can be
//! worked out again.

use chrono::{DateTime, Utc};
use model::{Price, Size, Timeframe, Trade, TradeId};

use super::Last;
use crate::series::Marked;

/// Venues take back within seconds, and an active stock trades some ten times in one. Two blocks
/// of so many cost a row some 11 KB, and only where trades have names and are not final.
const BLOCK: usize = 32;

#[derive(Debug)]
pub(super) struct Recent {
    pub(super) older: Block,
    pub(super) newer: Block,
}

#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) before: Before,
    pub(super) trades: Vec<Told>,
}

/// What was true before the first trade of a block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    pub(super) last: Option<Last>,
    pub(super) trade_time: Option<DateTime<Utc>>,
    pub(super) high: Option<Price>,
    pub(super) low: Option<Price>,
    pub(super) volume: Option<Size>,
    pub(super) second: Option<Marked>,
    pub(super) minute: Option<Marked>,
}

/// A trade as it was told, in the order in which it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) trade: Trade,
    /// When it happened, where the venue's time for it can be.
    pub(super) time: Option<DateTime<Utc>>,
    /// Where in its candles it belongs.
    pub(super) when: DateTime<Utc>,
    pub(super) received: DateTime<Utc>,
    /// Whether the venue has since stated a price, or figures of the day, that
    /// stand for themselves.
    pub(super) settled: Settled,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settled {
    pub(super) price: bool,
    pub(super) range: bool,
    pub(super) volume: bool,
}

impl Recent {
    pub(super) fn new() -> Self {
        let block = || Block {
            before: Before::default(),
            trades: Vec::with_capacity(BLOCK),
        };
        Self {
            older: block(),
            newer: block(),
        }
    }

    /// Whether the next trade begins a block, which wants to know what is true before it.
    #[inline]
    pub(super) fn begins_block(&self) -> bool {
        self.newer.trades.is_empty() || self.newer.trades.len() == BLOCK
    }

    pub(super) fn begin_block(&mut self, before: Before) {
        if !self.newer.trades.is_empty() {
            std::mem::swap(&mut self.older, &mut self.newer);
            self.newer.trades.clear();
        }
        self.newer.before = before;
    }

    pub(super) fn find(&self, id: TradeId) -> Option<usize> {
        // The newest of that name: a venue may begin to count again.
        let is_it = |told: &Told| told.trade.id == Some(id);
        let older = self.older.trades.len();
        let newer = self.newer.trades.iter().rposition(is_it).map(|at| older + at);
        newer.or_else(|| self.older.trades.iter().rposition(is_it))
    }

    /// From the oldest on.
    pub(super) fn trades(&self) -> impl Iterator<Item = &Told> {
        self.older.trades.iter().chain(&self.newer.trades)
    }

    pub(super) fn trades_mut(&mut self) -> impl Iterator<Item = &mut Told> {
        self.older.trades.iter_mut().chain(&mut self.newer.trades)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Told> {
        self.trades().nth(at)
    }

    pub(super) fn is_in_older(&self, at: usize) -> bool {
        at < self.older.trades.len()
    }

    /// Puts another in its place, or nothing.
    pub(super) fn replace(&mut self, at: usize, instead: Option<Told>) {
        let older = self.older.trades.len();
        let (block, at) = match at.checked_sub(older) {
            None => (&mut self.older, at),
            Some(at) => (&mut self.newer, at),
        };
        match instead {
            Some(told) => {
                if let Some(place) = block.trades.get_mut(at) {
                    *place = told;
                }
            }
            None if at < block.trades.len() => {
                block.trades.remove(at);
            }
            None => {}
        }
    }

    /// What was true before the first of them.
    pub(super) fn before(&self) -> &Before {
        if self.older.trades.is_empty() {
            &self.newer.before
        } else {
            &self.older.before
        }
    }
}

impl Before {
    pub(super) const fn candle(&self, timeframe: Timeframe) -> Option<&Marked> {
        match timeframe {
            Timeframe::Second => self.second.as_ref(),
            Timeframe::Minute => self.minute.as_ref(),
        }
    }

    pub(super) const fn candle_mut(&mut self, timeframe: Timeframe) -> &mut Option<Marked> {
        match timeframe {
            Timeframe::Second => &mut self.second,
            Timeframe::Minute => &mut self.minute,
        }
    }
}
