//! A series of candles that the page has open.

use market::{Market, Revision, RowId};
use model::Timeframe;

use crate::ipc::frame::Frame;

#[derive(Clone, Copy, Debug)]
pub(super) struct Chart {
    row: RowId,
    timeframe: Timeframe,
    known: Known,
    /// The source that the page has it from.
    of: Option<RowId>,
}

/// What the page has of it.
#[derive(Clone, Copy, Debug)]
enum Known {
    /// Not one candle, so the first that goes out says that a whole series begins.
    Nothing,
    UpTo(Revision),
}

impl Chart {
    pub(super) const fn new(row: RowId, timeframe: Timeframe) -> Self {
        Self {
            row,
            timeframe,
            known: Known::Nothing,
            of: None,
        }
    }

    /// Writes what the page does not know. The row may be gone by now, and then nothing changes any more.
    pub(super) fn write(&mut self, number: u32, market: &Market, frame: &mut Frame) {
        let Some(row) = market.row(self.row) else {
            return;
        };
        if self.of.replace(row.id) != Some(row.id) {
            // Candles of two sources are never mixed.
            self.known = Known::Nothing;
        }
        let series = row.series(self.timeframe);
        match self.known {
            Known::UpTo(seen) if series.begun() <= seen => {
                for candle in series.changed_since(seen) {
                    frame.candle(number, false, candle);
                }
            }
            Known::Nothing | Known::UpTo(_) if series.is_empty() => return,
            Known::Nothing | Known::UpTo(_) => {
                for (index, marked) in series.candles().enumerate() {
                    frame.candle(number, index == 0, &marked.candle);
                }
            }
        }
        self.known = Known::UpTo(market.revision());
    }
}
