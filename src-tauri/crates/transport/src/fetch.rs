//! A venue over HTTP: the same [`crate::Connection`] where no WebSocket gets through.
//!
//! - `wire`, `answer`, `decoder`: lines to the server, and what comes over them
//! - `events`, `lines`, `body`: bytes into messages
//! - `event_stream`, `long_poll` with `link`, `poll`: the three ways to fetch,
//!   each a course that goes on until it is lost or another takes its place
//! - `orders`: what is wanted of them
//! - `pace`, `turns`, `patience`: how soon to ask again, how often at most, and
//!   how long to wait for the answer
//!
//! The courses run inside of the connection, whenever it is polled: a reader
//! that stops reading stops the server too, and dropping the connection ends
//! everything.

mod answer;
mod body;
mod course;
mod decoder;
mod event_stream;
mod events;
#[cfg(test)]
mod fuzz;
mod lines;
mod link;
mod long_poll;
mod orders;
mod pace;
mod patience;
mod poll;
mod turns;
mod wire;

use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, Sink, Stream, StreamExt};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method};
use tokio::select;
use tokio::sync::mpsc;
use tokio::time::timeout;

use self::course::{Course, Reins};
use self::orders::{Exchange, Order, Orders, Path};
use self::patience::Patience;
use self::poll::Subject;
pub(crate) use self::turns::Turns;
use self::wire::{Question, Wire};
use crate::road::{Line, Road};
use crate::{DialError, Inbound, Loss, Outbound, Target};

/// So many messages are read ahead of the reader.
const AHEAD: usize = 64;
/// What was fetched before ends within this time, when there is more of it than can be read.
const RETIRING: Duration = Duration::from_secs(1);
/// Whoever pings has given up on it by then.
const PONG_WAIT: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    EventStream,
    LongPoll,
    Poll,
}

/// Speaks HTTP on a line that has just come up; nothing is asked yet.
pub(crate) async fn open(
    way: Way,
    target: &Target,
    line: Line,
    road: Arc<dyn Road>,
) -> Result<Fetching, DialError> {
    let wire = Wire::new(target.clone(), road, line).await?;
    let orders = Arc::new(Orders::default());
    let (told, hears) = mpsc::channel(AHEAD);
    let desk = Desk {
        way,
        last_event_id: target.last_event_id().cloned(),
        wire: Arc::new(wire),
        told,
        patience: Patience::default(),
        current: None,
        next: None,
        retiring: FuturesUnordered::new(),
        ping: None,
    };
    Ok(Fetching {
        state: State::Working(desk.work(Arc::clone(&orders)).boxed()),
        way,
        base: target.base().to_owned(),
        orders,
        hears,
    })
}

/// One connection that fetches.
pub(crate) struct Fetching {
    state: State,
    way: Way,
    /// What stands before everything that is fetched.
    base: String,
    orders: Arc<Orders>,
    hears: mpsc::Receiver<Inbound>,
}

enum State {
    Working(BoxFuture<'static, Loss>),
    /// Told behind the last message.
    Lost(Loss),
    Ended,
}

impl Stream for Fetching {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        // Once for what is there, and once for what comes by working.
        for _ in 0..2 {
            if let Poll::Ready(Some(inbound)) = this.hears.poll_recv(cx) {
                return Poll::Ready(Some(Ok(inbound)));
            }
            match &mut this.state {
                State::Working(work) => {
                    if let Poll::Ready(loss) = work.poll_unpin(cx) {
                        this.state = State::Lost(loss);
                    }
                }
                State::Lost(loss) if this.hears.is_empty() => {
                    let loss = loss.clone();
                    this.state = State::Ended;
                    return Poll::Ready(Some(Err(loss)));
                }
                State::Lost(_) => {}
                State::Ended => return Poll::Ready(None),
            }
        }
        if matches!(this.state, State::Lost(_)) || !this.hears.is_empty() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Sink<Outbound> for Fetching {
    type Error = Loss;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: Outbound) -> Result<(), Loss> {
        match item {
            Outbound::Fetch(names) => {
                let paths = self.paths(names)?;
                match (self.way, paths.len()) {
                    (_, 1) | (Way::Poll, 2..) => {}
                    (Way::EventStream | Way::LongPoll | Way::Poll, _) => {
                        return Err(Loss::Misused("a stream has one path, and a poll at least one"));
                    }
                }
                self.orders.give(|wanted| wanted.fetch(paths));
            }
            Outbound::Exchange { gone, come } => {
                let exchange = Exchange::new(gone, self.paths(come)?);
                match self.way {
                    Way::Poll => self.orders.give(|wanted| wanted.exchange(exchange)),
                    Way::EventStream | Way::LongPoll => {
                        return Err(Loss::Misused("of a stream nothing can be exchanged"));
                    }
                }
            }
            Outbound::Ping(payload) => self.orders.give(|wanted| wanted.ping = Some(payload)),
            Outbound::Close(_) => self.orders.give(|wanted| wanted.close = true),
            Outbound::Text(_) | Outbound::Binary(_) => {
                return Err(Loss::Misused(
                    "over HTTP no message is sent: what is wanted is fetched",
                ));
            }
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        self.orders.give(|wanted| wanted.close = true);
        Poll::Ready(Ok(()))
    }
}

impl Fetching {
    fn paths(&self, names: Vec<String>) -> Result<Vec<Path>, Loss> {
        let names = names.into_iter();
        let paths: Option<_> = names.map(|name| path_on_this_server(&self.base, name)).collect();
        paths.ok_or(Loss::Misused("what is fetched is a path, from its slash on"))
    }
}

fn path_on_this_server(base: &str, name: String) -> Option<Path> {
    // Two slashes would begin the name of another server.
    if !name.starts_with('/') || name.starts_with("//") || name.contains('#') {
        return None;
    }
    let path = format!("{base}{name}").parse().ok()?;
    Some(Path {
        name: name.into(),
        path,
    })
}

/// A course that is under way.
struct Running {
    work: BoxFuture<'static, Loss>,
    reins: Reins,
}

/// Who runs the courses, and answers pings beside them.
struct Desk {
    way: Way,
    wire: Arc<Wire>,
    told: mpsc::Sender<Inbound>,
    patience: Patience,
    /// Said once, with the first fetch.
    last_event_id: Option<HeaderValue>,
    current: Option<Running>,
    /// Asked, and not yet taken up by the server.
    next: Option<Running>,
    /// Replaced, and still handing on what had come.
    retiring: FuturesUnordered<BoxFuture<'static, ()>>,
    ping: Option<BoxFuture<'static, Result<Inbound, Loss>>>,
}

enum Happened {
    Ordered(Order),
    Ended(Loss),
    CurrentEnded(Loss),
    Opened,
    Retired,
    Ponged(Result<Inbound, Loss>),
}

impl Desk {
    async fn work(mut self, orders: Arc<Orders>) -> Loss {
        loop {
            let happened = select! {
                biased;
                order = orders.next() => Happened::Ordered(order),
                Some(()) = self.retiring.next() => Happened::Retired,
                loss = ended(&mut self.current) => Happened::CurrentEnded(loss),
                happened = taken_up(&mut self.next) => happened,
                pong = finished(&mut self.ping) => Happened::Ponged(pong),
            };
            match happened {
                Happened::Ordered(Order::Close) => {
                    return Loss::Closed {
                        code: None,
                        reason: String::new(),
                    };
                }
                Happened::Ordered(Order::Fetch(paths)) => {
                    // The first one may be answered sooner than its successor.
                    let asked = self.next.take();
                    self.current = self.current.take().or(asked);
                    self.next = self.begin(paths);
                }
                Happened::Ordered(Order::Exchange(exchange)) => {
                    // The newest course is the one that was asked for last.
                    if let Some(Running { reins, .. }) = self.next.as_ref().or(self.current.as_ref()) {
                        reins.exchange(exchange);
                    }
                }
                Happened::Ordered(Order::Ping(payload)) => {
                    self.ping = Some(ping(Arc::clone(&self.wire), payload).boxed());
                }
                Happened::Opened => self.promote(),
                // Its successor says how things stand.
                Happened::CurrentEnded(_) if self.next.is_some() => self.current = None,
                Happened::CurrentEnded(loss) | Happened::Ended(loss) => return loss,
                Happened::Retired => {}
                Happened::Ponged(pong) => {
                    self.ping = None;
                    if let Ok(pong) = pong
                        && self.told.send(pong).await.is_err()
                    {
                        return Loss::Dropped;
                    }
                }
            }
        }
    }

    /// Of a stream the one path that there is.
    fn begin(&mut self, paths: Vec<Path>) -> Option<Running> {
        let (course, reins) = Course::new(Arc::clone(&self.wire), self.told.clone());
        let mut paths = paths.into_iter();
        let work = match self.way {
            Way::EventStream => {
                let path = paths.next()?.path;
                event_stream::follow(course, path, self.last_event_id.take()).boxed()
            }
            Way::LongPoll => long_poll::follow(course, paths.next()?.path).boxed(),
            Way::Poll => {
                let subjects = paths.map(Subject::new);
                let (subjects, patience) = (subjects.collect(), self.patience.clone());
                if self.wire.target().is_once() {
                    poll::follow_once(course, subjects, patience).boxed()
                } else {
                    poll::follow(course, subjects, patience).boxed()
                }
            }
        };
        Some(Running { work, reins })
    }

    fn promote(&mut self) {
        let Some(old) = std::mem::replace(&mut self.current, self.next.take()) else {
            return;
        };
        old.reins.retire();
        let rest = timeout(RETIRING, old.work).map(drop);
        self.retiring.push(rest.boxed());
    }
}

async fn ended(running: &mut Option<Running>) -> Loss {
    match running {
        Some(running) => (&mut running.work).await,
        None => pending().await,
    }
}

async fn taken_up(running: &mut Option<Running>) -> Happened {
    match running {
        Some(Running { work, reins }) => select! {
            biased;
            loss = work => Happened::Ended(loss),
            () = reins.opened() => Happened::Opened,
        },
        None => pending().await,
    }
}

async fn finished<T>(work: &mut Option<BoxFuture<'static, T>>) -> T {
    match work {
        Some(work) => work.await,
        None => pending().await,
    }
}

/// A question that every server answers somehow, if only by saying no.
async fn ping(wire: Arc<Wire>, payload: Bytes) -> Result<Inbound, Loss> {
    // Who was not asked is not held to be silent: the next question tells.
    if !wire.target().turns().take_ping() {
        return Ok(Inbound::Ping);
    }
    let question = Question {
        method: Method::OPTIONS,
        path: PathAndQuery::from_static("*"),
        headers: HeaderMap::new(),
    };
    let asking = async {
        let mut answer = wire.ask(&question).await?;
        let mut size = 0;
        while size < 16 << 10 {
            match answer.next().await? {
                Some(bytes) => size += bytes.len(),
                None => {
                    answer.finish(&wire);
                    break;
                }
            }
        }
        Ok(Inbound::Pong(payload))
    };
    timeout(PONG_WAIT, asking)
        .await
        .unwrap_or(Err(Loss::Stalled { after: PONG_WAIT }))
}
