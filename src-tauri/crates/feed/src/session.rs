//! What to do next: the state of one feed across all its lines.
//!
//! [`Session::step`] is a pure function of the state, an event and the time.
//! It names the actions; the supervisor performs them. What a person is shown
//! is a projection of the same state, made in `shown` and nowhere else.
//!
//! - `event`: what it is told, and what it orders
//! - `leg`: one line, from its dial to its end; `connected`: while it is up
//! - `active`: the lines that there are at one time, and what each is for
//! - `weigh`: which of them counts, and when to begin another
//! - `dials`: when the venue may be dialed
//! - `ended`: what follows from the end of a line; `judged`: whose matter it is
//! - `shown`: the state for a person

mod active;
mod connected;
mod dials;
mod disturbed;
mod ended;
mod event;
mod judged;
mod leg;
mod shown;
#[cfg(test)]
mod tests;
mod weigh;

use std::time::Duration;

use model::{Moment, TransportKind};
use provider::{Admission, Card};

use crate::backoff::Backoff;
use crate::cause::Cause;
use crate::ladder::Ladder;
use crate::policy::{Policy, turn_wait};
use crate::rhythm::{Attention, Rhythm};
use active::Active;
use connected::Greeting;
use dials::Dials;
use leg::Leg;

pub(crate) use connected::Heard;
pub(crate) use event::{Action, Event, Fallen, LineId, News, Role};
pub(crate) use shown::Glance;

/// However many ways there are to try.
const DIAL_SPACING: Duration = Duration::from_millis(250);
/// However often a person or a network asks for it.
const IMPATIENCE: Duration = Duration::from_secs(5);

/// What the venue's card and the feed's settings say.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// The ways that are allowed, the best first.
    pub(crate) rungs: Vec<TransportKind>,
    pub(crate) card: Card,
    pub(crate) policy: Policy,
    pub(crate) seed: u64,
}

#[derive(Debug)]
pub(crate) struct Session {
    state: State,
    since: Moment,
    backoff: Backoff,
    ladder: Ladder,
    rhythm: Rhythm,
    attention: Attention,
    terms: Terms,
    /// Tries since the last healthy connection.
    attempt: u32,
    drops: u64,
    lines: u64,
    dials: Dials,
    /// Whether a no was not believed since the last good connection.
    forgiven: bool,
    /// How often in a row the venue has said that another connection of the
    /// same key is open.
    crowded: u32,
    /// When a wait was ended before its time.
    hurried: Option<Moment>,
    /// Those of the last step.
    fallen: Vec<Fallen>,
    /// Dials of the last step that had to wait for the venue's sake.
    held_back: u64,
}

#[derive(Debug)]
enum State {
    /// Nothing is wanted, so nothing is connected.
    Idle,
    /// This computer has no way out, which is nobody's fault.
    Offline {
        until: Moment,
        cause: Cause,
    },
    Waiting {
        until: Moment,
        cause: Cause,
        /// The server asked for it, so nobody may cut it short unasked.
        asked_for: bool,
    },
    Active(Active),
    Suspended {
        again: Option<Moment>,
        cause: Cause,
    },
    Closed,
}

impl Terms {
    /// Whether a second line may be up beside the first.
    const fn overlaps(&self) -> bool {
        self.card.sessions_max > 1
    }

    /// What is fetched shows its key with each question, and waits for no word,
    /// but perhaps for its turn.
    fn greeting(&self, transport: TransportKind) -> Greeting {
        let (admission, turn_wait) = match transport {
            TransportKind::WebSocket => (self.card.admission, Duration::ZERO),
            TransportKind::EventStream | TransportKind::LongPoll => (Admission::AtOnce, Duration::ZERO),
            TransportKind::Poll => (Admission::AtOnce, turn_wait(self.policy.paced(self.card.polls))),
        };
        Greeting { admission, turn_wait }
    }
}

impl Session {
    pub(crate) fn new(terms: Terms, now: Moment) -> Self {
        let Terms { policy, seed, .. } = terms;
        Self {
            state: State::Idle,
            since: now,
            backoff: Backoff::new(policy, seed),
            // Another stream of chance than the backoff's, from the same seed.
            ladder: Ladder::new(&terms.rungs, policy, seed.rotate_left(32)),
            rhythm: Rhythm::default(),
            dials: Dials::new(&terms),
            attention: Attention::default(),
            terms,
            attempt: 0,
            drops: 0,
            lines: 0,
            forgiven: false,
            crowded: 0,
            hurried: None,
            fallen: Vec::new(),
            held_back: 0,
        }
    }

    /// When to send [`Event::Timer`] if nothing else happens before. Derived
    /// from the state, so no state can forget its timer.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        match &self.state {
            State::Idle | State::Closed => None,
            State::Waiting { until, .. } | State::Offline { until, .. } => Some(*until),
            State::Active(active) => Some(self.next_look(active)),
            State::Suspended { again, .. } => *again,
        }
    }

    pub(crate) fn step(&mut self, event: Event, now: Moment, actions: &mut Vec<Action>) {
        self.fallen.clear();
        self.held_back = 0;
        match event {
            Event::Wanted(true) => match &self.state {
                State::Idle => self.dial(None, now, actions),
                State::Active(active) => active.subscribe(actions),
                State::Offline { .. } | State::Waiting { .. } | State::Suspended { .. } | State::Closed => {}
            },
            Event::Wanted(false) => match &self.state {
                State::Active(active) => {
                    active.hang_up(actions);
                    self.enter(State::Idle, now);
                }
                State::Offline { .. } | State::Waiting { .. } | State::Suspended { .. } => {
                    self.enter(State::Idle, now);
                }
                State::Idle | State::Closed => {}
            },
            Event::On(line, News::Failed(cause)) => self.failed(line, cause, now, actions),
            Event::On(line, News::Leaving { why, within }) if within.is_zero() => {
                self.failed(line, Cause::Left { why }, now, actions);
            }
            Event::On(line, News::Leaving { why, within }) => self.leaving(line, why, within, now, actions),
            Event::On(line, news) => {
                let policy = self.terms.policy;
                let dialed = matches!(news, News::Dialed);
                if let State::Active(active) = &mut self.state
                    && let counts = active.main.line == line
                    && let Some(leg) = active.leg(line)
                {
                    leg.hear(news, counts, policy, now, actions);
                    if dialed {
                        self.dialed(line, now);
                    }
                    self.weigh(now, actions);
                }
            }
            Event::Timer => self.timer(now, actions),
            Event::Disturbed(by) => self.disturbed(by, now, actions),
            Event::Attended(attention) => self.attend(attention),
            Event::Retry => match &self.state {
                State::Offline { cause, .. }
                | State::Waiting { cause, .. }
                | State::Suspended { cause, .. } => {
                    let cause = cause.clone();
                    self.hurried = Some(now);
                    self.dials.overrule();
                    self.dial(Some(cause), now, actions);
                }
                State::Idle | State::Active(_) | State::Closed => {}
            },
            Event::Close => {
                if let State::Active(active) = &self.state {
                    active.hang_up(actions);
                }
                self.enter(State::Closed, now);
            }
        }
    }

    /// Begins anew, with nothing beside. What led to it is told as long as the
    /// venue may not be dialed yet.
    fn dial(&mut self, cause: Option<Cause>, now: Moment, actions: &mut Vec<Action>) {
        let free_at = self.dials.free_at(now);
        if let Some(cause) = cause.filter(|_| free_at > now) {
            self.held_back += 1;
            let waiting = State::Waiting {
                until: free_at,
                cause,
                asked_for: true,
            };
            return self.enter(waiting, now);
        }
        self.attempt = self.attempt.saturating_add(1);
        let transport = self.ladder.rung(now);
        let main = self.leg(transport, now, actions);
        self.enter(State::Active(Active::begin(main, None)), now);
    }

    /// A new line, and the order to dial it.
    fn leg(&mut self, transport: TransportKind, now: Moment, actions: &mut Vec<Action>) -> Leg {
        self.dials.sent(now);
        let greeting = self.terms.greeting(transport);
        Leg::dial(self.next_line(), transport, greeting, now, actions)
    }

    const fn next_line(&mut self) -> LineId {
        self.lines += 1;
        LineId(self.lines)
    }

    fn timer(&mut self, now: Moment, actions: &mut Vec<Action>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        match &mut self.state {
            State::Idle | State::Closed => {}
            State::Offline { cause, .. } | State::Waiting { cause, .. } | State::Suspended { cause, .. } => {
                let cause = cause.clone();
                self.dial(Some(cause), now, actions);
            }
            State::Active(active) => {
                if let Some(old) = active.old.take_if(|old| now >= old.until) {
                    actions.push(Action::HangUp(old.line, Some(1000)));
                }
                let main = active.main.look(now, actions);
                let beside = active.beside.as_mut().map(|beside| &mut beside.leg);
                let beside = beside.and_then(|leg| leg.look(now, actions));
                if let Some(cause) = beside {
                    self.beside_failed(&cause, now, actions);
                }
                if let Some(cause) = main {
                    self.main_failed(cause, now, actions);
                }
                self.weigh(now, actions);
            }
        }
    }

    fn enter(&mut self, state: State, now: Moment) {
        self.state = state;
        self.since = now;
    }
}
