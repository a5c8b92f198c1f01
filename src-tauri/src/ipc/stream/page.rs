//! What one page has been sent, and what it must be sent next.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use market::{Market, Past, Revision, RowId, Shown};
use model::{Instrument, Timeframe};
use tauri::ipc::{Channel, InvokeResponseBody};
use tracing::{info, warn};

use super::chart::Chart;
use super::ledger::Ledger;
use crate::ipc::frame::{Frame, Header};
use crate::ipc::pace::Pace;
use crate::ipc::views::RowView;

/// One opening of the page, until the next one.
pub(super) struct Page {
    /// The stream's number, which the page repeats in what it says.
    pub(super) stream: u32,
    pub(super) pace: Pace,
    /// The number of the last frame that was sent.
    pub(super) frame: u32,
    /// Rows that were described since the page was last told.
    pub(super) described: BTreeMap<RowId, RowView>,
    frames: Channel<InvokeResponseBody>,
    seen: Revision,
    charts: BTreeMap<u32, Chart>,
    told: BTreeMap<RowId, Told>,
    first_price: FirstPrice,
}

/// What a description was made of.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    sources: Revision,
    instrument: Option<Instrument>,
    past: Option<Past>,
}

impl Told {
    fn of(shown: &Shown<'_>) -> Self {
        Self {
            sources: shown.preference.revision(),
            instrument: shown.row.map(|row| row.instrument.clone()),
            past: shown.row.and_then(|row| row.past.clone()),
        }
    }

    fn is_still_so(&self, shown: &Shown<'_>) -> bool {
        let instrument = shown.row.map(|row| &row.instrument);
        let past = shown.row.and_then(|row| row.past.as_ref());
        self.sources == shown.preference.revision()
            && self.instrument.as_ref() == instrument
            && self.past.as_ref() == past
    }
}

/// When a person saw something: the one figure of a start that matters, and it belongs into the log.
#[derive(Clone, Copy)]
enum FirstPrice {
    None,
    InFrame(u32),
    Seen,
}

impl Page {
    pub(super) fn new(
        stream: u32,
        frames: Channel<InvokeResponseBody>,
        market: &Market,
    ) -> (Self, Vec<RowView>) {
        let mut page = Self {
            stream,
            // Whatever the market has by now is the first thing to send.
            pace: Pace::Quiet,
            frame: 0,
            described: BTreeMap::new(),
            frames,
            seen: Revision::default(),
            charts: BTreeMap::new(),
            told: BTreeMap::new(),
            first_price: FirstPrice::None,
        };
        let rows = market.shown_since(Revision::default()).map(|shown| {
            page.told.insert(shown.preference.id, Told::of(&shown));
            RowView::from(&shown)
        });
        let rows = rows.collect();
        (page, rows)
    }

    pub(super) fn open_chart(&mut self, number: u32, row: RowId, timeframe: Timeframe) {
        self.charts.insert(number, Chart::new(row, timeframe));
    }

    pub(super) fn close_chart(&mut self, number: u32) {
        self.charts.remove(&number);
    }

    /// The pasts that are wanted now, of charts that are of another source than before.
    pub(super) fn take_turned(&mut self) -> Vec<(RowId, Timeframe)> {
        self.charts.values_mut().filter_map(Chart::take_turned).collect()
    }

    pub(super) fn acknowledged(&mut self, frame: u32) {
        self.pace = self.pace.acknowledged(frame);
        match self.first_price {
            FirstPrice::InFrame(first) if frame >= first => {
                info!(stream = self.stream, "the page has its first price");
                self.first_price = FirstPrice::Seen;
            }
            FirstPrice::None | FirstPrice::InFrame(_) | FirstPrice::Seen => {}
        }
    }

    /// The next frame, if there is anything to say. Called under the market's lock.
    pub(super) fn write(
        &mut self,
        market: &Market,
        ledger: &mut Ledger,
        made_at: DateTime<Utc>,
    ) -> Option<Vec<u8>> {
        let mut frame = Frame::default();
        let mut is_priced = false;
        for shown in market.shown_since(self.seen) {
            let id = shown.preference.id;
            is_priced |= shown.row.is_some_and(|row| row.last.is_some());
            frame.row(&shown, ledger.carry(&shown));
            let told = self.told.get(&id);
            if !told.is_some_and(|told| told.is_still_so(&shown)) {
                self.told.insert(id, Told::of(&shown));
                self.described.insert(id, RowView::from(&shown));
            }
        }
        for (number, chart) in &mut self.charts {
            chart.write(*number, market, &mut frame);
        }
        self.seen = market.revision();
        if frame.is_empty() {
            return None;
        }
        self.frame = self.frame.wrapping_add(1);
        if let (FirstPrice::None, true) = (self.first_price, is_priced) {
            self.first_price = FirstPrice::InFrame(self.frame);
        }
        Some(frame.finish(Header {
            stream: self.stream,
            frame: self.frame,
            made_at,
        }))
    }

    pub(super) fn send(&self, frame: Vec<u8>) {
        // The page may have gone this moment. It then acknowledges nothing, and nothing more is built for it.
        if let Err(error) = self.frames.send(InvokeResponseBody::Raw(frame)) {
            warn!(stream = self.stream, %error, "a frame could not be handed to the page");
        }
    }
}
