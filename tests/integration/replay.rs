//! What was recorded is played as it was, to the last event.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, EngineOptions, FeedSpec, Observer};
use model::{FeedId, FeedState, FeedStatus, Secret, Source, Symbol, TransportKind};
use provider::VenueName;
use recording::{Controls, Header, Recorder, RecordingState, Replayer, Speed, Standing, Tape, TapeFile};
use sha2::{Digest, Sha256};
use sim::Server;
use tests::wait_until;

const SYMBOLS: [&str; 3] = ["NVX", "BTC-USD", "HLQ"];
const TOKEN: &str = "a-t0ken-of-this-test";
const EVENTS_MAX: usize = 1 << 20;

#[tokio::test]
async fn a_recording_played_again_gives_the_same_events_by_every_transport() {
    for transport in TransportKind::ALL {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.tape");
        let server = start_server(0);
        let live = record(&path, &spec(&server, transport), async |events| {
            // Looks at three prices come once a second.
            let wanted = if transport == TransportKind::Poll { 10 } else { 150 };
            collect_until(events, wanted).await;
        })
        .await;
        server.stop();
        let (played, _) = play(&path, transport).await;
        assert_same(&live, &played, transport);
    }
}

#[tokio::test]
async fn a_connection_that_was_lost_in_the_middle_is_lost_again_at_the_same_event() {
    let transport = TransportKind::WebSocket;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let server = start_server(0);
    let spec = spec(&server, transport);
    let port = server.address().port();
    let mut server = Some(server);
    let live = record(&path, &spec, async |events| {
        collect_until(events, 200).await;
        server.take().unwrap().stop();
        server = Some(start_server(port));
        let before = events.seen.len();
        collect_until(events, before + 200).await;
    })
    .await;
    server.unwrap().stop();

    let mut tape = Tape::open(&path).unwrap();
    assert!(tape.survey().dials.len() >= 2);
    let (played, drops) = play(&path, transport).await;
    assert_same(&live, &played, transport);
    assert_eq!(drops, 1);
}

#[tokio::test]
async fn the_token_of_a_feed_is_nowhere_on_its_tape() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let server = start_server(0);
    let spec = FeedSpec {
        endpoint: format!("{}?token={TOKEN}", server.url()).parse().unwrap(),
        ..spec(&server, TransportKind::LongPoll)
    };
    record(&path, &spec, async |events| collect_until(events, 50).await).await;
    server.stop();
    let raw = std::fs::read(&path).unwrap();
    assert!(!raw.windows(TOKEN.len()).any(|bytes| bytes == TOKEN.as_bytes()));
    for entry in Tape::open(&path).unwrap().entries() {
        let entry = format!("{entry:?}");
        assert!(!entry.contains(TOKEN), "{entry}");
    }
}

/// What an engine has told, without what depends on when it was told.
struct Events {
    observer: Observer,
    seen: Vec<String>,
}

impl Events {
    async fn next(&mut self) -> bool {
        match self.observer.next().await {
            Some(observation) => {
                let update = format!("{:?}", observation.update);
                let by_time = ["Clock", "Pong", "Source"];
                if !by_time.iter().any(|kind| update.starts_with(kind)) {
                    self.seen.push(update);
                }
                true
            }
            None => false,
        }
    }

    fn hash(&self) -> String {
        let hash = Sha256::digest(self.seen.join("\n"));
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

async fn collect_until(events: &mut Events, count: usize) {
    let collecting = async { while events.seen.len() < count && events.next().await {} };
    tokio::time::timeout(Duration::from_secs(120), collecting)
        .await
        .unwrap();
}

/// Records for as long as `during` takes, and gives every event.
async fn record(path: &Path, spec: &FeedSpec, during: impl AsyncFnOnce(&mut Events)) -> Events {
    let header = Header::new(chrono::Utc::now(), spec.id.as_str(), spec.endpoint.path());
    let file = TapeFile::create(path, &header, false).unwrap();
    let network = EngineOptions::default().dialer;
    let (recorder, recording) = Recorder::start(network, file, &[]).unwrap();
    let engine = Engine::start(EngineOptions {
        dialer: Arc::new(recorder),
        seed: 1,
        sentinel: None,
        ..EngineOptions::default()
    })
    .unwrap();
    let mut events = open(&engine, spec);
    during(&mut events).await;
    engine.shut_down();
    while events.next().await {}
    assert_eq!(events.observer.missed(), 0);
    let state = recording.end();
    assert!(matches!(state, RecordingState::Ended(_)), "{state:?}");
    assert_eq!(state.taken().missing, 0);
    events
}

/// Plays it as fast as it goes, and gives every event and the connections lost.
async fn play(path: &Path, transport: TransportKind) -> (Events, u64) {
    let (replayer, controls): (Replayer, Controls) = Replayer::new(Tape::open(path).unwrap(), Speed::Max);
    let engine = Engine::start(EngineOptions {
        dialer: Arc::new(replayer),
        seed: 2,
        sentinel: None,
        ..EngineOptions::default()
    })
    .unwrap();
    let spec = FeedSpec {
        source: Source::Replay,
        transports: vec![transport],
        ..FeedSpec::new(
            FeedId::new("sim"),
            VenueName::SIM,
            "ws://127.0.0.1:9/v1/stream".parse().unwrap(),
            None,
        )
    };
    let mut events = open(&engine, &spec);
    let handle = engine.handle();
    let standing = controls.standing();
    wait_until("the tape has come to its end", async || {
        let statuses = handle.feeds().borrow().clone();
        let waits = |status: &FeedStatus| matches!(status.state, FeedState::Waiting { .. });
        if statuses.first().is_some_and(waits) {
            handle.retry(&spec.id).unwrap();
        }
        *standing.borrow() == Standing::Ended
    })
    .await
    .unwrap();
    let status = handle.feeds().borrow().first().unwrap().clone();
    assert_eq!(status.source, Source::Replay);
    engine.shut_down();
    while events.next().await {}
    (events, status.drops)
}

fn open(engine: &Engine, spec: &FeedSpec) -> Events {
    let handle = engine.handle();
    let observer = handle.observe(EVENTS_MAX);
    // All of them are wanted before anything is dialed, so that both times the same is asked for first.
    handle.open_absent(&spec.id, spec.source, "not opened yet");
    for symbol in SYMBOLS {
        handle.watch(&spec.id, &Symbol::new(symbol)).unwrap();
    }
    handle.open_feed(spec).unwrap();
    Events {
        observer,
        seen: Vec::new(),
    }
}

fn assert_same(live: &Events, played: &Events, transport: TransportKind) {
    assert!(live.seen.len() > SYMBOLS.len() * 2);
    // The first that differs says more than two hashes do.
    for (place, (was, is)) in live.seen.iter().zip(&played.seen).enumerate() {
        assert_eq!(was, is, "{transport}, event {place}");
    }
    assert_eq!(live.seen.len(), played.seen.len(), "{transport}");
    assert_eq!(live.hash(), played.hash(), "{transport}");
}

fn start_server(port: u16) -> Server {
    Server::start(sim::Options {
        port,
        token: Some(TOKEN.to_owned()),
        ..sim::Options::default().at_rate(2_000)
    })
    .unwrap()
}

fn spec(server: &Server, transport: TransportKind) -> FeedSpec {
    let token = Some(Secret::new(TOKEN.to_owned()));
    FeedSpec {
        source: Source::Simulated,
        transports: vec![transport],
        ..FeedSpec::new(
            FeedId::new("sim"),
            VenueName::SIM,
            server.url().parse().unwrap(),
            token,
        )
    }
}
