//! What is played before every venue alike.
//!
//! - `limits`: it says that it is too much, or takes only so much
//! - `keys`: who may come in
//! - `polls`: what is fetched
//! - `past`: what was before anybody listened
//! - `beats`: what it wants to hear again and again

pub(crate) mod beats;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod past;
pub(crate) mod polls;

use anyhow::{Result, ensure};

use crate::house::{Order, Venue};
use crate::sheet::{Sheet, Unknown};
use crate::stage::Stage;

/// Two symbols are wanted, of which the venue knows one; what it sends is told to the digit.
pub(crate) async fn prices(sheet: &'static Sheet, venue: impl Venue) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    stage.want(sheet.unknown.name())?;
    stage.tells(sheet.first).await?;
    for sent in sheet.sent {
        stage.send(*sent).await?;
    }
    let expected = [sheet.first, sheet.told].concat();
    stage.tells(&expected).await?;
    stage.until("the feed is live", Stage::is_live).await?;
    stage
        .until("the figures of the day are told", |stage| {
            stage.look(|told| told.days.len() >= sheet.days.len())
        })
        .await?;
    stage.look(|told| {
        ensure!(told.days == sheet.days, "{:#?}\n{:#?}", told.days, sheet.days);
        Ok(())
    })?;
    match sheet.unknown {
        Unknown::Refused(name) | Unknown::Fetched(name) => {
            let is_refused = |stage: &Stage| {
                stage.look(|told| {
                    told.refused
                        .iter()
                        .any(|line| line.starts_with(&format!("{name}: ")))
                })
            };
            stage.until("the unknown name is refused", is_refused).await?;
            if matches!(sheet.unknown, Unknown::Fetched(_)) {
                let says_what_to_do = |line: &String| line.contains("look up how it writes it");
                ensure!(
                    stage.look(|told| told.refused.iter().all(says_what_to_do)),
                    "a person is not told what to do"
                );
            }
        }
        Unknown::Silent(_) => {
            stage.look(|told| {
                ensure!(told.refused.is_empty(), "{:?}", told.refused);
                Ok(())
            })?;
        }
    }
    let totals = stage.handle.totals(&stage.feed);
    ensure!(totals.unreadable == 0, "{totals:?}");
    stage.end().await
}

/// Nobody deals, so the stream says nothing of a price: what was dealt at last is fetched, and the stream goes on
/// from there.
pub(crate) async fn unpriced(sheet: &'static Sheet, venue: impl Venue, latest: &str) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    stage.tells(&[sheet.first, &[latest]].concat()).await?;
    let [(one, told_one), _, _] = sheet.trades;
    stage.send(one).await?;
    stage.tells(&[sheet.first, &[latest, told_one]].concat()).await?;
    ensure!(stage.house.ledger().dials.len() == 1, "the connection was lost");
    stage.end().await
}

/// The venue ends the connection so; it is made anew, what was wanted is asked for again, and nothing is told twice.
pub(crate) async fn ended(
    sheet: &'static Sheet,
    venue: impl Venue,
    order: Order,
    again: &[&str],
) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    let [(one, told_one), (two, told_two), (three, told_three)] = sheet.trades;
    stage.tells(sheet.first).await?;
    stage.send(one).await?;
    let mut expected = [sheet.first, &[told_one]].concat();
    stage.tells(&expected).await?;
    let dials = stage.house.ledger().dials.len();
    stage.house.order(order);
    stage
        .until("it comes back", |stage| stage.house.ledger().dials.len() > dials)
        .await?;
    expected.extend(again);
    stage.tells(&expected).await?;
    stage.send(two).await?;
    stage.send(three).await?;
    expected.extend([told_two, told_three]);
    stage.tells(&expected).await?;
    stage.end().await
}

/// One message that nobody can read is counted, and those around it are told.
pub(crate) async fn malformed(sheet: &'static Sheet, venue: impl Venue) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    stage.want(sheet.known)?;
    let [(one, told_one), (two, told_two), _] = sheet.trades;
    stage.tells(sheet.first).await?;
    stage.send(one).await?;
    stage.send(sheet.broken).await?;
    stage.send(two).await?;
    stage
        .tells(&[sheet.first, &[told_one, told_two]].concat())
        .await?;
    let totals = stage.handle.totals(&stage.feed);
    ensure!(totals.unreadable == 1, "{totals:?}");
    ensure!(stage.house.ledger().dials.len() == 1, "the connection was lost");
    stage.end().await
}
