//! How many ticks of each row reached no frame of their own.

use market::{RowId, Shown};

use crate::ipc::frame::Counts;

/// It outlives the streams: a page that is loaded again counts on.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By the row's number, which is never given twice.
    rows: Vec<Carried>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Carried {
    /// Whose ticks were counted last, and how many it had.
    source: Option<RowId>,
    of_source: u64,
    ticks: u64,
    merged: u64,
}

impl Ledger {
    /// Called as a row goes into a frame: of the ticks since the frame before,
    /// it carries the last and the others were merged into that.
    pub(super) fn carry(&mut self, shown: &Shown<'_>) -> Counts {
        let source = shown.row.map(|row| (row.id, row.ticks));
        self.count(shown.preference.id, source)
    }

    fn count(&mut self, row: RowId, source: Option<(RowId, u64)>) -> Counts {
        let place = row.0 as usize;
        if self.rows.len() <= place {
            self.rows.resize(place + 1, Carried::default());
        }
        let Some(carried) = self.rows.get_mut(place) else {
            return Counts::default();
        };
        if let Some((source, ticks)) = source {
            // What another source had told before it was shown is no news of this row.
            let is_another = carried.source.is_some_and(|known| known != source);
            let known = if is_another { ticks } else { carried.of_source };
            let new = ticks.saturating_sub(known);
            carried.merged += new.saturating_sub(1);
            carried.ticks += new;
            (carried.source, carried.of_source) = (Some(source), ticks);
        }
        Counts {
            ticks: wrapping(carried.ticks),
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
        let mut merged = |ticks| ledger.count(RowId(3), Some((RowId(0), ticks))).merged;
        assert_eq!(merged(1), 0);
        assert_eq!(merged(5), 3);
        assert_eq!(merged(5), 3, "a frame without a new tick merges nothing");
        assert_eq!(merged(6), 3);
    }

    #[test]
    fn rows_are_counted_apart_and_wrap() {
        let mut ledger = Ledger::default();
        let source = |ticks| Some((RowId(7), ticks));
        ledger.count(RowId(0), source(9));
        let many = u64::from(u32::MAX) + 3;
        assert_eq!(
            ledger.count(RowId(1), source(many)),
            Counts { ticks: 2, merged: 1 }
        );
        assert_eq!(
            ledger.count(RowId(0), source(10)),
            Counts { ticks: 10, merged: 8 }
        );
    }

    #[test]
    fn another_source_counts_on_from_where_the_one_before_was() {
        let mut ledger = Ledger::default();
        let mut ticks = |source| ledger.count(RowId(0), source).ticks;
        assert_eq!(ticks(Some((RowId(1), 9))), 9);
        assert_eq!(ticks(Some((RowId(2), 500))), 9);
        assert_eq!(ticks(Some((RowId(2), 502))), 11);
        assert_eq!(ticks(None), 11);
        assert_eq!(ticks(Some((RowId(1), 20))), 11);
    }
}
