//! A day and an hour in the life of a feed whose venue ends every connection
//! after a day, and once goes away for an upgrade and says so.
//!
//! The line that counts is never harmed here: whatever goes wrong befalls those
//! who come new. So its successor may come late, and nothing may be lost, told
//! twice or even paused.

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;
use feed::Disturbance;
use model::TransportKind;
use provider::VenueName;
use tokio::time::{Instant, sleep, sleep_until};

use crate::client::Names;
use crate::seed::Played;
use crate::stage::{Setting, Stage, play};
use crate::venue::{ENDED_OF_AGE, Front, Hanging, Moment, Mood, Refusal};
use crate::wiring::Wiring;

/// Nothing happens before: a successor is begun an hour and a half before the end at the earliest.
const QUIET: Duration = Duration::from_mins(22 * 60 + 20);
/// Half an hour before the end all is well again, and there is a successor.
const TROUBLED_UNTIL: Duration = Duration::from_mins(23 * 60 + 32);
/// A successor that has failed is tried again within seconds.
const SUCCEEDED_BY: Duration = Duration::from_mins(23 * 60 + 34);
/// Its own day is not over by then.
const END: Duration = Duration::from_hours(25);
/// Between two trades at night, and by day.
const SELDOM: Range<u64> = 20_000..60_000;
const OFTEN: Range<u64> = 500..5_000;
const STATUSES: [u16; 5] = [401, 403, 429, 500, 503];

/// Plays one; `told` keeps its whole log.
pub(crate) fn run(seed: u64, told: bool) -> Played {
    let mut dice = Rng::with_seed(seed);
    let setting = Setting {
        told,
        venue: VenueName::BINANCE,
        wiring: Wiring::drawn(&mut dice),
        look: Duration::from_secs(10),
        ..Setting::new(seed, vec![TransportKind::WebSocket])
    };
    let record = play(setting, async |mut stage| {
        live(&mut stage, &mut dice).await;
        stage.end().await
    });
    Played::of(seed, &record)
}

async fn live(stage: &mut Stage, dice: &mut Rng) {
    let begin = Instant::now();
    stage.exchange.set_pace(SELDOM);
    stage.client.want("NVX");
    stage.client.want("HLQ");
    stage.client.disturb(Disturbance::Attention { watched: false });
    sleep_until(begin + QUIET).await;
    stage.exchange.set_pace(OFTEN);
    while begin.elapsed() < TROUBLED_UNTIL {
        sleep(Duration::from_millis(dice.u64(..40_000))).await;
        trouble(stage, dice);
        sleep(Duration::from_millis(dice.u64(5_000..60_000))).await;
        heal(stage);
    }
    sleep_until(begin + SUCCEEDED_BY).await;
    expect(
        stage,
        "a successor before the day is over",
        stage.client.record.dials() > 1,
    );
    let dials = stage.client.record.dials();
    let within = Duration::from_millis(dice.u64(9_000..60_000));
    stage
        .client
        .record
        .note(format_args!("the venue will go in {within:?}"));
    for front in &stage.fronts {
        front.happen(Moment::Notice(within));
    }
    sleep(Duration::from_secs(60)).await;
    expect(
        stage,
        "a successor before the venue goes",
        stage.client.record.dials() > dials,
    );
    stage.exchange.set_pace(SELDOM);
    sleep_until(begin + END).await;
    expect(
        stage,
        "every trade",
        stage.is_up_to_date(Duration::from_secs(3)).await,
    );
    expect(stage, "no gap", stage.client.desk.gaps() == 0);
    expect(stage, "no line lost", stage.client.desk.drops() == 0);
    let ended = stage.fronts.iter().flat_map(Front::seen);
    expect(
        stage,
        "no line that grows a day old",
        ended.into_iter().all(|seen| seen != ENDED_OF_AGE),
    );
}

fn expect(stage: &Stage, what: &str, came: bool) {
    if !came {
        stage.client.record.broken(format_args!("expected {what}"));
    }
}

/// For whoever comes new.
fn trouble(stage: &Stage, dice: &mut Rng) {
    let mood = match dice.u8(..8) {
        0 => {
            stage.client.record.note(format_args!("nobody knows names"));
            stage.internet.resolver(Names::Failing);
            return;
        }
        1 => {
            // There and back on one stretch is less than the 300 ms after which these kernels send everything again: they
            // learn no round trip, and a stretch that is longer stalls them for seconds. The line that counts is not to be
            // harmed.
            let (delay, jitter) = (dice.u64(30..110), dice.u64(..35));
            stage
                .client
                .record
                .note(format_args!("all is {delay} ms away, and up to {jitter} more"));
            for (here, there) in stage.stretches() {
                let millis = Duration::from_millis;
                stage.road.distance(here, there, millis(delay), millis(jitter));
            }
            return;
        }
        2 => Hanging::Tls.into(),
        3 => Hanging::Http.into(),
        4 => Hanging::Upgraded.into(),
        _ => Mood {
            refusal: Some(Refusal {
                status: STATUSES[dice.usize(..STATUSES.len())],
                retry_after: dice.bool().then(|| dice.u32(1..60)),
                only_upgrades: false,
            }),
            ..Mood::default()
        },
    };
    stage
        .client
        .record
        .note(format_args!("to whoever comes new: {mood:?}"));
    for front in &stage.fronts {
        *front.mood() = mood.clone();
    }
}

fn heal(stage: &Stage) {
    stage.road.calm();
    stage.internet.resolver(Names::Known);
    for front in &stage.fronts {
        *front.mood() = Mood::default();
    }
}
