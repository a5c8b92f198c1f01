//! What is fetched, where the stream is refused or not wanted.

use anyhow::{Result, ensure};
use model::TransportKind;

use crate::house::Venue;
use crate::sheet::Sheet;
use crate::stage::Stage;

/// Both names are asked for again and again, and the one that is not known does not spoil the other.
pub(crate) async fn polled(sheet: &'static Sheet, venue: impl Venue, line: &str) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open_over(sheet.key, &[TransportKind::Poll])?;
    stage.want(sheet.known)?;
    stage.want(sheet.unknown.name())?;
    stage
        .until(&format!("it tells {line}"), |stage| {
            stage.look(|told| told.prices.iter().any(|told| told == line))
        })
        .await?;
    let fetched = stage.house.ledger().fetched.len();
    stage
        .until("it asks again", |stage| {
            stage.house.ledger().fetched.len() > fetched
        })
        .await?;
    stage.until("the feed is live", Stage::is_live).await?;
    stage.look(|told| {
        let only = told.prices.iter().all(|told| told == line);
        ensure!(only, "{:#?}\n{line}", told.prices);
        Ok(())
    })?;
    ensure!(stage.house.ledger().dials.is_empty(), "the stream was asked for");
    stage.end().await
}
