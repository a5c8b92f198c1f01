//! What goes wrong, and what a person does meanwhile, by seed.

use std::time::Duration;

use fastrand::Rng;
use feed::Disturbance;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::client::Names;
use crate::network::Trouble;
use crate::proxy::{Proxy, Whim};
use crate::stage::Stage;
use crate::venue::{Front, Hanging, Moment, Mood, Refusal, SYMBOLS};

/// For so long something goes wrong now and then.
pub(crate) const LASTS: Duration = Duration::from_secs(60);
/// Close codes of every class.
const CODES: [u16; 9] = [1000, 1001, 1006, 1008, 1011, 1012, 1013, 3000, 4000];
const STATUSES: [u16; 9] = [200, 400, 401, 403, 404, 429, 500, 502, 503];
/// Among them what only a person could have ended.
const PROXY_STATUSES: [u16; 6] = [403, 407, 429, 502, 503, 504];
/// What only a person could have ended.
const NEEDS_A_PERSON: [u16; 2] = [401, 403];

/// Lets things happen until its time is over.
pub(crate) async fn run(stage: &mut Stage, dice: &mut Rng) {
    let end = Instant::now() + LASTS;
    let mut spells = JoinSet::new();
    loop {
        sleep(millis(dice, 500..7_000)).await;
        if Instant::now() >= end {
            break;
        }
        match dice.u8(..10) {
            0 => person(stage, dice),
            1..=3 => happen(stage, dice),
            _ => begin(stage, dice, &mut spells),
        }
    }
    spells.shutdown().await;
    heal(stage);
}

/// Nothing is wrong any more.
fn heal(stage: &Stage) {
    stage.client.record.note(format_args!("all is well from now on"));
    stage.road.calm();
    stage.internet.resolver(Names::Known);
    for front in &stage.fronts {
        *front.mood() = Mood::default();
        front.open();
    }
    if let Some(proxy) = &stage.proxy {
        proxy.set(Whim::None);
        proxy.open();
    }
}

fn person(stage: &mut Stage, dice: &mut Rng) {
    match dice.u8(..7) {
        0 => {
            let symbol = SYMBOLS[dice.usize(..SYMBOLS.len())];
            stage.client.want(symbol);
        }
        1 => stage.client.release(dice.usize(..8)),
        2 | 3 => stage.client.retry(),
        4 => stage.client.disturb(Disturbance::NetworkChanged),
        5 => stage.client.disturb(Disturbance::Woke {
            slept: millis(dice, 2_000..3_600_000),
        }),
        _ => stage
            .client
            .disturb(Disturbance::Attention { watched: dice.bool() }),
    }
}

/// Something that is over at once.
fn happen(stage: &Stage, dice: &mut Rng) {
    let all = dice.bool();
    let one = dice.usize(..stage.fronts.len());
    let concerned = |at: usize| all || at == one;
    let fronts = stage.fronts.iter().enumerate();
    let fronts: Vec<&Front> = fronts
        .filter(|(at, _)| concerned(*at))
        .map(|(_, front)| front)
        .collect();
    let moment = match dice.u8(..6) {
        0 => {
            stage.client.record.note(format_args!("a new epoch"));
            stage.exchange.begin_epoch();
            return;
        }
        1 | 2 => {
            let abrupt = dice.bool();
            let by_proxy = stage.proxy.is_some() && dice.bool();
            stage.client.record.note(format_args!(
                "connections end, reset: {abrupt}, by the proxy: {by_proxy}"
            ));
            match &stage.proxy {
                Some(proxy) if by_proxy => proxy.drop_tunnels(abrupt),
                Some(_) | None => fronts.iter().for_each(|front| front.drop_guests(abrupt)),
            }
            return;
        }
        3 => Moment::Garbage(dice.usize(..3)),
        4 => Moment::Notice(millis(dice, 0..4_000)),
        _ => Moment::Close(CODES[dice.usize(..CODES.len())]),
    };
    stage
        .client
        .record
        .note(format_args!("{moment:?}, at all: {all}"));
    fronts.iter().for_each(|front| front.happen(moment));
}

/// Something that lasts.
fn begin(stage: &Stage, dice: &mut Rng, spells: &mut JoinSet<()>) {
    let lasts = millis(dice, 200..15_000);
    let record = &stage.client.record;
    if let Some(proxy) = &stage.proxy
        && dice.u8(..4) == 0
    {
        return between(stage, proxy, dice, lasts, spells);
    }
    match dice.u8(..12) {
        0..=3 => road(stage, dice, lasts, spells),
        4 => {
            let names = match dice.u8(..3) {
                0 => Names::Unknown,
                1 => Names::Failing,
                _ => Names::Silent,
            };
            record.note(format_args!("names are {names:?} for {lasts:?}"));
            let internet = stage.internet.clone();
            internet.resolver(names);
            spells.spawn(async move {
                sleep(lasts).await;
                internet.resolver(Names::Known);
            });
        }
        5 | 6 => {
            let (all, abrupt, anew) = (dice.bool(), dice.bool(), dice.bool());
            let one = dice.usize(..stage.fronts.len());
            record.note(format_args!(
                "hosts are down for {lasts:?}, all: {all}, reset: {abrupt}, new epoch: {anew}"
            ));
            if all && anew {
                stage.exchange.begin_epoch();
            }
            for (at, front) in stage.fronts.iter().enumerate() {
                if all || at == one {
                    front.kill(abrupt);
                    let front = front.clone();
                    spells.spawn(async move {
                        sleep(lasts).await;
                        front.open();
                    });
                }
            }
        }
        _ => {
            let mood = mood(dice);
            let all = dice.u8(..4) > 0;
            record.note(format_args!("{mood:?} for {lasts:?}, at all: {all}"));
            let one = dice.usize(..stage.fronts.len());
            for (at, front) in stage.fronts.iter().enumerate() {
                if all || at == one {
                    *front.mood() = mood.clone();
                    let front = front.clone();
                    spells.spawn(async move {
                        sleep(lasts).await;
                        *front.mood() = Mood::default();
                    });
                }
            }
        }
    }
}

/// The proxy has a whim, or is away.
fn between(stage: &Stage, proxy: &Proxy, dice: &mut Rng, lasts: Duration, spells: &mut JoinSet<()>) {
    let record = &stage.client.record;
    let proxy = proxy.clone();
    let whim = match dice.u8(..6) {
        0 | 1 => Whim::Refuses(PROXY_STATUSES[dice.usize(..PROXY_STATUSES.len())]),
        2 => Whim::Hangs,
        3 => Whim::Swallows,
        4 => Whim::Cuts(millis(dice, 0..3_000)),
        _ => {
            let abrupt = dice.bool();
            record.note(format_args!("the proxy is down for {lasts:?}, reset: {abrupt}"));
            proxy.kill(abrupt);
            spells.spawn(async move {
                sleep(lasts).await;
                proxy.open();
            });
            return;
        }
    };
    record.note(format_args!("the proxy: {whim:?} for {lasts:?}"));
    proxy.set(whim);
    spells.spawn(async move {
        sleep(lasts).await;
        proxy.set(Whim::None);
    });
}

/// The way to some hosts, or from them.
fn road(stage: &Stage, dice: &mut Rng, lasts: Duration, spells: &mut JoinSet<()>) {
    let stretches = stage.stretches();
    let all = dice.u8(..4) > 0;
    let one = dice.usize(..stretches.len());
    let (there, back) = match dice.u8(..4) {
        0 => (true, false),
        1 => (false, true),
        _ => (true, true),
    };
    let trouble = match dice.u8(..4) {
        0 | 1 => Trouble::Cut,
        2 => Trouble::Held,
        _ => Trouble::Lossy {
            one_in: dice.u8(2..12),
        },
    };
    let far = (dice.u8(..4) == 0).then(|| (millis(dice, 50..1_500), millis(dice, 0..300)));
    stage.client.record.note(format_args!(
        "the way is {trouble:?} for {lasts:?}, there: {there}, back: {back}, at all: {all}, far: {far:?}"
    ));
    for (at, (here, host)) in stretches.into_iter().enumerate() {
        if !all && at != one {
            continue;
        }
        match far {
            Some((delay, jitter)) => stage.road.distance(here, host, delay, jitter),
            None => {
                if there {
                    stage.road.trouble(here, host, trouble);
                }
                if back {
                    stage.road.trouble(host, here, trouble);
                }
            }
        }
        let road = std::sync::Arc::clone(&stage.road);
        spells.spawn(async move {
            sleep(lasts).await;
            road.trouble(here, host, Trouble::None);
            road.trouble(host, here, Trouble::None);
        });
    }
}

fn mood(dice: &mut Rng) -> Mood {
    let mood = Mood::default();
    let every = Some(dice.u64(2..20));
    match dice.u8(..12) {
        0..=3 => {
            let status = STATUSES[dice.usize(..STATUSES.len())];
            let asks = matches!(status, 429 | 503) && dice.bool();
            Mood {
                refusal: Some(Refusal {
                    status,
                    retry_after: asks.then(|| dice.u32(1..20)),
                    only_upgrades: dice.bool() && !NEEDS_A_PERSON.contains(&status),
                }),
                ..mood
            }
        }
        4 | 5 => Mood {
            hanging: Some(match dice.u8(..4) {
                0 => Hanging::Tls,
                1 => Hanging::Http,
                2 => Hanging::Upgraded,
                _ => Hanging::Garbage,
            }),
            ..mood
        },
        6 | 7 => Mood {
            flap: Some(millis(dice, 0..3_000)),
            ..mood
        },
        8 => Mood { mute: true, ..mood },
        9 => Mood {
            mute_symbol: Some(SYMBOLS[dice.usize(..SYMBOLS.len())]),
            ..mood
        },
        10 => Mood { lose: every, ..mood },
        _ => Mood {
            repeat: every,
            swap: every.filter(|_| dice.bool()),
            ..mood
        },
    }
}

fn millis(dice: &mut Rng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(dice.u64(range))
}
