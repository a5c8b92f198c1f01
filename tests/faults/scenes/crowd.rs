//! A venue that bears one connection of a key, and has not noticed yet that ours is dead.

use std::time::Duration;

use anyhow::Result;
use model::TransportKind;

use crate::book::resting;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::frames;
use crate::venue::manners::{Answer, Blow};

/// After so long a venue has noticed.
const REAPED: Duration = Duration::from_secs(30);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows: Vec<_> = TransportKind::ALL
        .into_iter()
        .map(|transport| {
            Row::new(30, "a second session is refused with 409", transport, |run| {
                crowded(run, false)
            })
        })
        .collect();
    rows.push(Row::new(
        30,
        "a second session is closed with 4409",
        TransportKind::WebSocket,
        |run| crowded(run, true),
    ));
    rows.into_iter()
        .map(|row| row.expects("waiting").runs(1, 10).together(100))
        .collect()
}

/// Nobody storms: the venue is left alone until it has noticed, and then all is well.
async fn crowded(run: Run, by_goodbye: bool) -> Result<Seen> {
    let setting = Setting::of(run);
    let reaped = REAPED / setting.policy.haste();
    let mut stage = Stage::set(setting).await?;
    stage.live().await?;
    stage.trusted().await?;
    let requests = stage.venue.seen().requests.len();
    let at = stage.now();
    let blow = if by_goodbye {
        Blow::SayAndEnd(frames::close(4409, "one session").into())
    } else {
        let answer = Answer::status("409 Conflict", "", "one session");
        stage
            .venue
            .behave(|manners| manners.first_answers.push_back(answer));
        Blow::End
    };
    stage.venue.strike(blow);
    let told = stage
        .until("it says that another connection is open", |book| {
            let mut told = book.told.iter().filter(|told| told.since >= at);
            told.find(|told| told.why.contains("another connection of this key"))
                .cloned()
        })
        .await?;
    stage.news(told.since).await?;
    let way = stage.way();
    let came = stage.venue.seen().requests;
    let mut seen = stage.settle(at, at).await?;
    seen.class = resting(told.state).unwrap_or("not waiting").to_owned();
    seen.detected = Some(told.since.since(at));
    seen.expect(way == run.transport, || format!("it went on to {way}"));
    if !by_goodbye {
        let waited = came.get(requests).zip(came.get(requests + 1));
        let waited = waited.map(|(refused, next)| next.0 - refused.0);
        seen.expect(waited.is_some_and(|waited| waited >= reaped), || {
            format!("asked again after {waited:?}")
        });
    }
    Ok(seen)
}
