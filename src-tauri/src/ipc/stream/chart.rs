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
    /// It is another one than before, of whose past nobody was asked.
    turned: bool,
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
            turned: false,
        }
    }

    /// What past is wanted now, since it is of another source.
    pub(super) fn take_turned(&mut self) -> Option<(RowId, Timeframe)> {
        std::mem::take(&mut self.turned).then_some((self.row, self.timeframe))
    }

    /// Writes what the page does not know. The row may be gone by now, and then nothing changes any more.
    pub(super) fn write(&mut self, number: u32, market: &Market, frame: &mut Frame) {
        let Some(row) = market.row(self.row) else {
            return;
        };
        let before = self.of.replace(row.id);
        if before != Some(row.id) {
            self.turned = before.is_some();
            // Candles of two sources are never mixed.
            self.known = Known::Nothing;
        }
        let series = row.series(self.timeframe);
        match self.known {
            Known::UpTo(seen) if series.begun() <= seen => {
                for marked in series.changed_since(seen) {
                    frame.candle(number, false, marked);
                }
            }
            Known::Nothing | Known::UpTo(_) if series.is_empty() => return,
            Known::Nothing | Known::UpTo(_) => {
                for (index, marked) in series.candles().enumerate() {
                    frame.candle(number, index == 0, marked);
                }
            }
        }
        self.known = Known::UpTo(market.revision());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use market::Candidate;
    use model::{
        Conditions, FeedId, FeedState, FeedStatus, LineHealth, Moment, Received, Source, Symbol, Tick, Trade,
        TransportKind,
    };

    use super::*;
    use crate::ipc::frame::Header;

    const HEADER_BYTES: usize = 32;
    const CANDLE_BYTES: usize = 64;

    fn received(second: i64) -> Received {
        Received {
            wall: DateTime::from_timestamp(second, 0).unwrap(),
            at: Moment::after_start(Duration::from_secs(second.unsigned_abs())),
        }
    }

    fn candidate(feed: &str) -> Candidate {
        Candidate {
            feed: FeedId::new(feed),
            symbol: Symbol::new("AAPL"),
        }
    }

    /// Whether each candle begins a whole series, and when it starts.
    fn written(chart: &mut Chart, market: &Market) -> Vec<(bool, f64)> {
        let mut frame = Frame::default();
        chart.write(1, market, &mut frame);
        let made_at = received(0).wall;
        let header = Header {
            stream: 1,
            frame: 1,
            made_at,
        };
        let bytes = frame.finish(header);
        let candles = bytes[HEADER_BYTES..].chunks_exact(CANDLE_BYTES);
        let start = |candle: &[u8]| f64::from_le_bytes(candle[16..24].try_into().unwrap());
        candles.map(|candle| (candle[4] == 1, start(candle))).collect()
    }

    #[test]
    fn a_chart_begins_anew_with_the_candles_of_another_source() {
        let mut market = Market::new();
        let rows = ["a", "b"].map(|feed| {
            market.open_feed(FeedId::new(feed), Source::Live);
            market.link(&FeedStatus {
                feed: FeedId::new(feed),
                source: Source::Live,
                state: FeedState::Live(LineHealth::Healthy),
                transport: TransportKind::WebSocket,
                round_trip: None,
                since: Moment::START,
                why: "for the chart".into(),
                drops: 0,
            });
            market.open_row(&FeedId::new(feed), Symbol::new("AAPL"), received(0).at)
        });
        let row = market.prefer(vec![candidate("a"), candidate("b")]);
        let trade = |market: &mut Market, row, second| {
            let trade = Trade {
                price: "10".parse().unwrap(),
                size: None,
                time: Some(received(second).wall),
                id: None,
                side: None,
                conditions: Conditions::NONE,
            };
            market.tick(row, &Tick::Trade(trade), received(second));
        };
        for second in 1..4 {
            trade(&mut market, rows[0], second);
        }
        trade(&mut market, rows[1], 2);
        let mut chart = Chart::new(row, Timeframe::Second);
        assert_eq!(
            written(&mut chart, &market),
            [(true, 1.0), (false, 2.0), (false, 3.0)]
        );
        assert_eq!(chart.take_turned(), None, "whoever opened it has asked");
        market.rank(row, vec![candidate("b"), candidate("a")], received(4));
        assert_eq!(
            written(&mut chart, &market),
            [(true, 2.0)],
            "and not one of the other"
        );
        assert_eq!(chart.take_turned(), Some((row, Timeframe::Second)));
        assert_eq!(chart.take_turned(), None);
        trade(&mut market, rows[0], 5);
        trade(&mut market, rows[1], 6);
        assert_eq!(written(&mut chart, &market), [(false, 6.0)]);
    }
}
