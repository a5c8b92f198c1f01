//! The stream itself: slow, begun anew, about to end.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use model::{Moment, TransportKind};
use tokio::time::sleep;

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::frames;
use crate::venue::manners::{Answer, Blow, Door};
use crate::venue::words;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in TransportKind::ALL {
        let slammed = |run| closed_door(run, Door::Slammed);
        rows.push(Row::new(1, "taken and dropped at once", transport, slammed).expects("waiting"));
        rows.push(
            Row::new(8, "64 kbit/s, a little at a time", transport, slow)
                .runs(1, 5)
                .together(5),
        );
    }
    for transport in TransportKind::ALL {
        let broken = match transport {
            TransportKind::WebSocket | TransportKind::EventStream => "broken",
            TransportKind::LongPoll | TransportKind::Poll => "none",
        };
        rows.push(
            Row::new(28, "gone and back with new numbers", transport, |run| {
                anew(run, true)
            })
            .expects(broken),
        );
        rows.push(Row::new(
            28,
            "new numbers on the same connection",
            transport,
            |run| anew(run, false),
        ));
    }
    let dripping = |run| {
        dripped(
            run,
            Answer::Drip {
                every: Duration::from_millis(200),
            },
        )
    };
    rows.push(
        Row::new(
            8,
            "a handshake, a byte at a time",
            TransportKind::WebSocket,
            dripping,
        )
        .expects("waiting")
        .found_within(Duration::from_millis(4_500)),
    );
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        rows.push(Row::new(29, "a notice, ten seconds ahead", transport, followed));
        rows.push(Row::new(29, "a notice, and then the end", transport, noticed).expects("announced"));
    }
    rows
}

async fn closed_door(run: Run, door: Door) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| manners.door = door).await?;
    let told = stage.refused(Moment::START).await?;
    stage.recovers(&told, |manners| manners.door = Door::Open).await
}

async fn dripped(run: Run, answer: Answer) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| manners.answer = answer).await?;
    let told = stage.refused(Moment::START).await?;
    stage
        .recovers(&told, |manners| manners.answer = Answer::Serve)
        .await
}

/// A thin line is no dead one.
async fn slow(run: Run) -> Result<Seen> {
    let setting = Setting {
        rate: 2,
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| {
        manners.drops = Some((80, Duration::from_millis(10)));
        manners.heartbeat = Duration::from_secs(5);
    })
    .await?;
    stage.live().await?;
    let at = stage.now();
    if run.full {
        sleep(Duration::from_secs(30)).await;
    }
    stage
        .until("some prices have come", |book| {
            (book.news.len() > 10).then_some(())
        })
        .await?;
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    seen.expect(seen.detected.is_none(), || "it was taken for dead".to_owned());
    Ok(seen)
}

/// It says that it goes, and goes.
async fn noticed(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    let notice = words::shutdown(0);
    let bytes = match run.transport {
        TransportKind::WebSocket => [frames::text(&notice), frames::close(1001, "closing")].concat(),
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
            format!("data: {notice}\n\n").into_bytes()
        }
    };
    stage.venue.strike(Blow::SayAndEnd(Bytes::from(bytes)));
    let since = stage.lost(at).await?;
    stage.news(since).await?;
    stage.settle(at, at).await
}

/// Everything that was told has come; then the numbers begin anew.
async fn anew(run: Run, gone: bool) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    stage.pause().await?;
    let at = stage.now();
    let asked = stage.venue.seen().wishes.len();
    stage.venue.house.market.begin_anew();
    if gone {
        stage.venue.strike(Blow::End);
    }
    if gone || matches!(run.transport, TransportKind::LongPoll) {
        stage
            .until_seen("it asks anew", |seen| seen.wishes.len() > asked)
            .await?;
    }
    stage.venue.trade(50);
    stage.news(at).await?;
    let mut seen = stage.settle(at, at).await?;
    seen.detected = None;
    Ok(seen)
}

/// It says in time that it goes: another line is up before, and nobody sees a thing.
async fn followed(run: Run) -> Result<Seen> {
    let mut stage = Stage::set(Setting::of(run)).await?;
    stage.live().await?;
    let at = stage.now();
    let dials = stage.venue.seen().dials.len();
    let notice = words::shutdown(10_000);
    let bytes = match run.transport {
        TransportKind::WebSocket => frames::text(&notice),
        TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
            format!("data: {notice}\n\n").into_bytes()
        }
    };
    stage.venue.strike(Blow::Say(Bytes::from(bytes)));
    stage
        .until_seen("another line is dialed", |seen| seen.dials.len() > dials)
        .await?;
    let asked = stage.venue.seen().wishes.len();
    stage
        .until_seen("everything is asked for on it", |seen| {
            seen.wishes.len() > asked.min(1)
        })
        .await?;
    // The old one goes by its own hand, or by ours.
    let from = stage.now();
    stage.news(from).await?;
    if run.full {
        sleep(Duration::from_secs(11)).await;
    }
    let drops = stage.look(|book| book.drops());
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    "none".clone_into(&mut seen.class);
    let detected = seen.detected;
    seen.expect(detected.is_none() && drops == 0, || {
        format!("somebody saw it: {detected:?}, {drops} lost")
    });
    Ok(seen)
}
