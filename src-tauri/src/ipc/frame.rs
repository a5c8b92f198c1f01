//! Writes the frame that `FRAME.md` beside this page lays out.
//!
//! The stream calls it under the market's lock, so it only copies: what does
//! not fit 64 bits is the one thing that allocates. Which rows go into a frame
//! and when it is sent is not decided here.

use chrono::{DateTime, Utc};
use market::{Basis, Freshness, Lack, Marked, Origin, Row, RowId, Shown, Subscription};
use model::{DaySpan, Session, Source, TransportKind};
use rust_decimal::Decimal;

const MAGIC: u32 = 0x3146_5754;
const HEADER_BYTES: usize = 32;
const ROW_BYTES: usize = 128;
const CANDLE_BYTES: usize = 64;

const SCALE_TEXT: u8 = 254;
const SCALE_NONE: u8 = 255;

const LABEL_SIM: u8 = 1;
const LABEL_REPLAY: u8 = 2;
const LABEL_POLLING: u8 = 8;

/// Of a row no source of which is there.
const NO_SOURCE: u32 = u32::MAX;

const FROM_CLOSE: u8 = 1;
const FROM_DAY_AGO: u8 = 2;
const OF_SESSION: u8 = 4;
const OF_DAY: u8 = 8;
const SESSIONS: u8 = 16;

/// What a frame says about itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) stream: u32,
    pub(super) frame: u32,
    pub(super) made_at: DateTime<Utc>,
}

/// The counters of a row, as far as a frame can count: they wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) ticks: u32,
    pub(super) merged: u32,
}

/// A frame that is being written.
#[derive(Debug, Default)]
pub(super) struct Frame {
    rows: Vec<u8>,
    candles: Vec<u8>,
    texts: Vec<String>,
}

impl Frame {
    pub(super) const fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.candles.is_empty()
    }

    /// The whole present state of a row: that of the source which is shown, and which that is.
    pub(super) fn row(&mut self, shown: &Shown<'_>, counts: Counts) {
        self.rows.extend(shown.preference.id.0.to_le_bytes());
        match shown.row {
            Some(row) => self.values(row),
            None => self.no_values(),
        }
        let buffer = &mut self.rows;
        buffer.extend(counts.ticks.to_le_bytes());
        buffer.extend(counts.merged.to_le_bytes());
        let RowId(source) = shown.row.map_or(RowId(NO_SOURCE), |row| row.id);
        buffer.extend(source.to_le_bytes());
        buffer.extend([because(shown.preference.because()), 0, 0, 0]);
        buffer.extend(milliseconds(shown.preference.since()).to_le_bytes());
    }

    fn no_values(&mut self) {
        let nothing = [(); 8].map(|()| written(None, &mut self.texts));
        self.rows.extend([freshness(Freshness::Unknown), 0, 0, 0]);
        put(&mut self.rows, &nothing);
        for _time in 0..3 {
            self.rows.extend(milliseconds(None).to_le_bytes());
        }
    }

    fn values(&mut self, row: &Row) {
        let last = row.last.as_ref();
        let reference = row.reference();
        let numbers = [
            last.map(|last| last.price.decimal()),
            last.and_then(|last| last.size).map(|size| size.decimal()),
            row.bid.map(|(price, _)| price.decimal()),
            row.ask.map(|(price, _)| price.decimal()),
            reference.map(|(price, _)| price.decimal()),
            row.high.map(|price| price.decimal()),
            row.low.map(|price| price.decimal()),
            row.volume.map(|size| size.decimal()),
        ]
        .map(|number| written(number, &mut self.texts));
        let buffer = &mut self.rows;
        buffer.extend([
            freshness(row.freshness),
            labels(row.source, row.transport),
            subscription(&row.subscription),
            basis(reference.map(|(_, basis)| basis))
                + span(row.day.span)
                + SESSIONS * session(row.present_session()),
        ]);
        put(buffer, &numbers);
        let since = (row.freshness != Freshness::Unknown).then_some(row.fresh_since);
        for time in [
            last.and_then(|last| last.time),
            last.map(|last| last.received),
            since,
        ] {
            buffer.extend(milliseconds(time).to_le_bytes());
        }
    }

    /// A candle of an open series; `reset` on the first of a whole one.
    pub(super) fn candle(&mut self, series: u32, reset: bool, marked: &Marked) {
        let candle = &marked.candle;
        let numbers = [
            candle.open.decimal(),
            candle.high.decimal(),
            candle.low.decimal(),
            candle.close.decimal(),
            candle.volume.decimal(),
        ]
        .map(|number| written(Some(number), &mut self.texts));
        let buffer = &mut self.candles;
        buffer.extend(series.to_le_bytes());
        buffer.push(u8::from(reset));
        buffer.extend(numbers.iter().map(|number| number.scale));
        buffer.extend([origin(marked.origin), 0]);
        buffer.extend(candle.trades.to_le_bytes());
        // A chart's time axis is pixels, for which 53 bits of seconds are plenty.
        buffer.extend((candle.start as f64).to_le_bytes());
        for number in &numbers {
            buffer.extend(number.mantissa.to_le_bytes());
        }
    }

    pub(super) fn finish(self, header: Header) -> Vec<u8> {
        let Self { rows, candles, texts } = self;
        let text_bytes: usize = texts.iter().map(|text| 4 + text.len()).sum();
        let mut frame = Vec::with_capacity(HEADER_BYTES + rows.len() + candles.len() + text_bytes);
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        frame.extend(MAGIC.to_le_bytes());
        frame.extend(header.stream.to_le_bytes());
        frame.extend(header.frame.to_le_bytes());
        frame.extend(count(rows.len() / ROW_BYTES));
        frame.extend(count(candles.len() / CANDLE_BYTES));
        frame.extend(count(texts.len()));
        frame.extend(milliseconds(Some(header.made_at)).to_le_bytes());
        frame.extend(rows);
        frame.extend(candles);
        for text in &texts {
            frame.extend(count(text.len()));
        }
        for text in &texts {
            frame.extend(text.as_bytes());
        }
        frame
    }
}

/// A number in the form that the page reads fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Written {
    scale: u8,
    /// Little-endian, so its bytes are the low half and then the high one.
    mantissa: i64,
}

fn written(number: Option<Decimal>, texts: &mut Vec<String>) -> Written {
    let Some(number) = number else {
        return Written {
            scale: SCALE_NONE,
            mantissa: 0,
        };
    };
    match (u8::try_from(number.scale()), i64::try_from(number.mantissa())) {
        (Ok(scale), Ok(mantissa)) => Written { scale, mantissa },
        (Ok(_) | Err(_), Ok(_) | Err(_)) => {
            let mantissa = i64::try_from(texts.len()).unwrap_or(i64::MAX);
            texts.push(number.to_string());
            Written {
                scale: SCALE_TEXT,
                mantissa,
            }
        }
    }
}

fn put(buffer: &mut Vec<u8>, numbers: &[Written]) {
    buffer.extend(numbers.iter().map(|number| number.scale));
    for number in numbers {
        buffer.extend(number.mantissa.to_le_bytes());
    }
}

/// For display and pixels only; NaN where there is none.
fn milliseconds(time: Option<DateTime<Utc>>) -> f64 {
    time.map_or(f64::NAN, |time| time.timestamp_micros() as f64 / 1_000.0)
}

const fn freshness(freshness: Freshness) -> u8 {
    match freshness {
        Freshness::Unknown => 0,
        Freshness::Live => 1,
        Freshness::Quiet => 2,
        Freshness::Stale => 3,
        Freshness::Halted => 4,
        Freshness::Closed => 5,
        Freshness::Disconnected => 6,
    }
}

const fn because(lack: Option<Lack>) -> u8 {
    match lack {
        None => 0,
        Some(Lack::NotOpen) => 1,
        Some(Lack::Refused) => 2,
        Some(Lack::Disconnected) => 3,
        Some(Lack::NoPrice) => 4,
        Some(Lack::Stale) => 5,
    }
}

const fn labels(source: Source, transport: Option<TransportKind>) -> u8 {
    let source = match source {
        Source::Live => 0,
        Source::Simulated => LABEL_SIM,
        Source::Replay => LABEL_REPLAY,
    };
    let polling = match transport {
        Some(TransportKind::Poll) => LABEL_POLLING,
        Some(TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll) | None => 0,
    };
    source + polling
}

const fn subscription(subscription: &Subscription) -> u8 {
    match subscription {
        Subscription::Wanted => 0,
        Subscription::Accepted => 1,
        Subscription::Refused { .. } => 2,
    }
}

const fn basis(basis: Option<Basis>) -> u8 {
    match basis {
        None => 0,
        Some(Basis::PreviousClose) => FROM_CLOSE,
        Some(Basis::DayAgo) => FROM_DAY_AGO,
    }
}

const fn span(span: Option<DaySpan>) -> u8 {
    match span {
        None => 0,
        Some(DaySpan::Session) => OF_SESSION,
        Some(DaySpan::Rolling) => OF_DAY,
    }
}

const fn origin(origin: Origin) -> u8 {
    match origin {
        Origin::Heard => 0,
        Origin::Filled => 1,
        Origin::Torn => 2,
    }
}

const fn session(session: Option<Session>) -> u8 {
    match session {
        None => 0,
        Some(Session::Pre) => 1,
        Some(Session::Auction) => 2,
        Some(Session::Open) => 3,
        Some(Session::Halted) => 4,
        Some(Session::Post) => 5,
        Some(Session::Overnight) => 6,
        Some(Session::Closed) => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> (Written, Vec<String>) {
        let mut texts = vec!["before".to_owned()];
        let written = written(Some(Decimal::from_str_exact(text).unwrap()), &mut texts);
        (written, texts.split_off(1))
    }

    #[test]
    fn a_number_keeps_its_digits_and_its_scale() {
        for (text, scale, mantissa) in [
            ("187.24", 2, 18_724),
            ("10.50", 2, 1_050),
            ("-37.63", 2, -3_763),
            ("0.0000000000000000000000000001", 28, 1),
            ("9223372036854775807", 0, i64::MAX),
            ("-9223372036854775808", 0, i64::MIN),
        ] {
            assert_eq!(number(text), (Written { scale, mantissa }, vec![]), "{text}");
        }
    }

    #[test]
    fn a_number_beyond_64_bits_goes_into_the_text_table() {
        for text in [
            "9223372036854775808",
            "-7.9228162514264337593543950335",
            "79228162514264337593543950335",
        ] {
            let expected = Written {
                scale: SCALE_TEXT,
                mantissa: 1,
            };
            assert_eq!(number(text), (expected, vec![text.to_owned()]));
        }
    }

    #[test]
    fn nothing_is_not_zero() {
        let nothing = written(None, &mut Vec::new());
        assert_eq!(nothing.scale, SCALE_NONE);
        assert!(milliseconds(None).is_nan());
    }

    #[test]
    fn a_frame_of_nothing_is_its_header() {
        let made_at = DateTime::from_timestamp_millis(1_500).unwrap();
        let frame = Frame::default().finish(Header {
            stream: 1,
            frame: 2,
            made_at,
        });
        assert_eq!(frame.len(), HEADER_BYTES);
        assert_eq!(frame[..4], *b"TWF1");
        assert_eq!(frame[24..], 1_500.0_f64.to_le_bytes());
    }
}
