//! What was subscribed and what comes of it: a state and the stream behind it, answers that are late, lost or nobody's.

use std::time::Duration;

use anyhow::Result;
use model::TransportKind;

use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::{Acks, Blow, Join};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in [
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::LongPoll,
    ] {
        for (name, join) in [
            (
                "ticks come before the state they follow",
                Join::Early { ticks: 7 },
            ),
            ("the stream begins before the state", Join::Overlap { ticks: 7 }),
        ] {
            for (after, replays) in [("all had again", true), ("nothing had again", false)] {
                let scene = move |run| joined(run, join, replays);
                let class = match transport {
                    TransportKind::WebSocket | TransportKind::EventStream => "broken",
                    TransportKind::LongPoll | TransportKind::Poll => "none",
                };
                rows.push(Row::new(24, format!("{name}, {after}"), transport, scene).expects(class));
            }
        }
        for (name, acks) in [
            ("an answer for a symbol that nobody asked for", Acks::Stray),
            ("every answer twice", Acks::Twice),
        ] {
            rows.push(Row::new(25, name, transport, move |run| answered(run, acks)));
        }
        if transport == TransportKind::LongPoll {
            continue;
        }
        let late = |run| answered(run, Acks::Late(Duration::from_secs(2)));
        rows.push(Row::new(
            25,
            "the answers come 2 s behind the ticks",
            transport,
            late,
        ));
        let missed = |run| answered(run, Acks::Missed(1));
        rows.push(Row::new(
            25,
            "one symbol's question is not heard",
            transport,
            missed,
        ));
    }
    rows.push(Row::new(
        25,
        "what is asked for twice poisons the rest",
        TransportKind::WebSocket,
        poisoned,
    ));
    rows
}

/// On the first connection and on the one behind it.
async fn joined(run: Run, join: Join, replays: bool) -> Result<Seen> {
    let setting = Setting::of(run);
    let mut stage = Stage::badly(setting, |manners| {
        manners.join = join;
        manners.replays = replays;
    })
    .await?;
    stage.live().await?;
    more(&mut stage).await?;
    let at = stage.now();
    stage.venue.strike(Blow::End);
    let since = match run.transport {
        TransportKind::WebSocket | TransportKind::EventStream => stage.lost(at).await?,
        TransportKind::LongPoll | TransportKind::Poll => at,
    };
    stage.news(since).await?;
    more(&mut stage).await?;
    let mut seen = stage.settle(at, at).await?;
    seen.recovered = None;
    let reported = seen.balance.map_or(0, |balance| balance.reported);
    seen.expect(!replays || reported == 0, || {
        format!("{reported} were told to be missing")
    });
    Ok(seen)
}

async fn more(stage: &mut Stage) -> Result<()> {
    let before = stage.look(|book| book.news.len());
    stage
        .until("prices go on", |book| {
            (book.news.len() > before + 20).then_some(())
        })
        .await
}

/// The first wish is answered in this way, and nothing else is wrong.
async fn answered(run: Run, acks: Acks) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| manners.first_acks.push_back(acks)).await?;
    stage.live().await?;
    let began = stage.began();
    let until = match acks {
        Acks::Late(wait) => stage.now() + wait,
        Acks::Prompt | Acks::Missed(_) | Acks::Stray | Acks::Twice => began,
    };
    stage
        .until("the answers are there", |book| {
            book.news.last().filter(|at| **at > until).map(|_| ())
        })
        .await?;
    more(&mut stage).await?;
    let drops = stage.look(|book| book.drops());
    let mut seen = stage.settle(began, began).await?;
    seen.detected = None;
    seen.recovered = None;
    seen.expect(drops == 0, || format!("{drops} connections were given up"));
    let reported = seen.balance.map_or(0, |balance| balance.reported);
    seen.expect(reported == 0, || format!("{reported} were told to be missing"));
    Ok(seen)
}

/// Only what is new is asked for, so nobody is refused for what it has.
async fn poisoned(run: Run) -> Result<Seen> {
    let setting = Setting {
        watched: Some(2),
        symbols: 6,
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| manners.poison = true).await?;
    for index in 2..6 {
        let asked = stage.venue.seen().wishes.len();
        stage.want(&format!("S{index:03}"))?;
        stage
            .until_seen("it is asked for", |seen| seen.wishes.len() > asked)
            .await?;
    }
    stage.live().await?;
    more(&mut stage).await?;
    let began = stage.began();
    let repeated = stage.venue.seen().repeated;
    let mut seen = stage.settle(began, began).await?;
    seen.detected = None;
    seen.recovered = None;
    seen.expect(repeated == 0, || {
        format!("{repeated} symbols were asked for on a connection that had them")
    });
    Ok(seen)
}
