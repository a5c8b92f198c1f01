//! The engine as it is shipped, from the address to the state of the market.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use engine::{Engine, EngineOptions, FeedSpec, Handle};
use market::{Row, RowId};
use model::{FeedId, Symbol};
use tests::own_cpu;
use transport::Network;

use crate::cost::{Cost, Meter};
use crate::flood::{Flood, Last};
use crate::stage::Stage;

/// How often the count is looked at; the look costs some microseconds.
const LOOK: Duration = Duration::from_millis(10);

pub(crate) fn run(stage: &Stage) -> Result<Cost> {
    let (engine, feed, rows) = start(stage)?;
    let handle = engine.handle();
    let mut meter = Meter::new(stage);
    // A few of them are answers.
    let count = || handle.totals(&feed).messages;
    while let Some(at) = meter.next() {
        std::thread::sleep(LOOK);
        let count = count();
        if count >= at {
            meter.at(count, own_cpu())?;
        }
    }
    let cost = meter.end()?;
    verify(stage, &handle, &feed, &rows)?;
    engine.shut_down();
    Ok(cost)
}

/// Everything subscribed, or about to be.
pub(crate) fn start(stage: &Stage) -> Result<(Engine, FeedId, Vec<RowId>)> {
    let mut network = Network::default();
    let mut scheme = "ws";
    if let Some(certificate) = stage.certificate()? {
        network = network.trusting([certificate]);
        scheme = "wss";
    }
    let engine = Engine::start(EngineOptions {
        dialer: Arc::new(network),
        ..EngineOptions::default()
    })?;
    let handle = engine.handle();
    let feed = FeedId::new("wire");
    let url = format!("{scheme}://{}{}", stage.address, stage.words.path());
    handle.open_feed(&FeedSpec::new(
        feed.clone(),
        stage.words.venue(),
        url.parse()?,
        None,
    ))?;
    let rows = (0..stage.symbols)
        .map(|number| Ok(handle.watch(&feed, &Symbol::new(&stage.words.symbol(number)))?))
        .collect::<Result<_>>()?;
    Ok((engine, feed, rows))
}

/// Whoever is quick must also be right.
pub(crate) fn verify(stage: &Stage, handle: &Handle, feed: &FeedId, rows: &[RowId]) -> Result<()> {
    let totals = handle.totals(feed);
    ensure!(
        totals.unreadable == 0 && totals.duplicates == 0 && totals.losses.is_empty(),
        "not all was well: {totals:?}"
    );
    let flood = Flood::new(stage.words, stage.symbols);
    for (row, last) in rows.iter().zip(&flood.last) {
        handle.read(|market| {
            let row = market.row(*row).context("a row is gone")?;
            ensure!(row.missed == 0, "{} has missed {}", row.symbol, row.missed);
            ensure!(
                shown(row) == expected(last),
                "{}: {:?}, not {last:?}",
                row.symbol,
                shown(row)
            );
            anyhow::Ok(())
        })?;
    }
    Ok(())
}

fn shown(row: &Row) -> [Option<String>; 3] {
    [
        row.last.map(|last| last.price.to_string()),
        row.bid.map(|(price, _)| price.to_string()),
        row.ask.map(|(price, _)| price.to_string()),
    ]
}

fn expected(last: &Last) -> [Option<String>; 3] {
    [&last.price, &last.bid, &last.ask].map(|price| Some(price.clone()))
}
