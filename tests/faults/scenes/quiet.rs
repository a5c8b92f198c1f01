//! Connected, and yet something is not said: no prices, no answer for a symbol, no answer to a ping.

use std::time::Duration;

use anyhow::Result;
use model::{FeedState, LineHealth, TransportKind};

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::Blow;

const MUTE_MAX: Duration = Duration::from_secs(15);
const DEAD_MAX: Duration = Duration::from_millis(7_500);
/// The heartbeats of the venue go on to come and are signs of life. To ask it
/// beside them would wake the computer more than once a second.
const HALF_DEAD_MAX: Duration = Duration::from_millis(10_500);

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(
            Row::new(26, "answers, pongs, heartbeats and no prices", transport, mute)
                .expects("mute")
                .runs(1, 20)
                .together(100),
        );
    }
    for transport in [
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::LongPoll,
    ] {
        rows.push(
            Row::new(26, "one symbol of three is kept back", transport, one_mute)
                .runs(1, 20)
                .together(100)
                .back_within(MUTE_MAX, MUTE_MAX),
        );
    }
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(
            Row::new(26, "pongs, and not a word of the venue", transport, pongs_only)
                .expects("silent")
                .runs(1, 20)
                .together(100)
                .found_within(MUTE_MAX),
        );
        rows.push(
            Row::new(
                6,
                "nothing arrives at the venue, and it is quiet",
                transport,
                unheard,
            )
            .expects("silent")
            .runs(1, 20)
            .together(100)
            .found_within(HALF_DEAD_MAX),
        );
    }
    for transport in TransportKind::ALL {
        rows.push(
            Row::new(6, "nothing that the venue says arrives", transport, gagged)
                .expects("silent")
                .runs(1, 20)
                .together(100)
                .found_within(DEAD_MAX),
        );
        rows.push(Row::new(
            25,
            "one symbol of four is refused",
            transport,
            one_refused,
        ));
    }
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(Row::new(
            6,
            "nothing arrives at the venue, and prices go on",
            transport,
            deaf,
        ));
    }
    rows
}

/// All symbols fall silent in an open market.
async fn mute(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    // The habit of each symbol must be known before its silence means anything.
    stage
        .until("its habits are known", |book| {
            (book.news.len() > 200).then_some(())
        })
        .await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.mute = true);
    let told = stage
        .until("somebody notices", |book| {
            let mut told = book.told.iter().filter(|told| told.since >= at);
            told.find(|told| {
                told.state != FeedState::Live(LineHealth::Healthy)
                    && told.state != FeedState::Live(LineHealth::Proving)
            })
            .cloned()
        })
        .await?;
    stage.venue.behave(|manners| manners.mute = false);
    let well = stage.now();
    stage.news(well).await?;
    let mut seen = stage.settle(at, well).await?;
    "mute".clone_into(&mut seen.class);
    let found = told.since.since(at);
    seen.detected = Some(found);
    seen.expect(!run.full || found <= MUTE_MAX, || {
        format!("found after {} ms", found.as_millis())
    });
    Ok(seen)
}

/// It is asked for beside the stream, and then anew on it; nobody else is the worse for it.
async fn one_mute(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    stage
        .until("its habits are known", |book| {
            (book.news.len() > 200).then_some(())
        })
        .await?;
    let wishes = stage.venue.seen().wishes.len();
    let at = stage.now();
    stage.venue.behave(|manners| manners.silenced = Some(1));
    let kept_back = || "S001".to_owned();
    stage
        .until_seen("it is asked for beside the stream and on it", |seen| {
            let mut asked = seen.wishes.iter().skip(wishes);
            let beside = seen.requests.iter().any(|(_, way)| *way == TransportKind::Poll);
            beside && asked.any(|symbols| symbols.contains(&kept_back()))
        })
        .await?;
    stage
        .until_spoilt("it is told again", |manners| manners.silenced.is_none())
        .await?;
    let back = stage.now();
    stage.news(back).await?;
    let drops = stage.look(|book| book.drops());
    let anew: Vec<_> = stage.venue.seen().wishes.into_iter().skip(wishes).collect();
    let mut seen = stage.settle(at, at).await?;
    seen.detected = None;
    seen.recovered = Some(back.since(at));
    seen.expect(drops == 0, || format!("{drops} connections were given up"));
    // Only over a WebSocket can one symbol be asked for by itself.
    let alone = anew.iter().all(|symbols| *symbols == [kept_back()]);
    seen.expect(alone || run.transport != TransportKind::WebSocket, || {
        format!("asked for {anew:?}")
    });
    Ok(seen)
}

/// The line lives, and the venue behind it does not.
async fn pongs_only(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    stage.trusted().await?;
    let at = stage.now();
    stage.venue.behave(|manners| {
        manners.heartbeats = false;
        manners.mute = true;
    });
    let since = stage.lost(at).await?;
    stage.venue.behave(|manners| {
        manners.heartbeats = true;
        manners.mute = false;
    });
    stage.news(since).await?;
    stage.settle(at, since).await
}

/// Neither prices nor heartbeats would come anyway, so only the pongs could tell that the venue hears.
async fn unheard(run: Run) -> Result<Seen> {
    let setting = Setting {
        rate: 0,
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| manners.heartbeat = Duration::from_secs(60)).await?;
    stage.live().await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.pongs = false);
    let since = stage.lost(at).await?;
    stage.venue.behave(|manners| manners.pongs = true);
    stage
        .until("it is there again", |book| {
            let told = book.told.last()?;
            (told.since >= since && told.state.is_live()).then_some(())
        })
        .await?;
    let back = stage.now();
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = Some(back.since(at));
    Ok(seen)
}

/// It hears all that we say, and we nothing of what it says.
async fn gagged(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    stage.trusted().await?;
    let at = stage.now();
    stage.venue.strike(Blow::Gag);
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    stage.settle(at, at).await
}

/// The venue does not know one of them; the others are none the worse.
async fn one_refused(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.want("NOBODY")?;
    stage
        .until("it is refused", |book| {
            book.refused.iter().any(|name| name == "NOBODY").then_some(())
        })
        .await?;
    stage.live().await?;
    let at = stage.now();
    stage.news(at).await?;
    let began = stage.began();
    let dials = stage.look(|book| book.drops());
    let others = stage.look(|book| book.refused.iter().filter(|name| *name != "NOBODY").count());
    let mut seen = stage.settle(began, began).await?;
    seen.detected = None;
    seen.recovered = None;
    seen.expect(dials == 0 && others == 0, || {
        format!("{dials} connections lost, {others} others refused")
    });
    Ok(seen)
}

/// What we say is swallowed, what the venue says comes: that is no dead line.
async fn deaf(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.pongs = false);
    let much = if run.full { 1_500 } else { 400 };
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices went on", |book| {
            (book.news.len() > before + much).then_some(())
        })
        .await?;
    let mut seen = stage.settle(at, at).await?;
    seen.expect(seen.detected.is_none(), || {
        "a line that brings prices was given up".to_owned()
    });
    seen.recovered = None;
    Ok(seen)
}
