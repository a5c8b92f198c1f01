//! What became of each step to a first price: a pure reading of what was seen.

use std::time::Duration;

use feed::Transition;
use model::{DialPhase, FeedState, Moment};
use transport::Phase;

use super::stopwatch::{Course, End};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Dns,
    Tcp,
    Proxy,
    Tls,
    Upgrade,
    Login,
    Subscribe,
    FirstData,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Good(Duration),
    /// Nothing of this kind stands between us and the prices.
    NotNeeded,
    /// Nothing came, and nothing was to be expected.
    Quiet {
        why: String,
    },
    Failed {
        after: Duration,
        why: String,
        next: Option<Remedy>,
    },
    NotReached,
}

/// What a person can do about a step that failed. Where to do it is a matter of
/// whoever shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// As the dial says.
    Dial(&'static str),
    /// To write the symbol as the venue does.
    Symbol,
    /// To take another symbol, or to wait longer.
    Patience,
    /// To look at the address.
    Address,
    /// To look at the address and at how the symbol is written.
    AddressOrSymbol,
}

/// What a trial ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// The first price came.
    Data { at: Moment },
    /// The dial failed, and the course says in what.
    NotUp,
    /// All that was asked for was refused.
    Refused { at: Moment, why: String },
    /// The feed fell after it had been up, or was never let out.
    Fell { at: Moment, why: String },
    /// Nothing more came for as long as somebody was willing to wait.
    Silent {
        at: Moment,
        patience: Duration,
        shut: bool,
    },
}

impl Step {
    pub const ALL: [Self; 8] = [
        Self::Dns,
        Self::Tcp,
        Self::Proxy,
        Self::Tls,
        Self::Upgrade,
        Self::Login,
        Self::Subscribe,
        Self::FirstData,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Upgrade => "upgrade",
            Self::Login => "login",
            Self::Subscribe => "subscribe",
            Self::FirstData => "first_data",
        }
    }

    pub(super) const fn of(phase: Phase) -> Self {
        match phase {
            Phase::Resolve => Self::Dns,
            Phase::Connect => Self::Tcp,
            Phase::Proxy => Self::Proxy,
            Phase::Tls => Self::Tls,
            Phase::Upgrade => Self::Upgrade,
        }
    }
}

/// Every step in its order.
pub(super) fn steps(course: &Course, transitions: &[Transition], finding: &Finding) -> Vec<(Step, Outcome)> {
    let dialed = dialed(course);
    let above = above(transitions, finding);
    let mut failed = false;
    let outcomes = Step::ALL.into_iter().map(|step| {
        if failed {
            return (step, Outcome::NotReached);
        }
        let outcome = if step <= Step::Upgrade {
            dialed(step)
        } else {
            above(step)
        };
        // What fell before anything was dialed has no other place to be told at.
        let outcome = match (outcome, finding) {
            (Outcome::NotReached, Finding::Fell { why, .. }) => Outcome::Failed {
                after: Duration::ZERO,
                why: why.clone(),
                next: None,
            },
            // The feed knows its venue, and may know better than the dial what an answer means.
            (Outcome::Failed { after, why, .. }, Finding::Fell { why: meant, .. })
                if step == Step::Upgrade && !meant.starts_with(&why) =>
            {
                Outcome::Failed {
                    after,
                    why: meant.clone(),
                    next: None,
                }
            }
            (outcome, _) => outcome,
        };
        failed = matches!(outcome, Outcome::Failed { .. });
        (step, outcome)
    });
    outcomes.collect()
}

/// What the dial says of each of its phases.
pub(super) fn dialed(course: &Course) -> impl Fn(Step) -> Outcome {
    move |step| {
        let seen = course.lasted.iter().find(|(phase, _)| Step::of(*phase) == step);
        let seen = seen.map(|(_, took)| *took);
        match &course.end {
            None => Outcome::NotReached,
            Some(End::Failed { phase, why, next }) if Step::of(*phase) == step => Outcome::Failed {
                after: seen.unwrap_or_default(),
                why: why.clone(),
                next: next.map(Remedy::Dial),
            },
            // Some take no time at all on this computer.
            Some(End::Failed { .. }) if seen.is_none() && !is_needed(course, step) => Outcome::NotNeeded,
            Some(End::Failed { .. }) => Outcome::Good(seen.unwrap_or_default()),
            Some(End::Up(phases)) => {
                let took = match step {
                    Step::Dns => phases.resolve,
                    Step::Tcp => phases.connect,
                    Step::Proxy => phases.proxy,
                    Step::Tls => phases.tls,
                    Step::Upgrade | Step::Login | Step::Subscribe | Step::FirstData => phases.upgrade,
                };
                if took.is_zero() && !is_needed(course, step) {
                    Outcome::NotNeeded
                } else {
                    Outcome::Good(took)
                }
            }
        }
    }
}

pub(super) fn is_needed(course: &Course, step: Step) -> bool {
    match step {
        Step::Proxy => false,
        Step::Tls => course.address.starts_with("wss:") || course.address.starts_with("https:"),
        Step::Dns | Step::Tcp | Step::Upgrade | Step::Login | Step::Subscribe | Step::FirstData => true,
    }
}

/// What the feed's journal says of what comes after the dial.
fn above(transitions: &[Transition], finding: &Finding) -> impl Fn(Step) -> Outcome {
    let spans = Spans::of(transitions);
    let place = place(transitions, finding);
    let finding = finding.clone();
    move |step| {
        let (began, ended) = spans.of_step(step);
        if matches!(finding, Finding::NotUp) || place.is_some_and(|place| place < step) {
            return Outcome::NotReached;
        }
        if place == Some(step) {
            return found(step, began, &finding);
        }
        match (began, ended) {
            (None, _) => Outcome::NotNeeded,
            (Some(began), Some(ended)) => Outcome::Good(ended.since(began)),
            // The first price came before everything was answered.
            (Some(began), None) => Outcome::Good(at(&finding).since(began)),
        }
    }
}

/// When a feed began with what comes after its dial.
pub(super) struct Spans {
    login: Option<Moment>,
    subscribe: Option<Moment>,
    live: Option<Moment>,
}

impl Spans {
    pub(super) fn of(transitions: &[Transition]) -> Self {
        let since = |wanted: fn(FeedState) -> bool| {
            let found = transitions.iter().find(|step| wanted(step.to))?;
            Some(found.at.at)
        };
        Self {
            login: since(|state| matches!(state, FeedState::Authenticating { .. })),
            subscribe: since(|state| matches!(state, FeedState::Subscribing { .. })),
            live: since(FeedState::is_live),
        }
    }

    pub(super) const fn of_step(&self, step: Step) -> (Option<Moment>, Option<Moment>) {
        let Self {
            login,
            subscribe,
            live,
        } = *self;
        match step {
            Step::Login => (login, first(subscribe, live)),
            Step::Subscribe => (subscribe, live),
            Step::Dns | Step::Tcp | Step::Proxy | Step::Tls | Step::Upgrade | Step::FirstData => {
                (first(first(live, subscribe), login), None)
            }
        }
    }
}

const fn first(one: Option<Moment>, other: Option<Moment>) -> Option<Moment> {
    match one {
        Some(_) => one,
        None => other,
    }
}

/// The step that a feed in this state is busy with.
pub(super) const fn of_state(state: FeedState) -> Option<Step> {
    match state {
        FeedState::Authenticating { .. } => Some(Step::Login),
        FeedState::Subscribing { .. } => Some(Step::Subscribe),
        FeedState::Live(_) | FeedState::Climbing { .. } => Some(Step::FirstData),
        FeedState::Connecting { phase, .. } => Some(match phase {
            DialPhase::Resolving => Step::Dns,
            DialPhase::Dialing => Step::Tcp,
            DialPhase::Proxy => Step::Proxy,
            DialPhase::Securing => Step::Tls,
            DialPhase::Upgrading => Step::Upgrade,
        }),
        FeedState::Idle
        | FeedState::Offline { .. }
        | FeedState::Waiting { .. }
        | FeedState::Suspended { .. }
        | FeedState::Closed => None,
    }
}

/// The step that the trial has ended in.
fn place(transitions: &[Transition], finding: &Finding) -> Option<Step> {
    match finding {
        Finding::Data { .. } => Some(Step::FirstData),
        Finding::Refused { .. } => Some(Step::Subscribe),
        Finding::NotUp => None,
        Finding::Silent { .. } => transitions.last().and_then(|step| of_state(step.to)),
        // It may have been dialed again already.
        Finding::Fell { .. } => transitions.iter().find_map(|step| {
            let fell = matches!(
                step.to,
                FeedState::Waiting { .. } | FeedState::Suspended { .. } | FeedState::Offline { .. }
            );
            fell.then(|| of_state(step.from)).flatten()
        }),
    }
}

const fn at(finding: &Finding) -> Moment {
    match finding {
        Finding::Data { at }
        | Finding::Refused { at, .. }
        | Finding::Fell { at, .. }
        | Finding::Silent { at, .. } => *at,
        Finding::NotUp => Moment::START,
    }
}

fn found(step: Step, began: Option<Moment>, finding: &Finding) -> Outcome {
    let after = began.map_or(Duration::ZERO, |began| at(finding).since(began));
    let failed = |why: String, next: Option<Remedy>| Outcome::Failed { after, why, next };
    match finding {
        Finding::Data { .. } => Outcome::Good(after),
        Finding::NotUp => Outcome::NotReached,
        Finding::Refused { why, .. } => failed(why.clone(), Some(Remedy::Symbol)),
        Finding::Fell { why, .. } => failed(why.clone(), None),
        Finding::Silent { shut: true, .. } if step == Step::FirstData => Outcome::Quiet {
            why: "the venue says that this market is shut".to_owned(),
        },
        Finding::Silent { patience, .. } => {
            let seconds = patience.as_secs();
            match step {
                Step::FirstData => failed(
                    format!("subscribed, and no price came within {seconds} s"),
                    Some(Remedy::Patience),
                ),
                Step::Login => failed(
                    format!("the login was not answered within {seconds} s"),
                    Some(Remedy::Address),
                ),
                Step::Dns | Step::Tcp | Step::Proxy | Step::Tls | Step::Upgrade | Step::Subscribe => failed(
                    format!("what was asked for was not answered within {seconds} s"),
                    Some(Remedy::AddressOrSymbol),
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests;
