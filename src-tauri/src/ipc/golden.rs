//! The frame that both languages are tested with.
//!
//! `TICKWIRE_GOLDEN=write` writes it anew after `FRAME.md` has changed; the test
//! in TypeScript then reads `golden.frame` and must find what `golden.json` says.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use market::{
    Basis, Candidate, Freshness, Lack, Marked, Market, Origin, Revision, Row, RowId, Shown, Subscription,
};
use model::{
    Candle, Conditions, DayFigures, DaySpan, FeedId, FeedState, FeedStatus, Instrument, LineHealth, Moment,
    Price, Quote, Received, Session, Size, Snapshot, Source, Symbol, Tick, Timeframe, Trade, TransportKind,
};
use serde_json::{Value, json};

use super::frame::{Counts, Frame, Header};

const START: i64 = 1_767_366_000_000;
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

/// Four rows that between them have every form a number can take, and two that do not trade.
fn market() -> Market {
    let mut market = Market::new();
    let (sim, far) = (FeedId::new("sim"), FeedId::new("far"));
    for (feed, source) in [(&sim, Source::Simulated), (&far, Source::Live)] {
        market.open_feed(feed.clone(), source);
        market.link(&status(feed, source, LIVE));
    }

    let everyday = market.open_row(&sim, Symbol::new("ACME"), received(0).at);
    market.accepted(everyday, instrument("185.00"), None, received(0));
    for (after, value, amount) in [
        (0, "187.20", "100"),
        (400, "187.31", "25"),
        (1_100, "187.24", "7.5"),
    ] {
        market.tick(everyday, &trade(after, value, amount), received(after));
    }
    // What was before anybody listened.
    let before = Candle {
        start: START / 1_000 - 1,
        open: price("187.10"),
        high: price("187.20"),
        low: price("187.05"),
        close: price("187.20"),
        volume: size("1500"),
        trades: 0,
    };
    let stretch = before.start..before.start + 1;
    market.fill(everyday, Timeframe::Second, &stretch, &[before]);
    market.tick(everyday, &quote(1_200, "187.23", "187.25"), received(1_200));

    // The smallest scale, a negative price, and sizes that 64 bits do not hold.
    let extreme = market.open_row(&far, Symbol::new("EDGE"), received(0).at);
    market.accepted(
        extreme,
        instrument("0.0000000000000000000000000001"),
        None,
        received(0),
    );
    market.tick(
        extreme,
        &trade(2_000, "-37.63", "79228162514264337593543950335"),
        received(2_000),
    );
    market.tick(
        extreme,
        &trade(3_000, "7.9228162514264337593543950335", "1"),
        received(3_000),
    );
    market.tick(
        extreme,
        &quote(3_000, "-0.0000000000000000000000000007", "9223372036854775807"),
        received(3_000),
    );

    let refused = market.open_row(&far, Symbol::new("NOPE"), received(0).at);
    market.refused(refused, "no such symbol");

    // Only a price, without a size and without the venue's time; then its feed is gone.
    let bare = market.open_row(&sim, Symbol::new("BARE"), received(0).at);
    let snapshot = Snapshot {
        last: Some((price("1"), None)),
        ..Snapshot::default()
    };
    market.snapshot(bare, &snapshot, received(4_000));
    let until = received(9_000).at;
    market.link(&status(
        &sim,
        Source::Simulated,
        FeedState::Waiting { until, attempt: 2 },
    ));

    let slow = FeedId::new("slow");
    market.open_feed(slow.clone(), Source::Simulated);
    market.link(&FeedStatus {
        transport: TransportKind::Poll,
        ..status(&slow, Source::Simulated, LIVE)
    });
    for (symbol, session) in [("HALT", Session::Halted), ("SHUT", Session::Closed)] {
        let row = market.open_row(&slow, Symbol::new(symbol), received(0).at);
        let snapshot = Snapshot {
            last: Some((price("42.50"), None)),
            session: Some(session),
            ..Snapshot::default()
        };
        market.frame_seen(&slow, received(4_500).at);
        market.snapshot(row, &snapshot, received(4_500));
    }
    // A coin of which the last 24 hours are told, and a stock whose session is, in the night.
    let coin = market.open_row(&far, Symbol::new("COIN"), received(0).at);
    let share = market.open_row(&far, Symbol::new("SHARE"), received(0).at);
    for (row, span, session) in [
        (coin, DaySpan::Rolling, Session::Open),
        (share, DaySpan::Session, Session::Overnight),
    ] {
        market.accepted(row, Instrument::default(), Some(session), received(0));
        market.tick(row, &trade(2_500, "10.10", "1"), received(2_500));
        let figures = DayFigures {
            span,
            high: Some(price("10.50")),
            low: Some(price("9.75")),
            volume: Some(size("120000.5")),
            reference: Some(price("10.00")),
            time: venue_time(2_600),
            ..DayFigures::default()
        };
        market.day(row, &figures, received(2_600));
    }

    market.refresh(received(5_000));
    let [bare, coin] = [("sim", "BARE"), ("far", "COIN")].map(|(feed, symbol)| candidate(feed, symbol));
    for row in 0..8 {
        let row = market.row(RowId(row)).unwrap();
        let source = candidate(row.feed.as_str(), row.symbol.as_str());
        market.prefer(vec![source]);
    }
    let row = market.prefer(vec![bare.clone()]);
    market.rank(row, vec![bare, coin], received(5_100));
    market.prefer(vec![candidate("gone", "GONE")]);
    market
}

fn candidate(feed: &str, symbol: &str) -> Candidate {
    Candidate {
        feed: FeedId::new(feed),
        symbol: Symbol::new(symbol),
    }
}

fn shown_of(market: &Market, source: RowId) -> Shown<'_> {
    let mut all = market.shown_since(Revision::default());
    all.find(|shown| shown.row.is_some_and(|row| row.id == source))
        .unwrap()
}

fn received(after: i64) -> Received {
    let at = Moment::after_start(Duration::from_millis(after.unsigned_abs()));
    let wall = DateTime::from_timestamp_millis(START).unwrap() + TimeDelta::milliseconds(after);
    // Our clock is a little behind the venue's, as clocks are.
    Received {
        wall: wall + TimeDelta::microseconds(250),
        at,
    }
}

fn venue_time(after: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(START + after)
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn size(text: &str) -> Size {
    text.parse().unwrap()
}

fn instrument(previous_close: &str) -> Instrument {
    Instrument {
        previous_close: Some(price(previous_close)),
        ..Instrument::default()
    }
}

fn trade(after: i64, value: &str, amount: &str) -> Tick {
    Tick::Trade(Trade {
        price: price(value),
        size: Some(size(amount)),
        time: venue_time(after),
        id: None,
        side: None,
        conditions: Conditions::NONE,
    })
}

fn quote(after: i64, bid: &str, ask: &str) -> Tick {
    let side = |text: &str| Some((price(text), Some(size("1"))));
    Tick::Quote(Quote {
        bid: side(bid),
        ask: side(ask),
        time: venue_time(after),
    })
}

const LIVE: FeedState = FeedState::Live(LineHealth::Healthy);

fn status(feed: &FeedId, source: Source, state: FeedState) -> FeedStatus {
    FeedStatus {
        feed: feed.clone(),
        source,
        state,
        transport: TransportKind::WebSocket,
        round_trip: None,
        since: Moment::START,
        why: Arc::from("for the golden frame"),
        drops: 0,
    }
}

fn row_value(shown: &Shown<'_>, counts: Counts) -> Value {
    let mut value = shown.row.map_or_else(nothing, values);
    let because = shown.preference.because().map(|lack| match lack {
        Lack::NotOpen => "not_open",
        Lack::Refused => "refused",
        Lack::Disconnected => "disconnected",
        Lack::NoPrice => "no_price",
        Lack::Stale => "stale",
    });
    value["row"] = json!(shown.preference.id.0);
    value["ticks"] = json!(counts.ticks);
    value["merged"] = json!(counts.merged);
    value["source"] = json!(shown.row.map(|row| row.id.0));
    value["because"] = json!(because);
    value["shownSince"] = time_value(shown.preference.since());
    value
}

fn nothing() -> Value {
    json!({
        "freshness": "unknown", "labels": [], "subscription": "wanted",
        "last": null, "lastSize": null, "bid": null, "ask": null, "reference": null,
        "basis": null, "span": null, "session": null,
        "high": null, "low": null, "volume": null,
        "time": null, "received": null, "since": null,
    })
}

fn values(row: &Row) -> Value {
    let freshness = match row.freshness {
        Freshness::Unknown => "unknown",
        Freshness::Live => "live",
        Freshness::Quiet => "quiet",
        Freshness::Stale => "stale",
        Freshness::Halted => "halted",
        Freshness::Closed => "closed",
        Freshness::Disconnected => "disconnected",
    };
    let subscription = match row.subscription {
        Subscription::Wanted => "wanted",
        Subscription::Accepted => "accepted",
        Subscription::Refused { .. } => "refused",
    };
    let source = match row.source {
        Source::Live => None,
        Source::Simulated => Some("SIM"),
        Source::Replay => Some("REPLAY"),
    };
    let polling = (row.transport == Some(TransportKind::Poll)).then_some("POLLING");
    let labels: Vec<_> = source.into_iter().chain(polling).collect();
    let basis = row.reference().map(|(_, basis)| match basis {
        Basis::PreviousClose => "previous_close",
        Basis::DayAgo => "day_ago",
    });
    let span = row.day.span.map(|span| match span {
        DaySpan::Session => "session",
        DaySpan::Rolling => "rolling",
    });
    let since = (row.freshness != Freshness::Unknown).then_some(row.fresh_since);
    json!({
        "freshness": freshness,
        "labels": labels,
        "subscription": subscription,
        "last": text(row.last.map(|last| last.price)),
        "lastSize": text(row.last.and_then(|last| last.size)),
        "bid": text(row.bid.map(|(price, _)| price)),
        "ask": text(row.ask.map(|(price, _)| price)),
        "reference": text(row.reference().map(|(price, _)| price)),
        "basis": basis,
        "span": span,
        "session": row.present_session().map(Session::as_str),
        "high": text(row.high),
        "low": text(row.low),
        "volume": text(row.volume),
        "time": time_value(row.last.and_then(|last| last.time)),
        "received": time_value(row.last.map(|last| last.received)),
        "since": time_value(since),
    })
}

fn candle_value(series: u32, reset: bool, marked: &Marked) -> Value {
    let candle = &marked.candle;
    json!({
        "series": series,
        "reset": reset,
        "origin": match marked.origin {
            Origin::Heard => "heard",
            Origin::Filled => "filled",
            Origin::Torn => "torn",
        },
        "trades": candle.trades,
        "start": candle.start,
        "open": candle.open.to_string(),
        "high": candle.high.to_string(),
        "low": candle.low.to_string(),
        "close": candle.close.to_string(),
        "volume": candle.volume.to_string(),
    })
}

fn text(number: Option<impl ToString>) -> Option<String> {
    number.map(|number| number.to_string())
}

fn time_value(time: Option<DateTime<Utc>>) -> Value {
    time.map_or(Value::Null, |time| {
        json!(time.timestamp_micros() as f64 / 1_000.0)
    })
}
