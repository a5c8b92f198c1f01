//! What the end of the program costs, by choice or by force: nothing that the
//! venue still has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use chrono::Utc;
use engine::{Engine, EngineOptions, FeedSpec, Handle, Observer, Resume};
use feed::Update;
use market::RowId;
use model::{Bookmark, FeedId, Secret, Symbol, SymbolKey, Tick, TransportKind};
use profile::{Bookmarks, Profile};
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
    let mut before: Option<Seen> = None;
    for run in 0..=RESTARTS {
        let mut engine = Run::start(&server, Some(folder.path()), ways[run % ways.len()]).await;
        engine.goes_on(10).await;
        engine.is_kept(folder.path()).await;
        let seen = engine.end().await;
        if let Some(before) = &before {
            witness.finds_nothing_missing(before, &seen).await;
        }
        before = Some(seen);
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
            killed.look();
            let now = kept(folder.path());
            let another = now != last;
            last = now;
            another
        })
        .await
        .unwrap();
        killed.is_kept(folder.path()).await;
        killed.goes_on(3 * (left.len() + 1)).await;
        let corpse = TempDir::new().unwrap();
        fs::copy(folder.path().join(FILE), corpse.path().join(FILE)).unwrap();
        killed.look();
        left.push((corpse, killed.seen.clone()));
    }
    killed.end().await;
    for (corpse, before) in left {
        let mut next = Run::start(&server, Some(corpse.path()), TransportKind::WebSocket).await;
        next.goes_on(10).await;
        let after = next.end().await;
        witness.finds_nothing_missing(&before, &after).await;
    }
    witness.end().await;
    server.stop();
}

#[tokio::test]
async fn behind_a_venue_that_began_anew_meanwhile_a_feed_begins_anew_too() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(sim::Options::default().at_rate(2_000)).unwrap();
    let mut first = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    first.goes_on(5).await;
    first.end().await;
    server.stop();
    let server = Server::start(sim::Options::default().at_rate(2_000)).unwrap();
    // Its port is another one, which no venue's is that people know.
    let mut left = kept(folder.path());
    left[0].address = address(&server);
    file(folder.path()).write(&left).unwrap();
    let mut second = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    second.goes_on(5).await;
    assert_eq!(second.end().await.resumed, BTreeSet::new());
    assert_ne!(kept(folder.path())[0].epoch, left[0].epoch);
    server.stop();
}

#[tokio::test]
async fn a_file_that_is_damaged_costs_what_came_meanwhile_and_nothing_else() {
    let server = Server::start(sim::Options::default().at_rate(2_000)).unwrap();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(FILE), "tickwire bookmarks 1 0\n{").unwrap();
    let mut run = Run::start(&server, Some(folder.path()), TransportKind::WebSocket).await;
    run.goes_on(5).await;
    assert_eq!(run.end().await.resumed, BTreeSet::new());
    assert_eq!(
        kept(folder.path())[0].symbols.len(),
        SYMBOLS.len(),
        "it was replaced"
    );
    server.stop();
}

/// As the app has it.
fn file(folder: &Path) -> Bookmarks {
    Profile::open(Some(folder)).profile.bookmarks().clone()
}

fn kept(folder: &Path) -> Vec<Bookmark> {
    let (kept, unread) = file(folder).read(Utc::now());
    assert_eq!(unread, None);
    kept
}

fn address(server: &Server) -> String {
    format!("ws://{}/v1/stream", server.address())
}

/// What came in one run, or several.
#[derive(Clone, Debug, Default)]
struct Seen {
    ticks: BTreeMap<&'static str, Vec<Tick>>,
    gaps: usize,
    /// What went on where it was, and what began anew.
    resumed: BTreeSet<&'static str>,
    begun: BTreeSet<&'static str>,
}

impl Seen {
    fn of(&self, symbol: &str) -> &[Tick] {
        self.ticks.get(symbol).map(Vec::as_slice).unwrap_or_default()
    }

    fn write_down(&mut self, names: &BTreeMap<SymbolKey, &'static str>, update: &Update) {
        match update {
            Update::Tick { key, tick, .. } => self.ticks.entry(names[key]).or_default().push(*tick),
            Update::Gap { .. } => self.gaps += 1,
            Update::Accepted { key, resumed, .. } => {
                let symbols = if *resumed {
                    &mut self.resumed
                } else {
                    &mut self.begun
                };
                symbols.insert(names[key]);
            }
            Update::Snapshot { .. }
            | Update::Refused { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
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

impl Run {
    async fn start(server: &Server, folder: Option<&Path>, transport: TransportKind) -> Self {
        let resume = folder.map(|folder| {
            let bookmarks = file(folder);
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
        let token = Some(Secret::new(server.token().to_owned()));
        let spec = FeedSpec {
            transports: vec![transport],
            ..FeedSpec::new(
                feed.clone(),
                VenueName::SIM,
                address(server).parse().unwrap(),
                token,
            )
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

    /// Until so many more ticks of each symbol have come, and each row has a price.
    async fn goes_on(&mut self, ticks: usize) {
        let counts = SYMBOLS.map(|symbol| self.seen.of(symbol).len() + ticks);
        wait_until("every symbol has gone on", async || {
            self.look();
            let on = SYMBOLS.iter().zip(counts);
            on.into_iter()
                .all(|(symbol, count)| self.seen.of(symbol).len() >= count)
        })
        .await
        .unwrap();
        self.handle.read(|market| {
            for key in self.names.keys() {
                let row = market.row(RowId(key.0)).unwrap();
                assert!(row.last.is_some() && row.reference().is_some(), "{row:?}");
            }
        });
    }

    /// Until a bookmark has all that it needs.
    async fn is_kept(&mut self, folder: &Path) {
        wait_until("every symbol is kept", async || {
            self.look();
            kept(folder)
                .first()
                .is_some_and(|kept| kept.symbols.len() == SYMBOLS.len())
        })
        .await
        .unwrap();
    }

    /// It was there all the time, and compares what came in a run with the run before it.
    async fn finds_nothing_missing(&mut self, before: &Seen, after: &Seen) {
        assert_eq!(after.gaps, 0, "something was told to be lost");
        assert_eq!(after.resumed, BTreeSet::from(SYMBOLS));
        assert_eq!(after.begun, BTreeSet::new());
        wait_until("the one that never ended has come as far", async || {
            self.look();
            let mut symbols = SYMBOLS.iter();
            symbols.all(|symbol| self.seen.of(symbol).contains(after.of(symbol).last().unwrap()))
        })
        .await
        .unwrap();
        for symbol in SYMBOLS {
            let (whole, seen) = (self.seen.of(symbol), after.of(symbol));
            let place = |tick| whole.iter().position(|known| known == tick).unwrap();
            let first = place(&seen[0]);
            assert_eq!(&whole[first..first + seen.len()], seen, "{symbol}");
            let reached = place(before.of(symbol).last().unwrap());
            assert!(first <= reached + 1, "{symbol}: lost {}", first - reached - 1);
        }
    }

    /// Writes down what is there.
    fn look(&mut self) {
        while let Some(observation) = self.observer.next_now() {
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
