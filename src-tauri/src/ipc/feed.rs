//! A feed as the page is told of it.

mod state;

use std::time::Duration;

use engine::Allotment;
use model::{FeedStatus, Moment, Source};
use serde::Serialize;

pub(crate) use self::state::{AnswersView, PhaseView, StateView, StepView};
use self::state::{Detail, told};
use super::simulator::DrillView;
use crate::roster::Standing;
use crate::venues::Rehearsed;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FeedView {
    pub(crate) feed: String,
    #[cfg_attr(test, ts(inline))]
    pub(crate) source: SourceView,
    #[cfg_attr(test, ts(inline))]
    pub(crate) state: StateView,
    /// How long it has been in this state.
    pub(crate) since_ms: f64,
    pub(crate) transport: String,
    pub(crate) round_trip_ms: Option<f64>,
    pub(crate) why: String,
    /// What a person can do about a feed that is refused.
    pub(crate) next: Option<String>,
    pub(crate) drops: u32,
    pub(crate) attempt: u32,
    /// When it tries again by itself.
    pub(crate) retry_in_ms: Option<u32>,
    /// While it connects.
    #[cfg_attr(test, ts(inline))]
    pub(crate) phase: Option<PhaseView>,
    /// While it subscribes, as far as it is known.
    pub(crate) answers: Option<AnswersView>,
    /// The transport that a live feed tries to come to.
    pub(crate) climbs_to: Option<String>,
    /// What its account has asked; none where nothing is counted.
    #[cfg_attr(test, ts(inline))]
    pub(crate) asked: Option<AskedView>,
    /// None where the venue is none of ours.
    pub(crate) simulator: Option<RehearsalView>,
}

/// How much an account has asked of what it may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AskedView {
    /// As `37 of 50 in an hour`.
    pub(crate) words: String,
    /// When the next question may go, where that is not now.
    pub(crate) next_in_ms: Option<u32>,
    /// Nothing is left until then.
    pub(crate) spent: bool,
}

/// What the simulator behind a feed is rehearsing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RehearsalView {
    pub(crate) drill: Option<DrillView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum SourceView {
    Live,
    Simulated,
    Replay,
}

impl FeedView {
    pub(crate) fn new(
        status: &FeedStatus,
        now: Moment,
        rehearsal: Option<&Option<Rehearsed>>,
        standing: Option<&Standing>,
    ) -> Self {
        let (state, detail) = match standing {
            Some(Standing::Open) | None => told(status.state),
            Some(Standing::Paused) => (StateView::Paused, Detail::default()),
            Some(Standing::Locked { .. }) => (StateView::Locked, Detail::default()),
            Some(Standing::Refused(_)) => (StateView::Refused, Detail::default()),
        };
        Self {
            feed: status.feed.to_string(),
            source: match status.source {
                Source::Live => SourceView::Live,
                Source::Simulated => SourceView::Simulated,
                Source::Replay => SourceView::Replay,
            },
            state,
            since_ms: millis(now.since(status.since)),
            transport: status.transport.to_string(),
            round_trip_ms: status.round_trip.map(millis),
            why: status.why.to_string(),
            next: match standing {
                Some(Standing::Refused(refusal)) => Some(refusal.next.clone()),
                Some(Standing::Open | Standing::Paused | Standing::Locked { .. }) | None => None,
            },
            drops: u32::try_from(status.drops).unwrap_or(u32::MAX),
            attempt: detail.attempt,
            retry_in_ms: detail.again.map(|again| whole_millis(again.since(now))),
            phase: detail.phase,
            answers: detail.answers,
            climbs_to: detail.climbs_to,
            asked: None,
            simulator: rehearsal.map(|drill| RehearsalView {
                drill: drill.as_ref().map(DrillView::from),
            }),
        }
    }

    /// The same with what is asked by all that have its key.
    #[must_use]
    pub(crate) fn with_asked(mut self, allotment: Option<&Allotment>) -> Self {
        self.asked = allotment.map(AskedView::from);
        self
    }
}

impl From<&Allotment> for AskedView {
    fn from(allotment: &Allotment) -> Self {
        Self {
            words: allotment.asked(),
            next_in_ms: allotment.next.map(whole_millis),
            spent: allotment.spent,
        }
    }
}

fn whole_millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1_000.0
}

#[cfg(test)]
mod tests;
