//! The frame that both languages are tested with.
//!
//! `TICKWIRE_GOLDEN=write` writes it anew after `FRAME.md` has changed; the test
//! in TypeScript then reads `golden.frame` and must find what `golden.json` says.

mod made;
mod said;

use std::path::{Path, PathBuf};

use ::market::{Market, Revision, RowId, Shown};
use model::Timeframe;
use serde_json::{Value, json};

use self::made::{market, received};
use self::said::{candle_value, row_value, time_value};
use super::frame::{Counts, Frame, Header};

const HEADER_STREAM: u32 = 3;
const HEADER_FRAME: u32 = 70_000;

#[test]
fn the_golden_frame_is_what_the_writer_writes() {
    let market = market();
    let rows = [
        (
            RowId(0),
            Counts {
                ticks: 12_345,
                merged: 678,
            },
        ),
        (
            RowId(1),
            Counts {
                ticks: u32::MAX,
                merged: u32::MAX,
            },
        ),
        (RowId(2), Counts::default()),
        (RowId(3), Counts { ticks: 1, merged: 0 }),
        (RowId(4), Counts::default()),
        (RowId(5), Counts::default()),
        (RowId(6), Counts::default()),
        (RowId(7), Counts::default()),
    ];
    let made_at = received(5_250).wall;
    let mut frame = Frame::default();
    let (mut row_values, mut candle_values) = (Vec::new(), Vec::new());
    for (source, counts) in rows {
        let shown = shown_of(&market, source);
        frame.row(&shown, counts);
        row_values.push(row_value(&shown, counts));
    }
    // One that has gone over to its second source, and one that has none.
    for shown in market.shown_since(Revision::default()).skip(rows.len()) {
        frame.row(&shown, Counts::default());
        row_values.push(row_value(&shown, Counts::default()));
    }
    for (number, row) in [(1, RowId(0)), (u32::MAX, RowId(1))] {
        let series = market.series(row, Timeframe::Second).unwrap();
        for (index, marked) in series.candles().enumerate() {
            frame.candle(number, index == 0, marked);
            candle_values.push(candle_value(number, index == 0, marked));
        }
    }
    let bytes = frame.finish(Header {
        stream: HEADER_STREAM,
        frame: HEADER_FRAME,
        made_at,
    });
    let said = json!({
        "stream": HEADER_STREAM,
        "frame": HEADER_FRAME,
        "madeAt": time_value(Some(made_at)),
        "rows": row_values,
        "candles": candle_values,
    });

    if std::env::var("TICKWIRE_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(beside("golden.frame"), &bytes).unwrap();
        std::fs::write(beside("golden.json"), format!("{said:#}\n")).unwrap();
    }
    let stale = "the golden frame is stale: see the header of golden.rs";
    assert!(std::fs::read(beside("golden.frame")).unwrap() == bytes, "{stale}");
    let read: Value = serde_json::from_slice(&std::fs::read(beside("golden.json")).unwrap()).unwrap();
    assert_eq!(read, said, "{stale}");
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ipc").join(name)
}

fn shown_of(market: &Market, source: RowId) -> Shown<'_> {
    let mut all = market.shown_since(Revision::default());
    all.find(|shown| shown.row.is_some_and(|row| row.id == source))
        .unwrap()
}
