//! A feed as the page is told of it.

use std::time::Duration;

use engine::{Allotment, Transition};
use model::{DialPhase, FeedState, FeedStatus, LineHealth, Moment, Source};
use serde::Serialize;

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
struct Detail {
    attempt: u32,
    again: Option<Moment>,
    phase: Option<PhaseView>,
    answers: Option<AnswersView>,
    climbs_to: Option<String>,
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

fn told(state: FeedState) -> (StateView, Detail) {
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
mod tests {
    use std::sync::Arc;

    use model::{FeedId, TransportKind};

    use super::*;
    use crate::roster::Refusal;

    const LIVE: FeedState = FeedState::Live(LineHealth::Healthy);

    fn status(state: FeedState) -> FeedStatus {
        FeedStatus {
            feed: FeedId::new("sim"),
            source: Source::Simulated,
            state,
            transport: TransportKind::WebSocket,
            round_trip: Some(Duration::from_micros(1_250)),
            since: Moment::START,
            why: Arc::from("connected"),
            drops: 7,
        }
    }

    #[test]
    fn a_waiting_feed_says_when_it_tries_again() {
        let now = Moment::after_start(Duration::from_secs(10));
        let until = now + Duration::from_millis(1_500);
        let view = FeedView::new(&status(FeedState::Waiting { until, attempt: 3 }), now, None, None);
        assert_eq!(
            (view.state, view.attempt, view.retry_in_ms),
            (StateView::Waiting, 3, Some(1_500))
        );
        assert_eq!((view.round_trip_ms, view.drops), (Some(1.25), 7));

        let late = FeedView::new(
            &status(FeedState::Waiting { until, attempt: 3 }),
            now + Duration::from_secs(9),
            None,
            None,
        );
        assert_eq!(late.retry_in_ms, Some(0), "a time that has passed is now");
    }

    #[test]
    fn a_feed_of_our_own_simulator_says_what_is_rehearsed() {
        let view = |rehearsal| FeedView::new(&status(LIVE), Moment::START, rehearsal, None).simulator;
        assert_eq!(view(None), None, "somebody else's venue");
        assert_eq!(view(Some(&None)), Some(RehearsalView { drill: None }));
        let drill = crate::venues::drills().pop();
        let told = view(Some(&drill)).and_then(|simulator| simulator.drill).unwrap();
        assert_eq!(Some(told.sentence), drill.map(|drill| drill.sentence));
    }

    #[test]
    fn a_feed_without_a_connection_says_whether_it_is_a_persons_turn() {
        let view = |standing| FeedView::new(&status(FeedState::Closed), Moment::START, None, Some(&standing));
        assert_eq!(view(Standing::Paused).state, StateView::Paused);
        assert_eq!(view(Standing::Locked { question: 1 }).state, StateView::Locked);
        assert_eq!(view(Standing::Open).state, StateView::Closed);
        let refused = view(Standing::Refused(Refusal {
            sentence: "Finnhub wants a key".to_owned(),
            next: "Set its key.".to_owned(),
            is_for_want_of_a_key: true,
        }));
        assert_eq!(
            (refused.state, refused.next.as_deref()),
            (StateView::Refused, Some("Set its key."))
        );
    }

    #[test]
    fn a_feed_says_how_much_its_account_has_asked() {
        let allotment = Allotment {
            windows: vec![(37, 50, Duration::from_secs(3_600))],
            next: Some(Duration::from_secs(12)),
            spent: false,
        };
        let view = FeedView::new(&status(LIVE), Moment::START, None, None).with_asked(Some(&allotment));
        let asked = AskedView {
            words: "37 of 50 in an hour".to_owned(),
            next_in_ms: Some(12_000),
            spent: false,
        };
        assert_eq!(view.asked, Some(asked));
    }

    #[test]
    fn a_live_feed_waits_for_nothing() {
        let view = FeedView::new(&status(LIVE), Moment::START, None, None);
        assert_eq!(
            (view.state, view.attempt, view.retry_in_ms),
            (StateView::Live, 0, None)
        );
    }

    #[test]
    fn a_state_tells_what_only_it_can() {
        let view = |state| {
            FeedView::new(
                &status(state),
                Moment::after_start(Duration::from_secs(5)),
                None,
                None,
            )
        };
        let dialing = view(FeedState::Connecting {
            attempt: 2,
            phase: DialPhase::Securing,
        });
        assert_eq!((dialing.attempt, dialing.phase), (2, Some(PhaseView::Securing)));
        assert_eq!(dialing.since_ms.to_string(), "5000");

        let answers = |acked, total| {
            let attempt = 1;
            view(FeedState::Subscribing {
                attempt,
                acked,
                total,
            })
            .answers
        };
        assert_eq!(
            answers(120, 200),
            Some(AnswersView {
                acked: 120,
                total: 200
            })
        );
        assert_eq!(answers(0, 0), None, "not known is not nothing of nothing");

        let climbing = view(FeedState::Climbing {
            to: TransportKind::WebSocket,
        });
        assert_eq!(climbing.climbs_to.as_deref(), Some("WebSocket"));
        assert_eq!(view(FeedState::Live(LineHealth::Mute)).state, StateView::Mute);

        let again = Some(Moment::after_start(Duration::from_secs(305)));
        assert_eq!(view(FeedState::Suspended { again }).retry_in_ms, Some(300_000));
        assert_eq!(view(FeedState::Suspended { again: None }).retry_in_ms, None);
    }
}
