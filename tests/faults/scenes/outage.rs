//! Nobody is there, for a while.

use std::time::Duration;

use anyhow::Result;
use model::{FeedState, TransportKind};
use tokio::time::sleep;

use super::line::HEALTHY_AGE;
use crate::dice::Dice;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::Blow;

/// How long it goes up and down.
const STORM: Duration = Duration::from_secs(60);
/// How long it is away, where its return is measured.
const AWAY: Duration = Duration::from_secs(30);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        rows.push(
            Row::new(1, "its port is closed for 30 s", transport, refused)
                .expects("broken")
                .runs(1, 60)
                .together(100)
                .back_within(Duration::from_secs(2), Duration::from_secs(5)),
        );
        rows.push(
            Row::new(
                28,
                "up for a moment, away for a moment, for a minute",
                transport,
                storm,
            )
            .expects("as it comes")
            .runs(1, 10)
            .together(100),
        );
    }
    rows
}

/// The venue is gone, and whoever asks its machine is told so.
async fn refused(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    if run.full {
        sleep(HEALTHY_AGE).await;
    }
    let at = stage.now();
    stage.venue.close_port().await;
    stage.venue.strike(Blow::End);
    if run.full {
        sleep(AWAY).await;
    } else {
        stage
            .until("it has tried again in vain", |book| {
                let mut waits = book
                    .told
                    .iter()
                    .filter(|told| matches!(told.state, FeedState::Waiting { .. }));
                waits.nth(2).map(|_| ())
            })
            .await?;
    }
    stage.venue.open_port().await?;
    let back = stage.now();
    stage.news(back).await?;
    let attempts = stage.look(|book| book.attempts());
    let mut seen = stage.settle(at, back).await?;
    // 100 ms at least between two, and 1.6 s on average from the fifth on: twenty are a loop that is too busy.
    seen.expect(!run.full || attempts <= 30, || {
        format!("{attempts} attempts in half a minute")
    });
    Ok(seen)
}

/// Up for 0 to 2 s and away for 0 to 5 s, in turn, and then it stays.
async fn storm(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    // A test of every day has the same ten times faster, as the feed's own waits are.
    let (lasts, scale) = if run.full { (STORM, 1) } else { (STORM / 20, 10) };
    let mut dice = Dice::of(run.seed);
    let dials = stage.venue.seen().dials.len();
    while stage.now().since(at) < lasts {
        sleep(Duration::from_millis(dice.below(2_000) / scale)).await;
        stage.venue.close_port().await;
        stage.venue.strike(Blow::End);
        sleep(Duration::from_millis(dice.below(5_000) / scale)).await;
        stage.venue.open_port().await?;
    }
    let back = stage.now();
    let dials = stage.venue.seen().dials.len() - dials;
    stage.news(back).await?;
    let mut seen = stage.settle(at, back).await?;
    "as it comes".clone_into(&mut seen.class);
    seen.detected = None;
    // An answer that is lost is asked for again at once, so a poll needs a few more lines.
    seen.expect(!run.full || dials <= 60, || format!("{dials} lines in a minute"));
    Ok(seen)
}
