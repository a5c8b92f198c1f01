//! Somebody stands between and lets only some ways of talking through.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use model::{Moment, TransportKind};
use tokio::time::sleep;

use crate::book::Book;
use crate::dice::Dice;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::{Answer, Handshake, Then, page};

const REFUSED: Duration = Duration::from_millis(1_500);
const HANGING: Duration = Duration::from_secs(4);
const CUT: Duration = Duration::from_secs(15);
/// In milliseconds, so long at most is the better way blocked.
const DEGRADED_MAX: u64 = 60_000;
/// How often it may dial in the first minute.
const DIALS_MAX: usize = 8;

pub(crate) fn rows() -> Vec<Row> {
    let upgrade = || vec![TransportKind::WebSocket];
    let both = || vec![TransportKind::WebSocket, TransportKind::EventStream];
    let mut rows = Vec::new();
    for status in [
        "200 OK",
        "400 Bad Request",
        "405 Method Not Allowed",
        "426 Upgrade Required",
        "501 Not Implemented",
    ] {
        let block = Answer::Block {
            ways: upgrade(),
            bytes: page(status, "", "<html>not through here</html>"),
            then: Then::Close,
        };
        let scene = move |run| falls(run, block.clone(), REFUSED);
        rows.push(
            Row::new(
                13,
                format!("an upgrade is answered {status}"),
                TransportKind::WebSocket,
                scene,
            )
            .expects("server-sent events"),
        );
    }
    let hanging = Answer::Block {
        ways: upgrade(),
        bytes: Bytes::new(),
        then: Then::Hold,
    };
    let scene = move |run| falls(run, hanging.clone(), HANGING);
    rows.push(
        Row::new(13, "an upgrade hangs", TransportKind::WebSocket, scene).expects("server-sent events"),
    );
    let events = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    let buffered = Answer::Block {
        ways: both(),
        bytes: Bytes::from_static(events),
        then: Then::Hold,
    };
    let scene = move |run| falls(run, buffered.clone(), CUT);
    rows.push(
        Row::new(
            13,
            "everything that has no end is kept back",
            TransportKind::WebSocket,
            scene,
        )
        .expects("long poll"),
    );
    let scene = |run| falls(run, Answer::Handshake(Handshake::Swallow), CUT);
    rows.push(
        Row::new(13, "101, and then nothing", TransportKind::WebSocket, scene).expects("server-sent events"),
    );
    let scene = |run| async move {
        // Where nothing is traded the answers are all that there is.
        let setting = Setting {
            rate: 0,
            ..ladder(run)
        };
        let mut stage = Stage::badly(setting, |manners| {
            manners.answer_min = 1_500;
            manners.frame_max = Some(1 << 10);
        })
        .await?;
        stage.live().await?;
        fallen(stage, run, CUT).await
    };
    rows.push(
        Row::new(
            13,
            "frames of more than a kilobyte are taken out",
            TransportKind::WebSocket,
            scene,
        )
        .expects("server-sent events"),
    );
    rows.push(
        Row::new(
            13,
            "101, and cut off within half a second",
            TransportKind::WebSocket,
            cut,
        )
        .expects("server-sent events")
        .runs(1, 20)
        .together(20),
    );
    for lower in [TransportKind::EventStream, TransportKind::LongPoll] {
        rows.push(
            Row::new(
                33,
                format!("up again from {lower}"),
                TransportKind::WebSocket,
                move |run| climbs(run, lower),
            )
            .expects("WebSocket")
            .runs(2, 40)
            .together(100)
            .back_within(Duration::from_secs(20), Duration::from_secs(60)),
        );
    }
    rows
}

/// All ways are allowed, and the best is not there.
fn ladder(run: Run) -> Setting {
    Setting {
        ladder: TransportKind::ALL.to_vec(),
        ..Setting::of(run)
    }
}

async fn falls(run: Run, answer: Answer, within: Duration) -> Result<Seen> {
    let mut stage = Stage::badly(ladder(run), |manners| manners.answer = answer).await?;
    stage.live().await?;
    fallen(stage, run, within).await
}

async fn fallen(stage: Stage, run: Run, within: Duration) -> Result<Seen> {
    let began = stage.began();
    let first = stage
        .look(|book| book.news.first().copied())
        .unwrap_or(Moment::START);
    let way = stage.way();
    let mut seen = stage.settle(began, began).await?;
    seen.class = way.to_string();
    seen.recovered = Some(first.since(began));
    seen.expect(!run.full || first.since(began) <= within, || {
        format!(
            "data after {} ms, where {} ms is the bar",
            first.since(began).as_millis(),
            within.as_millis()
        )
    });
    Ok(seen)
}

/// A WebSocket comes up each time and dies young.
async fn cut(run: Run) -> Result<Seen> {
    let after = Duration::from_millis(run.seed * 53 % 500);
    let mut stage = Stage::badly(ladder(run), |manners| manners.cut_after = Some(after)).await?;
    let began = stage
        .until("it falls back", |book| {
            let told = book
                .told
                .iter()
                .find(|told| told.transport == TransportKind::EventStream)?;
            Some(told.since)
        })
        .await?;
    let from = stage.began();
    stage.news(began).await?;
    let first = stage
        .look(|book| book.news.iter().copied().find(|at| *at > began))
        .unwrap_or(began);
    if run.full {
        sleep(Duration::from_secs(60).saturating_sub(stage.now().since(from))).await;
    }
    let dials = stage.venue.seen().requests;
    let sockets = dials
        .iter()
        .filter(|(_, way)| *way == TransportKind::WebSocket)
        .count();
    let way = stage.way();
    let mut seen = stage.settle(from, from).await?;
    seen.class = way.to_string();
    seen.recovered = Some(first.since(from));
    seen.expect(!run.full || sockets <= DIALS_MAX, || {
        format!("{sockets} upgrades in the first minute")
    });
    seen.expect(!run.full || first.since(from) <= CUT, || {
        format!("data that stays after {} ms", first.since(from).as_millis())
    });
    Ok(seen)
}

/// What stood between is gone, and nothing is lost on the way up.
async fn climbs(run: Run, lower: TransportKind) -> Result<Seen> {
    let mut ways = vec![TransportKind::WebSocket];
    if lower == TransportKind::LongPoll {
        ways.push(TransportKind::EventStream);
    }
    let bytes = page("400 Bad Request", "", "not through here");
    let then = Then::Close;
    let mut stage = Stage::badly(ladder(run), |manners| {
        manners.answer = Answer::Block { ways, bytes, then };
    })
    .await?;
    stage.live().await?;
    stage
        .until("it has fallen back", |book| {
            (book.told.last()?.transport == lower).then_some(())
        })
        .await?;
    if run.full {
        // It becomes possible at some moment between two tries, and not right behind one.
        sleep(Duration::from_millis(Dice::of(run.seed).below(DEGRADED_MAX))).await;
    }
    stage.venue.behave(|manners| manners.answer = Answer::Serve);
    let open = stage.now();
    let before = stage.look(Book::drops);
    stage
        .until("it is up again", |book| {
            (book.told.last()?.transport == TransportKind::WebSocket).then_some(())
        })
        .await?;
    let up = stage.now();
    let drops = stage.look(Book::drops) - before;
    stage.news(up).await?;
    let mut seen = stage.settle(open, open).await?;
    seen.class = TransportKind::WebSocket.to_string();
    seen.detected = None;
    seen.recovered = Some(up.since(open));
    seen.expect(drops == 0, || format!("{drops} connections were lost on the way"));
    Ok(seen)
}
