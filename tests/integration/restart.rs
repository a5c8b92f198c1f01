//! What the end of the program costs, by choice or by force: nothing that the
//! venue still has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::Utc;
use engine::{Engine, EngineOptions, FeedSpec, Handle, Observer, Resume};
use feed::Update;
use market::RowId;
use model::{Bookmark, FeedId, Secret, Symbol, SymbolKey, Tick, TransportKind};
use profile::Profile;
use provider::VenueName;
use sim::Server;
use tempfile::TempDir;
use tests::wait_until;

const SYMBOLS: [&str; 4] = ["NVX", "BTC-USD", "HLQ", "ETH-USD"];
const FILE: &str = "bookmarks.json";
const RESTARTS: usize = 4;
const KILLS: usize = 3;

#[tokio::test]
async fn an_engine_that_is_ended_and_started_again_and_again_loses_nothing_and_doubles_nothing() {
    let server = Server::start(sim::Options::default().at_rate(2_000)).unwrap();
    let folder = TempDir::new().unwrap();
    let mut witness = Run::start(&server, None, TransportKind::WebSocket).await;
    let ways = [
        TransportKind::WebSocket,
        TransportKind::EventStream,
        TransportKind::LongPoll,
    ];
    let mut all = Seen::default();
    for run in 0..=RESTARTS {
        let mut engine = Run::start(&server, Some(folder.path()), ways[run % ways.len()]).await;
        engine.goes_on(50).await;
        assert_eq!(engine.resumed, if run == 0 { 0 } else { SYMBOLS.len() });
        all.append(engine.end().await);
    }
    witness.has_come_as_far_as(&all).await;
    assert_eq!(all.gaps, 0, "something was told to be lost");
    for symbol in SYMBOLS {
        let (whole, seen) = (witness.seen.of(symbol), all.of(symbol));
        let first = whole.iter().position(|tick| *tick == seen[0]).unwrap();
        assert_eq!(&whole[first..first + seen.len()], seen, "{symbol}");
    }
    witness.end().await;
    server.stop();
}

/// What is in the folder at any moment is what an end by force at that moment leaves.
#[tokio::test]
async fn an_engine_that_is_killed_at_any_moment_goes_on_behind_its_bookmark() {
    let server = Server::start(sim::Options::default().at_rate(2_000)).unwrap();
    let folder = TempDir::new().unwrap();
    let mut witness = Run::start(&server, None, TransportKind::WebSocket).await;
    let mut killed = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    let mut left: Vec<(TempDir, Seen)> = Vec::new();
    let mut last = Vec::new();
    while left.len() < KILLS {
        wait_until("another bookmark was written", async || {
            killed.look().await;
            let now = fs::read(folder.path().join(FILE)).unwrap_or_default();
            let another = now != last;
            last = now;
            another
        })
        .await
        .unwrap();
        killed.goes_on(7 * (left.len() + 1)).await;
        let corpse = TempDir::new().unwrap();
        fs::copy(folder.path().join(FILE), corpse.path().join(FILE)).unwrap();
        killed.look().await;
        left.push((corpse, killed.seen.clone()));
    }
    killed.end().await;
    for (corpse, before) in left {
        let mut next = Run::start(&server, Some(corpse.path()), TransportKind::WebSocket).await;
        next.goes_on(50).await;
        let after = next.end().await;
        assert_eq!((after.gaps, after.resumed), (0, SYMBOLS.len()));
        witness.has_come_as_far_as(&after).await;
        for symbol in SYMBOLS {
            let whole = witness.seen.of(symbol);
            let place = |tick| whole.iter().position(|known| known == tick).unwrap();
            let (seen, first) = (after.of(symbol), place(&after.of(symbol)[0]));
            assert_eq!(&whole[first..first + seen.len()], seen, "{symbol}");
            let reached = place(before.of(symbol).last().unwrap());
            assert!(first <= reached + 1, "{symbol}: lost {}", first - reached - 1);
        }
    }
    witness.end().await;
    server.stop();
}

#[tokio::test]
async fn behind_a_venue_that_began_anew_meanwhile_a_feed_begins_anew_too() {
    let folder = TempDir::new().unwrap();
    let token = Some("the-same".to_owned());
    let options = |port| sim::Options {
        port,
        token: token.clone(),
        ..sim::Options::default().at_rate(2_000)
    };
    let server = Server::start(options(0)).unwrap();
    let port = server.address().port();
    let mut first = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    first.goes_on(5).await;
    first.end().await;
    let epoch = || kept(folder.path())[0].epoch.to_string();
    let before = epoch();
    server.stop();
    let server = Server::start(options(port)).unwrap();
    let mut second = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    second.goes_on(5).await;
    assert_eq!(second.resumed, 0);
    second.end().await;
    assert_ne!(epoch(), before);
    server.stop();
}

#[tokio::test]
async fn a_file_that_is_damaged_costs_what_came_meanwhile_and_nothing_else() {
    let server = Server::start(sim::Options::default().at_rate(2_000)).unwrap();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(FILE), "tickwire bookmarks 1 0\n{").unwrap();
    let mut run = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    run.goes_on(5).await;
    assert_eq!(run.end().await.resumed, 0);
    assert_eq!(
        kept(folder.path())[0].symbols.len(),
        SYMBOLS.len(),
        "it was replaced"
    );
    server.stop();
}

fn kept(folder: &Path) -> Vec<Bookmark> {
    let profile = Profile::open(Some(folder)).profile;
    let (kept, unread) = profile.bookmarks().read(Utc::now());
    assert_eq!(unread, None);
    kept
}

/// What came in one run, or several.
#[derive(Clone, Debug, Default)]
struct Seen {
    ticks: BTreeMap<&'static str, Vec<Tick>>,
    gaps: usize,
    resumed: usize,
}

impl Seen {
    fn of(&self, symbol: &str) -> &[Tick] {
        self.ticks.get(symbol).map(Vec::as_slice).unwrap_or_default()
    }

    fn write_down(&mut self, names: &BTreeMap<SymbolKey, &'static str>, update: &Update) {
        match update {
            Update::Tick { key, tick, .. } => self.ticks.entry(names[key]).or_default().push(*tick),
            Update::Gap { .. } => self.gaps += 1,
            Update::Accepted { resumed, .. } => self.resumed += usize::from(*resumed),
            Update::Snapshot { .. }
            | Update::Refused { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
    }

    fn append(&mut self, later: Self) {
        for (symbol, mut ticks) in later.ticks {
            self.ticks.entry(symbol).or_default().append(&mut ticks);
        }
        self.gaps += later.gaps;
        self.resumed += later.resumed;
    }
}

/// One run of the engine, with the file that the app has.
struct Run {
    engine: Engine,
    handle: Handle,
    observer: Observer,
    names: BTreeMap<SymbolKey, &'static str>,
    seen: Seen,
}

impl std::ops::Deref for Run {
    type Target = Seen;

    fn deref(&self) -> &Seen {
        &self.seen
    }
}

impl Run {
    async fn start(server: &Server, folder: Option<&Path>, transport: TransportKind) -> Self {
        let resume = folder.map(|folder| {
            let bookmarks = Profile::open(Some(folder)).profile.bookmarks().clone();
            let (from, _) = bookmarks.read(Utc::now());
            let keep = Box::new(move |newest: &[Bookmark]| bookmarks.write(newest));
            Resume { from, keep }
        });
        let engine = Engine::start(EngineOptions {
            resume,
            ..EngineOptions::default()
        })
        .unwrap();
        let handle = engine.handle();
        let observer = handle.observe(1 << 20);
        let feed = FeedId::new("desk");
        let url = format!("ws://{}/v1/stream", server.address());
        let token = Some(Secret::new(server.token().to_owned()));
        let spec = FeedSpec {
            transports: vec![transport],
            ..FeedSpec::new(feed.clone(), VenueName::Sim, url.parse().unwrap(), token)
        };
        handle.open_feed(&spec).unwrap();
        let names = SYMBOLS.map(|symbol| {
            let row = handle.watch(&feed, &Symbol::new(symbol)).unwrap();
            (SymbolKey(row.0), symbol)
        });
        let mut run = Self {
            engine,
            handle,
            observer,
            names: BTreeMap::from(names),
            seen: Seen::default(),
        };
        run.goes_on(1).await;
        run
    }

    /// Until so many more ticks of each symbol have come, and each row shows a price with all there is to it.
    async fn goes_on(&mut self, ticks: usize) {
        let counts = SYMBOLS.map(|symbol| self.seen.of(symbol).len() + ticks);
        wait_until("every symbol has gone on", async || {
            self.look().await;
            let on = SYMBOLS.iter().zip(counts);
            on.into_iter()
                .all(|(symbol, count)| self.seen.of(symbol).len() >= count)
        })
        .await
        .unwrap();
        self.handle.read(|market| {
            for key in self.names.keys() {
                let row = market.row(RowId(key.0)).unwrap();
                let known = (row.last, row.bid, row.high, row.volume, row.reference());
                assert!(
                    matches!(known, (Some(_), Some(_), Some(_), Some(_), Some(_))),
                    "{}: {known:?}",
                    row.symbol
                );
            }
        });
    }

    async fn has_come_as_far_as(&mut self, other: &Seen) {
        wait_until("the one that never ended has come as far", async || {
            self.look().await;
            SYMBOLS
                .iter()
                .all(|symbol| self.seen.of(symbol).contains(other.of(symbol).last().unwrap()))
        })
        .await
        .unwrap();
    }

    async fn look(&mut self) {
        let moment = Duration::from_millis(5);
        for _ in 0..10_000 {
            let Ok(Some(observation)) = tokio::time::timeout(moment, self.observer.next()).await else {
                break;
            };
            self.seen.write_down(&self.names, &observation.update);
        }
        assert_eq!(self.observer.missed(), 0, "it has looked away");
    }

    /// Says goodbye; what came until then is written down.
    async fn end(self) -> Seen {
        let Self {
            engine,
            mut observer,
            names,
            mut seen,
            ..
        } = self;
        engine.shut_down();
        while let Some(observation) = observer.next().await {
            seen.write_down(&names, &observation.update);
        }
        seen
    }
}
