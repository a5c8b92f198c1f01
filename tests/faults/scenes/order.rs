//! What the numbers of the ticks are for: holes, doubles, the wrong order, and hundreds of changes of the way.

use anyhow::Result;
use feed::Policy;
use model::TransportKind;

use crate::dice::Dice;
use crate::row::{Row, Run};
use crate::seen::Seen;
use crate::setting::Setting;
use crate::stage::Stage;
use crate::venue::manners::{Answer, Blow, Then, page};
use crate::venue::twist::Twist;

/// The waits of hundreds of failovers are shortened so much.
const HASTE: u32 = 100;
const FAILOVERS: u64 = 500;
const TICKS: u64 = 1_000_000;
/// While a hole is told, or asked for and filled.
const TWISTED_NEWS: usize = 120;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for transport in [TransportKind::WebSocket, TransportKind::EventStream] {
        for (name, twist) in [
            ("every 40th tick does not come", Twist::Lose { every: 40 }),
            ("every 7th tick comes twice", Twist::Double { every: 7 }),
            (
                "every 25th tick comes 8 later",
                Twist::Delay { every: 25, places: 8 },
            ),
            (
                "every 400th tick comes 200 later",
                Twist::Delay {
                    every: 400,
                    places: 200,
                },
            ),
        ] {
            let whole = move |run| twisted(run, twist, true);
            rows.push(Row::new(
                23,
                format!("{name}, and can be had again"),
                transport,
                whole,
            ));
            let once = move |run| twisted(run, twist, false);
            rows.push(Row::new(
                23,
                format!("{name}, and is not had again"),
                transport,
                once,
            ));
        }
    }
    let replayed = |run| failovers(run, true);
    let told = |run| failovers(run, false);
    for (name, scene) in [
        (
            "500 failovers, all had again",
            Box::new(replayed) as Box<dyn Fn(Run) -> _ + Send + Sync>,
        ),
        ("500 failovers, nothing had again", Box::new(told)),
    ] {
        rows.push(
            Row::new(33, name, TransportKind::WebSocket, scene)
                .expects("as told")
                .runs(1, 1),
        );
    }
    rows
}

/// A line on which ticks come wrong for a while, and then right again.
async fn twisted(run: Run, twist: Twist, replays: bool) -> Result<Seen> {
    let mut stage = Stage::badly(Setting::of(run), |manners| manners.replays = replays).await?;
    stage.live().await?;
    let at = stage.now();
    stage.venue.behave(|manners| manners.twist = Some(twist));
    let before = stage.look(|book| book.news.len());
    stage
        .until("some twisted ticks have come", |book| {
            (book.news.len() > before + TWISTED_NEWS).then_some(())
        })
        .await?;
    stage.venue.behave(|manners| manners.twist = None);
    let from = stage.now();
    stage.news(from).await?;
    let mut seen = stage.settle(at, at).await?;
    seen.expect(seen.detected.is_none(), || {
        "the connection was given up".to_owned()
    });
    let reported = seen.balance.map_or(0, |balance| balance.reported);
    let may_report = !replays && twist != (Twist::Double { every: 7 });
    seen.expect(may_report || reported == 0, || {
        format!("{reported} were told to be missing")
    });
    seen.recovered = None;
    Ok(seen)
}

/// Killed, pushed down and let up, again and again.
async fn failovers(run: Run, replays: bool) -> Result<Seen> {
    let ladder = vec![
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::LongPoll,
    ];
    let setting = Setting {
        ladder,
        symbols: if run.full { 50 } else { 5 },
        rate: if run.full { 80 } else { 50 },
        policy: Policy::hastened(HASTE),
        ..Setting::of(run)
    };
    let mut stage = Stage::badly(setting, |manners| manners.replays = replays).await?;
    stage.live().await?;
    let at = stage.now();
    let (failovers, ticks) = if run.full { (FAILOVERS, TICKS) } else { (12, 0) };
    let mut dice = Dice::of(run.seed);
    let mut counts = [0_u64; 3];
    for number in 1..=failovers {
        let low = stage.way() != TransportKind::WebSocket;
        match (dice.below(6), low) {
            (0, false) => {
                counts[1] += 1;
                let mut ways = vec![TransportKind::WebSocket];
                ways.extend((dice.below(2) == 0).then_some(TransportKind::EventStream));
                let bytes = page("400 Bad Request", "", "not through here");
                stage.venue.behave(|manners| {
                    manners.answer = Answer::Block {
                        ways,
                        bytes,
                        then: Then::Close,
                    }
                });
                stage.venue.strike(Blow::End);
                stage
                    .until("it has fallen back", |book| {
                        (book.told.last()?.transport != TransportKind::WebSocket).then_some(())
                    })
                    .await?;
            }
            (0 | 1, true) => {
                counts[2] += 1;
                stage.venue.behave(|manners| manners.answer = Answer::Serve);
                stage
                    .until("it is up again", |book| {
                        (book.told.last()?.transport == TransportKind::WebSocket).then_some(())
                    })
                    .await?;
            }
            (kind, _) => {
                counts[0] += 1;
                stage.venue.strike(match kind % 3 {
                    0 => Blow::End,
                    1 => Blow::Reset,
                    _ => Blow::ResetInMessage,
                });
            }
        }
        let from = stage.now();
        stage.news(from).await?;
        let due = ticks * number / failovers;
        stage.until_sent(due).await?;
    }
    stage.venue.behave(|manners| manners.answer = Answer::Serve);
    let mut seen = stage.settle(at, at).await?;
    seen.detected = None;
    seen.recovered = None;
    let balance = seen.balance.unwrap_or_default();
    let [killed, fell, climbed] = counts;
    seen.expect(!replays || balance.reported == 0, || {
        format!("{} were told to be missing", balance.reported)
    });
    seen.expect(balance.sent >= ticks, || {
        format!("only {} ticks were sent", balance.sent)
    });
    seen.note = format!(
        "{killed} killed, {fell} pushed down, {climbed} let up; {} ticks; waits 1:{HASTE}",
        balance.sent
    );
    "as told".clone_into(&mut seen.class);
    Ok(seen)
}
