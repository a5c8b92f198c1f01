//! The task that owns one feed's connection and performs what its session decides.

use std::sync::Arc;
use std::time::Duration;

use model::{FeedStatus, Moment, TransportKind};
use provider::Venue;
use tokio::select;
use tokio::sync::watch;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info};
use transport::{DialError, Dialed, Dialer, Dialing, Hint, Inbound, Loss, Outbound};

use crate::cause::Cause;
use crate::line::Line;
use crate::outlet::{Burst, Outlet, Update};
use crate::reader::{Reader, Telling, Word};
use crate::request::ask;
use crate::running::Wishes;
use crate::session::{Action, Event, Heard, Session};
use crate::subscriptions::Subscriptions;
use crate::{Clock, Endpoint};

/// Wishes that come together are one request where everything is asked for at once.
const FETCH_DELAY: Duration = Duration::from_millis(20);
/// A venue that has said nothing for so many of its heartbeats does not talk any more.
const HEARTBEATS_MISSED: u32 = 3;
/// However often it beats: a busy machine is late, too.
const SILENCE_MIN: Duration = Duration::from_secs(10);
/// A long poll is answered after ten seconds at the latest, be there news or not.
const POLL_SILENCE_MIN: Duration = Duration::from_secs(30);

pub(crate) struct Supervisor {
    endpoint: Endpoint,
    dialer: Arc<dyn Dialer>,
    clock: Clock,
    outlet: Box<dyn Outlet>,
    tasks: TaskTracker,
    session: Session,
    subscriptions: Subscriptions,
    reader: Reader,
    translator: Box<dyn Venue>,
    /// The way that is used now.
    transport: TransportKind,
    /// When what is wanted will be fetched anew.
    fetch_at: Option<Moment>,
    link: Link,
    burst: Burst,
    inbox: Vec<Inbound>,
    told: Option<FeedStatus>,
}

/// The one thing that is under way.
enum Link {
    None,
    Dialing(Dialing),
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
    pub(crate) fn new(
        endpoint: Endpoint,
        dialer: Arc<dyn Dialer>,
        clock: Clock,
        outlet: Box<dyn Outlet>,
        tasks: TaskTracker,
    ) -> Self {
        let now = clock.now();
        Self {
            session: Session::new(endpoint.seed, now.at),
            subscriptions: Subscriptions::default(),
            reader: Reader::new(endpoint.source),
            translator: endpoint.venue.translator(),
            transport: endpoint.transport(),
            fetch_at: None,
            burst: Burst::new(now),
            inbox: Vec::new(),
            told: None,
            tasks,
            endpoint,
            dialer,
            clock,
            outlet,
            link: Link::None,
        }
    }

    pub(crate) async fn run(mut self, mut wishes: watch::Receiver<Wishes>, stop: CancellationToken) {
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
        let deadlines = [self.session.deadline(), line_deadline, self.fetch_at];
        let deadline = deadlines.into_iter().flatten().min();
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
        for gone in &released {
            self.reader.forget(gone.key);
        }
        let unsubscribed: Vec<_> = released
            .iter()
            .filter(|gone| gone.asked)
            .map(|gone| &gone.symbol)
            .collect();
        if let Link::Up(line) = &mut self.link
            && !unsubscribed.is_empty()
        {
            match self.transport {
                TransportKind::WebSocket => {
                    for message in self.translator.unsubscribe(&unsubscribed) {
                        line.send(Outbound::Text(message), now);
                    }
                }
                TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
                    self.fetch_at.get_or_insert(now + FETCH_DELAY);
                }
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
                self.reader.begin_connection(match self.transport {
                    TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => {
                        Telling::Everything
                    }
                    TransportKind::Poll => Telling::Samples,
                });
                self.step(Event::Dialed, now);
                // Nobody else is waited for at the beginning.
                self.fetch_at = self.fetch_at.map(|_| now);
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
        let heard = !self.inbox.is_empty();
        // What was said about the connection, in its order. Seldom anything.
        let mut news = Vec::new();
        for inbound in self.inbox.drain(..) {
            match inbound {
                Inbound::Text(text) => {
                    let word = self.reader.read(
                        &text,
                        self.translator.as_mut(),
                        &mut self.subscriptions,
                        &mut self.burst,
                    );
                    news.extend(word.and_then(|word| event(word, self.transport)));
                }
                Inbound::Binary(_) => self.burst.unreadable += 1,
                Inbound::Ping | Inbound::Hint(Hint::LastEventId(_)) => {}
                Inbound::Hint(Hint::RetryAfter(patience)) => news.push(Event::RetryAfter(patience)),
                Inbound::Pong(payload) => news.push(Event::Pong(payload)),
            }
        }
        if heard {
            let updates = &self.burst.updates;
            let heard = Heard {
                spoke: self.burst.messages > 0,
                answered: updates.iter().any(Update::is_answer),
                data: self.burst.heartbeats > 0 || updates.iter().any(Update::is_data),
                settled: self.subscriptions.is_settled(),
            };
            self.step(Event::Heard(heard), now);
        }
        // The end comes last: a round trip belongs to the burst that is handed on before it.
        let (ends, news): (Vec<_>, Vec<_>) = news
            .into_iter()
            .partition(|event| matches!(event, Event::Leaving { .. }));
        for event in news {
            self.step(event, now);
        }
        if heard {
            self.outlet.burst(&self.burst);
        }
        for end in ends {
            self.step(end, now);
        }
        match outcome {
            Err(loss) => self.fail(Cause::Loss(loss), now),
            // A hole was found, and the venue may still have what was lost.
            Ok(()) if self.subscriptions.has_open() => self.step(Event::Wanted(true), now),
            Ok(()) => {}
        }
        now
    }

    fn timers(&mut self, now: Moment) {
        if let Link::Up(line) = &self.link
            && let Some(cause) = line.stalled(now)
        {
            self.fail(cause, now);
        }
        if self.fetch_at.is_some_and(|at| now >= at) {
            self.request(now);
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
            Action::Dial => {
                self.transport = self.endpoint.transport();
                let target = self.endpoint.target(self.transport);
                self.link = Link::Dialing(self.dialer.dial(target));
            }
            Action::HangUp(code) => {
                self.fetch_at = None;
                if let Link::Up(line) = std::mem::replace(&mut self.link, Link::None) {
                    // The next connection does not wait for the last one's manners.
                    self.tasks.spawn(line.goodbye(code));
                }
            }
            Action::Subscribe => self.subscribe(now),
            Action::Lost(cause) => self.outlet.lost(cause),
            Action::Ping(payload) => {
                if let Link::Up(line) = &mut self.link {
                    line.send(Outbound::Ping(payload), now);
                }
            }
            Action::RoundTrip(round_trip) => self.burst.updates.push(Update::Pong { round_trip }),
        }
    }

    /// Asks for what is open, at once where it is asked for by itself.
    fn subscribe(&mut self, now: Moment) {
        if !self.subscriptions.has_open() {
            return;
        }
        match self.transport {
            TransportKind::WebSocket => self.request(now),
            TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
                self.fetch_at.get_or_insert(now + FETCH_DELAY);
            }
        }
    }

    fn request(&mut self, now: Moment) {
        self.fetch_at = None;
        let Link::Up(line) = &mut self.link else { return };
        debug!(feed = %self.endpoint.id, "subscribing");
        let requests = ask(
            self.transport,
            self.endpoint.bars,
            self.translator.as_mut(),
            &mut self.subscriptions,
            self.reader.sequence(),
        );
        for request in requests {
            line.send(request, now);
        }
    }

    /// Tells what a person is shown, when that has changed.
    fn publish(&mut self) {
        let status = FeedStatus {
            feed: self.endpoint.id.clone(),
            source: self.reader.source(),
            state: self.session.state(),
            transport: self.transport,
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

/// What a venue's word means for the connection it came on.
fn event(word: Word, transport: TransportKind) -> Option<Event> {
    match word {
        Word::Leaving { why, within } => Some(Event::Leaving { why, within }),
        Word::Heartbeat { every } => {
            let silence = every.saturating_mul(HEARTBEATS_MISSED);
            match transport {
                TransportKind::WebSocket | TransportKind::EventStream => {
                    Some(Event::SpeaksWithin(silence.max(SILENCE_MIN)))
                }
                TransportKind::LongPoll => Some(Event::SpeaksWithin(silence.max(POLL_SILENCE_MIN))),
                // Where nothing has changed there is nothing to say.
                TransportKind::Poll => None,
            }
        }
    }
}
