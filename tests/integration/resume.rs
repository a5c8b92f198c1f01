//! What a cut connection costs, on every way of talking to the venue: nothing,
//! where events are told.

use std::collections::BTreeMap;
use std::time::Duration;

use engine::{Engine, EngineOptions, FeedSpec, Handle, Observer};
use feed::Update;
use market::Freshness;
use model::{FeedId, Secret, Symbol, SymbolKey, Tick, TransportKind};
use provider::VenueName;
use sim::Server;
use tests::{Relay, wait_until};

const SYMBOLS: [&str; 4] = ["NVX", "BTC-USD", "HLQ", "ETH-USD"];
const CUTS: usize = 8;

#[tokio::test]
async fn a_websocket_that_is_cut_again_and_again_loses_nothing_and_doubles_nothing() {
    cut_again_and_again(TransportKind::WebSocket).await;
}

#[tokio::test]
async fn an_event_stream_that_is_cut_again_and_again_loses_nothing_and_doubles_nothing() {
    cut_again_and_again(TransportKind::EventStream).await;
}

#[tokio::test]
async fn a_long_poll_that_is_cut_again_and_again_loses_nothing_and_doubles_nothing() {
    cut_again_and_again(TransportKind::LongPoll).await;
}

/// It tells states and no events, so there is nothing to be missed between them.
#[tokio::test]
async fn polling_goes_on_after_a_cut_and_tells_of_no_gap() {
    let stage = Stage::set(TransportKind::Poll).await;
    let mut witness = Witness::of(&stage);
    let row = stage.rows(&stage.cut)[0];
    let freshness = || {
        stage
            .handle
            .read(|market| market.row(market::RowId(row.0)).unwrap().freshness)
    };
    wait_until("there is a live price", async || freshness() == Freshness::Live)
        .await
        .unwrap();
    stage.relay.cut();
    witness.looks = 0;
    wait_until("there are new prices", async || {
        stage.hurry();
        witness.look().await;
        witness.looks > 2 && freshness() == Freshness::Live
    })
    .await
    .unwrap();
    assert_eq!(witness.gaps, 0);
    stage.end();
}

async fn cut_again_and_again(transport: TransportKind) {
    let stage = Stage::set(transport).await;
    let mut witness = Witness::of(&stage);
    for round in 0..=CUTS {
        wait_until("the feed is back", async || {
            stage.hurry();
            witness.look().await;
            stage.is_back(transport, round)
        })
        .await
        .unwrap();
        let before = witness.seen_of(&stage.cut);
        wait_until("every symbol has gone on", async || {
            stage.hurry();
            witness.look().await;
            let now = witness.seen_of(&stage.cut);
            now.len() == SYMBOLS.len()
                && now
                    .iter()
                    .all(|(symbol, seen)| *seen > before.get(symbol).copied().unwrap_or(0))
        })
        .await
        .unwrap();
        if round < CUTS {
            // Between two questions of a poll there may be no line for a moment.
            wait_until("there was something to cut", async || stage.relay.cut() > 0)
                .await
                .unwrap();
        }
    }
    assert_eq!(witness.gaps, 0, "something was told to be lost");
    match transport {
        TransportKind::WebSocket | TransportKind::EventStream => {
            assert!(witness.resumed >= CUTS, "only {} resumed", witness.resumed);
        }
        // An answer that was cut off is asked for once more, which is no new connection to a feed.
        TransportKind::LongPoll | TransportKind::Poll => {}
    }
    for symbol in SYMBOLS {
        let cut = witness.ticks(&stage.cut, symbol);
        wait_until("the other feed has come as far", async || {
            witness.look().await;
            witness.ticks(&stage.whole, symbol).contains(cut.last().unwrap())
        })
        .await
        .unwrap();
        let whole = witness.ticks(&stage.whole, symbol);
        let first = whole.iter().position(|tick| *tick == cut[0]).unwrap();
        assert_eq!(&whole[first..first + cut.len()], cut, "{symbol}");
    }
    stage.end();
}

/// One venue and two feeds of it: one that is whole, and one that is cut.
struct Stage {
    engine: Engine,
    handle: Handle,
    server: Server,
    relay: Relay,
    whole: FeedId,
    cut: FeedId,
    observer: std::sync::Mutex<Option<Observer>>,
    names: BTreeMap<FeedId, BTreeMap<SymbolKey, &'static str>>,
}

impl Stage {
    async fn set(transport: TransportKind) -> Self {
        let server = Server::start(sim::Options::default().at_rate(4_000)).unwrap();
        let relay = Relay::start(server.address()).await.unwrap();
        let engine = Engine::start(EngineOptions::default()).unwrap();
        let handle = engine.handle();
        let observer = handle.observe(1 << 20);
        let (whole, cut) = (FeedId::new("whole"), FeedId::new("cut"));
        let mut names = BTreeMap::new();
        for (id, address, transport) in [
            (&whole, server.address(), TransportKind::WebSocket),
            (&cut, relay.address(), transport),
        ] {
            let url = format!("ws://{address}/v1/stream").parse().unwrap();
            let token = Some(Secret::new(server.token().to_owned()));
            let spec = FeedSpec {
                transports: vec![transport],
                ..FeedSpec::new(id.clone(), VenueName::SIM, url, token)
            };
            handle.open_feed(&spec).unwrap();
            let rows = SYMBOLS.map(|symbol| {
                let row = handle.watch(id, &Symbol::new(symbol)).unwrap();
                (SymbolKey(row.0), symbol)
            });
            names.insert(id.clone(), BTreeMap::from(rows));
            let live = || {
                rows.iter().all(|(key, _)| {
                    handle
                        .read(|market| market.row(market::RowId(key.0)).unwrap().freshness == Freshness::Live)
                })
            };
            wait_until("the feed is live", async || live()).await.unwrap();
        }
        Self {
            engine,
            handle,
            server,
            relay,
            whole,
            cut,
            observer: std::sync::Mutex::new(Some(observer)),
            names,
        }
    }

    fn rows(&self, feed: &FeedId) -> Vec<SymbolKey> {
        self.names[feed].keys().copied().collect()
    }

    /// Nobody wants to wait for patience here: other tests prove that.
    fn hurry(&self) {
        self.handle.retry(&self.cut).unwrap();
    }

    /// Whether the feed that was cut so many times is live again.
    fn is_back(&self, transport: TransportKind, cuts: usize) -> bool {
        let lost = match transport {
            TransportKind::WebSocket | TransportKind::EventStream => u64::try_from(cuts).unwrap(),
            TransportKind::LongPoll | TransportKind::Poll => 0,
        };
        let statuses = self.handle.feeds();
        let statuses = statuses.borrow();
        statuses
            .iter()
            .any(|status| status.feed == self.cut && status.state.is_live() && status.drops >= lost)
    }

    fn end(self) {
        self.engine.shut_down();
        self.server.stop();
    }
}

/// Who sees every update of both feeds.
struct Witness {
    observer: Observer,
    names: BTreeMap<FeedId, BTreeMap<SymbolKey, &'static str>>,
    seen: BTreeMap<(FeedId, &'static str), Vec<Tick>>,
    gaps: usize,
    resumed: usize,
    looks: usize,
}

impl Witness {
    fn of(stage: &Stage) -> Self {
        Self {
            observer: stage.observer.lock().unwrap().take().unwrap(),
            names: stage.names.clone(),
            seen: BTreeMap::new(),
            gaps: 0,
            resumed: 0,
            looks: 0,
        }
    }

    /// Takes what is there, and no more than can have come until now.
    async fn look(&mut self) {
        let moment = Duration::from_millis(5);
        for _ in 0..10_000 {
            let Ok(Some(observation)) = tokio::time::timeout(moment, self.observer.next()).await else {
                break;
            };
            let names = &self.names[&observation.feed];
            match observation.update {
                Update::Tick { key, tick, .. } => {
                    let place = (observation.feed.clone(), names[&key]);
                    self.seen.entry(place).or_default().push(tick);
                }
                Update::Gap { .. } => self.gaps += 1,
                Update::Snapshot { .. } => self.looks += 1,
                Update::Accepted { resumed, .. } => self.resumed += usize::from(resumed),
                Update::Refused { .. }
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
        assert_eq!(self.observer.missed(), 0, "the witness has looked away");
    }

    fn ticks(&self, feed: &FeedId, symbol: &'static str) -> Vec<Tick> {
        self.seen
            .get(&(feed.clone(), symbol))
            .cloned()
            .unwrap_or_default()
    }

    fn seen_of(&self, feed: &FeedId) -> BTreeMap<&'static str, usize> {
        let of_feed = self.seen.iter().filter(|((id, _), _)| id == feed);
        of_feed.map(|((_, symbol), seen)| (*symbol, seen.len())).collect()
    }
}
