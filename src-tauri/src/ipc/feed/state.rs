//! The states of a feed in the words of the page, and its changes from one to another.

use engine::Transition;
use model::{DialPhase, FeedState, LineHealth, Moment};
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum StateView {
    Idle,
    Offline,
    Waiting,
    Connecting,
    Authenticating,
    Subscribing,
    Live,
    Mute,
    Climbing,
    Suspended,
    Closed,
    /// A person wants no connection for the time being.
    Paused,
    /// The keyring is asked for what it needs.
    Locked,
    /// It is not open until a person does what `next` says.
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum PhaseView {
    Resolving,
    Dialing,
    Proxy,
    Securing,
    Upgrading,
}

/// How many of the wanted symbols have their answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AnswersView {
    pub(crate) acked: u32,
    pub(crate) total: u32,
}

/// What only some states have to tell.
#[derive(Default)]
pub(super) struct Detail {
    pub(super) attempt: u32,
    pub(super) again: Option<Moment>,
    pub(super) phase: Option<PhaseView>,
    pub(super) answers: Option<AnswersView>,
    pub(super) climbs_to: Option<String>,
}

pub(super) fn told(state: FeedState) -> (StateView, Detail) {
    let nothing = Detail::default();
    match state {
        FeedState::Idle => (StateView::Idle, nothing),
        FeedState::Offline { until } => (
            StateView::Offline,
            Detail {
                again: Some(until),
                ..nothing
            },
        ),
        FeedState::Waiting { until, attempt } => (
            StateView::Waiting,
            Detail {
                attempt,
                again: Some(until),
                ..nothing
            },
        ),
        FeedState::Connecting { attempt, phase } => (
            StateView::Connecting,
            Detail {
                attempt,
                phase: Some(phase.into()),
                ..nothing
            },
        ),
        FeedState::Authenticating { attempt } => (StateView::Authenticating, Detail { attempt, ..nothing }),
        FeedState::Subscribing {
            attempt,
            acked,
            total,
        } => (
            StateView::Subscribing,
            Detail {
                attempt,
                answers: (total > 0).then_some(AnswersView { acked, total }),
                ..nothing
            },
        ),
        FeedState::Live(LineHealth::Proving | LineHealth::Healthy | LineHealth::Probing) => {
            (StateView::Live, nothing)
        }
        FeedState::Live(LineHealth::Mute) => (StateView::Mute, nothing),
        FeedState::Climbing { to } => (
            StateView::Climbing,
            Detail {
                climbs_to: Some(to.to_string()),
                ..nothing
            },
        ),
        FeedState::Suspended { again } => (StateView::Suspended, Detail { again, ..nothing }),
        FeedState::Closed => (StateView::Closed, nothing),
    }
}

/// One change of a feed's state.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct StepView {
    /// Milliseconds since 1970.
    pub(crate) at: f64,
    #[cfg_attr(test, ts(inline))]
    pub(crate) to: StateView,
    pub(crate) transport: String,
    pub(crate) cause: String,
}

impl From<&Transition> for StepView {
    fn from(transition: &Transition) -> Self {
        Self {
            at: transition.at.wall.timestamp_millis() as f64,
            to: told(transition.to).0,
            transport: transition.transport.to_string(),
            cause: transition.cause.to_string(),
        }
    }
}

impl From<DialPhase> for PhaseView {
    fn from(phase: DialPhase) -> Self {
        match phase {
            DialPhase::Resolving => Self::Resolving,
            DialPhase::Dialing => Self::Dialing,
            DialPhase::Proxy => Self::Proxy,
            DialPhase::Securing => Self::Securing,
            DialPhase::Upgrading => Self::Upgrading,
        }
    }
}
