//! Event streams that are written as the standard allows, and as somebody once did it.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use model::TransportKind;

use crate::book::resting;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::{Answer, Blow, Style};

const WAY: TransportKind = TransportKind::EventStream;
/// What a stream asks for with `retry:`.
const PATIENCE: Duration = Duration::from_millis(1_700);

pub(crate) fn rows() -> Vec<Row> {
    let row = |name: &str, style| {
        let scene = move |run| written(run, style);
        Row::new(32, name, WAY, scene).expects("broken")
    };
    vec![
        row("a mark of the byte order, and every end of a line", Style::Odd),
        row("an id with each event", Style::Numbered),
        row("an id, and an empty one behind it", Style::Unnumbered),
        row("a megabyte in one line, before each event", Style::Long)
            .runs(1, 5)
            .together(5),
        Row::new(32, "retry: 1700", WAY, patient).expects("broken"),
        Row::new(32, "204 to whoever comes back", WAY, dismissed).expects("broken+refused, suspended"),
    ]
}

/// Read as any other, to its end and on the next one.
async fn written(run: Run, style: Style) -> Result<Seen> {
    let setting = Setting {
        rate: if style == Style::Long { 2 } else { 50 },
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| manners.style = style).await?;
    stage.live().await?;
    let news = if style == Style::Long { 3 } else { 20 };
    more(&mut stage, news).await?;
    let at = stage.now();
    stage.venue.strike(Blow::End);
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    more(&mut stage, news).await?;
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    Ok(seen)
}

async fn more(stage: &mut Stage, news: usize) -> Result<()> {
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices go on", |book| {
            (book.news.len() > before + news).then_some(())
        })
        .await
}

/// Not a moment sooner than it was asked to.
async fn patient(run: Run) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| {
        manners.first_words = Bytes::from(format!("retry: {}\n\n", PATIENCE.as_millis()));
    })
    .await?;
    stage.live().await?;
    let requests = stage.venue.seen().requests.len();
    let at = stage.now();
    let struck = tokio::time::Instant::now();
    stage.venue.strike(Blow::End);
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    let came = stage
        .venue
        .seen()
        .requests
        .get(requests)
        .map(|(at, _)| *at - struck);
    let mut seen = stage.settle(at, at).await?;
    seen.expect(came.is_some_and(|came| came >= PATIENCE), || {
        format!("it came back after {came:?}")
    });
    Ok(seen)
}

/// The standard's word for "do not come back", until a person wants it all the same.
async fn dismissed(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    stage
        .venue
        .behave(|manners| manners.answer = Answer::status("204 No Content", "", ""));
    stage.venue.strike(Blow::End);
    let told = stage
        .until("it stays away", |book| {
            let mut told = book.told.iter().filter(|told| told.since >= at);
            told.find(|told| resting(told.state) == Some("suspended"))
                .cloned()
        })
        .await?;
    stage.venue.behave(|manners| manners.answer = Answer::Serve);
    stage.handle.retry(&stage.feed)?;
    stage.news(told.since).await?;
    let mut seen = stage.settle(at, told.since).await?;
    seen.recovered = None;
    seen.class += ", suspended";
    Ok(seen)
}
