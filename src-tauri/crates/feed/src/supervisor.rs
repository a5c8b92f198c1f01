//! The task that owns one feed's lines and performs what its session decides.

mod answered;
mod asking;
mod hearing;
mod resuming;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use model::{FeedStatus, Moment, Source, TransportKind};
use provider::Together;
use tokio::select;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use transport::{DialError, Dialed, Dialer, Outbound, Redaction};

use crate::cause::Cause;
use crate::disturbance::{Disturbance, Surroundings};
use crate::inbox::Inbox;
use crate::journal::Clerk;
use crate::lines::{Came, Lines};
use crate::mute::Mute;
use crate::outlet::{Burst, Outlet, Update};
use crate::question::Question;
use crate::reader::Reader;
use crate::rhythm::Attention;
use crate::session::{Action, Event, Glance, LineId, News, Session};
use crate::subscriptions::{Asked, Desired};
use crate::unpriced::Unpriced;
use crate::wishes::Wishes;
use crate::{Clock, Endpoint};

/// No timer is so late unless the whole machine is.
const LATE: Duration = Duration::from_secs(1);

/// - `hearing`: what comes on a line
/// - `answered`: what an answer means for those who were asked for by its path
/// - `asking`: what is asked on one
/// - `resuming`: where a run before this one was, and how far this one has come
/// - `watching`: silence, and what happens around
pub(crate) struct Supervisor {
    endpoint: Endpoint,
    dialer: Arc<dyn Dialer>,
    clock: Clock,
    outlet: Box<dyn Outlet>,
    tasks: TaskTracker,
    session: Session,
    lines: Lines,
    desired: Desired,
    /// How often a person did not want to wait.
    retries: u64,
    reader: Reader,
    /// What was not handed on yet.
    burst: Burst,
    inbox: Inbox,
    told: Option<FeedStatus>,
    /// What was last seen of it, and whether more than a message has come since.
    glanced: Option<(Source, Glance)>,
    turned: bool,
    /// Whether anybody looks.
    watched: bool,
    attention: Attention,
    clerk: Clerk,
    mute: Mute,
    unpriced: Unpriced,
    question: Option<Question>,
    /// When it is told how far this feed has come.
    tell_at: Option<Moment>,
    /// Whether the lines were given another turn before a timer that is late.
    drained: bool,
}

/// What ended the wait.
enum Woken {
    Stopped,
    Wished,
    Line(LineId, Came),
    Disturbed(Disturbance),
    TimeIsUp { due: Moment },
    Answered(Vec<provider::Event>),
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
            reader: Reader::new(
                endpoint.source,
                endpoint.venue.translator().card(),
                Redaction::of(&endpoint.secrets()),
            ),
            lines: Lines::default(),
            desired: Desired::default(),
            retries: 0,
            burst: Burst::new(now),
            inbox: Inbox::default(),
            told: None,
            glanced: None,
            turned: true,
            watched: true,
            attention: Attention::Watched,
            mute: Mute::new(endpoint.means(), now.at),
            unpriced: Unpriced::new(endpoint.leaves_prices_open()),
            question: None,
            tell_at: None,
            drained: false,
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
                Woken::Disturbed(by) => self.disturbed(by, &surroundings),
                Woken::TimeIsUp { due } => {
                    let now = self.clock.now().at;
                    if now.since(due) >= LATE && !std::mem::replace(&mut self.drained, true) {
                        // A machine that stood still tells of its timers before it has asked what came.
                        yield_now().await;
                        continue;
                    }
                    self.clerk.timer(due, now);
                    now
                }
                Woken::Answered(events) => self.answered(events),
            };
            self.drained = false;
            // After whatever happened: a timer that is late by then has let the socket speak first.
            self.timers(now);
            self.hand_on();
            if self.tell_at.is_some_and(|at| now >= at) {
                self.tell_reached();
            }
        }
        let now = self.clock.now().at;
        self.step(Event::Close, now);
        self.hand_on();
        self.tell_reached();
        self.publish();
    }

    async fn wait(
        &mut self,
        wishes: &mut watch::Receiver<Wishes>,
        surroundings: &mut Surroundings,
        stop: &CancellationToken,
    ) -> Woken {
        let silence = self.stream().and_then(|_| self.mute.deadline());
        let unpriced = self.may_ask_beside().then(|| self.unpriced.deadline()).flatten();
        let deadlines = [
            self.session.deadline(),
            self.lines.deadline(),
            self.reader.sequence().deadline(),
            silence,
            unpriced,
            self.tell_at,
        ];
        let deadline = deadlines.into_iter().flatten().min();
        let clock = self.clock;
        select! {
            biased;
            () = stop.cancelled() => Woken::Stopped,
            changed = wishes.changed() => if changed.is_ok() { Woken::Wished } else { Woken::Stopped },
            (line, came) = self.lines.next(&mut self.inbox) => Woken::Line(line, came),
            // After what has come already: that tells nothing of who is there now.
            by = surroundings.next() => Woken::Disturbed(by),
            events = watching::answer(self.question.as_mut()) => Woken::Answered(events),
            () = async { sleep_until(clock.instant(deadline.unwrap_or_default())).await }, if deadline.is_some() => {
                Woken::TimeIsUp { due: deadline.unwrap_or_default() }
            }
        }
    }

    fn dialed(&mut self, line: LineId, outcome: Result<Dialed, DialError>) -> Moment {
        let now = self.clock.now().at;
        match outcome {
            Ok(dialed) => {
                let phases = dialed.phases;
                self.clerk.dialed(line, &phases, now);
                if let Some(held) = self.lines.get(line) {
                    held.connect(dialed, now);
                    held.begin(self.endpoint.key.as_ref(), now);
                    self.reader.begin_line(line, held.telling());
                }
                if self.lines.iter().count() == 1 {
                    self.mute.begin_connection(now);
                }
                self.step(Event::On(line, News::Dialed), now);
                if let Some(round_trip) = phases.round_trip() {
                    self.step(Event::On(line, News::Expected { round_trip }), now);
                }
            }
            Err(error) => self.fail(line, Cause::Dial(error), now),
        }
        now
    }

    fn timers(&mut self, now: Moment) {
        if self
            .reader
            .sequence()
            .deadline()
            .is_some_and(|deadline| now >= deadline)
        {
            self.ask_for_what_is_missing(now);
        }
        let mut stalled = Vec::new();
        let mut asking = Vec::new();
        for held in self.lines.iter() {
            held.beat(now);
            if held.stalled(now) {
                stalled.push(held.id);
            } else if held.ask_at().is_some_and(|deadline| now >= deadline) {
                asking.push(held.id);
            }
        }
        for line in stalled {
            self.fail(line, Cause::WriteStalled, now);
        }
        for line in asking {
            self.ask(line, now);
        }
        self.listen(now);
        self.attend(now);
        self.step(Event::Timer, now);
    }

    fn fail(&mut self, line: LineId, cause: Cause, now: Moment) {
        let cause = match self.lines.get(line) {
            Some(held) => held.recognized(cause),
            None => cause,
        };
        self.step(Event::On(line, News::Failed(cause)), now);
    }

    fn step(&mut self, event: Event, now: Moment) {
        let mut actions = Vec::new();
        // What these change without an order is seen at a glance.
        self.turned |= !matches!(event, Event::Timer | Event::On(_, News::Heard(_) | News::Pong(_)));
        self.session.step(event, now, &mut actions);
        self.turned |= !actions.is_empty();
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
                let target = self.endpoint.target(transport);
                let address = format!("{target:?}");
                self.clerk
                    .dialing(line, transport, address, self.session.attempt(), now);
                let dialing = self.dialer.dial(target);
                let translator = self.endpoint.venue.translator();
                let together = match transport {
                    TransportKind::Poll => translator.together(),
                    TransportKind::WebSocket | TransportKind::EventStream | TransportKind::LongPoll => {
                        Together::Everybody
                    }
                };
                let asked = Asked::new(translator.card(), transport).sharing(together);
                let policy = self.endpoint.policy;
                self.lines
                    .add(line, transport, dialing, translator, asked, policy);
            }
            Action::HangUp(line, code) => {
                self.clerk.gone(line, code);
                self.lines.hang_up(line, code, &self.tasks);
                self.reader.end_line(line, now, &mut self.burst);
            }
            Action::Subscribe(line) => self.ask(line, now),
            Action::Promoted(line, role) => {
                self.clerk.promoted(line, role);
                self.reader.lead(line, &mut self.burst);
                self.ask_again(now);
                self.mute.begin_connection(now);
            }
            Action::Lost(cause) => self.outlet.lost(cause),
            Action::Ping(line, payload) => {
                if let Some(held) = self.lines.get(line) {
                    held.asked.pinged(now);
                    held.send(Outbound::Ping(payload), now);
                }
            }
            Action::RoundTrip(round_trip) => {
                self.clerk.round_trip(round_trip);
                self.burst.updates.push(Update::Pong { round_trip });
            }
        }
    }

    /// Hands on what a timer or the end of a line had to say.
    fn hand_on(&mut self) {
        // Nearly always: what came has been handed on with its burst.
        if self.burst.updates.is_empty() {
            return;
        }
        let received = self.clock.now();
        self.burst.received = received;
        self.outlet.burst(&self.burst);
        self.burst.begin(received);
    }

    /// One sentence, and a second one as long as anybody can listen.
    fn why(&self) -> String {
        let mut why = self.clerk.discreet(self.session.why());
        if self.endpoint.is_exposed() {
            let end = if why.ends_with('.') { "" } else { "." };
            why.push_str(end);
            why.push_str(" Not encrypted, as was agreed to: everybody on the way can read and change it.");
        }
        why
    }

    /// Tells what a person is shown, when that has changed.
    fn publish(&mut self) {
        let glance = (self.reader.source(), self.session.glance());
        // With every burst, so it must cost nothing when nothing has changed.
        if !self.turned && self.glanced == Some(glance) {
            return;
        }
        self.turned = false;
        self.glanced = Some(glance);
        let status = FeedStatus {
            feed: self.endpoint.id.clone(),
            source: self.reader.source(),
            state: self.session.state(),
            transport: self.session.transport(),
            round_trip: self.session.round_trip(),
            since: self.session.since(),
            why: self.why().into(),
            drops: self.session.drops(),
        };
        if self.told.as_ref() != Some(&status) {
            self.clerk.shown(&status, self.session.line(), self.clock.now());
            self.told = Some(status.clone());
            self.outlet.status(status);
        }
    }
}
