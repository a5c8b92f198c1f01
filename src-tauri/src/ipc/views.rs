//! The types that TypeScript sees, and nothing else crosses.
//!
//! `ui/src/ipc/bindings.ts` is generated from them by the test in `bindings`.
//! The words of the market are turned into these here, so that no type of
//! theirs derives for a wire. A secret has no field to stand in.

use market::Row;
use model::{FeedState, FeedStatus, Moment, Source, Timeframe};
use serde::{Deserialize, Serialize};

use super::simulator::DrillView;
use crate::venues::Rehearsed;

/// What a page is told when it opens its stream.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Opening {
    pub(crate) stream: u32,
    pub(crate) lists: Vec<ListView>,
    pub(crate) rows: Vec<RowView>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) notices: Vec<Notice>,
}

/// A watchlist; its rows stand in the person's order.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct ListView {
    pub(crate) name: String,
    pub(crate) rows: Vec<u32>,
}

/// What does not change with every tick. The smallest step of the price is a decimal as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RowView {
    pub(crate) row: u32,
    pub(crate) feed: String,
    pub(crate) symbol: String,
    pub(crate) name: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) tick: Option<String>,
}

impl From<&Row> for RowView {
    fn from(row: &Row) -> Self {
        let instrument = &row.instrument;
        Self {
            row: row.id.0,
            feed: row.feed.to_string(),
            symbol: row.symbol.to_string(),
            name: instrument.name.as_deref().map(str::to_owned),
            currency: instrument.currency.as_deref().map(str::to_owned),
            tick: instrument.tick.map(|tick| tick.to_string()),
        }
    }
}

/// The state of every feed after the frame that is named, and the rows whose
/// description became known or has changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Lifecycle {
    pub(crate) stream: u32,
    pub(crate) frame: u32,
    pub(crate) feeds: Vec<FeedView>,
    pub(crate) rows: Vec<RowView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FeedView {
    pub(crate) feed: String,
    #[cfg_attr(test, ts(inline))]
    pub(crate) source: SourceView,
    #[cfg_attr(test, ts(inline))]
    pub(crate) state: StateView,
    pub(crate) transport: String,
    pub(crate) round_trip_ms: Option<f64>,
    pub(crate) why: String,
    pub(crate) drops: u32,
    pub(crate) attempt: u32,
    pub(crate) retry_in_ms: Option<u32>,
    /// None where the venue is none of ours.
    pub(crate) simulator: Option<RehearsalView>,
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
    Connecting,
    Live,
    Waiting,
    Suspended,
    Closed,
}

impl FeedView {
    pub(crate) fn new(status: &FeedStatus, now: Moment, rehearsal: Option<&Option<Rehearsed>>) -> Self {
        let (state, attempt, retry_in_ms) = match status.state {
            FeedState::Idle => (StateView::Idle, 0, None),
            FeedState::Connecting { attempt } => (StateView::Connecting, attempt, None),
            FeedState::Live => (StateView::Live, 0, None),
            FeedState::Waiting { until, attempt } => {
                let left = u32::try_from(until.since(now).as_millis()).unwrap_or(u32::MAX);
                (StateView::Waiting, attempt, Some(left))
            }
            FeedState::Suspended => (StateView::Suspended, 0, None),
            FeedState::Closed => (StateView::Closed, 0, None),
        };
        Self {
            feed: status.feed.to_string(),
            source: match status.source {
                Source::Live => SourceView::Live,
                Source::Simulated => SourceView::Simulated,
                Source::Replay => SourceView::Replay,
            },
            state,
            transport: status.transport.to_string(),
            round_trip_ms: status
                .round_trip
                .map(|round_trip| round_trip.as_micros() as f64 / 1_000.0),
            why: status.why.to_string(),
            drops: u32::try_from(status.drops).unwrap_or(u32::MAX),
            attempt,
            retry_in_ms,
            simulator: rehearsal.map(|drill| RehearsalView {
                drill: drill.as_ref().map(DrillView::from),
            }),
        }
    }
}

/// How long a candle is, in the words of the timeframe bar.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "Timeframe"))]
pub(crate) enum TimeframeView {
    #[serde(rename = "1s")]
    Second,
    #[serde(rename = "1m")]
    Minute,
}

impl From<TimeframeView> for Timeframe {
    fn from(timeframe: TimeframeView) -> Self {
        match timeframe {
            TimeframeView::Second => Self::Second,
            TimeframeView::Minute => Self::Minute,
        }
    }
}

/// Something that a person should know, and the one next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Notice {
    #[cfg_attr(test, ts(inline))]
    pub(crate) code: NoticeCode,
    pub(crate) sentence: String,
    pub(crate) next: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum NoticeCode {
    SettingsBroken,
    ProfileReadOnly,
    ListsBroken,
    PageReloaded,
    TaskFailed,
    FeedRefused,
    NoTray,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SettingsView {
    pub(crate) keep_in_tray: bool,
    #[cfg_attr(test, ts(inline))]
    pub(crate) theme: ThemeView,
    #[cfg_attr(test, ts(inline))]
    pub(crate) updown: UpdownView,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum ThemeView {
    System,
    Dark,
    Light,
}

/// Which colour means up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum UpdownView {
    GreenUp,
    RedUp,
    BlueOrange,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct About {
    pub(crate) version: String,
    pub(crate) commit: String,
    pub(crate) notices: String,
    pub(crate) log_folder: String,
    pub(crate) profile_folder: String,
}

/// What went wrong in the page, for the log.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PageError {
    #[cfg_attr(test, ts(inline))]
    pub(crate) kind: PageErrorKind,
    pub(crate) message: String,
    pub(crate) source: Option<String>,
    pub(crate) line: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum PageErrorKind {
    Error,
    Rejection,
    SecurityPolicy,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use model::{FeedId, TransportKind};

    use super::*;

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
        let view = FeedView::new(&status(FeedState::Waiting { until, attempt: 3 }), now, None);
        assert_eq!(
            (view.state, view.attempt, view.retry_in_ms),
            (StateView::Waiting, 3, Some(1_500))
        );
        assert_eq!((view.round_trip_ms, view.drops), (Some(1.25), 7));

        let late = FeedView::new(
            &status(FeedState::Waiting { until, attempt: 3 }),
            now + Duration::from_secs(9),
            None,
        );
        assert_eq!(late.retry_in_ms, Some(0), "a time that has passed is now");
    }

    #[test]
    fn a_feed_of_our_own_simulator_says_what_is_rehearsed() {
        let view = |rehearsal| FeedView::new(&status(FeedState::Live), Moment::START, rehearsal).simulator;
        assert_eq!(view(None), None, "somebody else's venue");
        assert_eq!(view(Some(&None)), Some(RehearsalView { drill: None }));
        let drill = crate::venues::drills().pop();
        let told = view(Some(&drill)).and_then(|simulator| simulator.drill).unwrap();
        assert_eq!(Some(told.sentence), drill.map(|drill| drill.sentence));
    }

    #[test]
    fn a_live_feed_waits_for_nothing() {
        let view = FeedView::new(&status(FeedState::Live), Moment::START, None);
        assert_eq!(
            (view.state, view.attempt, view.retry_in_ms),
            (StateView::Live, 0, None)
        );
    }
}
