//! The connection itself: torn, ended, silent.

use std::time::Duration;

use anyhow::Result;
use model::TransportKind;
use tokio::time::sleep;

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::Blow;

/// A connection of this age has shown that it works, and its loss is forgiven.
pub(super) const HEALTHY_AGE: Duration = Duration::from_millis(10_500);

pub(crate) fn rows() -> Vec<Row> {
    let torn = |run| struck(run, Blow::ResetInMessage);
    let cut = |run| struck(run, Blow::Reset);
    let ended = |run| struck(run, Blow::End);
    let frozen = |run| struck(run, Blow::Freeze);
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        // What is asked for again is asked again on a new line before anybody notices.
        let (broken, silent) = match transport {
            TransportKind::WebSocket | TransportKind::EventStream => ("broken", "silent"),
            TransportKind::LongPoll | TransportKind::Poll => ("none", "silent"),
        };
        let back = [Duration::from_millis(350), Duration::from_millis(750)];
        rows.push(
            Row::new(4, "torn in the middle of a message", transport, torn)
                .expects(broken)
                .back_within(back[0], back[1]),
        );
        rows.push(
            Row::new(4, "torn between two messages", transport, cut)
                .expects(broken)
                .back_within(back[0], back[1]),
        );
        rows.push(
            Row::new(5, "ended without a goodbye", transport, ended)
                .expects(broken)
                .back_within(back[0], back[1]),
        );
        rows.push(
            Row::new(6, "open and carrying nothing, either way", transport, frozen)
                .expects(silent)
                .runs(1, 200)
                .together(100)
                .found_within(Duration::from_millis(7_500)),
        );
    }
    rows
}

/// A blow to a connection that works, on a venue that takes the next one at once.
async fn struck(run: Run, blow: Blow) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    if run.full {
        sleep(HEALTHY_AGE + Duration::from_millis(run.seed % 1_000)).await;
    }
    let mut at = stage.now();
    if matches!(blow, Blow::Freeze) {
        stage.freeze().await?;
        // It is silent from when it is, and not from when it was told to be.
        at = stage.now();
    } else {
        stage.venue.strike(blow.clone());
    }
    let is_told = match (run.transport, blow) {
        (TransportKind::WebSocket | TransportKind::EventStream, _) | (_, Blow::Freeze) => true,
        (TransportKind::LongPoll | TransportKind::Poll, _) => false,
    };
    let since = if is_told { stage.lost(at).await? } else { at };
    stage.news(since).await?;
    stage.settle(at, at).await
}
