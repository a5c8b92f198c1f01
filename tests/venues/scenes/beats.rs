//! What a venue wants to hear again and again.

use anyhow::{Result, ensure};

use crate::house::Venue;
use crate::sheet::Sheet;
use crate::stage::Stage;

/// What the venue wants to hear again and again comes, and is not all that comes.
pub(crate) async fn beats(
    sheet: &'static Sheet,
    venue: impl Venue,
    is_beat: impl Fn(&str) -> bool,
) -> Result<()> {
    const TIMES: usize = 2;
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    let [(one, told_one), (two, told_two), _] = sheet.trades;
    stage.tells(sheet.first).await?;
    stage.send(one).await?;
    stage.tells(&[sheet.first, &[told_one]].concat()).await?;
    stage
        .until("it says that it is there, again and again", |stage| {
            let ledger = stage.house.ledger();
            ledger.heard.iter().filter(|(_, text)| is_beat(text)).count() >= TIMES
        })
        .await?;
    stage.send(two).await?;
    stage
        .tells(&[sheet.first, &[told_one, told_two]].concat())
        .await?;
    let totals = stage.handle.totals(&stage.feed);
    ensure!(totals.unreadable == 0, "the answer is not understood: {totals:?}");
    stage.end().await
}
