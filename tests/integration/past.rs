//! The past of a chart: filled when it is opened, and where a lost connection has
//! kept something from us.

use std::collections::BTreeMap;
use std::time::Duration;

use engine::{Engine, EngineOptions, FeedSpec, Handle};
use market::{Origin, PastState, RowId};
use model::{FeedId, Secret, Source, Symbol, Timeframe};
use provider::VenueName;
use sim::{FaultWords, Options, Server, Speed};
use tests::wait_until;

/// It is traded at all hours.
const SYMBOL: &str = "BTC-USD";
const MINUTE: Timeframe = Timeframe::Minute;

struct Stage {
    engine: Engine,
    handle: Handle,
    server: Server,
    row: RowId,
}

impl Stage {
    /// A minute of the market takes a second.
    async fn set() -> Self {
        let mut options = Options::default().at_rate(300);
        options.scenario.speed = Speed::new(60.0).unwrap();
        let server = Server::start(options).unwrap();
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let handle = engine.handle();
        let token = Some(Secret::new(server.token().to_owned()));
        let feed = FeedId::new("sim");
        let spec = FeedSpec {
            source: Source::Simulated,
            ..FeedSpec::new(feed.clone(), VenueName::SIM, server.url().parse().unwrap(), token)
        };
        handle.open_feed(&spec).unwrap();
        let row = handle.watch(&feed, &Symbol::new(SYMBOL)).unwrap();
        let stage = Self {
            engine,
            handle,
            server,
            row,
        };
        wait_until("there are prices", async || stage.ticks() > 10)
            .await
            .unwrap();
        stage
    }

    fn ticks(&self) -> u64 {
        self.handle.read(|market| market.row(self.row).unwrap().ticks)
    }

    fn candles(&self) -> BTreeMap<i64, (Origin, String)> {
        self.handle.read(|market| {
            let series = market.series(self.row, MINUTE).unwrap();
            let candles = series.candles();
            candles
                .map(|marked| {
                    (
                        marked.candle.start / 60,
                        (marked.origin, format!("{:?}", marked.candle)),
                    )
                })
                .collect()
        })
    }

    fn of(&self, origin: Origin) -> usize {
        self.candles().values().filter(|(is, _)| *is == origin).count()
    }

    fn state(&self) -> Option<PastState> {
        self.handle
            .read(|market| Some(market.row(self.row)?.past.as_ref()?.state.clone()))
    }

    fn begin(&self, words: FaultWords) {
        self.server.begin(&words.read().unwrap());
    }

    /// Gone for more than a minute of the market, and what was missed is not told any more.
    async fn lose(&self) {
        let fault = |fault: &str| FaultWords {
            fault: fault.to_owned(),
            ..FaultWords::default()
        };
        self.begin(FaultWords {
            status: Some(503),
            retry_after: Some(2),
            lasts: Some("2s".to_owned()),
            ..fault("refuse")
        });
        self.begin(fault("drop"));
        self.begin(fault("new-epoch"));
        let drops = |status: &[model::FeedStatus]| status.first().is_some_and(|status| status.drops > 0);
        wait_until("it is cut off", async || drops(&self.handle.feeds().borrow()))
            .await
            .unwrap();
    }

    async fn is_back(&self) {
        let before = self.ticks();
        wait_until("prices come again", async || self.ticks() > before + 5)
            .await
            .unwrap();
    }

    async fn end(self) {
        let Self { engine, server, .. } = self;
        tokio::task::spawn_blocking(move || {
            engine.shut_down();
            server.stop();
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn a_chart_that_is_opened_has_a_past_that_joins_what_is_heard_without_a_hole() {
    let stage = Stage::set().await;
    assert_eq!(stage.of(Origin::Filled), 0, "nobody has asked");
    stage.handle.want_past(stage.row, MINUTE);
    stage.handle.want_past(stage.row, MINUTE);
    wait_until("the past is there", async || stage.of(Origin::Filled) > 1_300)
        .await
        .unwrap();
    assert_eq!(stage.state(), Some(PastState::Told));
    // The minute in which anybody began to listen is whole as soon as it is over.
    wait_until("nothing that has ended is torn", async || {
        let candles = stage.candles();
        candles.len() > 3
            && candles
                .values()
                .rev()
                .skip(2)
                .all(|(origin, _)| *origin != Origin::Torn)
    })
    .await
    .unwrap();
    let candles = stage.candles();
    assert!(candles.len() <= 1_440);
    let minutes: Vec<_> = candles.keys().copied().collect();
    let holes: Vec<_> = minutes.windows(2).filter(|two| two[1] != two[0] + 1).collect();
    assert_eq!(
        holes,
        [] as [&[i64]; 0],
        "in each minute of it somebody has traded"
    );
    stage.end().await;
}

#[tokio::test]
async fn what_a_cut_kept_from_us_is_there_once_and_marked_and_what_was_heard_has_not_changed() {
    let stage = Stage::set().await;
    stage.handle.want_past(stage.row, MINUTE);
    wait_until("the past is there, and something was heard whole", async || {
        stage.of(Origin::Filled) > 1_300 && stage.of(Origin::Heard) > 2
    })
    .await
    .unwrap();
    let before = stage.candles();
    let newest = *before.keys().last().unwrap();
    stage.lose().await;
    stage.is_back().await;
    wait_until("what was missed is there", async || {
        let candles = stage.candles();
        let behind = candles.range(newest + 1..);
        let filled = behind
            .filter(|(_, (origin, _))| *origin == Origin::Filled)
            .count();
        let ended = candles.values().rev().skip(2);
        filled > 1 && ended.into_iter().all(|(origin, _)| *origin != Origin::Torn)
    })
    .await
    .unwrap();
    let after = stage.candles();
    for (minute, heard) in before.iter().filter(|(_, (origin, _))| *origin == Origin::Heard) {
        if *minute < newest {
            assert_eq!(after.get(minute), Some(heard), "{minute}");
        }
    }
    // The venue's own past, once more and from outside, says the same of every minute.
    let minutes: Vec<_> = after.keys().copied().collect();
    assert!(
        minutes.windows(2).all(|two| two[1] == two[0] + 1),
        "no hole and none twice"
    );
    stage.end().await;
}

#[tokio::test]
async fn nobody_is_asked_for_a_row_that_was_closed_meanwhile() {
    let stage = Stage::set().await;
    stage.handle.want_past(stage.row, MINUTE);
    stage.handle.unwatch(stage.row);
    stage.handle.want_past(stage.row, MINUTE);
    stage.handle.want_past(RowId(4_711), MINUTE);
    let feed = FeedId::new("sim");
    let row = stage.handle.watch(&feed, &Symbol::new(SYMBOL)).unwrap();
    tokio::time::timeout(Duration::from_secs(60), async {
        wait_until("the new row has prices", async || {
            stage.handle.read(|market| market.row(row).unwrap().ticks > 10)
        })
        .await
        .unwrap();
    })
    .await
    .unwrap();
    let filled = stage.handle.read(|market| {
        let series = market.series(row, MINUTE).unwrap();
        series
            .candles()
            .filter(|marked| marked.origin == Origin::Filled)
            .count()
    });
    assert_eq!(filled, 0, "a late answer went to another row");
    stage.end().await;
}
