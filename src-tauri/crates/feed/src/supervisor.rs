//! The task that owns one feed's connection and performs what its session decides.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use model::{FeedId, FeedStatus, Moment, Source, Symbol, SymbolKey, TransportKind};
use provider::{Venue, VenueName};
use tokio::select;
use tokio::sync::watch;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info};
use transport::{DialError, Dialed, Dialer, Inbound, Loss, Outbound, Target};

use crate::Clock;
use crate::cause::Cause;
use crate::line::Line;
use crate::outlet::{Burst, Outlet, Update};
use crate::reader::Reader;
use crate::session::{Action, Event, Session};
use crate::subscriptions::Subscriptions;

/// What one feed connects to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub id: FeedId,
    pub source: Source,
    pub venue: VenueName,
    pub target: Target,
    /// Where the randomness of its waits begins.
    pub seed: u64,
}

/// A running feed. It ends when its token is cancelled or this is dropped.
#[derive(Debug)]
pub struct Feed {
    wishes: watch::Sender<Wishes>,
}

/// The feed's task has ended, so nobody heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the feed has ended")]
pub struct FeedGone;

/// What is wanted is a state, not a queue of commands: however often it
/// changes while the feed is busy, only the newest counts.
#[derive(Debug, Default)]
struct Wishes {
    symbols: BTreeMap<SymbolKey, Symbol>,
    /// How often a person has asked to try again now.
    retries: u64,
}

impl Feed {
    pub fn start(
        endpoint: Endpoint,
        dialer: Arc<dyn Dialer>,
        clock: Clock,
        outlet: Box<dyn Outlet>,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let (sender, wishes) = watch::channel(Wishes::default());
        let now = clock.now();
        let supervisor = Supervisor {
            session: Session::new(endpoint.seed, now.at),
            subscriptions: Subscriptions::default(),
            reader: Reader::default(),
            translator: endpoint.venue.translator(),
            burst: Burst::new(now),
            inbox: Vec::new(),
            told: None,
            tasks: tasks.clone(),
            endpoint,
            dialer,
            clock,
            outlet,
            link: Link::None,
        };
        tasks.spawn(supervisor.run(wishes, stop));
        Self { wishes: sender }
    }

    pub fn want(&self, key: SymbolKey, symbol: Symbol) -> Result<(), FeedGone> {
        self.change(|wishes| {
            wishes.symbols.insert(key, symbol);
        })
    }

    pub fn release(&self, key: SymbolKey) -> Result<(), FeedGone> {
        self.change(|wishes| {
            wishes.symbols.remove(&key);
        })
    }

    /// Ends a wait before its time.
    pub fn retry(&self) -> Result<(), FeedGone> {
        self.change(|wishes| wishes.retries += 1)
    }

    fn change(&self, change: impl FnOnce(&mut Wishes)) -> Result<(), FeedGone> {
        if self.wishes.is_closed() {
            return Err(FeedGone);
        }
        self.wishes.send_modify(change);
        Ok(())
    }
}

struct Supervisor {
    endpoint: Endpoint,
    dialer: Arc<dyn Dialer>,
    clock: Clock,
    outlet: Box<dyn Outlet>,
    tasks: TaskTracker,
    session: Session,
    subscriptions: Subscriptions,
    reader: Reader,
    translator: Box<dyn Venue>,
    link: Link,
    burst: Burst,
    inbox: Vec<Inbound>,
    told: Option<FeedStatus>,
}

/// The one thing that is under way.
enum Link {
    None,
    Dialing(BoxFuture<'static, Result<Dialed, DialError>>),
    Up(Line),
}

/// What ended the wait.
enum Woken {
    Stopped,
    Wished,
    Dialed(Result<Dialed, DialError>),
    Exchanged(Result<(), Loss>),
    TimeIsUp,
}

impl Supervisor {
    async fn run(mut self, mut wishes: watch::Receiver<Wishes>, stop: CancellationToken) {
        let mut retries = 0;
        loop {
            self.publish();
            let now = match self.wait(&mut wishes, &stop).await {
                Woken::Stopped => break,
                Woken::Wished => self.wished(&mut wishes, &mut retries),
                Woken::Dialed(outcome) => self.dialed(outcome),
                Woken::Exchanged(outcome) => self.exchanged(outcome),
                Woken::TimeIsUp => self.clock.now().at,
            };
            // After whatever happened: a timer that is late by then has let the socket speak first.
            self.timers(now);
        }
        let now = self.clock.now().at;
        self.step(Event::Close, now);
        self.publish();
    }

    async fn wait(&mut self, wishes: &mut watch::Receiver<Wishes>, stop: &CancellationToken) -> Woken {
        let line_deadline = match &self.link {
            Link::Up(line) => line.deadline(),
            Link::None | Link::Dialing(_) => None,
        };
        let deadline = self.session.deadline().into_iter().chain(line_deadline).min();
        let clock = self.clock;
        select! {
            biased;
            () = stop.cancelled() => Woken::Stopped,
            changed = wishes.changed() => if changed.is_ok() { Woken::Wished } else { Woken::Stopped },
            woken = self.link.next(&mut self.inbox) => woken,
            () = async { sleep_until(clock.instant(deadline.unwrap_or_default())).await }, if deadline.is_some() => {
                Woken::TimeIsUp
            }
        }
    }

    fn wished(&mut self, wishes: &mut watch::Receiver<Wishes>, retries: &mut u64) -> Moment {
        let now = self.clock.now().at;
        let (released, retry) = {
            let wishes = wishes.borrow_and_update();
            let retry = wishes.retries != *retries;
            *retries = wishes.retries;
            (self.subscriptions.wish(&wishes.symbols), retry)
        };
        if let Link::Up(line) = &mut self.link
            && !released.is_empty()
        {
            let released: Vec<_> = released.iter().collect();
            for message in self.translator.unsubscribe(&released) {
                line.send(Outbound::Text(message), now);
            }
        }
        self.step(Event::Wanted(!self.subscriptions.is_empty()), now);
        if retry {
            self.step(Event::Retry, now);
        }
        now
    }

    fn dialed(&mut self, outcome: Result<Dialed, DialError>) -> Moment {
        let now = self.clock.now().at;
        match outcome {
            Ok(dialed) => {
                info!(feed = %self.endpoint.id, phases = ?dialed.phases, "connected");
                self.link = Link::Up(Line::new(dialed.connection));
                self.translator = self.endpoint.venue.translator();
                self.subscriptions.begin_connection();
                self.step(Event::Dialed, now);
            }
            Err(error) => {
                self.link = Link::None;
                self.fail(Cause::Dial(error), now);
            }
        }
        now
    }

    fn exchanged(&mut self, outcome: Result<(), Loss>) -> Moment {
        let received = self.clock.now();
        let now = received.at;
        self.burst.begin(received);
        let mut leaving = None;
        let heard = !self.inbox.is_empty();
        let mut pong = None;
        for inbound in self.inbox.drain(..) {
            match inbound {
                Inbound::Text(text) => {
                    let read = self.reader.read(
                        &text,
                        self.translator.as_mut(),
                        &mut self.subscriptions,
                        &mut self.burst,
                    );
                    leaving = read.or(leaving);
                }
                Inbound::Binary(_) => self.burst.unreadable += 1,
                Inbound::Ping | Inbound::Hint(_) => {}
                Inbound::Pong(payload) => pong = Some(payload),
            }
        }
        if heard {
            let answered = self.burst.updates.iter().any(Update::is_answer);
            let data = self.burst.updates.iter().any(Update::is_data);
            let settled = self.subscriptions.is_settled();
            self.step(
                Event::Heard {
                    answered,
                    data,
                    settled,
                },
                now,
            );
        }
        if let Some(payload) = pong {
            self.step(Event::Pong(payload), now);
        }
        if heard {
            self.outlet.burst(&self.burst);
        }
        match (outcome, leaving) {
            (Err(loss), _) => self.fail(Cause::Loss(loss), now),
            (Ok(()), Some(why)) => self.fail(Cause::Left { why }, now),
            (Ok(()), None) => {}
        }
        now
    }

    fn timers(&mut self, now: Moment) {
        if let Link::Up(line) = &self.link
            && let Some(cause) = line.stalled(now)
        {
            self.fail(cause, now);
        }
        self.step(Event::Timer, now);
    }

    fn fail(&mut self, cause: Cause, now: Moment) {
        info!(feed = %self.endpoint.id, %cause, "not connected");
        self.step(Event::Failed(cause), now);
    }

    fn step(&mut self, event: Event, now: Moment) {
        let mut actions = Vec::new();
        self.session.step(event, now, &mut actions);
        for action in actions {
            self.perform(action, now);
        }
    }

    fn perform(&mut self, action: Action, now: Moment) {
        match action {
            Action::Dial => self.link = Link::Dialing(self.dialer.dial(self.endpoint.target.clone())),
            Action::HangUp(code) => {
                if let Link::Up(line) = std::mem::replace(&mut self.link, Link::None) {
                    // The next connection does not wait for the last one's manners.
                    self.tasks.spawn(line.goodbye(code));
                }
            }
            Action::Subscribe => {
                let Link::Up(line) = &mut self.link else { return };
                let open = self.subscriptions.take_open();
                if open.is_empty() {
                    return;
                }
                debug!(feed = %self.endpoint.id, symbols = open.len(), "subscribing");
                for message in self.translator.subscribe(&open.iter().collect::<Vec<_>>()) {
                    line.send(Outbound::Text(message), now);
                }
            }
            Action::Ping(payload) => {
                if let Link::Up(line) = &mut self.link {
                    line.send(Outbound::Ping(payload), now);
                }
            }
            Action::RoundTrip(round_trip) => self.burst.updates.push(Update::Pong { round_trip }),
        }
    }

    /// Tells what a person is shown, when that has changed.
    fn publish(&mut self) {
        let status = FeedStatus {
            feed: self.endpoint.id.clone(),
            source: self.endpoint.source,
            state: self.session.state(),
            transport: TransportKind::WebSocket,
            round_trip: self.session.round_trip(),
            since: self.session.since(),
            why: self.session.why().into(),
            drops: self.session.drops(),
        };
        if self.told.as_ref() != Some(&status) {
            self.told = Some(status.clone());
            self.outlet.status(status);
        }
    }
}

impl Link {
    async fn next(&mut self, inbox: &mut Vec<Inbound>) -> Woken {
        match self {
            Self::None => std::future::pending().await,
            Self::Dialing(dialing) => Woken::Dialed(dialing.await),
            Self::Up(line) => Woken::Exchanged(line.exchange(inbox).await),
        }
    }
}
