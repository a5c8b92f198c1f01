//! Writes the journal and the log while the supervisor works.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{FeedId, FeedState, FeedStatus, Moment, Received, TransportKind};
use tracing::{debug, field, info, info_span};
use transport::{Phase, Phases, Redaction};

use super::attempt::Attempt;
use super::transition::is_step;
use super::{Journal, Layer, Measure, Transition};
use crate::session::{Fallen, Heard, LineId, Role};

/// Shorter ones are the breath of a market.
const SILENCE_MIN: Duration = Duration::from_secs(1);
/// A busy machine is that late now and then; one that slept, always.
const LATE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Clerk {
    feed: FeedId,
    redaction: Redaction,
    journal: Arc<Mutex<Journal>>,
    /// Those that are under way: as many as there are lines.
    attempts: Vec<Attempt>,
    last: Option<Standing>,
    /// What has failed since the last step, and is its cause.
    blow: Option<(Layer, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Standing {
    state: FeedState,
    line: Option<LineId>,
    since: Moment,
}

impl Clerk {
    pub(crate) fn new(feed: FeedId, redaction: Redaction, journal: Arc<Mutex<Journal>>) -> Self {
        Self {
            feed,
            redaction,
            journal,
            attempts: Vec::new(),
            last: None,
            blow: None,
        }
    }

    /// The same words, with what is secret struck out of them.
    pub(crate) fn discreet(&self, words: String) -> String {
        self.redaction.strike(words)
    }

    pub(crate) fn dialing(&mut self, line: LineId, transport: TransportKind, attempt: u32, now: Moment) {
        let span = info_span!(
            "attempt",
            feed = %self.feed,
            line = line.0,
            attempt,
            transport = %transport,
            dns_ms = field::Empty,
            tcp_ms = field::Empty,
            proxy_ms = field::Empty,
            tls_ms = field::Empty,
            upgrade_ms = field::Empty,
            subscribe_ms = field::Empty,
            first_tick_ms = field::Empty,
        );
        debug!(parent: &span, "dialing");
        self.attempts.push(Attempt::new(line, span, now));
        self.write().counts.attempts += 1;
    }

    pub(crate) fn phase(&mut self, line: LineId, phase: Phase) {
        if let Some(attempt) = self.attempt(line) {
            debug!(parent: &attempt.span, "{phase}");
        }
    }

    pub(crate) fn dialed(&mut self, line: LineId, phases: &Phases, now: Moment) {
        let Some(attempt) = self.attempt(line) else { return };
        attempt.up = Some(now);
        attempt.heard = now;
        let times = [
            (Measure::Dns, "dns_ms", phases.resolve),
            (Measure::Tcp, "tcp_ms", phases.connect),
            (Measure::Proxy, "proxy_ms", phases.proxy),
            (Measure::Tls, "tls_ms", phases.tls),
            (Measure::Upgrade, "upgrade_ms", phases.upgrade),
        ];
        for (_, name, took) in times {
            attempt.span.record(name, millis(took));
        }
        info!(parent: &attempt.span, "connected");
        let mut journal = self.write();
        for (measure, _, took) in times {
            // One that was not needed took no time and says nothing.
            if !took.is_zero() {
                journal.times_mut(measure).record(took);
            }
        }
    }

    /// Called for every burst, so most of it is a comparison.
    pub(crate) fn heard(&mut self, line: LineId, heard: Heard, now: Moment) {
        let Some(attempt) = self.attempt(line) else { return };
        let silence = now.since(attempt.heard);
        attempt.heard = now;
        let mut took = Vec::new();
        if silence >= SILENCE_MIN {
            took.push((Measure::Silence, silence));
        }
        if heard.settled && !attempt.subscribed {
            attempt.subscribed = true;
            let time = now.since(attempt.up.unwrap_or(now));
            attempt.span.record("subscribe_ms", millis(time));
            took.push((Measure::Subscribe, time));
        }
        if heard.data && !attempt.brought {
            attempt.brought = true;
            let time = now.since(attempt.begun);
            attempt.span.record("first_tick_ms", millis(time));
            debug!(parent: &attempt.span, "first word about a price");
            took.push((Measure::FirstTick, time));
        }
        if !took.is_empty() {
            let mut journal = self.write();
            for (measure, time) in took {
                journal.times_mut(measure).record(time);
            }
        }
    }

    pub(crate) fn round_trip(&self, round_trip: Duration) {
        self.write().times_mut(Measure::RoundTrip).record(round_trip);
    }

    /// A line is over that nobody wanted to be over.
    pub(crate) fn fell(&mut self, fallen: &Fallen) {
        let cause = self.discreet(fallen.cause.to_string());
        let layer = fallen.cause.layer(fallen.transport);
        if let Some(attempt) = self.attempt(fallen.line) {
            info!(parent: &attempt.span, layer = layer.as_str(), %cause, "not connected");
        }
        {
            let mut journal = self.write();
            *journal.counts.failures.entry(fallen.cause.class()).or_default() += 1;
            if fallen.role == Role::Climb {
                journal.counts.climbs_failed += 1;
            }
            if let Some(silent) = fallen.cause.silent() {
                journal.times_mut(Measure::Detection).record(silent);
            }
        }
        let cause = match fallen.role {
            Role::Main => cause,
            Role::Hedge | Role::Climb | Role::Follow => {
                format!("{}, tried beside it, did not work: {cause}", fallen.transport)
            }
        };
        self.blow = Some((layer, cause));
    }

    pub(crate) fn gone(&mut self, line: LineId) {
        self.attempts.retain(|attempt| attempt.line != line);
    }

    pub(crate) fn promoted(&mut self, line: LineId, role: Role) {
        if let Some(attempt) = self.attempt(line) {
            info!(parent: &attempt.span, "takes over");
        }
        let mut journal = self.write();
        match role {
            Role::Climb => journal.counts.climbs_made += 1,
            Role::Follow => journal.counts.followed += 1,
            Role::Main | Role::Hedge => {}
        }
    }

    pub(crate) fn held_back(&self, times: u64) {
        if times > 0 {
            self.write().counts.dials_held_back += times;
        }
    }

    /// A timer was to run at a moment and runs now.
    pub(crate) fn timer(&self, due: Moment, now: Moment) {
        if now.since(due) >= LATE {
            self.write().counts.timers_late += 1;
        }
    }

    /// What a person is shown now. A step from what it was is written down.
    pub(crate) fn shown(&mut self, status: &FeedStatus, line: Option<LineId>, now: Received) {
        let standing = Standing {
            state: status.state,
            line,
            since: now.at,
        };
        let Some(last) = self.last else {
            self.last = Some(standing);
            return;
        };
        let handed_over = last.line.is_some() && line.is_some() && last.line != line;
        if !is_step(last.state, status.state) && !handed_over {
            self.last = Some(Standing {
                since: last.since,
                ..standing
            });
            return;
        }
        let (layer, cause) = self
            .blow
            .take()
            .unwrap_or_else(|| (layer(status), status.why.to_string()));
        let transition = Transition {
            at: now,
            line: line.or(last.line).map(|line| line.0),
            transport: status.transport,
            from: last.state,
            to: status.state,
            cause: cause.into(),
            layer,
            attempt: attempt(status.state).max(attempt(last.state)),
            lasted: now.at.since(last.since),
        };
        info!(
            feed = %self.feed,
            from = transition.from.as_str(),
            to = transition.to.as_str(),
            layer = layer.as_str(),
            cause = %transition.cause,
            "changes"
        );
        self.write().push(transition);
        self.last = Some(standing);
    }

    fn attempt(&mut self, line: LineId) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|attempt| attempt.line == line)
    }

    fn write(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a step that no failure has caused lies.
const fn layer(status: &FeedStatus) -> Layer {
    match status.state {
        FeedState::Idle
        | FeedState::Offline { .. }
        | FeedState::Waiting { .. }
        | FeedState::Connecting { .. }
        | FeedState::Suspended { .. }
        | FeedState::Closed => Layer::Local,
        FeedState::Authenticating { .. } | FeedState::Subscribing { .. } => Layer::of(status.transport),
        FeedState::Live(_) | FeedState::Climbing { .. } => Layer::App,
    }
}

const fn attempt(state: FeedState) -> u32 {
    match state {
        FeedState::Waiting { attempt, .. }
        | FeedState::Connecting { attempt, .. }
        | FeedState::Authenticating { attempt }
        | FeedState::Subscribing { attempt, .. } => attempt,
        FeedState::Idle
        | FeedState::Offline { .. }
        | FeedState::Live(_)
        | FeedState::Climbing { .. }
        | FeedState::Suspended { .. }
        | FeedState::Closed => 0,
    }
}

fn millis(took: Duration) -> f64 {
    took.as_micros() as f64 / 1_000.0
}
