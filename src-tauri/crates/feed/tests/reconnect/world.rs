//! A feed, and a server that says what a test wants it to say.

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
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{Network, Target};

pub(crate) const NVX: SymbolKey = SymbolKey(1);
pub(crate) const BTC: SymbolKey = SymbolKey(2);

pub(crate) const WELCOME: &str = r#"{"type":"welcome","protocol":"tickwire.v1","epoch":"e1","market_time":"2026-01-05T14:30:00Z","rate":1}"#;

/// An answer and the state that follows it.
pub(crate) fn ack(symbol: &str, seq: u64) -> String {
    let ack = format!(r#"{{"type":"ack","id":1,"symbol":"{symbol}","seq":{seq}}}"#);
    let state = format!(r#"{{"type":"snapshot","symbol":"{symbol}","seq":{seq}}}"#);
    format!("{ack}\n{state}")
}

pub(crate) fn recovered(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"ack","id":1,"symbol":"{symbol}","seq":{seq},"recovered":true}}"#)
}

pub(crate) fn trade(symbol: &str, seq: u64, price: &str) -> String {
    format!(r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"price":"{price}","size":"1","id":"{seq}"}}"#)
}

/// A feed, and the address at which the test plays its server.
pub(crate) struct World {
    pub(crate) feed: Feed,
    listener: TcpListener,
    news: mpsc::UnboundedReceiver<News>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
    pub(crate) duplicates: u64,
    pub(crate) unreadable: u64,
    pub(crate) losses: Vec<LossCause>,
}

pub(crate) enum News {
    Status(FeedStatus),
    Lost(LossCause),
    Burst {
        updates: Vec<Update>,
        duplicates: u64,
        unreadable: u64,
    },
    Update(Update),
}

pub(crate) struct Wire(mpsc::UnboundedSender<News>);

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
    pub(crate) async fn start() -> Self {
        Self::start_with(Source::Simulated).await
    }

    pub(crate) async fn start_with(source: Source) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/v1/stream", listener.local_addr().unwrap());
        let endpoint = Endpoint {
            id: FeedId::new("test"),
            source,
            venue: VenueName::SIM.into(),
            target: Target::new(url.parse().unwrap())
                .unwrap()
                .with_subprotocol("tickwire.v1"),
            key: None,
            rest: None,
            transports: Vec::new(),
            bars: false,
            seed: 1,
            policy: Policy::default(),
            resume: None,
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

    pub(crate) async fn accept(&mut self) -> Server {
        let (pipe, _) = self.listener.accept().await.unwrap();
        let socket = tokio_tungstenite::accept_hdr_async(pipe, answer).await.unwrap();
        Server { socket }
    }

    /// The next update of any kind, statuses passed over.
    pub(crate) async fn next_update(&mut self) -> Update {
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
    pub(crate) fn put_back(&mut self, updates: Vec<Update>) {
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

    pub(crate) async fn next_price(&mut self) -> (SymbolKey, String) {
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

    pub(crate) async fn next_gap(&mut self) -> (SymbolKey, Gap) {
        loop {
            if let Update::Gap { key, gap } = self.next_update().await {
                return (key, gap);
            }
        }
    }

    pub(crate) async fn until_live(&mut self) -> FeedStatus {
        self.until(|state| state.is_live()).await
    }

    /// Waits for a state. Updates that come before it stay to be read.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&FeedState) -> bool) -> FeedStatus {
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

pub(crate) struct Server {
    pub(crate) socket: WebSocketStream<TcpStream>,
}

impl Server {
    pub(crate) async fn expect(&mut self, text: &str) {
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

    pub(crate) async fn say(&mut self, messages: &[&str]) {
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
pub(crate) fn answer(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let offered = request.headers()["sec-websocket-protocol"].clone();
    assert_eq!(offered, "tickwire.v1");
    response.headers_mut().insert("sec-websocket-protocol", offered);
    Ok(response)
}
