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
    stage.tells(sheet.first).await?;
    stage
        .until("it says that it is there, again and again", |stage| {
            let ledger = stage.house.ledger();
            ledger.heard.iter().filter(|(_, text)| is_beat(text)).count() >= TIMES
        })
        .await?;
    let (sent, line) = sheet.trades[0];
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    let totals = stage.handle.totals(&stage.feed);
    ensure!(totals.unreadable == 0, "the answer is not understood: {totals:?}");
    stage.end().await
}
