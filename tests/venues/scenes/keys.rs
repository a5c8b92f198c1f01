//! Keys: wrong ones, and those that somebody else uses.

use anyhow::{Result, ensure};

use crate::house::{Venue, Whim};
use crate::sheet::Sheet;
use crate::stage::Stage;

/// A wrong key waits for a person, and the right one works.
pub(crate) async fn wrong_key(sheet: &'static Sheet, venue: impl Venue, wrong: &str) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(Some(wrong))?;
    stage.want(sheet.known)?;
    stage
        .until("the feed waits for a person", Stage::is_suspended)
        .await?;
    let why = stage.why();
    let lower = why.to_lowercase();
    ensure!(
        lower.contains("key") || lower.contains("token"),
        "it does not speak of the key: {why}"
    );
    ensure!(!why.contains(wrong), "the key is in the sentence: {why}");
    let dials = stage.house.ledger().dials.len();
    ensure!(dials == 1, "it was tried {dials} times with a key that is wrong");
    stage.handle.close_feed(&stage.feed)?;
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    let (sent, line) = sheet.trades[0];
    stage.tells(sheet.first).await?;
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    stage.end().await
}

/// The venue says that another connection uses the key: a person reads that, and it goes on when there is room.
pub(crate) async fn crowded(sheet: &'static Sheet, venue: impl Venue) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.house.next(Whim::Crowded);
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    stage
        .until("it says that another one uses the key", |stage| {
            let why = stage.why();
            why.contains("another app uses this key") || why.contains("another connection of this key")
        })
        .await?;
    // It need not be waited for: a person may say that the other one is closed.
    stage.handle.retry(&stage.feed)?;
    let (sent, line) = sheet.trades[0];
    stage.tells(sheet.first).await?;
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    stage.end().await
}
