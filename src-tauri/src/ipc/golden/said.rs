//! What the golden frame says, in the words of `golden.json`.

use chrono::{DateTime, Utc};
use market::{Basis, Freshness, Lack, Marked, Origin, Row, Shown, Subscription};
use model::{DaySpan, Session, Source, TransportKind};
use serde_json::{Value, json};

use crate::ipc::frame::Counts;

pub(super) fn row_value(shown: &Shown<'_>, counts: Counts) -> Value {
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

pub(super) fn candle_value(series: u32, reset: bool, marked: &Marked) -> Value {
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

pub(super) fn time_value(time: Option<DateTime<Utc>>) -> Value {
    time.map_or(Value::Null, |time| {
        json!(time.timestamp_micros() as f64 / 1_000.0)
    })
}
