//! The past of a chart: all of it when it is opened, and what a lost connection has kept from us.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use feed::{Clock, WallTime};
use futures_util::future::BoxFuture;
use market::{Origin, PastState, RowId};
use model::Timeframe;

use crate::client::Client;
use crate::head::{Answer, Head};
use crate::house::{Order, Venue};
use crate::sheet::Sheet;
use crate::stage::Stage;

const MINUTE: i64 = 60;
/// So many candles a chart of minutes keeps.
const KEPT: usize = 1_440;

/// What was done in a minute: everything with the digits that a house writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// In seconds since 1970.
    pub(crate) start: i64,
    pub(crate) open: String,
    pub(crate) high: String,
    pub(crate) low: String,
    pub(crate) close: String,
    pub(crate) volume: String,
}

/// The same in every house. In some minutes nothing is done.
pub(crate) fn done(start: i64) -> Option<Done> {
    let minute = start / MINUTE;
    let price = |cents: &str| format!("{}.{cents}", 100 + minute % 50);
    (minute % 7 != 3).then(|| Done {
        start,
        open: price("10"),
        high: price("90"),
        low: price("05"),
        close: price("50"),
        volume: format!("{}.5", minute % 9 + 1),
    })
}

/// All that was done from one start to another, which is of it too.
pub(crate) fn all_done(from: i64, last: i64) -> impl DoubleEndedIterator<Item = Done> {
    let minutes = from.div_euclid(MINUTE) + i64::from(from.rem_euclid(MINUTE) > 0)..=last.div_euclid(MINUTE);
    // Nobody asks for more than this and is served.
    minutes
        .take(20_000)
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(|minute| done(minute * MINUTE))
}

/// A house that has a past beside everything else.
pub(crate) struct WithPast<V> {
    pub(crate) venue: V,
    /// Nothing for what is not about the past.
    pub(crate) past: fn(&Head) -> Option<Answer>,
}

impl<V: Venue> Venue for WithPast<V> {
    fn door(&self, head: &Head) -> Result<(), Answer> {
        self.venue.door(head)
    }

    fn fetched(&self, head: &Head) -> Answer {
        (self.past)(head).unwrap_or_else(|| self.venue.fetched(head))
    }

    fn serve<'a>(&'a self, client: &'a mut Client) -> BoxFuture<'a, Result<()>> {
        self.venue.serve(client)
    }
}

/// A clock on the wall that the scene sets.
#[derive(Debug, Default)]
struct Hand {
    ahead: AtomicI64,
}

impl WallTime for Hand {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.ahead.load(Ordering::Relaxed))
    }
}

/// All of the past is there, as the house has it, when the chart is opened; then the line is cut, four minutes
/// pass, and these are there too, once, and marked.
pub(crate) async fn filled(sheet: &'static Sheet, venue: impl Venue, place: &str) -> Result<()> {
    // For the rest of the program, as a clock on a wall is.
    let hand: &'static Hand = Box::leak(Box::default());
    let stage = Stage::set_by(sheet, venue, Clock::told_by(hand)).await?;
    stage.open(sheet.key)?;
    let row = stage.want(sheet.known)?;
    stage.until("the feed is live", Stage::is_live).await?;
    let before = hand.now().timestamp();
    stage.handle.want_past(row, Timeframe::Minute);
    stage.handle.want_past(row, Timeframe::Minute);
    stage
        .until("the past is told", |stage| {
            told(stage, row) == Some(PastState::Told)
        })
        .await?;
    let first = candles(&stage, row);
    // What was asked is before the minute under way, and behind nothing that is kept.
    let newest = first.keys().last().copied().context("no candle")?;
    ensure!(newest <= before - MINUTE, "{newest} is not over at {before}");
    let oldest = first.keys().next().copied().context("no candle")?;
    is_of_the_house(&first, oldest, newest)?;
    let day = usize::try_from(24 * 60 * 6 / 7).unwrap_or_default();
    ensure!(
        first.len() > day / 2 && first.len() <= KEPT,
        "{} candles",
        first.len()
    );
    let asked = pages(&stage, place);

    stage.house.order(Order::Cut);
    stage
        .until("it was cut", |stage| {
            stage.status().is_some_and(|status| status.drops > 0)
        })
        .await?;
    hand.ahead.fetch_add(4 * MINUTE, Ordering::Relaxed);
    stage
        .until("the stretch is there", |stage| {
            candles(stage, row)
                .keys()
                .last()
                .is_some_and(|last| *last >= newest + 3 * MINUTE)
        })
        .await?;
    let after = candles(&stage, row);
    let last = after.keys().last().copied().context("no candle")?;
    let oldest = after.keys().next().copied().context("no candle")?;
    is_of_the_house(&after, oldest, last)?;
    ensure!(
        pages(&stage, place) <= asked + 3,
        "something was asked twice: {:#?}",
        stage.house.ledger().fetched
    );
    stage.end().await
}

/// The house does not tell, and says why; nobody asks again, and the person can read it.
pub(crate) async fn refused(
    sheet: &'static Sheet,
    venue: impl Venue,
    place: &str,
    words: &str,
) -> Result<()> {
    let stage = Stage::set(sheet, venue).await?;
    stage.open(sheet.key)?;
    let row = stage.want(sheet.known)?;
    stage.until("the feed is live", Stage::is_live).await?;
    stage.handle.want_past(row, Timeframe::Minute);
    stage
        .until(
            "it is said why",
            |stage| matches!(told(stage, row), Some(PastState::Refused { why }) if why.contains(words)),
        )
        .await?;
    stage.handle.want_past(row, Timeframe::Minute);
    stage.until("the feed is live still", Stage::is_live).await?;
    ensure!(pages(&stage, place) == 1, "{:#?}", stage.house.ledger().fetched);
    stage.end().await
}

fn told(stage: &Stage, row: RowId) -> Option<PastState> {
    stage
        .handle
        .read(|market| Some(market.row(row)?.past.as_ref()?.state.clone()))
}

fn pages(stage: &Stage, place: &str) -> usize {
    let ledger = stage.house.ledger();
    ledger
        .fetched
        .iter()
        .filter(|path| path.starts_with(place))
        .count()
}

/// Those out of the history, by their starts.
fn candles(stage: &Stage, row: RowId) -> BTreeMap<i64, Done> {
    stage.handle.read(|market| {
        let series = market.series(row, Timeframe::Minute);
        let all = series.into_iter().flat_map(|series| series.candles());
        let filled = all.filter(|marked| marked.origin == Origin::Filled);
        let told = filled.map(|marked| {
            let candle = marked.candle;
            let told = Done {
                start: candle.start,
                open: candle.open.to_string(),
                high: candle.high.to_string(),
                low: candle.low.to_string(),
                close: candle.close.to_string(),
                volume: candle.volume.to_string(),
            };
            (candle.start, told)
        });
        told.collect()
    })
}

/// Every minute in which something was done, once, with its digits, and none in which nothing was.
fn is_of_the_house(told: &BTreeMap<i64, Done>, oldest: i64, newest: i64) -> Result<()> {
    let has: Vec<_> = all_done(oldest, newest).collect();
    ensure!(has.len() == told.len(), "{} of {} candles", told.len(), has.len());
    for (told, has) in told.values().zip(&has) {
        ensure!(told == has, "{told:?}\n{has:?}");
    }
    Ok(())
}
