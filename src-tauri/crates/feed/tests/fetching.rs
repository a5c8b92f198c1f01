//! A feed where things are fetched: one request for everything, made anew with every change.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::DateTime;
use feed::{Burst, Clock, Endpoint, Feed, LossCause, Outlet, Policy, Update};
use futures_util::{Sink, Stream};
use model::{FeedId, FeedStatus, Source, SymbolKey, TransportKind};
use provider::VenueName;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Dialed, Dialer, Dialing, Inbound, Loss, Outbound, Phases, Target};

const NVX: SymbolKey = SymbolKey(1);
const BTC: SymbolKey = SymbolKey(2);
const WELCOME: &str = r#"{"type":"welcome","epoch":"e1","market_time":"2026-01-05T14:30:00Z","rate":1}"#;

#[tokio::test(start_paused = true)]
async fn every_change_of_what_is_wanted_fetches_all_of_it_from_where_it_is() {
    let mut world = World::start(TransportKind::EventStream);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert_eq!(line.fetched().await, "/v1/events?symbols=NVX");
    line.say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11)]);
    world.until_tick().await;

    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    assert_eq!(
        line.fetched().await,
        "/v1/events?symbols=NVX,BTC-USD&epoch=e1&after=11,"
    );
    line.say(&[
        WELCOME,
        &recovered("NVX", 11),
        &ack("BTC-USD", 5),
        &trade("BTC-USD", 6),
    ]);
    world.until_tick().await;

    world.feed.release(NVX).unwrap();
    assert_eq!(
        line.fetched().await,
        "/v1/events?symbols=BTC-USD&epoch=e1&after=6"
    );
}

#[tokio::test(start_paused = true)]
async fn wishes_that_come_together_are_one_request() {
    let mut world = World::start(TransportKind::LongPoll);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert_eq!(line.fetched().await, "/v1/poll?symbols=NVX&wait_ms=10000");
    for number in 2..50 {
        world
            .feed
            .want(SymbolKey(number), format!("S{number}").as_str().into())
            .unwrap();
        tokio::task::yield_now().await;
    }
    let path = line.fetched().await;
    assert_eq!(path.matches(',').count(), 48, "{path}");
    line.is_asked_nothing().await;
}

#[tokio::test(start_paused = true)]
async fn a_hole_in_an_event_stream_is_asked_for_from_where_it_begins() {
    let mut world = World::start(TransportKind::EventStream);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    line.fetched().await;
    line.say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 13)]);
    assert_eq!(line.fetched().await, "/v1/events?symbols=NVX&epoch=e1&after=10");
    line.say(&[WELCOME, &recovered("NVX", 10)]);
    for seq in 11..=13 {
        line.say(&[&trade("NVX", seq)]);
        assert_eq!(world.until_tick().await, seq);
    }
}

#[tokio::test(start_paused = true)]
async fn looking_now_and_then_tells_only_what_has_moved_and_never_of_a_gap() {
    let mut world = World::start(TransportKind::Poll);
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut line = world.line().await;
    assert_eq!(line.fetched().await, "/v1/snapshot?symbols=NVX");
    for seq in [10, 10, 500, 500] {
        line.say(&[WELCOME, &snapshot("NVX", seq)]);
    }
    line.end();
    let mut told = Vec::new();
    while let Some(news) = world.news.recv().await {
        match news {
            News::Update(Update::Accepted { .. }) => told.push("accepted"),
            News::Update(Update::Snapshot { .. }) => told.push("snapshot"),
            News::Update(Update::Gap { gap, .. }) => panic!("{gap:?} between two looks"),
            News::Update(_) => {}
            News::Status(status) => assert_eq!(status.transport, TransportKind::Poll),
            News::Lost(cause) => {
                assert_eq!(cause, LossCause::Broken);
                break;
            }
        }
    }
    assert_eq!(told, ["accepted", "snapshot", "snapshot"]);
}

fn ack(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"ack","symbol":"{symbol}","seq":{seq}}}"#)
}

fn recovered(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"ack","symbol":"{symbol}","seq":{seq},"recovered":true}}"#)
}

fn trade(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"price":"1","id":"{seq}"}}"#)
}

fn snapshot(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"snapshot","symbol":"{symbol}","seq":{seq},"price":"1"}}"#)
}

/// A feed whose connections are the test's.
struct World {
    feed: Feed,
    lines: UnboundedReceiver<Line>,
    news: UnboundedReceiver<News>,
    _stop: tokio_util::sync::DropGuard,
}

impl World {
    fn start(transport: TransportKind) -> Self {
        let (dialed, lines) = unbounded_channel();
        let (told, news) = unbounded_channel();
        let url = "ws://127.0.0.1:1/v1/stream".parse().unwrap();
        let endpoint = Endpoint {
            id: FeedId::new("test"),
            source: Source::Simulated,
            venue: VenueName::Sim,
            target: Target::new(url).unwrap(),
            transports: vec![transport],
            bars: false,
            seed: 1,
            policy: Policy::default(),
        };
        let stop = CancellationToken::new();
        let feed = Feed::start(
            endpoint,
            Arc::new(Exchange { dialed }),
            Clock::from(DateTime::UNIX_EPOCH),
            Box::new(Wire(told)),
            &TaskTracker::new(),
            stop.clone(),
        );
        Self {
            feed,
            lines,
            news,
            _stop: stop.drop_guard(),
        }
    }

    async fn line(&mut self) -> Line {
        self.lines.recv().await.unwrap()
    }

    /// The number of the next tick.
    async fn until_tick(&mut self) -> u64 {
        loop {
            if let News::Update(Update::Tick {
                tick: model::Tick::Trade(trade),
                ..
            }) = self.news.recv().await.unwrap()
            {
                return trade.id.unwrap().as_str().parse().unwrap();
            }
        }
    }
}

enum News {
    Update(Update),
    Status(FeedStatus),
    Lost(LossCause),
}

struct Wire(UnboundedSender<News>);

impl Outlet for Wire {
    fn burst(&mut self, burst: &Burst) {
        for update in &burst.updates {
            self.0.send(News::Update(update.clone())).ok();
        }
    }

    fn status(&mut self, status: FeedStatus) {
        self.0.send(News::Status(status)).ok();
    }

    fn lost(&mut self, cause: LossCause) {
        self.0.send(News::Lost(cause)).ok();
    }
}

struct Exchange {
    dialed: UnboundedSender<Line>,
}

impl Dialer for Exchange {
    fn dial(&self, _: Target) -> Dialing {
        let (inbound, from_server) = unbounded_channel();
        let (to_server, outbound) = unbounded_channel();
        self.dialed.send(Line { inbound, outbound }).ok();
        let connection = Box::new(Pipe {
            from_server,
            to_server,
        });
        let phases = Phases::default();
        Dialing::plain(async move { Ok(Dialed { connection, phases }) })
    }
}

/// The server's end.
struct Line {
    inbound: UnboundedSender<Inbound>,
    outbound: UnboundedReceiver<Outbound>,
}

impl Line {
    fn say(&self, messages: &[&str]) {
        for message in messages {
            self.inbound.send(Inbound::Text((*message).into())).unwrap();
        }
    }

    async fn fetched(&mut self) -> String {
        loop {
            match self.outbound.recv().await.unwrap() {
                Outbound::Fetch(path) => return path,
                Outbound::Ping(payload) => self.inbound.send(Inbound::Pong(payload)).unwrap(),
                other @ (Outbound::Text(_) | Outbound::Binary(_) | Outbound::Close(_)) => {
                    return format!("{other:?}");
                }
            }
        }
    }

    async fn is_asked_nothing(&mut self) {
        let asked = tokio::time::timeout(Duration::from_secs(1), self.fetched()).await;
        assert!(asked.is_err(), "{asked:?}");
    }

    /// Hangs up; whatever was said before is still read.
    fn end(self) {}
}

/// The feed's end.
struct Pipe {
    from_server: UnboundedReceiver<Inbound>,
    to_server: UnboundedSender<Outbound>,
}

impl Stream for Pipe {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.from_server
            .poll_recv(cx)
            .map(|inbound| Some(inbound.ok_or(Loss::Dropped)))
    }
}

impl Sink<Outbound> for Pipe {
    type Error = Loss;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, outbound: Outbound) -> Result<(), Loss> {
        self.to_server.send(outbound).map_err(|_| Loss::Dropped)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }
}
