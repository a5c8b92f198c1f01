//! The window as the engine meets it: it asks the market for what has changed
//! when the page has taken the frame before, sixty times a second at most, and
//! for nothing as long as the page takes nothing. See `src-tauri/src/ipc`, where
//! a test holds the same against the frames as they are sent.

use engine::Handle;
use market::{Market, Revision, Row, RowId};
use model::Timeframe;
use serde_json::{Value, json};

/// As long as a row of a frame.
const ROW_BYTES: usize = 112;
const CANDLE_BYTES: usize = 64;

/// What the page knows.
#[derive(Debug)]
pub(crate) struct Window {
    seen: Revision,
    /// The row whose candles it draws.
    chart: RowId,
    /// Ticks of each row when it was last in a frame.
    carried: Vec<u64>,
    pub(crate) frames: u64,
    /// Ticks that reached no frame of their own.
    pub(crate) merged: u64,
}

impl Window {
    /// Which knows everything that there was so far.
    pub(crate) fn open(handle: &Handle, rows: &[RowId]) -> Option<Self> {
        handle.read(|market| {
            let ticks = |row: &RowId| market.row(*row).map(|row| row.ticks);
            Some(Self {
                seen: market.revision(),
                chart: *rows.first()?,
                carried: rows.iter().map(ticks).collect::<Option<_>>()?,
                frames: 0,
                merged: 0,
            })
        })
    }

    /// Takes the next frame, and gives what is in it to whoever wants to look.
    pub(crate) fn take(&mut self, handle: &Handle, mut look: impl FnMut(&Row)) {
        let frame = handle.read(|market| {
            let mut frame = Vec::new();
            for row in market.changed_since(self.seen) {
                frame.extend([0; ROW_BYTES]);
                if let Some(carried) = self.carried.get_mut(row.id.0 as usize) {
                    self.merged += (row.ticks - *carried).saturating_sub(1);
                    *carried = row.ticks;
                }
                look(row);
            }
            self.draw(market, &mut frame);
            self.seen = market.revision();
            frame
        });
        self.frames += u64::from(!frame.is_empty());
    }

    fn draw(&self, market: &Market, frame: &mut Vec<u8>) {
        let Some(series) = market.series(self.chart, Timeframe::Second) else {
            return;
        };
        for _candle in series.changed_since(self.seen) {
            frame.extend([0; CANDLE_BYTES]);
        }
    }

    /// Ticks that its frames stand for.
    pub(crate) fn carried(&self) -> u64 {
        self.carried.iter().sum()
    }
}

/// What a frame shows of a row.
pub(crate) fn shown(row: &Row) -> Value {
    json!({
        "row": row.id.0, "ticks": row.ticks,
        "last": row.last.map(|last| last.price.to_string()),
        "bid": row.bid.map(|(price, _)| price.to_string()),
        "ask": row.ask.map(|(price, _)| price.to_string()),
    })
}
