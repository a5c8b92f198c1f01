//! One line to the venue, from its dial to its end.

use std::time::Duration;

use model::{Moment, TransportKind};
use transport::Phase;

use super::connected::{Connected, Greeting, Look};
use super::{Action, LineId, News};
use crate::backoff::Came;
use crate::cause::Cause;
use crate::ladder::Fall;
use crate::policy::Policy;

/// More than the phases of any dialer may take together, so that a dialer that hangs cannot hold us
/// and one that is slow can say in which phase it was.
pub(super) const DIAL_TIMEOUT: Duration = Duration::from_secs(20);
/// A server that is there takes a fraction of this to say its first word.
const SILENT: Duration = Duration::from_millis(2_500);

#[derive(Debug)]
pub(super) struct Leg {
    pub(super) line: LineId,
    pub(super) transport: TransportKind,
    pub(super) stage: Stage,
    greeting: Greeting,
}

#[derive(Debug)]
pub(super) enum Stage {
    Dialing {
        deadline: Moment,
        phase: Option<Phase>,
        /// Since when it is in this phase.
        since: Moment,
    },
    Up(Box<Connected>),
}

impl Leg {
    pub(super) fn dial(
        line: LineId,
        transport: TransportKind,
        greeting: Greeting,
        now: Moment,
        actions: &mut Vec<Action>,
    ) -> Self {
        actions.push(Action::Dial { line, transport });
        Self {
            line,
            transport,
            greeting,
            stage: Stage::Dialing {
                deadline: now + DIAL_TIMEOUT,
                phase: None,
                since: now,
            },
        }
    }

    pub(super) fn connected(&self) -> Option<&Connected> {
        match &self.stage {
            Stage::Up(connected) => Some(connected),
            Stage::Dialing { .. } => None,
        }
    }

    pub(super) fn connected_mut(&mut self) -> Option<&mut Connected> {
        match &mut self.stage {
            Stage::Up(connected) => Some(connected),
            Stage::Dialing { .. } => None,
        }
    }

    /// What has come on it, save its end. `counts` when it is the main line.
    pub(super) fn hear(
        &mut self,
        news: News,
        counts: bool,
        policy: Policy,
        now: Moment,
        actions: &mut Vec<Action>,
    ) {
        match (&mut self.stage, news) {
            (Stage::Dialing { phase, since, .. }, News::Phase(reached)) => {
                *phase = Some(reached);
                *since = now;
            }
            (Stage::Dialing { .. }, News::Dialed) => {
                let mut connected = Box::new(Connected::new(policy, self.greeting, now));
                if connected.is_admitted() {
                    actions.push(Action::Subscribe(self.line));
                }
                // A person wants to know the round trip, so the first ping goes out now.
                if let Look::Ping(payload) = connected.look(now) {
                    actions.push(Action::Ping(self.line, payload));
                }
                self.stage = Stage::Up(connected);
            }
            (Stage::Up(connected), News::Admitted) => {
                if connected.admit(now) {
                    actions.push(Action::Subscribe(self.line));
                }
            }
            (Stage::Up(connected), News::Heard(heard)) => connected.hear(heard, now),
            (Stage::Up(connected), News::Expected { round_trip }) => connected.expect(round_trip),
            (Stage::Up(connected), News::SpeaksWithin(silence_max)) => connected.speaks_within(silence_max),
                        (Stage::Up(connected), News::RetryAfter(patience)) => connected.retry_after = Some(patience),
            (Stage::Up(connected), News::Noted { why }) => connected.note(why),
            (Stage::Up(connected), News::Joined) => connected.joined = true,
            (Stage::Up(connected), News::Pong(payload)) => {
                if let Some(round_trip) = connected.pong(&payload, now)
                    && counts
                {
                    actions.push(Action::RoundTrip(round_trip));
                }
            }
            // What an attempt cannot bring, or a connection cannot bring twice.
            (
                Stage::Dialing { .. },
                News::Admitted
                | News::Heard(_)
                | News::Expected { .. }
                | News::SpeaksWithin(_)
                | News::RetryAfter(_)
                | News::Noted { .. }
                | News::Joined
                | News::Pong(_),
            )
            | (Stage::Up(_), News::Phase(_) | News::Dialed)
            // The session's matter.
            | (_, News::Leaving { .. } | News::Failed(_)) => {}
        }
    }

    /// What the clock says of it: why it is over, if it is.
    pub(super) fn look(&mut self, now: Moment, actions: &mut Vec<Action>) -> Option<Cause> {
        match &mut self.stage {
            Stage::Dialing { deadline, .. } => {
                (now >= *deadline).then_some(Cause::DialTooLong { after: DIAL_TIMEOUT })
            }
            Stage::Up(connected) => match connected.look(now) {
                Look::Fine => None,
                Look::Ping(payload) => {
                    actions.push(Action::Ping(self.line, payload));
                    None
                }
                Look::Over(cause) => Some(cause),
            },
        }
    }

    pub(super) fn deadline(&self) -> Moment {
        match &self.stage {
            Stage::Dialing { deadline, .. } => *deadline,
            Stage::Up(connected) => connected.deadline(),
        }
    }

    /// When its silence begins to look like somebody who stands in this way: the
    /// server, or what answers in its place, is there and does not say its word.
    pub(super) fn silent_at(&self) -> Option<Moment> {
        match &self.stage {
            Stage::Dialing {
                phase: Some(Phase::Upgrade),
                since,
                ..
            } => Some(*since + SILENT),
            // Without an address or an answer of any kind another way meets the same.
            Stage::Dialing { .. } => None,
            Stage::Up(connected) if connected.has_spoken() => None,
            Stage::Up(connected) => Some(connected.since() + SILENT),
        }
    }

    /// How far it has come, and what that means for how to go on.
    pub(super) fn fell(&self, cause: &Cause, now: Moment) -> (Came, Fall) {
        match &self.stage {
            Stage::Dialing { .. } if cause.blocks_transport() => (Came::Nowhere, Fall::Blocked),
            Stage::Dialing { .. } => (Came::Nowhere, Fall::Otherwise),
            Stage::Up(_) if cause.is_beside_the_line() => (Came::Nowhere, Fall::Otherwise),
            Stage::Up(connected) => {
                let fall = if cause.blocks_transport() {
                    Fall::Blocked
                } else {
                    match connected.came(now) {
                        // What came was not what the venue had sent.
                        Came::Healthy { .. } if cause.suspects_transport() => Fall::Died {
                            lived: Duration::ZERO,
                        },
                        Came::Healthy { .. } => Fall::Otherwise,
                        Came::Up | Came::Nowhere => Fall::Died {
                            lived: now.since(connected.since()),
                        },
                    }
                };
                (connected.came(now), fall)
            }
        }
    }
}
