//! Writes the journal and the log while the supervisor works.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{FeedId, FeedState, FeedStatus, Moment, Received, TransportKind};
use tracing::{debug, field, info, info_span};
use transport::{Loss, Phase, Phases, Redaction};

use super::attempt::Attempt;
use super::log::{Happening, Log};
use super::transition::{attempt, is_step, layer, rests};
use super::{Journal, Measure, Transition};
use crate::Clock;
use crate::cause::Cause;
use crate::layer::Layer;
use crate::outlet::Burst;
use crate::session::{Fallen, Heard, LineId, Role};

/// Shorter ones are the breath of a market.
const SILENCE_MIN: Duration = Duration::from_secs(1);
/// A busy machine is that late now and then; one that slept, always.
const LATE: Duration = Duration::from_secs(1);
/// Messages are counted for so long before they are told.
const COUNTED_FOR: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Clerk {
    feed: FeedId,
    redaction: Redaction,
    journal: Arc<Mutex<Journal>>,
    log: Arc<Log>,
    clock: Clock,
    /// What came since it was told last.
    counted: Option<Counted>,
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

/// Messages of one line.
#[derive(Clone, Copy, Debug)]
struct Counted {
    line: LineId,
    since: Moment,
    until: Received,
    count: u64,
    bytes: u64,
    unreadable: u64,
}

impl Clerk {
    pub(crate) fn new(
        feed: FeedId,
        redaction: Redaction,
        journal: Arc<Mutex<Journal>>,
        log: Arc<Log>,
        clock: Clock,
    ) -> Self {
        Self {
            feed,
            redaction,
            journal,
            log,
            clock,
            counted: None,
            attempts: Vec::new(),
            last: None,
            blow: None,
        }
    }

    /// The same words, with what is secret struck out of them.
    pub(crate) fn discreet(&self, words: String) -> String {
        self.redaction.strike(words)
    }

    pub(crate) fn dialing(
        &mut self,
        line: LineId,
        transport: TransportKind,
        address: String,
        attempt: u32,
        now: Moment,
    ) {
        self.note(
            Some(line),
            Happening::Dialing {
                transport,
                address,
                attempt,
            },
        );
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
        self.attempts.push(Attempt::new(line, transport, span, now));
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
        let transport = attempt.transport;
        self.note(
            Some(line),
            Happening::Opened {
                transport,
                phases: *phases,
            },
        );
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
        for (measure, took) in took {
            self.write().times_mut(measure).record(took);
            if measure == Measure::Subscribe {
                self.note(Some(line), Happening::Subscribed { took });
            } else if measure == Measure::FirstTick {
                self.note(Some(line), Happening::FirstPrice { took });
            }
        }
    }

    /// What a burst has carried. Called for every one, so most of it is a sum.
    pub(crate) fn carried(&mut self, line: LineId, burst: &Burst) {
        let is_due =
            |counted: &Counted| counted.line != line || burst.received.at.since(counted.since) >= COUNTED_FOR;
        if self.counted.as_ref().is_some_and(is_due) {
            self.tell_counted();
        }
        let counted = self.counted.get_or_insert(Counted {
            line,
            since: burst.received.at,
            until: burst.received,
            count: 0,
            bytes: 0,
            unreadable: 0,
        });
        counted.until = burst.received;
        counted.count += burst.messages;
        counted.bytes += burst.bytes;
        counted.unreadable += burst.unreadable;
    }

    fn tell_counted(&mut self) {
        if let Some(counted) = self.counted.take().filter(|counted| counted.count > 0) {
            let what = Happening::Messages {
                count: counted.count,
                bytes: counted.bytes,
                unreadable: counted.unreadable,
                within: counted.until.at.since(counted.since),
            };
            self.log.push(counted.until, Some(counted.line.0), what);
        }
    }

    /// Behind what was counted until now.
    fn note(&mut self, line: Option<LineId>, what: Happening) {
        self.tell_counted();
        self.log.push(self.clock.now(), line.map(|line| line.0), what);
    }

    pub(crate) fn round_trip(&self, round_trip: Duration) {
        self.write().times_mut(Measure::RoundTrip).record(round_trip);
    }

    /// A line is over that nobody wanted to be over.
    pub(crate) fn fell(&mut self, fallen: &Fallen) {
        let cause = self.discreet(fallen.cause.to_string());
        let layer = fallen.cause.layer(fallen.transport);
        let next = fallen.cause.next_step();
        let what = if let Cause::Loss(Loss::Closed { code, reason }) = &fallen.cause {
            Happening::Closed {
                code: *code,
                reason: self.discreet(reason.clone()),
                next,
            }
        } else {
            Happening::Failed {
                layer,
                why: cause.clone(),
                next,
            }
        };
        self.note(Some(fallen.line), what);
        if let Some(attempt) = self.attempt(fallen.line) {
            attempt.fell = true;
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

    pub(crate) fn gone(&mut self, line: LineId, code: Option<u16>) {
        let stood = |attempt: &&mut Attempt| attempt.up.is_some() && !attempt.fell;
        if self.attempt(line).as_ref().is_some_and(stood) {
            self.note(Some(line), Happening::Left { code });
        }
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
        if let Some(wait) = rests(status.state, now.at) {
            let why = status.why.to_string();
            let state = status.state;
            self.note(None, Happening::Rests { state, wait, why });
        }
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

fn millis(took: Duration) -> f64 {
    took.as_micros() as f64 / 1_000.0
}
