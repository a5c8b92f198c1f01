//! How many ticks of each row reached no frame of their own.

use market::{Row, RowId};

use crate::ipc::frame::Counts;

/// It outlives the streams: a page that is loaded again counts on.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By the row's number, which is never given twice.
    rows: Vec<Carried>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Carried {
    ticks: u64,
    merged: u64,
}

impl Ledger {
    /// Called as a row goes into a frame: of the ticks since the frame before,
    /// it carries the last and the others were merged into that.
    pub(super) fn carry(&mut self, row: &Row) -> Counts {
        self.count(row.id, row.ticks)
    }

    fn count(&mut self, row: RowId, ticks: u64) -> Counts {
        let place = row.0 as usize;
        if self.rows.len() <= place {
            self.rows.resize(place + 1, Carried::default());
        }
        let Some(carried) = self.rows.get_mut(place) else {
            return Counts::default();
        };
        let new = ticks.saturating_sub(carried.ticks);
        carried.merged += new.saturating_sub(1);
        carried.ticks = ticks;
        Counts {
            ticks: wrapping(ticks),
            merged: wrapping(carried.merged),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the page expects these counters to wrap"
)]
const fn wrapping(count: u64) -> u32 {
    count as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tick_but_the_last_of_a_frame_was_merged() {
        let mut ledger = Ledger::default();
        let mut merged = |ticks| ledger.count(RowId(3), ticks).merged;
        assert_eq!(merged(1), 0);
        assert_eq!(merged(5), 3);
        assert_eq!(merged(5), 3, "a frame without a new tick merges nothing");
        assert_eq!(merged(6), 3);
    }

    #[test]
    fn rows_are_counted_apart_and_wrap() {
        let mut ledger = Ledger::default();
        ledger.count(RowId(0), 9);
        let many = u64::from(u32::MAX) + 3;
        assert_eq!(ledger.count(RowId(1), many), Counts { ticks: 2, merged: 1 });
        assert_eq!(ledger.count(RowId(0), 10), Counts { ticks: 10, merged: 8 });
    }
}
