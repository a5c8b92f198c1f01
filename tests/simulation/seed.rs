//! One seed from its beginning to its end.

use std::time::Duration;

use fastrand::Rng;
use model::{FeedState, TransportKind};
use tokio::time::{Instant, sleep};

use crate::client::Record;
use crate::script;
use crate::stage::{Setting, Stage, play};
use crate::venue::SYMBOLS;
use crate::wiring::Wiring;

/// Nobody waits for longer: a server that flaps is left alone for a minute, and
/// what then fails once more is tried again within a few seconds.
const SETTLES_WITHIN: Duration = Duration::from_secs(150);
/// What the slowest way takes to tell of a trade, and some.
const BEHIND_MAX: Duration = Duration::from_secs(4);
/// Left alone for so long, nothing happens but trades.
const ALONE: Duration = Duration::from_secs(10);
/// A person who is told that only they can help does something after this.
const PERSON: Duration = Duration::from_secs(3);

/// What came of a seed.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) seed: u64,
    /// What stands for everything that was seen.
    pub(crate) hash: u64,
    pub(crate) lines: u64,
    pub(crate) dials: u64,
    pub(crate) broken: Vec<String>,
    pub(crate) log: Vec<String>,
}

/// Plays one seed; `told` keeps its whole log.
pub(crate) fn run(seed: u64, told: bool) -> Played {
    let mut dice = Rng::with_seed(seed);
    let transports = match dice.u8(..8) {
        0..=3 => TransportKind::ALL.to_vec(),
        4 => vec![TransportKind::WebSocket],
        5 => vec![TransportKind::EventStream],
        6 => vec![TransportKind::LongPoll],
        _ => vec![TransportKind::Poll],
    };
    let setting = Setting {
        told,
        wiring: Wiring::drawn(&mut dice),
        ..Setting::new(seed, transports)
    };
    let wiring = setting.wiring;
    let record = play(setting, async |mut stage| {
        stage.client.record.note(format_args!("{wiring:?}"));
        for symbol in SYMBOLS.iter().take(dice.usize(1..=SYMBOLS.len())) {
            stage.client.want(symbol);
        }
        if dice.bool() {
            stage.client.want("XX");
        }
        script::run(&mut stage, &mut dice).await;
        settle(&stage).await;
        stage.end().await
    });
    Played::of(seed, &record)
}

impl Played {
    pub(crate) fn of(seed: u64, record: &Record) -> Self {
        Self {
            seed,
            hash: record.hash(),
            lines: record.lines(),
            dials: record.dials(),
            broken: record.broken_promises(),
            log: record.log(),
        }
    }
}

/// With nothing wrong any more, everything that is wanted comes, and goes on to.
async fn settle(stage: &Stage) {
    let since = Instant::now();
    loop {
        let drops = stage.client.desk.drops();
        let mut well = stage.is_up_to_date(BEHIND_MAX).await;
        if well {
            // What was damaged before may end only now, and begins anew.
            sleep(ALONE).await;
            well = stage.is_up_to_date(BEHIND_MAX).await && stage.client.desk.drops() == drops;
        }
        if well {
            return;
        }
        let state = stage.client.desk.feed_state();
        if let Some(FeedState::Suspended { .. }) = state {
            sleep(PERSON).await;
            stage.client.retry();
        }
        if since.elapsed() > SETTLES_WITHIN {
            stage.client.record.broken(format_args!(
                "not up to date {:?} after all was well, or not for long: {state:?}, {:?}",
                since.elapsed(),
                stage.client.desk.wanted()
            ));
            return;
        }
    }
}
