//! Limits: of how often, and of how much at once.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::head::Answer;
use crate::house::{Venue, Whim};
use crate::sheet::Sheet;
use crate::stage::Stage;

/// It is told to wait, and it waits so long; then it goes on.
pub(crate) async fn asked_to_wait(sheet: &'static Sheet, venue: impl Venue, status: u16) -> Result<()> {
    const ASKED: Duration = Duration::from_secs(1);
    let stage = Stage::set(sheet, venue).await?;
    let answer = Answer::status(status).with("Retry-After", ASKED.as_secs().to_string());
    stage.house.next(Whim::Refused(answer));
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    let (sent, line) = sheet.trades[0];
    stage.tells(sheet.first).await?;
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    let dials = stage.house.ledger().dials.clone();
    ensure!(dials.len() == 2, "it was dialed {} times", dials.len());
    let waited = dials[1].duration_since(dials[0]);
    ensure!(waited >= ASKED, "it has waited for {waited:?} of {ASKED:?}");
    stage.end().await
}

/// The venue says that it was too much, in its own words: it is left alone until a person says otherwise or a while
/// is over.
pub(crate) async fn too_fast(sheet: &'static Sheet, venue: impl Venue, words: &str) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.house.next(Whim::Slower);
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    stage
        .until("it waits, and says why", |stage| {
            stage.is_waiting() && stage.why().contains(words)
        })
        .await?;
    stage.handle.retry(&stage.feed)?;
    let (sent, line) = sheet.trades[0];
    stage.tells(sheet.first).await?;
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    stage.end().await
}

/// So many more are wanted, of which the venue knows none; the rules about how many may be asked for at once hold,
/// and the one that it knows is told.
pub(crate) async fn many(
    sheet: &'static Sheet,
    venue: impl Venue,
    more: usize,
    before: &str,
    behind: &str,
) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    for number in 0..more {
        stage.want(&format!("{before}{number}{behind}"))?;
    }
    stage.want(sheet.known)?;
    let (sent, line) = sheet.trades[0];
    stage.tells(sheet.first).await?;
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    stage.until("the feed is live", Stage::is_live).await?;
    stage.end().await
}

/// As many as a connection carries are asked for and go on; one too many is told so with what to do, and is taken
/// when another is given up.
pub(crate) async fn full(
    sheet: &'static Sheet,
    venue: impl Venue,
    most: usize,
    before: &str,
    behind: &str,
) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    let name = |number: usize| format!("{before}{number}{behind}");
    let mut rows = Vec::new();
    for number in 100..100 + most {
        rows.push(stage.want(&name(number))?);
    }
    let too_many = sheet.known;
    stage.want(too_many)?;
    let told = format!("{too_many}: this feed carries {most} symbols at most; give up another one to see it");
    stage
        .until("the one too many is told", |stage| {
            stage.look(|seen| seen.refused.contains(&told))
        })
        .await?;
    let is_asked = |stage: &Stage, name: &str| {
        let ledger = stage.house.ledger();
        ledger.heard.iter().any(|(_, text)| text.contains(name))
    };
    stage
        .until("all others are asked for", |stage| {
            (100..100 + most).all(|number| is_asked(stage, &name(number)))
        })
        .await?;
    ensure!(!is_asked(&stage, too_many), "the one too many was asked for");
    stage.handle.unwatch(rows[0]);
    let (sent, line) = sheet.trades[0];
    stage.send(sent).await?;
    stage.tells(&[sheet.first, &[line]].concat()).await?;
    stage.until("the feed is live", Stage::is_live).await?;
    let status = stage.status();
    ensure!(
        status.as_ref().is_some_and(|status| status.drops == 0),
        "{status:?}"
    );
    stage.end().await
}
