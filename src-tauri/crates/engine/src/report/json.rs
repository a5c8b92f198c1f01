//! The report as one object. Times are milliseconds.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use feed::Measure;
use serde_json::{Map, Value, json};

use super::discreet::discreet;
use super::{Report, maker};

pub(super) fn json(report: &Report) -> Value {
    let Report {
        totals,
        journal,
        status,
        ..
    } = report;
    let counts = &journal.counts;
    let failures: Map<_, _> = counts
        .failures
        .iter()
        .map(|(cause, times)| (cause.as_str().to_owned(), json!(times)))
        .collect();
    let times: Map<_, _> = Measure::ALL
        .into_iter()
        .map(|measure| {
            let times = journal.times(measure);
            let told = json!({
                "count": times.count(),
                "p50": times.quantile(0.5).map(millis),
                "p99": times.quantile(0.99).map(millis),
                "max": times.greatest().map(millis),
            });
            (measure.as_str().to_owned(), told)
        })
        .collect();
    let transitions: Vec<_> = journal
        .transitions()
        .map(|transition| {
            json!({
                "at": time(transition.at.wall),
                "line": transition.line,
                "transport": transition.transport.to_string(),
                "from": transition.from.as_str(),
                "to": transition.to.as_str(),
                "cause": discreet(&transition.cause),
                "layer": transition.layer.as_str(),
                "attempt": transition.attempt,
                "lasted_ms": millis(transition.lasted),
            })
        })
        .collect();
    json!({
        "made_by": maker(),
        "made_at": time(report.made),
        "feed": status.as_ref().map(|status| status.feed.to_string()),
        "address": discreet(&report.address),
        "state": status.as_ref().map(|status| status.state.as_str()),
        "since_ms": status.as_ref().map(|status| millis(report.now.since(status.since))),
        "why": status.as_ref().map(|status| discreet(&status.why)),
        "transport": status.as_ref().map(|status| status.transport.to_string()),
        "round_trip_ms": status.as_ref().and_then(|status| status.round_trip).map(millis),
        "traffic": {
            "messages": totals.messages,
            "bytes": totals.bytes,
            "duplicates": totals.duplicates,
            "unreadable": totals.unreadable,
            "gaps": totals.gaps,
            "missing": totals.missing,
            "filled": totals.filled,
        },
        "account": report.allotment.as_ref().map(|allotment| json!({
            "asked": allotment.windows.iter().map(|(asked, most, within)| json!({
                "asked": asked,
                "most": most,
                "within_ms": millis(*within),
            })).collect::<Vec<_>>(),
            "next_ms": allotment.next.map(millis),
            "spent": allotment.spent,
        })),
        "attempts": counts.attempts,
        "failures": failures,
        "climbs": { "made": counts.climbs_made, "failed": counts.climbs_failed },
        "followed": counts.followed,
        "dials_held_back": counts.dials_held_back,
        "timers_late": counts.timers_late,
        "times": times,
        "transitions": { "count": counts.transitions, "last": transitions },
    })
}

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}
