//! The task with a real engine and a real simulated venue; only the page is played here.

use std::sync::Mutex;
use std::time::Duration;

use engine::{Engine, EngineOptions, FeedSpec};
use market::Candidate;
use model::{FeedId, Secret, Source, Symbol};
use provider::VenueName;
use tokio::task::JoinHandle;
use url::Url;

use super::*;
use crate::ipc::feed::StateView;

/// Generous: the machine may be busy with everything else that is tested.
const PATIENCE: Duration = Duration::from_secs(60);
const HEADER_BYTES: usize = 32;
const ROW_BYTES: usize = 128;
const CANDLE_BYTES: usize = 64;

struct Stage {
    engine: Option<Engine>,
    venue: Option<sim::Server>,
    stream: Stream,
    told: Arc<Mutex<Vec<Lifecycle>>>,
    rehearsals: watch::Sender<Rehearsals>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// One page's end of a channel.
#[derive(Clone, Default)]
struct PlayedPage {
    frames: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Stage {
    fn set() -> Self {
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let venue = sim::Server::start(sim::Options::default()).unwrap();
        let handle = engine.handle();
        handle
            .open_feed(&FeedSpec {
                source: Source::Simulated,
                ..FeedSpec::new(
                    FeedId::new("sim"),
                    VenueName::SIM,
                    Url::parse(&venue.url()).unwrap(),
                    Some(Secret::new(venue.token().to_owned())),
                )
            })
            .unwrap();
        let (stream, requests) = Stream::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let stop = CancellationToken::new();
        let tell = {
            let told = Arc::clone(&told);
            move |lifecycle| told.lock().unwrap().push(lifecycle)
        };
        let rehearsals = watch::Sender::new(Rehearsals::default());
        let standings = watch::Sender::new(Standings::default());
        let task = tokio::spawn(run(
            handle,
            rehearsals.subscribe(),
            standings.subscribe(),
            requests,
            tell,
            stop.clone(),
        ));
        Self {
            engine: Some(engine),
            venue: Some(venue),
            stream,
            told,
            rehearsals,
            stop,
            task,
        }
    }

    fn watch(&self, symbol: &str) -> RowId {
        let engine = self.engine.as_ref().unwrap().handle();
        let (feed, symbol) = (FeedId::new("sim"), Symbol::new(symbol));
        engine.prefer(&[Candidate { feed, symbol }])
    }

    fn ticks(&self, row: RowId) -> u64 {
        let engine = self.engine.as_ref().unwrap().handle();
        engine.read(|market| market.row(row).unwrap().ticks)
    }

    async fn open(&self) -> (PlayedPage, Opened) {
        let feeds = self.engine.as_ref().unwrap().handle().feeds();
        wait_until("the feed has said how it is", || !feeds.borrow().is_empty()).await;
        let page = PlayedPage::default();
        let opened = self.stream.open(page.channel()).await.unwrap();
        (page, opened)
    }

    fn last_told(&self) -> Option<Lifecycle> {
        self.told.lock().unwrap().last().cloned()
    }

    fn feed_state(&self) -> Option<StateView> {
        Some(self.last_told()?.feeds.first()?.state)
    }

    fn rehearsed(&self) -> Option<String> {
        let simulator = self.last_told()?.feeds.first()?.simulator.clone()?;
        simulator.drill.map(|drill| drill.name)
    }

    async fn clear(mut self) {
        self.stop.cancel();
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap();
        // Both wait for their threads, which a test's own thread must not do for them.
        let (engine, venue) = (self.engine.take(), self.venue.take());
        tokio::task::spawn_blocking(move || drop((engine, venue)))
            .await
            .unwrap();
    }
}

impl PlayedPage {
    fn channel(&self) -> Channel<InvokeResponseBody> {
        let frames = Arc::clone(&self.frames);
        Channel::new(move |body| {
            if let InvokeResponseBody::Raw(frame) = body {
                frames.lock().unwrap().push(frame);
            }
            Ok(())
        })
    }

    fn count(&self) -> usize {
        self.frames.lock().unwrap().len()
    }

    fn last(&self) -> Option<Vec<u8>> {
        self.frames.lock().unwrap().last().cloned()
    }
}

fn u32_at(frame: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(frame[at..at + 4].try_into().unwrap())
}

fn number_of(frame: &[u8]) -> u32 {
    u32_at(frame, 8)
}

/// Series, whether it begins anew, and start of every candle.
fn candles(frame: &[u8]) -> Vec<(u32, bool, f64)> {
    let from = HEADER_BYTES + ROW_BYTES * u32_at(frame, 12) as usize;
    let candle = |index: usize| {
        let at = from + CANDLE_BYTES * index;
        let start = f64::from_le_bytes(frame[at + 16..at + 24].try_into().unwrap());
        (u32_at(frame, at), frame[at + 4] == 1, start)
    };
    (0..u32_at(frame, 16) as usize).map(candle).collect()
}

async fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        let mut ticker = tokio::time::interval(Duration::from_millis(5));
        while !is_so() {
            ticker.tick().await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("in vain: {what}"));
}

#[tokio::test]
async fn a_page_that_does_not_acknowledge_gets_one_frame_and_then_the_newest() {
    let stage = Stage::set();
    let row = stage.watch("NVX");
    let (page, opened) = stage.open().await;
    assert_eq!(opened.rows.len(), 1);
    let stream = opened.lifecycle.stream;
    wait_until("the first frame", || page.count() == 1).await;

    wait_until("many ticks", || stage.ticks(row) > 20).await;
    assert_eq!(page.count(), 1, "nothing was acknowledged");
    for (stale_stream, stale_frame) in [(stream + 1, 1), (stream, 0), (stream, 2)] {
        stage.stream.acknowledge(stale_stream, stale_frame).await.unwrap();
    }
    let seen = stage.ticks(row);
    wait_until("more ticks", || stage.ticks(row) > seen).await;
    assert_eq!(page.count(), 1, "another frame was acknowledged");

    let ticks = stage.ticks(row);
    stage.stream.acknowledge(stream, 1).await.unwrap();
    wait_until("the second frame", || page.count() == 2).await;
    let frame = page.last().unwrap();
    assert_eq!(number_of(&frame), 2);
    let (carried, merged) = (
        u32_at(&frame, HEADER_BYTES + 104),
        u32_at(&frame, HEADER_BYTES + 108),
    );
    assert!(
        u64::from(carried) >= ticks,
        "it holds the newest: {carried} of {ticks}"
    );
    assert!(
        u64::from(merged) >= ticks - 2,
        "all between were merged: {merged} of {ticks}"
    );
    stage.clear().await;
}

#[tokio::test]
async fn a_lost_feed_is_told_although_the_page_acknowledges_nothing() {
    let mut stage = Stage::set();
    stage.watch("NVX");
    let (page, opened) = stage.open().await;
    wait_until("the feed is live", || stage.feed_state() == Some(StateView::Live)).await;
    wait_until("a frame", || page.count() == 1).await;
    let venue = stage.venue.take();
    tokio::task::spawn_blocking(move || drop(venue)).await.unwrap();
    wait_until("the loss is told", || {
        matches!(
            stage.feed_state(),
            Some(
                StateView::Waiting
                    | StateView::Connecting
                    | StateView::Authenticating
                    | StateView::Subscribing
            )
        )
    })
    .await;
    assert_eq!(page.count(), 1);
    let told = stage.last_told().unwrap();
    assert_eq!(
        (told.stream, told.frame),
        (opened.lifecycle.stream, 1),
        "it names the frame it follows"
    );
    stage.clear().await;
}

#[tokio::test]
async fn a_drill_is_told_when_it_begins_and_when_it_ends() {
    let stage = Stage::set();
    let (_page, opened) = stage.open().await;
    let feeds = opened.lifecycle.feeds;
    assert_eq!(feeds[0].simulator, None, "the venue is none of the app's own");
    let drill = crate::venues::drills().remove(0);
    let name = drill.name.clone();
    let tell = |drill| {
        let rehearsals = [(FeedId::new("sim"), drill)].into();
        stage.rehearsals.send_replace(Arc::new(rehearsals));
    };
    tell(Some(drill));
    wait_until("the drill is told", || stage.rehearsed().as_ref() == Some(&name)).await;
    tell(None);
    wait_until("its end is told", || stage.rehearsed().is_none()).await;
    stage.clear().await;
}

#[tokio::test]
async fn what_a_symbol_is_called_is_told_once_it_is_known() {
    let stage = Stage::set();
    let (page, opened) = stage.open().await;
    let row = stage.watch("NVX");
    let stream = opened.lifecycle.stream;
    let mut acknowledged = 0;
    let described = loop {
        wait_until("a frame or a description", || {
            page.count() > acknowledged || stage.last_told().is_some_and(|told| !told.rows.is_empty())
        })
        .await;
        let named = stage
            .told
            .lock()
            .unwrap()
            .iter()
            .flat_map(|told| told.rows.clone())
            .find(|row| row.name.is_some());
        if let Some(named) = named {
            break named;
        }
        stage.told.lock().unwrap().clear();
        if page.count() > acknowledged {
            acknowledged = page.count();
            stage
                .stream
                .acknowledge(stream, number_of(&page.last().unwrap()))
                .await
                .unwrap();
        }
    };
    assert_eq!((described.row, described.symbol.as_str()), (row.0, "NVX"));
    assert!(
        described.currency.is_some() && described.tick.is_some(),
        "{described:?}"
    );
    stage.clear().await;
}

#[tokio::test]
async fn a_chart_comes_whole_and_then_by_its_changes() {
    let stage = Stage::set();
    let row = stage.watch("NVX");
    let (page, opened) = stage.open().await;
    let stream = opened.lifecycle.stream;
    let engine = stage.engine.as_ref().unwrap().handle();
    wait_until("two candles", || {
        engine.read(|market| market.series(row, Timeframe::Second).unwrap().len() >= 2)
    })
    .await;
    let series = stage
        .stream
        .open_chart(stream, row, Timeframe::Second)
        .await
        .unwrap();
    let next_frame = async |frames: usize| {
        stage
            .stream
            .acknowledge(stream, number_of(&page.last().unwrap()))
            .await
            .unwrap();
        wait_until("the next frame", || page.count() > frames).await;
        candles(&page.last().unwrap())
    };
    let whole = next_frame(page.count()).await;
    assert!(whole.len() >= 2, "{whole:?}");
    assert!(whole.iter().all(|(number, _, _)| *number == series));
    let begins: Vec<_> = whole.iter().map(|(_, begins, _)| *begins).collect();
    assert!(begins[0] && !begins[1..].contains(&true), "{begins:?}");
    assert!(
        whole.is_sorted_by(|(_, _, one), (_, _, other)| one < other),
        "{whole:?}"
    );

    // Its past comes once, and then nothing but what changes.
    let (mut pasts, mut changes) = (0, Vec::new());
    while pasts == 0 || changes.len() > 2 {
        changes = next_frame(page.count()).await;
        assert!(changes.iter().all(|(_, begins, _)| !begins), "{changes:?}");
        pasts += usize::from(changes.len() > 1_000);
    }
    assert_eq!(pasts, 1, "an old candle was sent again");

    stage.stream.close_chart(stream, series).await.unwrap();
    assert_eq!(next_frame(page.count()).await, []);
    stage.clear().await;
}

#[tokio::test]
async fn a_new_page_ends_the_stream_of_the_old_one() {
    let stage = Stage::set();
    stage.watch("NVX");
    let (old, first) = stage.open().await;
    wait_until("the old page's frame", || old.count() == 1).await;
    let (new, second) = stage.open().await;
    assert_ne!(first.lifecycle.stream, second.lifecycle.stream);
    wait_until("the new page's frame", || new.count() == 1).await;
    assert_eq!(u32_at(&new.last().unwrap(), 4), second.lifecycle.stream);

    stage.stream.acknowledge(first.lifecycle.stream, 1).await.unwrap();
    let refused = stage
        .stream
        .open_chart(first.lifecycle.stream, RowId(0), Timeframe::Minute)
        .await;
    assert_eq!(refused, Err(NotOpen));
    stage
        .stream
        .acknowledge(second.lifecycle.stream, 1)
        .await
        .unwrap();
    wait_until("the new page goes on", || new.count() == 2).await;
    assert_eq!(old.count(), 1);
    stage.clear().await;
}

#[tokio::test]
async fn a_stream_that_has_ended_says_so() {
    let stage = Stage::set();
    let stream = stage.stream.clone();
    stage.clear().await;
    assert_eq!(stream.acknowledge(1, 1).await, Err(NotOpen));
    assert!(stream.open(PlayedPage::default().channel()).await.is_err());
}
