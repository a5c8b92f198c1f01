//! A feed against real servers on loopback, which drop it in every way.

#![expect(clippy::unwrap_used, reason = "a broken test server is a failed test")]

use std::sync::Arc;

use feed::{Burst, Clock, Endpoint, Feed, LossCause, Outlet, Policy, Surroundings, Update};
use futures_util::{SinkExt, StreamExt};
use model::{FeedId, FeedState, FeedStatus, Gap, Source, SymbolKey, Tick};
use provider::VenueName;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Network, Target};

const NVX: SymbolKey = SymbolKey(1);
const BTC: SymbolKey = SymbolKey(2);

#[tokio::test]
async fn subscribes_and_hands_on_what_comes() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "187.24")])
        .await;
    world.until_live().await;
    assert_eq!(world.next_price().await, (NVX, "187.24".to_owned()));
}

#[tokio::test]
async fn resubscribes_everything_after_a_drop_and_says_what_was_missed() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX","BTC-USD"]}"#)
        .await;
    server
        .say(&[
            WELCOME,
            &ack("NVX", 10),
            &ack("BTC-USD", 5),
            &trade("NVX", 11, "1.5"),
        ])
        .await;
    assert_eq!(world.next_price().await, (NVX, "1.5".to_owned()));
    drop(server);
    world
        .until(|state| matches!(state, FeedState::Waiting { .. }))
        .await;

    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX","BTC-USD"],"epoch":"e1","after":[11,5]}"#)
        .await;
    server
        .say(&[
            WELCOME,
            &ack("NVX", 14),
            &ack("BTC-USD", 5),
            &trade("NVX", 15, "1.6"),
        ])
        .await;
    assert_eq!(world.next_gap().await, (NVX, Gap { from: 12, to: 14 }));
    assert_eq!(world.next_price().await, (NVX, "1.6".to_owned()));
    world.until_live().await;
}

#[tokio::test]
async fn what_was_missed_is_sent_again_and_nothing_is_told_to_be_lost() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "1.1")])
        .await;
    assert_eq!(world.next_price().await.1, "1.1");
    drop(server);
    world
        .until(|state| matches!(state, FeedState::Waiting { .. }))
        .await;
    assert_eq!(world.losses, [LossCause::Broken]);

    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"],"epoch":"e1","after":[11]}"#)
        .await;
    let missed = trade("NVX", 12, "1.2");
    server
        .say(&[WELCOME, &recovered("NVX", 11), &missed, &trade("NVX", 13, "1.3")])
        .await;
    let mut seen = Vec::new();
    while seen.len() < 2 {
        match world.next_update().await {
            Update::Tick {
                tick: Tick::Trade(trade),
                ..
            } => seen.push(trade.price.to_string()),
            Update::Accepted { resumed, .. } => assert!(resumed),
            Update::Gap { gap, .. } => panic!("{gap:?} was told to be lost"),
            Update::Tick { .. }
            | Update::Refused { .. }
            | Update::Snapshot { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => {}
        }
    }
    assert_eq!(seen, ["1.2", "1.3"]);
    assert_eq!(world.duplicates, 0);
}

#[tokio::test]
async fn a_hole_in_the_stream_is_asked_for_and_filled_in_order() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    let (second, third) = (trade("NVX", 12, "1.2"), trade("NVX", 13, "1.3"));
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "1.1"), &third])
        .await;
    server
        .expect(r#"{"op":"subscribe","id":2,"symbols":["NVX"],"epoch":"e1","after":[11]}"#)
        .await;
    let fourth = trade("NVX", 14, "1.4");
    server
        .say(&[&recovered("NVX", 11), &second, &third, &fourth])
        .await;
    for price in ["1.1", "1.2", "1.3", "1.4"] {
        assert_eq!(world.next_price().await.1, price);
    }
    // The third was held, and came once more with what was asked for.
    assert_eq!(world.duplicates, 1);
}

#[tokio::test]
async fn prices_of_a_venue_that_calls_itself_a_simulator_are_simulated() {
    let mut world = World::start_with(Source::Live).await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    let welcome = WELCOME.replace("\"epoch\"", r#""server":"tickwire-sim/9","epoch""#);
    server.say(&[&welcome, &ack("NVX", 10)]).await;
    assert_eq!(world.until_live().await.source, Source::Simulated);
}

#[tokio::test]
async fn a_tick_that_comes_twice_is_handed_on_once() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    let (first, second) = (trade("NVX", 11, "1.1"), trade("NVX", 12, "1.2"));
    server
        .say(&[WELCOME, &ack("NVX", 10), &first, &first, &second])
        .await;
    assert_eq!(world.next_price().await.1, "1.1");
    assert_eq!(world.next_price().await.1, "1.2");
    assert_eq!(world.duplicates, 1);
}

#[tokio::test]
async fn a_new_symbol_is_asked_for_on_the_open_connection_and_an_unwanted_one_given_up() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    world.feed.want(BTC, "BTC-USD".into()).unwrap();
    server
        .expect(r#"{"op":"subscribe","id":2,"symbols":["BTC-USD"]}"#)
        .await;
    server.say(&[WELCOME, &ack("NVX", 10), &ack("BTC-USD", 5)]).await;
    world.feed.release(NVX).unwrap();
    // It might have come back in a moment.
    server
        .expect(r#"{"op":"unsubscribe","id":3,"symbols":["NVX"]}"#)
        .await;
}

#[tokio::test]
async fn a_bad_message_is_counted_and_the_feed_goes_on() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .say(&[WELCOME, "{nonsense", &ack("NVX", 10), &trade("NVX", 11, "1.1")])
        .await;
    assert_eq!(world.next_price().await.1, "1.1");
    assert_eq!(world.unreadable, 1);
}

#[tokio::test]
async fn the_last_words_before_a_goodbye_are_heard() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .say(&[WELCOME, &ack("NVX", 10), &trade("NVX", 11, "9.9")])
        .await;
    let frame = CloseFrame {
        code: 1013.into(),
        reason: "too slow".into(),
    };
    server.socket.close(Some(frame)).await.unwrap();
    assert_eq!(world.next_price().await.1, "9.9");
    let status = world
        .until(|state| matches!(state, FeedState::Waiting { .. }))
        .await;
    assert_eq!(
        &*status.why,
        "the server closed the connection (code 1013: too slow)"
    );
    // Pings may still be on the way before the answer.
    let answer = loop {
        match server.socket.next().await.unwrap().unwrap() {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            Message::Text(_)
            | Message::Binary(_)
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::Frame(_) => {}
        }
    };
    assert_eq!(answer, Some(1013), "a goodbye is answered with its own code");
}

#[tokio::test]
async fn ends_with_a_goodbye_when_it_is_stopped() {
    let mut world = World::start().await;
    world.feed.want(NVX, "NVX".into()).unwrap();
    let mut server = world.accept().await;
    server
        .expect(r#"{"op":"subscribe","id":1,"symbols":["NVX"]}"#)
        .await;
    world.stop.cancel();
    let code = loop {
        match server.socket.next().await.unwrap().unwrap() {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            Message::Text(_)
            | Message::Binary(_)
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::Frame(_) => {}
        }
    };
    assert_eq!(code, Some(1000));
    drop(server);
    world.until(|state| *state == FeedState::Closed).await;
    world.tasks.close();
    world.tasks.wait().await;
}

const WELCOME: &str = r#"{"type":"welcome","protocol":"tickwire.v1","epoch":"e1","market_time":"2026-01-05T14:30:00Z","rate":1}"#;

/// An answer and the state that follows it.
fn ack(symbol: &str, seq: u64) -> String {
    let ack = format!(r#"{{"type":"ack","id":1,"symbol":"{symbol}","seq":{seq}}}"#);
    let state = format!(r#"{{"type":"snapshot","symbol":"{symbol}","seq":{seq}}}"#);
    format!("{ack}\n{state}")
}

fn recovered(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"ack","id":1,"symbol":"{symbol}","seq":{seq},"recovered":true}}"#)
}

fn trade(symbol: &str, seq: u64, price: &str) -> String {
    format!(r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"price":"{price}","size":"1","id":"{seq}"}}"#)
}

/// A feed, and the address at which the test plays its server.
struct World {
    feed: Feed,
    listener: TcpListener,
    news: mpsc::UnboundedReceiver<News>,
    tasks: TaskTracker,
    stop: CancellationToken,
    duplicates: u64,
    unreadable: u64,
    losses: Vec<LossCause>,
}

enum News {
    Status(FeedStatus),
    Lost(LossCause),
    Burst {
        updates: Vec<Update>,
        duplicates: u64,
        unreadable: u64,
    },
    Update(Update),
}

struct Wire(mpsc::UnboundedSender<News>);

impl Outlet for Wire {
    fn burst(&mut self, burst: &Burst) {
        let Burst {
            updates,
            duplicates,
            unreadable,
            ..
        } = burst;
        let news = News::Burst {
            updates: updates.clone(),
            duplicates: *duplicates,
            unreadable: *unreadable,
        };
        self.0.send(news).ok();
    }

    fn status(&mut self, status: FeedStatus) {
        self.0.send(News::Status(status)).ok();
    }

    fn lost(&mut self, cause: LossCause) {
        self.0.send(News::Lost(cause)).ok();
    }
}

impl World {
    async fn start() -> Self {
        Self::start_with(Source::Simulated).await
    }

    async fn start_with(source: Source) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/v1/stream", listener.local_addr().unwrap());
        let endpoint = Endpoint {
            id: FeedId::new("test"),
            source,
            venue: VenueName::Sim,
            target: Target::new(url.parse().unwrap())
                .unwrap()
                .with_subprotocol("tickwire.v1"),
            transports: Vec::new(),
            bars: false,
            seed: 1,
            policy: Policy::default(),
        };
        let (sender, news) = mpsc::unbounded_channel();
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let dialer = Arc::new(Network::default());
        let outlet = Box::new(Wire(sender));
        let feed = Feed::start(
            endpoint,
            dialer,
            Clock::system(),
            outlet,
            Surroundings::still(),
            &tasks,
            stop.clone(),
        );
        Self {
            feed,
            listener,
            news,
            tasks,
            stop,
            duplicates: 0,
            unreadable: 0,
            losses: Vec::new(),
        }
    }

    async fn accept(&mut self) -> Server {
        let (pipe, _) = self.listener.accept().await.unwrap();
        let socket = tokio_tungstenite::accept_hdr_async(pipe, answer).await.unwrap();
        Server { socket }
    }

    /// The next update of any kind, statuses passed over.
    async fn next_update(&mut self) -> Update {
        loop {
            match self.news.recv().await.unwrap() {
                News::Status(_) | News::Lost(_) => {}
                News::Update(update) => return update,
                News::Burst {
                    updates,
                    duplicates,
                    unreadable,
                } => {
                    self.duplicates += duplicates;
                    self.unreadable += unreadable;
                    self.put_back(updates);
                }
            }
        }
    }

    /// Turns a burst into single updates in front of what else is waiting.
    fn put_back(&mut self, updates: Vec<Update>) {
        let (sender, news) = mpsc::unbounded_channel();
        for update in updates {
            sender.send(News::Update(update)).ok();
        }
        let mut later = std::mem::replace(&mut self.news, news);
        tokio::spawn(async move {
            while let Some(news) = later.recv().await {
                sender.send(news).ok();
            }
        });
    }

    async fn next_price(&mut self) -> (SymbolKey, String) {
        loop {
            if let Update::Tick {
                key,
                tick: Tick::Trade(trade),
                ..
            } = self.next_update().await
            {
                return (key, trade.price.to_string());
            }
        }
    }

    async fn next_gap(&mut self) -> (SymbolKey, Gap) {
        loop {
            if let Update::Gap { key, gap } = self.next_update().await {
                return (key, gap);
            }
        }
    }

    async fn until_live(&mut self) -> FeedStatus {
        self.until(|state| state.is_live()).await
    }

    /// Waits for a state. Updates that come before it stay to be read.
    async fn until(&mut self, wanted: impl Fn(&FeedState) -> bool) -> FeedStatus {
        let mut kept = Vec::new();
        let status = loop {
            match self.news.recv().await.unwrap() {
                News::Status(status) if wanted(&status.state) => break status,
                News::Status(_) => {}
                News::Lost(cause) => self.losses.push(cause),
                News::Update(update) => kept.push(update),
                News::Burst {
                    updates,
                    duplicates,
                    unreadable,
                } => {
                    self.duplicates += duplicates;
                    self.unreadable += unreadable;
                    kept.extend(updates);
                }
            }
        };
        self.put_back(kept);
        status
    }
}

struct Server {
    socket: WebSocketStream<TcpStream>,
}

impl Server {
    async fn expect(&mut self, text: &str) {
        loop {
            match self.socket.next().await.unwrap().unwrap() {
                Message::Text(said) => return assert_eq!(said.as_str(), text),
                Message::Ping(_) => {}
                other @ (Message::Binary(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_)) => {
                    return assert_eq!(format!("{other:?}"), text);
                }
            }
        }
    }

    async fn say(&mut self, messages: &[&str]) {
        for message in messages.iter().flat_map(|message| message.lines()) {
            self.socket.feed(Message::text(message)).await.unwrap();
        }
        self.socket.flush().await.unwrap();
    }
}

#[expect(
    clippy::result_large_err,
    clippy::unnecessary_wraps,
    reason = "the shape that the library asks for"
)]
fn answer(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let offered = request.headers()["sec-websocket-protocol"].clone();
    assert_eq!(offered, "tickwire.v1");
    response.headers_mut().insert("sec-websocket-protocol", offered);
    Ok(response)
}
