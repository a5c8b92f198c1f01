//! What was not heard of the rows, and what is put in its place.

use std::ops::Range;

use chrono::DateTime;
use model::{Candle, Received, Timeframe};

use super::{Feed, Market, feed_of, market_time, place};
use crate::hearing::Hearing;
use crate::past::Past;
use crate::row::{Row, RowId};

impl Market {
    /// All that was missed of it follows, so nothing is missing.
    pub fn resumed(&mut self, row: RowId) {
        if let Some(row) = place(&mut self.rows, row) {
            row.hearing.resume();
        }
    }

    /// Not everything came since it was heard last.
    pub fn torn(&mut self, row: RowId, received: Received) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row) {
            let now = market_time(feed_of(&self.feeds, row), received);
            let heard = row.newest_time().unwrap_or(now);
            row.tear(heard.min(now), now, revision);
        }
    }

    /// What is known of asking for its past.
    pub fn set_past(&mut self, row: RowId, past: Past) {
        let revision = self.revision.next();
        if let Some(row) = place(&mut self.rows, row)
            && row.past.as_ref() != Some(&past)
        {
            row.past = Some(past);
            row.revision = revision;
        }
    }

    /// Somebody will ask for all of its past, which is this stretch. What lies between that and the
    /// first that was heard was not heard either.
    pub fn ask_past(&mut self, row: RowId, timeframe: Timeframe, stretch: Range<i64>) {
        if let Some(row) = place(&mut self.rows, row) {
            let asked = DateTime::from_timestamp(stretch.end, 0).unwrap_or(DateTime::UNIX_EPOCH);
            let heard = row.hearing.since_or_missing(asked);
            row.series_mut(timeframe).ask(stretch, heard);
        }
    }

    /// Puts in candles from elsewhere, oldest first, for a stretch of starts. How many it took;
    /// none for a row that is gone.
    pub fn fill(
        &mut self,
        row: RowId,
        timeframe: Timeframe,
        stretch: &Range<i64>,
        candles: &[Candle],
    ) -> usize {
        let revision = self.revision.next();
        place(&mut self.rows, row).map_or(0, |row| {
            row.series_mut(timeframe).fill(stretch, candles, revision)
        })
    }
}

/// A row of a feed that is talked to in another way, or lost.
pub(super) fn listen(row: &mut Row, feed: &Feed, lost: bool, polled: bool, revision: crate::Revision) {
    if lost || polled {
        // By asking again and again states are told, and no trades.
        row.hearing.fall_silent(feed.heard);
        if lost && row.is_polled() {
            row.hearing.cut();
        }
    } else if let (Hearing::Silent { since } | Hearing::Cut { since }, true) = (row.hearing, row.is_polled())
    {
        let now = feed.heard.unwrap_or(since);
        row.hearing.begin(now);
        row.tear(since, now, revision);
    }
}
