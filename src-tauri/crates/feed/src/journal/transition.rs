//! One step of a feed from a state to another.

use std::sync::Arc;
use std::time::Duration;

use model::{FeedState, FeedStatus, LineHealth, Moment, Received, TransportKind};

use crate::layer::Layer;

/// What has changed, when and why. Its texts are fit for a report: whatever is
/// known to be a secret is struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    pub at: Received,
    /// The line that counted then, where there was one.
    pub line: Option<u64>,
    pub transport: TransportKind,
    pub from: FeedState,
    pub to: FeedState,
    /// One sentence.
    pub cause: Arc<str>,
    pub layer: Layer,
    pub attempt: u32,
    /// How long it had been in the state before.
    pub lasted: Duration,
}

/// Whether it is worth a line that a feed has come from one to the other: not
/// for a dial that is a phase further, for one more answer, or for a ping.
pub(super) fn is_step(from: FeedState, to: FeedState) -> bool {
    match (from, to) {
        (FeedState::Live(from), FeedState::Live(to)) => {
            (from == LineHealth::Mute) != (to == LineHealth::Mute)
        }
        (FeedState::Climbing { to: from }, FeedState::Climbing { to }) => from != to,
        (from, to) => std::mem::discriminant(&from) != std::mem::discriminant(&to),
    }
}

/// Of a feed that has no connection and makes none: how long that lasts, as far as it is known.
pub(super) fn rests(state: FeedState, now: Moment) -> Option<Option<Duration>> {
    match state {
        FeedState::Waiting { until, .. } | FeedState::Offline { until } => Some(Some(until.since(now))),
        FeedState::Suspended { again } => Some(again.map(|again| again.since(now))),
        FeedState::Idle | FeedState::Closed => Some(None),
        FeedState::Connecting { .. }
        | FeedState::Authenticating { .. }
        | FeedState::Subscribing { .. }
        | FeedState::Live(_)
        | FeedState::Climbing { .. } => None,
    }
}

/// Where a step that no failure has caused lies.
pub(super) const fn layer(status: &FeedStatus) -> Layer {
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

pub(super) const fn attempt(state: FeedState) -> u32 {
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
