//! Whoever looks at the prices stands still, is slow, or falls over: the network does not wait for them.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use model::TransportKind;

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;

/// What somebody who never reads has room for.
const ROOM: usize = 100;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        rows.push(Row::new(34, "a reader that never reads", transport, still));
        rows.push(Row::new(
            34,
            "a reader that holds the market for long",
            transport,
            slow,
        ));
        rows.push(Row::new(
            34,
            "a reader that falls over with the market in its hands",
            transport,
            fallen,
        ));
    }
    rows
}

async fn news(stage: &mut Stage, run: Run) -> Result<()> {
    let much = match (run.transport, run.full) {
        (TransportKind::Poll, _) => 30,
        (_, true) => 400,
        (_, false) => 150,
    };
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices go on", |book| {
            (book.news.len() > before + much).then_some(())
        })
        .await
}

async fn judged(stage: Stage) -> Result<Seen> {
    let began = stage.began();
    let drops = stage.look(|book| book.drops());
    let mut seen = stage.settle(began, began).await?;
    seen.detected = None;
    seen.recovered = None;
    seen.expect(drops == 0, || format!("{drops} connections were given up"));
    Ok(seen)
}

/// It keeps what it has room for, and is told how much it has missed.
async fn still(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let mut observer = stage.handle.observe(ROOM);
    news(&mut stage, run).await?;
    stage.pause().await?;
    let missed = observer.missed();
    let mut kept = 0;
    while observer.next_now().is_some() {
        kept += 1;
    }
    let mut seen = judged(stage).await?;
    seen.expect(
        kept == ROOM && (missed > 0 || run.transport == TransportKind::Poll),
        || format!("{kept} kept, {missed} missed"),
    );
    Ok(seen)
}

/// A copy should be short; one that is not delays what comes and loses nothing.
async fn slow(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let handle = stage.handle.clone();
    let looking = thread::spawn(move || {
        // Nobody will ever say anything on it.
        let (_keep, silence) = mpsc::channel::<()>();
        for _ in 0..20 {
            let _held = handle.read(|_| silence.recv_timeout(Duration::from_millis(50)));
            let _free = silence.recv_timeout(Duration::from_millis(5));
        }
    });
    news(&mut stage, run).await?;
    anyhow::ensure!(
        tokio::task::spawn_blocking(move || looking.join()).await?.is_ok(),
        "the reader ended in a panic"
    );
    judged(stage).await
}

/// What it held is whole, as a reader changes nothing.
async fn fallen(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let handle = stage.handle.clone();
    let fallen = thread::spawn(move || {
        handle.read(|_| {
            // Unwinds without a word on the terminal, which is that of a test.
            std::panic::resume_unwind(Box::new(()))
        })
    });
    let fell = tokio::task::spawn_blocking(move || fallen.join()).await?.is_err();
    let observer = stage.handle.observe(ROOM);
    drop(observer);
    news(&mut stage, run).await?;
    let mut seen = judged(stage).await?;
    seen.expect(fell, || "the reader did not fall".to_owned());
    Ok(seen)
}
