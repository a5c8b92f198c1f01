//! The task that owns one feed's lines and performs what its session decides.

use std::sync::Arc;
use std::time::Duration;

use model::{FeedStatus, Moment, TransportKind};
use tokio::select;
use tokio::sync::watch;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::debug;
use transport::{DialError, Dialed, Dialer, Hint, Inbound, Loss, Outbound};

use crate::cause::Cause;
use crate::disturbance::{Disturbance, Surroundings};
use crate::journal::Clerk;
use crate::lines::{Came, Lines};
use crate::outlet::{Burst, Outlet, Update};
use crate::reader::{Hearing, Reader, Word};
use crate::request::ask;
use crate::rhythm::Attention;
use crate::running::Wishes;
use crate::session::{Action, Event, Heard, LineId, News, Session};
use crate::subscriptions::Subscriptions;
use crate::{Clock, Endpoint};

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
    lines: Lines,
    wishes: Wishes,
    reader: Reader,
    burst: Burst,
    inbox: Vec<Inbound>,
    told: Option<FeedStatus>,
    /// Whether anybody looks.
    watched: bool,
    attention: Attention,
    clerk: Clerk,
}

/// What ended the wait.
enum Woken {
    Stopped,
    Wished,
    Line(LineId, Came),
    Disturbed(Disturbance),
    TimeIsUp { due: Moment },
}

impl Supervisor {
    pub(crate) fn new(
        endpoint: Endpoint,
        dialer: Arc<dyn Dialer>,
        clock: Clock,
        outlet: Box<dyn Outlet>,
        tasks: TaskTracker,
        clerk: Clerk,
    ) -> Self {
        let now = clock.now();
        Self {
            clerk,
            session: Session::new(endpoint.terms(), now.at),
            reader: Reader::new(endpoint.source),
            lines: Lines::default(),
            wishes: Wishes::default(),
            burst: Burst::new(now),
            inbox: Vec::new(),
            told: None,
            watched: true,
            attention: Attention::Watched,
            tasks,
            endpoint,
            dialer,
            clock,
            outlet,
        }
    }

    pub(crate) async fn run(
        mut self,
        mut wishes: watch::Receiver<Wishes>,
        mut surroundings: Surroundings,
        stop: CancellationToken,
    ) {
        loop {
            self.publish();
            let now = match self.wait(&mut wishes, &mut surroundings, &stop).await {
                Woken::Stopped => break,
                Woken::Wished => self.wished(&mut wishes),
                Woken::Line(line, Came::Phase(phase)) => {
                    let now = self.clock.now().at;
                    self.clerk.phase(line, phase);
                    self.step(Event::On(line, News::Phase(phase)), now);
                    now
                }
                Woken::Line(line, Came::Dialed(outcome)) => self.dialed(line, outcome),
                Woken::Line(line, Came::Exchanged(outcome)) => self.exchanged(line, outcome),
                Woken::Disturbed(by) => self.disturbed(by),
                Woken::TimeIsUp { due } => {
                    let now = self.clock.now().at;
                    self.clerk.timer(due, now);
                    now
                }
            };
            // After whatever happened: a timer that is late by then has let the socket speak first.
            self.timers(now);
        }
        let now = self.clock.now().at;
        self.step(Event::Close, now);
        self.publish();
    }

    async fn wait(
        &mut self,
        wishes: &mut watch::Receiver<Wishes>,
        surroundings: &mut Surroundings,
        stop: &CancellationToken,
    ) -> Woken {
        let deadlines = [self.session.deadline(), self.lines.deadline()];
        let deadline = deadlines.into_iter().flatten().min();
        let clock = self.clock;
        select! {
            biased;
            () = stop.cancelled() => Woken::Stopped,
            changed = wishes.changed() => if changed.is_ok() { Woken::Wished } else { Woken::Stopped },
            (line, came) = self.lines.next(&mut self.inbox) => Woken::Line(line, came),
            // After what has come already: that tells nothing of who is there now.
            by = surroundings.next() => Woken::Disturbed(by),
            () = async { sleep_until(clock.instant(deadline.unwrap_or_default())).await }, if deadline.is_some() => {
                Woken::TimeIsUp { due: deadline.unwrap_or_default() }
            }
        }
    }

    fn wished(&mut self, wishes: &mut watch::Receiver<Wishes>) -> Moment {
        let now = self.clock.now().at;
        let newest = wishes.borrow_and_update().clone();
        let retry = newest.retries != self.wishes.retries;
        for key in self.wishes.symbols.keys() {
            if !newest.symbols.contains_key(key) {
                self.reader.forget(*key);
            }
        }
        self.wishes = newest;
        for held in self.lines.iter() {
            let released = held.subscriptions.wish(&self.wishes.symbols);
            let unsubscribed: Vec<_> = released
                .iter()
                .filter(|gone| gone.asked)
                .map(|gone| &gone.symbol)
                .collect();
            if unsubscribed.is_empty() || !held.is_up() {
                continue;
            }
            match held.transport {
                TransportKind::WebSocket => {
                    for message in held.translator.unsubscribe(&unsubscribed) {
                        held.send(Outbound::Text(message), now);
                    }
                }
                TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
                    held.fetch_soon(now);
                }
            }
        }
        self.step(Event::Wanted(!self.wishes.symbols.is_empty()), now);
        if retry {
            self.step(Event::Retry, now);
        }
        now
    }

    fn dialed(&mut self, line: LineId, outcome: Result<Dialed, DialError>) -> Moment {
        let now = self.clock.now().at;
        match outcome {
            Ok(dialed) => {
                self.clerk.dialed(line, &dialed.phases, now);
                if let Some(held) = self.lines.get(line) {
                    held.connect(dialed);
                }
                if self.session.is_alone(line) {
                    self.reader.begin_connection();
                }
                self.step(Event::On(line, News::Dialed), now);
                // Nobody else is waited for at the beginning.
                if let Some(held) = self.lines.get(line) {
                    held.fetch_at = held.fetch_at.map(|_| now);
                }
            }
            Err(error) => self.fail(line, Cause::Dial(error), now),
        }
        now
    }

    fn exchanged(&mut self, line: LineId, outcome: Result<(), Loss>) -> Moment {
        let received = self.clock.now();
        let now = received.at;
        self.burst.begin(received);
        let heard = !self.inbox.is_empty();
        // What was said about the connection, in its order. Seldom anything.
        let mut news = Vec::new();
        let Some(held) = self.lines.get(line) else {
            self.inbox.clear();
            return now;
        };
        for inbound in self.inbox.drain(..) {
            match inbound {
                Inbound::Text(text) => {
                    let telling = held.telling();
                    let hearing = Hearing {
                        translator: held.translator.as_mut(),
                        subscriptions: &mut held.subscriptions,
                        telling,
                    };
                    let word = self.reader.read(&text, hearing, &mut self.burst);
                    news.extend(word.and_then(|word| told(word, held.transport)));
                }
                Inbound::Binary(_) => self.burst.unreadable += 1,
                Inbound::Ping | Inbound::Hint(Hint::LastEventId(_)) => {}
                Inbound::Hint(Hint::RetryAfter(patience)) => news.push(News::RetryAfter(patience)),
                Inbound::Pong(payload) => news.push(News::Pong(payload)),
            }
        }
        let updates = &self.burst.updates;
        let settled = held.subscriptions.is_settled();
        let said = Heard {
            spoke: self.burst.messages > 0,
            answered: updates.iter().any(Update::is_answer),
            data: self.burst.heartbeats > 0 || updates.iter().any(Update::is_data),
            settled,
            acked: held.subscriptions.counts(),
        };
        let has_open = held.subscriptions.has_open();
        if heard {
            self.clerk.heard(line, said, now);
            self.step(Event::On(line, News::Heard(said)), now);
            if settled {
                self.step(Event::On(line, News::Joined), now);
            }
        }
        // The end comes last: a round trip belongs to the burst that is handed on before it.
        let (ends, news): (Vec<_>, Vec<_>) = news
            .into_iter()
            .partition(|news| matches!(news, News::Leaving { .. }));
        for news in news {
            self.step(Event::On(line, news), now);
        }
        if heard {
            self.outlet.burst(&self.burst);
        }
        for end in ends {
            self.step(Event::On(line, end), now);
        }
        match outcome {
            Err(loss) => self.fail(line, Cause::Loss(loss), now),
            // A hole was found, and the venue may still have what was lost.
            Ok(()) if has_open => self.subscribe(line, now),
            Ok(()) => {}
        }
        now
    }

    fn disturbed(&mut self, by: Disturbance) -> Moment {
        let now = self.clock.now().at;
        if let Disturbance::Attention { watched } = by {
            self.watched = watched;
        }
        debug!(feed = %self.endpoint.id, ?by, "disturbed");
        self.step(Event::Disturbed(by), now);
        now
    }

    /// How much anybody waits for what comes.
    fn attend(&mut self, now: Moment) {
        let attention = if self.watched {
            Attention::Watched
        } else {
            Attention::Unwatched
        };
        if attention != self.attention {
            self.attention = attention;
            self.step(Event::Attended(attention), now);
        }
    }

    fn timers(&mut self, now: Moment) {
        let mut stalled = Vec::new();
        let mut fetching = Vec::new();
        for held in self.lines.iter() {
            if held.stalled(now) {
                stalled.push(held.id);
            } else if held.fetch_at.is_some_and(|at| now >= at) {
                fetching.push(held.id);
            }
        }
        for line in stalled {
            self.fail(line, Cause::WriteStalled, now);
        }
        for line in fetching {
            self.request(line, now);
        }
        self.attend(now);
        self.step(Event::Timer, now);
    }

    fn fail(&mut self, line: LineId, cause: Cause, now: Moment) {
        self.step(Event::On(line, News::Failed(cause)), now);
    }

    fn step(&mut self, event: Event, now: Moment) {
        let mut actions = Vec::new();
        self.session.step(event, now, &mut actions);
        for fallen in self.session.fallen() {
            self.clerk.fell(fallen);
        }
        self.clerk.held_back(self.session.held_back());
        for action in actions {
            self.perform(action, now);
        }
    }

    fn perform(&mut self, action: Action, now: Moment) {
        match action {
            Action::Dial { line, transport } => {
                self.clerk.dialing(line, transport, self.session.attempt(), now);
                let dialing = self.dialer.dial(self.endpoint.target(transport));
                let mut subscriptions = Subscriptions::default();
                subscriptions.wish(&self.wishes.symbols);
                let translator = self.endpoint.venue.translator();
                self.lines
                    .add(line, transport, dialing, translator, subscriptions);
            }
            Action::HangUp(line, code) => {
                self.clerk.gone(line);
                self.lines.hang_up(line, code, &self.tasks);
            }
            Action::Subscribe(line) => self.subscribe(line, now),
            Action::Promoted(line, role) => self.clerk.promoted(line, role),
            Action::Lost(cause) => self.outlet.lost(cause),
            Action::Ping(line, payload) => {
                if let Some(held) = self.lines.get(line) {
                    held.send(Outbound::Ping(payload), now);
                }
            }
            Action::RoundTrip(round_trip) => {
                self.clerk.round_trip(round_trip);
                self.burst.updates.push(Update::Pong { round_trip });
            }
        }
    }

    /// Asks for what is open, at once where it is asked for by itself.
    fn subscribe(&mut self, line: LineId, now: Moment) {
        let Some(held) = self.lines.get(line) else { return };
        if !held.subscriptions.has_open() {
            return;
        }
        match held.transport {
            TransportKind::WebSocket => self.request(line, now),
            TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
                held.fetch_soon(now);
            }
        }
    }

    fn request(&mut self, line: LineId, now: Moment) {
        let Some(held) = self.lines.get(line) else { return };
        held.fetch_at = None;
        debug!(feed = %self.endpoint.id, line = line.0, "subscribing");
        let requests = ask(
            held.transport,
            self.endpoint.bars,
            held.translator.as_mut(),
            &mut held.subscriptions,
            self.reader.sequence(),
        );
        for request in requests {
            held.send(request, now);
        }
    }

    /// Tells what a person is shown, when that has changed.
    fn publish(&mut self) {
        let status = FeedStatus {
            feed: self.endpoint.id.clone(),
            source: self.reader.source(),
            state: self.session.state(),
            transport: self.session.transport(),
            round_trip: self.session.round_trip(),
            since: self.session.since(),
            why: self.clerk.discreet(self.session.why()).into(),
            drops: self.session.drops(),
        };
        if self.told.as_ref() != Some(&status) {
            self.clerk.shown(&status, self.session.line(), self.clock.now());
            self.told = Some(status.clone());
            self.outlet.status(status);
        }
    }
}

/// What a venue's word means for the line it came on.
fn told(word: Word, transport: TransportKind) -> Option<News> {
    match word {
        Word::Leaving { why, within } => Some(News::Leaving { why, within }),
        Word::Heartbeat { every } => {
            let silence = every.saturating_mul(HEARTBEATS_MISSED);
            match transport {
                TransportKind::WebSocket | TransportKind::EventStream => {
                    Some(News::SpeaksWithin(silence.max(SILENCE_MIN)))
                }
                TransportKind::LongPoll => Some(News::SpeaksWithin(silence.max(POLL_SILENCE_MIN))),
                // Where nothing has changed there is nothing to say.
                TransportKind::Poll => None,
            }
        }
    }
}
