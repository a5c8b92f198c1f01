//! What to do next: the state of one feed across all its connections.
//!
//! [`Session::step`] is a pure function of the state, an event and the time.
//! It names the actions; the supervisor performs them. What a person is shown
//! is a projection of the same state, made in `shown` and nowhere else.

mod connected;
mod shown;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;
use model::Moment;
use transport::Blame;

use crate::backoff::{Backoff, Came};
use crate::cause::{Cause, LossCause};
use connected::{Connected, Look};

pub(crate) use connected::Heard;

/// More than the phases of any dialer may take together, so that a dialer that hangs cannot hold us
/// and one that is slow can say in which phase it was.
const DIAL_TIMEOUT: Duration = Duration::from_secs(20);
/// So long may a server that took the connection stay without a word.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that has worked this long was not accepted only to be dropped.
const HEALTHY_AGE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Session {
    state: State,
    since: Moment,
    backoff: Backoff,
    /// Tries since the last healthy connection.
    attempt: u32,
    drops: u64,
}

#[derive(Debug)]
enum State {
    /// Nothing is wanted, so nothing is connected.
    Idle,
    Waiting {
        until: Moment,
        cause: Cause,
    },
    Dialing {
        deadline: Moment,
    },
    Connected(Connected),
    Suspended {
        again: Option<Moment>,
        cause: Cause,
    },
    Closed,
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Whether anything is wanted at all.
    Wanted(bool),
    Dialed,
    /// The attempt or the connection is over.
    Failed(Cause),
    /// Bytes came.
    Heard(Heard),
    /// The venue speaks at least this often, as long as all is well.
    SpeaksWithin(Duration),
    /// The venue goes on for so long and not longer.
    Leaving {
        why: String,
        within: Duration,
    },
    /// After this connection's end, so much patience is asked for.
    RetryAfter(Duration),
    Pong(Bytes),
    Timer,
    /// A person does not want to wait.
    Retry,
    Close,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Dial,
    /// Ask for everything that this connection was not asked for yet.
    Subscribe,
    Ping(Bytes),
    /// Leave the connection or the attempt to itself, with this word.
    HangUp(Option<u16>),
    RoundTrip(Duration),
    /// A connection that was up is over.
    Lost(LossCause),
}

impl Session {
    pub(crate) fn new(seed: u64, now: Moment) -> Self {
        Self {
            state: State::Idle,
            since: now,
            backoff: Backoff::new(seed),
            attempt: 0,
            drops: 0,
        }
    }

    pub(crate) const fn since(&self) -> Moment {
        self.since
    }

    pub(crate) const fn drops(&self) -> u64 {
        self.drops
    }

    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        match &self.state {
            State::Connected(connected) => connected.health.round_trip(),
            State::Idle
            | State::Waiting { .. }
            | State::Dialing { .. }
            | State::Suspended { .. }
            | State::Closed => None,
        }
    }

    /// When to send [`Event::Timer`] if nothing else happens before. Derived
    /// from the state, so no state can forget its timer.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        match &self.state {
            State::Idle | State::Closed => None,
            State::Waiting { until, .. } => Some(*until),
            State::Dialing { deadline } => Some(*deadline),
            State::Connected(connected) => Some(connected.deadline()),
            State::Suspended { again, .. } => *again,
        }
    }

    pub(crate) fn step(&mut self, event: Event, now: Moment, actions: &mut Vec<Action>) {
        match event {
            Event::Wanted(true) => match self.state {
                State::Idle => self.dial(now, actions),
                State::Connected(_) => actions.push(Action::Subscribe),
                State::Waiting { .. } | State::Dialing { .. } | State::Suspended { .. } | State::Closed => {}
            },
            Event::Wanted(false) => match self.state {
                State::Connected(_) | State::Dialing { .. } => {
                    actions.push(Action::HangUp(Some(1000)));
                    self.enter(State::Idle, now);
                }
                State::Waiting { .. } | State::Suspended { .. } => self.enter(State::Idle, now),
                State::Idle | State::Closed => {}
            },
            Event::Dialed => {
                self.enter(State::Connected(Connected::new(now)), now);
                actions.push(Action::Subscribe);
                self.timer(now, actions);
            }
            Event::Failed(cause) => self.fail(cause, now, actions),
            Event::Heard(heard) => self.hear(heard, now),
            Event::SpeaksWithin(silence_max) => {
                if let State::Connected(connected) = &mut self.state {
                    connected.speaks_within(silence_max);
                }
            }
            Event::Leaving { why, within } if within.is_zero() => {
                self.fail(Cause::Left { why }, now, actions);
            }
            Event::Leaving { why, within } => {
                if let State::Connected(connected) = &mut self.state {
                    connected.leaves(why, now + within);
                }
            }
            Event::RetryAfter(patience) => {
                if let State::Connected(connected) = &mut self.state {
                    connected.retry_after = Some(patience);
                }
            }
            Event::Pong(payload) => {
                if let State::Connected(connected) = &mut self.state
                    && let Some(round_trip) = connected.health.pong(&payload, now)
                {
                    actions.push(Action::RoundTrip(round_trip));
                }
            }
            Event::Timer => self.timer(now, actions),
            Event::Retry => match self.state {
                State::Waiting { .. } | State::Suspended { .. } => self.dial(now, actions),
                State::Idle | State::Dialing { .. } | State::Connected(_) | State::Closed => {}
            },
            Event::Close => {
                actions.push(Action::HangUp(Some(1000)));
                self.enter(State::Closed, now);
            }
        }
    }

    fn dial(&mut self, now: Moment, actions: &mut Vec<Action>) {
        self.attempt = self.attempt.saturating_add(1);
        self.enter(
            State::Dialing {
                deadline: now + DIAL_TIMEOUT,
            },
            now,
        );
        actions.push(Action::Dial);
    }

    fn fail(&mut self, cause: Cause, now: Moment, actions: &mut Vec<Action>) {
        let (cause, came, patience) = match &self.state {
            State::Connected(connected) => {
                self.drops += 1;
                let cause = connected.end(cause);
                actions.push(Action::Lost(cause.class()));
                (cause, connected.came(now), connected.retry_after)
            }
            State::Dialing { .. } => (cause, Came::Nowhere, None),
            // An attempt that was given up long ago: nothing waits for its end.
            State::Idle | State::Waiting { .. } | State::Suspended { .. } | State::Closed => return,
        };
        actions.push(Action::HangUp(cause.close_code()));
        let blame = cause.blame();
        let wait = self.backoff.after(blame, came, now).max(patience);
        let next = match (blame, wait) {
            (Blame::Person { again }, _) => State::Suspended {
                again: again.map(|wait| now + wait),
                cause,
            },
            (Blame::Local | Blame::Endpoint | Blame::Announced { .. }, Some(wait)) => State::Waiting {
                until: now + wait,
                cause,
            },
            (Blame::Local | Blame::Endpoint | Blame::Announced { .. }, None) => {
                State::Suspended { again: None, cause }
            }
        };
        self.enter(next, now);
    }

    fn hear(&mut self, heard: Heard, now: Moment) {
        let State::Connected(connected) = &mut self.state else {
            return;
        };
        let before = connected.is_subscribing();
        connected.hear(heard, now);
        if before && !connected.is_subscribing() {
            self.since = now;
        }
        self.prove(now);
    }

    /// Only a connection that is subscribed, brings data and has some age makes up for the past.
    fn prove(&mut self, now: Moment) {
        if let State::Connected(connected) = &mut self.state
            && connected.prove(now)
        {
            self.backoff.healthy();
            self.attempt = 0;
        }
    }

    fn timer(&mut self, now: Moment, actions: &mut Vec<Action>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match &mut self.state {
            State::Idle | State::Closed => {}
            State::Waiting { .. } | State::Suspended { .. } => self.dial(now, actions),
            State::Dialing { .. } => {
                self.fail(Cause::DialTooLong { after: DIAL_TIMEOUT }, now, actions);
            }
            State::Connected(connected) => {
                let before = connected.is_subscribing();
                let look = connected.look(now);
                if before && !connected.is_subscribing() {
                    self.since = now;
                }
                match look {
                    Look::Fine => {}
                    Look::Ping(payload) => actions.push(Action::Ping(payload)),
                    Look::Over(cause) => return self.fail(cause, now, actions),
                }
                self.prove(now);
            }
        }
    }

    fn enter(&mut self, state: State, now: Moment) {
        self.state = state;
        self.since = now;
    }
}
