//! What a feed sees of the outside world, in the test's hand.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use feed::{Burst, Clock, Endpoint, Feed, Lookout, LossCause, Outlet, Policy, Resume, Update};
use futures_util::{Sink, Stream};
use model::{FeedId, FeedState, FeedStatus, Secret, Source, SymbolKey, TransportKind};
use provider::VenueName;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{DialError, Dialed, Dialer, Dialing, Inbound, Loss, Outbound, Phases, Showing, Target};

pub(crate) const NVX: SymbolKey = SymbolKey(1);
pub(crate) const BTC: SymbolKey = SymbolKey(2);
pub(crate) const WELCOME: &str =
    r#"{"type":"welcome","epoch":"e1","market_time":"2026-01-05T14:30:00Z","rate":1}"#;

/// Where another server has what is fetched.
pub(crate) const REST: &str = "http://127.0.0.1:2";

/// A paused clock runs on while anybody has a timer, so what never comes must be given up.
const PATIENCE: Duration = Duration::from_secs(600);

/// The one address that this computer has, and one that it had.
pub(crate) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
pub(crate) const GONE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

fn is_here(address: IpAddr) -> bool {
    address == HERE
}

async fn patiently<T>(event: impl Future<Output = T>) -> T {
    timeout(PATIENCE, event).await.unwrap()
}

pub(crate) fn ack(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"ack","symbol":"{symbol}","seq":{seq}}}"#)
}

pub(crate) fn recovered(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"ack","symbol":"{symbol}","seq":{seq},"recovered":true}}"#)
}

pub(crate) fn trade(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"trade","symbol":"{symbol}","seq":{seq},"price":"1","id":"{seq}"}}"#)
}

pub(crate) fn snapshot(symbol: &str, seq: u64) -> String {
    format!(r#"{{"type":"snapshot","symbol":"{symbol}","seq":{seq},"price":"1"}}"#)
}

/// A feed whose connections are the test's.
pub(crate) struct World {
    pub(crate) feed: Feed,
    pub(crate) lookout: Lookout,
    /// Why nobody gets out of here, if so.
    pub(crate) cut_off: Arc<Mutex<Option<ErrorKind>>>,
    /// Where the next connection begins.
    pub(crate) local: Arc<Mutex<Option<IpAddr>>>,
    lines: UnboundedReceiver<Line>,
    pub(crate) news: UnboundedReceiver<News>,
    stop: tokio_util::sync::DropGuard,
}

impl World {
    pub(crate) fn start(transport: TransportKind) -> Self {
        Self::going_on(transport, None)
    }

    pub(crate) fn going_on(transport: TransportKind, resume: Option<Resume>) -> Self {
        Self::at(VenueName::SIM, transport, None, resume)
    }

    /// A venue that looks at a key, and has what is fetched elsewhere.
    pub(crate) fn of(venue: &str, transport: TransportKind, key: &str) -> Self {
        let venue = VenueName::from_word(venue).unwrap();
        Self::at(venue, transport, Some(Secret::new(key.to_owned())), None)
    }

    fn at(venue: VenueName, transport: TransportKind, key: Option<Secret>, resume: Option<Resume>) -> Self {
        let (dialed, lines) = unbounded_channel();
        let (told, news) = unbounded_channel();
        let (lookout, cut_off) = (Lookout::asking(is_here), Arc::default());
        let local = Arc::new(Mutex::new(Some(HERE)));
        let url = "ws://127.0.0.1:1/v1/stream".parse().unwrap();
        let target = Target::new(url).unwrap();
        let target = match &key {
            Some(key) if key.reveal().contains(':') => {
                let (id, secret) = ("x-id", "x-secret");
                target.with_key(Showing::FetchPair { id, secret }, key).unwrap()
            }
            Some(_) | None => target,
        };
        let endpoint = Endpoint {
            id: FeedId::new("test"),
            source: Source::Simulated,
            venue: venue.into(),
            target,
            key,
            rest: venue.rest().map(|_| Target::new(REST.parse().unwrap()).unwrap()),
            transports: vec![transport],
            bars: false,
            seed: 1,
            policy: Policy::default(),
            resume,
        };
        let stop = CancellationToken::new();
        let feed = Feed::start(
            endpoint,
            Arc::new(Exchange {
                dialed,
                cut_off: Arc::clone(&cut_off),
                local: Arc::clone(&local),
            }),
            Clock::from(DateTime::UNIX_EPOCH),
            Box::new(Wire(told)),
            lookout.surroundings(),
            &TaskTracker::new(),
            stop.clone(),
        );
        Self {
            feed,
            lookout,
            cut_off,
            local,
            lines,
            news,
            stop: stop.drop_guard(),
        }
    }

    /// The next connection, if one was made already.
    pub(crate) fn line_now(&mut self) -> Option<Line> {
        self.lines.try_recv().ok()
    }

    /// Why a connection was lost, if one was.
    pub(crate) fn lost(&mut self) -> Option<LossCause> {
        while let Ok(news) = self.news.try_recv() {
            match news {
                News::Lost(cause) => return Some(cause),
                News::Update(_) | News::Status(_) | News::Reached(..) => {}
            }
        }
        None
    }

    /// Ends the feed; what it still has to say is said.
    pub(crate) async fn end(self) -> Vec<News> {
        drop(self.stop);
        let mut news = self.news;
        let mut rest = Vec::new();
        while let Some(last) = patiently(news.recv()).await {
            rest.push(last);
        }
        rest
    }

    pub(crate) async fn line(&mut self) -> Line {
        patiently(self.lines.recv()).await.unwrap()
    }

    /// The first state of this kind.
    pub(crate) async fn until(&mut self, word: &str) -> FeedStatus {
        loop {
            if let News::Status(status) = patiently(self.news.recv()).await.unwrap()
                && status.state.as_str() == word
            {
                return status;
            }
        }
    }

    /// It has tried in vain.
    pub(crate) async fn until_it_waits(&mut self) {
        loop {
            if let News::Status(status) = patiently(self.news.recv()).await.unwrap()
                && matches!(status.state, FeedState::Waiting { .. })
            {
                return;
            }
        }
    }

    /// The number of the next tick.
    pub(crate) async fn until_tick(&mut self) -> u64 {
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < PATIENCE, "no tick");
            if let News::Update(Update::Tick {
                tick: model::Tick::Trade(trade),
                ..
            }) = patiently(self.news.recv()).await.unwrap()
            {
                return trade.id.unwrap().as_str().parse().unwrap();
            }
        }
    }
}

#[derive(Debug)]
pub(crate) enum News {
    Update(Update),
    Status(FeedStatus),
    Lost(LossCause),
    Reached(String, Vec<(SymbolKey, u64)>),
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

    fn reached(&mut self, epoch: &Arc<str>, numbers: &[(SymbolKey, u64)]) {
        let reached = News::Reached(epoch.as_ref().to_owned(), numbers.to_vec());
        self.0.send(reached).ok();
    }
}

struct Exchange {
    dialed: UnboundedSender<Line>,
    cut_off: Arc<Mutex<Option<ErrorKind>>>,
    local: Arc<Mutex<Option<IpAddr>>>,
}

impl Dialer for Exchange {
    fn dial(&self, target: Target) -> Dialing {
        if let Some(kind) = *self.cut_off.lock().unwrap() {
            let host = "feed.example:443".to_owned();
            return Dialing::plain(async move { Err(DialError::Unreachable { host, kind }) });
        }
        let (inbound, from_server) = unbounded_channel();
        let (to_server, outbound) = unbounded_channel();
        let transport = target.transport();
        self.dialed
            .send(Line {
                transport,
                address: format!("{target:?}"),
                inbound,
                outbound,
            })
            .ok();
        let connection = Box::new(Pipe {
            from_server,
            to_server,
        });
        let phases = Phases::default();
        let local = *self.local.lock().unwrap();
        Dialing::plain(async move {
            Ok(Dialed {
                connection,
                phases,
                local,
            })
        })
    }
}

/// The server's end.
pub(crate) struct Line {
    pub(crate) transport: TransportKind,
    pub(crate) address: String,
    inbound: UnboundedSender<Inbound>,
    outbound: UnboundedReceiver<Outbound>,
}

impl Line {
    pub(crate) fn say(&self, messages: &[&str]) {
        for message in messages {
            self.inbound.send(Inbound::Text((*message).into())).unwrap();
        }
    }

    pub(crate) async fn fetched(&mut self) -> String {
        loop {
            let outbound = patiently(self.outbound.recv()).await.unwrap();
            if let Outbound::Fetch(paths) = outbound {
                return paths.join(" ");
            }
            let Outbound::Ping(payload) = outbound else {
                return format!("{outbound:?}");
            };
            self.pong(payload);
        }
    }

    /// What is found at a path that is asked for again and again.
    pub(crate) fn answer(&self, path: &str, text: &str) {
        let (path, text) = (path.into(), text.into());
        self.inbound.send(Inbound::Answer { path, text }).unwrap();
    }

    /// The next message that is said to it.
    pub(crate) async fn told(&mut self) -> String {
        loop {
            let outbound = patiently(self.outbound.recv()).await.unwrap();
            if let Outbound::Text(text) = outbound {
                return text;
            }
            let Outbound::Ping(payload) = outbound else {
                panic!("{outbound:?} and no message")
            };
            self.pong(payload);
        }
    }

    pub(crate) async fn is_asked_nothing(&mut self) {
        let asked = timeout(Duration::from_secs(1), self.fetched()).await;
        assert!(asked.is_err(), "{asked:?}");
    }

    /// Everything that is asked of it for so long, while it answers every ping.
    pub(crate) async fn tend(&mut self, for_: Duration) -> Vec<String> {
        let mut asked = Vec::new();
        let end = Instant::now() + for_;
        while let Ok(outbound) = timeout_at(end, self.outbound.recv()).await {
            match outbound.unwrap() {
                Outbound::Ping(payload) => self.pong(payload),
                Outbound::Text(text) => asked.push(text),
                Outbound::Fetch(paths) => asked.extend(paths),
                Outbound::Exchange { come, .. } => asked.extend(come),
                other @ (Outbound::Binary(_) | Outbound::Close(_)) => panic!("{other:?}"),
            }
        }
        asked
    }

    /// Nothing but this is asked next: whether anybody is there.
    pub(crate) async fn pinged(&mut self) -> Bytes {
        let outbound = patiently(self.outbound.recv()).await.unwrap();
        let Outbound::Ping(payload) = outbound else {
            panic!("{outbound:?} and no ping")
        };
        payload
    }

    pub(crate) fn pong(&self, payload: Bytes) {
        self.inbound.send(Inbound::Pong(payload)).unwrap();
    }

    /// Hangs up; whatever was said before is still read.
    pub(crate) fn end(self) {}
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
