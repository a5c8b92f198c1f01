//! What a person is shown of a session: its state, and one sentence that says why.

use std::time::Duration;

use model::{DialPhase, FeedState, LineHealth, Moment, TransportKind};
use transport::Phase;

use super::active::{Active, Purpose};
use super::connected::Progress;
use super::leg::Stage;
use super::{Fallen, LineId, Session, State};
use crate::cause::Cause;

/// All of what is shown that may change with any message. Told apart without
/// making a sentence of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glance {
    state: FeedState,
    transport: TransportKind,
    round_trip: Option<Duration>,
    since: Moment,
    drops: u64,
    /// How much has been noted of the line that counts.
    notes: u32,
}

impl Session {
    pub(crate) fn glance(&self) -> Glance {
        Glance {
            state: self.state(),
            transport: self.transport(),
            round_trip: self.round_trip(),
            since: self.since,
            drops: self.drops,
            notes: self.note().map_or(0, |(_, count)| *count),
        }
    }

    pub(crate) const fn since(&self) -> Moment {
        self.since
    }

    pub(crate) const fn drops(&self) -> u64 {
        self.drops
    }

    /// The way that is used, or will be tried next.
    pub(crate) fn transport(&self) -> TransportKind {
        match &self.state {
            State::Active(active) => active.main.transport,
            State::Idle
            | State::Offline { .. }
            | State::Waiting { .. }
            | State::Suspended { .. }
            | State::Closed => self.ladder.present(),
        }
    }

    pub(crate) fn round_trip(&self) -> Option<Duration> {
        let State::Active(active) = &self.state else {
            return None;
        };
        active.main.connected()?.round_trip()
    }

    fn note(&self) -> Option<&(String, u32)> {
        match &self.state {
            State::Active(active) => active.main.connected()?.noted(),
            State::Idle
            | State::Offline { .. }
            | State::Waiting { .. }
            | State::Suspended { .. }
            | State::Closed => None,
        }
    }

    pub(crate) const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The line that counts.
    pub(crate) const fn line(&self) -> Option<LineId> {
        match &self.state {
            State::Active(active) => Some(active.main.line),
            State::Idle
            | State::Offline { .. }
            | State::Waiting { .. }
            | State::Suspended { .. }
            | State::Closed => None,
        }
    }

    /// The lines that fell in the last step.
    pub(crate) fn fallen(&self) -> &[Fallen] {
        &self.fallen
    }

    /// How many dials of the last step had to wait.
    pub(crate) const fn held_back(&self) -> u64 {
        self.held_back
    }

    /// The line that ought to bring every tick by itself, once it is subscribed;
    /// and whether it was heard of lately.
    pub(crate) fn stream(&self) -> Option<(LineId, bool)> {
        let State::Active(active) = &self.state else {
            return None;
        };
        let connected = active.main.connected()?;
        let streams = active.main.transport != TransportKind::Poll && !connected.is_subscribing();
        streams.then_some((active.main.line, !connected.is_probing()))
    }

    /// What a person is shown of the state.
    pub(crate) fn state(&self) -> FeedState {
        match &self.state {
            State::Idle => FeedState::Idle,
            State::Offline { until, .. } => FeedState::Offline { until: *until },
            State::Waiting { until, .. } => FeedState::Waiting {
                until: *until,
                attempt: self.attempt,
            },
            State::Active(active) => self.lines(active),
            State::Suspended { again, .. } => FeedState::Suspended { again: *again },
            State::Closed => FeedState::Closed,
        }
    }

    fn lines(&self, active: &Active) -> FeedState {
        let attempt = self.attempt;
        let connected = match &active.main.stage {
            Stage::Dialing { phase, .. } => {
                return FeedState::Connecting {
                    attempt,
                    phase: phase.map_or(DialPhase::Dialing, shown),
                };
            }
            Stage::Up(connected) => connected,
        };
        let health = match connected.progress() {
            Progress::Authenticating { .. } => return FeedState::Authenticating { attempt },
            Progress::Subscribing { .. } => {
                let (acked, total) = connected.acked();
                return FeedState::Subscribing {
                    attempt,
                    acked,
                    total,
                };
            }
            Progress::Proving { .. } | Progress::Healthy { .. } if connected.is_probing() => {
                LineHealth::Probing
            }
            Progress::Proving { .. } => LineHealth::Proving,
            Progress::Healthy { .. } => LineHealth::Healthy,
        };
        match &active.beside {
            Some(beside) if beside.purpose == Purpose::Climb => FeedState::Climbing {
                to: beside.leg.transport,
            },
            Some(_) | None => FeedState::Live(health),
        }
    }

    /// One sentence for a person.
    pub(crate) fn why(&self) -> String {
        match &self.state {
            State::Idle => "nothing is wanted from this feed".to_owned(),
            State::Offline { cause, .. } | State::Waiting { cause, .. } => sentence(cause),
            State::Active(active) => {
                let why = self.why_active(active);
                match self.note() {
                    Some((note, _)) => format!("{why}; {note}"),
                    None => why,
                }
            }
            State::Suspended { cause, .. } => sentence(cause),
            State::Closed => "closed".to_owned(),
        }
    }

    fn why_active(&self, active: &Active) -> String {
        match &active.main.stage {
            Stage::Dialing { .. } if self.attempt > 1 => {
                format!("connecting again, attempt {}", self.attempt)
            }
            Stage::Dialing { .. } => "connecting".to_owned(),
            Stage::Up(connected) => match connected.progress() {
                Progress::Authenticating { .. } => {
                    "connected; the server has not answered the login yet".to_owned()
                }
                Progress::Subscribing { .. } => {
                    "connected; the server has not confirmed the symbols yet".to_owned()
                }
                Progress::Proving { .. } | Progress::Healthy { .. } => match &active.beside {
                    Some(beside) if beside.purpose == Purpose::Climb => format!(
                        "connected and subscribed by {}; trying {} beside it",
                        active.main.transport, beside.leg.transport
                    ),
                    Some(beside) if beside.purpose == Purpose::Follow => {
                        "connected and subscribed; the connection that will follow this one is being made"
                            .to_owned()
                    }
                    Some(_) | None if active.main.transport != self.ladder.best() => format!(
                        "connected and subscribed by {}, since {} did not work",
                        active.main.transport,
                        self.ladder.best()
                    ),
                    Some(_) | None => "connected and subscribed".to_owned(),
                },
            },
        }
    }
}

const fn shown(phase: Phase) -> DialPhase {
    match phase {
        Phase::Resolve => DialPhase::Resolving,
        Phase::Connect => DialPhase::Dialing,
        Phase::Proxy => DialPhase::Proxy,
        Phase::Tls => DialPhase::Securing,
        Phase::Upgrade => DialPhase::Upgrading,
    }
}

fn sentence(cause: &Cause) -> String {
    cause
        .next_step()
        .map_or_else(|| cause.to_string(), |step| with_step(&cause.to_string(), step))
}

/// Some venues end what they say with a full stop, and some do not.
fn with_step(what: &str, step: &str) -> String {
    let end = if what.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{what}{end} {step}")
}
