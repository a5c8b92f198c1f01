//! Connected, and yet something is not said: no prices, no answer for a symbol, no answer to a ping.

use std::time::Duration;

use anyhow::Result;
use model::{FeedState, LineHealth, TransportKind};

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;

const MUTE_MAX: Duration = Duration::from_secs(15);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(
            Row::new(26, "answers, pongs, heartbeats and no prices", transport, mute)
                .expects("mute")
                .runs(1, 20)
                .together(20),
        );
    }
    for transport in TransportKind::ALL {
        rows.push(Row::new(
            25,
            "one symbol of four is refused",
            transport,
            one_refused,
        ));
    }
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(Row::new(
            6,
            "nothing arrives at the venue, and prices go on",
            transport,
            deaf,
        ));
    }
    rows
}

/// All symbols fall silent in an open market.
async fn mute(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    // The habit of each symbol must be known before its silence means anything.
    stage
        .until("its habits are known", |book| {
            (book.news.len() > 200).then_some(())
        })
        .await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.mute = true);
    let told = stage
        .until("somebody notices", |book| {
            let mut told = book.told.iter().filter(|told| told.since >= at);
            told.find(|told| {
                told.state != FeedState::Live(LineHealth::Healthy)
                    && told.state != FeedState::Live(LineHealth::Proving)
            })
            .cloned()
        })
        .await?;
    stage.venue.behave(|manners| manners.mute = false);
    let well = stage.now();
    stage.news(well).await?;
    let mut seen = stage.settle(at, well).await?;
    "mute".clone_into(&mut seen.class);
    let found = told.since.since(at);
    seen.detected = Some(found);
    seen.expect(!run.full || found <= MUTE_MAX, || {
        format!("found after {} ms", found.as_millis())
    });
    Ok(seen)
}

/// The venue does not know one of them; the others are none the worse.
async fn one_refused(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.want("NOBODY")?;
    stage
        .until("it is refused", |book| {
            book.refused.iter().any(|name| name == "NOBODY").then_some(())
        })
        .await?;
    stage.live().await?;
    let at = stage.now();
    stage.news(at).await?;
    let began = stage.began();
    let dials = stage.look(|book| book.drops());
    let others = stage.look(|book| book.refused.iter().filter(|name| *name != "NOBODY").count());
    let mut seen = stage.settle(began, began).await?;
    seen.detected = None;
    seen.recovered = None;
    seen.expect(dials == 0 && others == 0, || {
        format!("{dials} connections lost, {others} others refused")
    });
    Ok(seen)
}

/// What we say is swallowed, what the venue says comes: that is no dead line.
async fn deaf(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.pongs = false);
    let much = if run.full { 1_500 } else { 400 };
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices went on", |book| {
            (book.news.len() > before + much).then_some(())
        })
        .await?;
    let mut seen = stage.settle(at, at).await?;
    seen.expect(seen.detected.is_none(), || {
        "a line that brings prices was given up".to_owned()
    });
    seen.recovered = None;
    Ok(seen)
}
