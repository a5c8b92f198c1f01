//! What came of asking for the past of a row, for the page.

use market::{Past, PastState};
use model::Adjusted;
use serde::Serialize;

/// Whose history its candles are filled from, and how far that has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PastView {
    pub(crate) by: String,
    #[cfg_attr(test, ts(inline))]
    pub(crate) adjusted: AdjustedView,
    #[cfg_attr(test, ts(inline))]
    pub(crate) state: PastStateView,
    /// What they have said instead.
    pub(crate) why: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum AdjustedView {
    Yes,
    No,
    NotNeeded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum PastStateView {
    Asked,
    Told,
    Delayed,
    Refused,
}

impl From<&Past> for PastView {
    fn from(past: &Past) -> Self {
        let (state, why) = match &past.state {
            PastState::Asked => (PastStateView::Asked, None),
            PastState::Told => (PastStateView::Told, None),
            PastState::Delayed { why } => (PastStateView::Delayed, Some(why)),
            PastState::Refused { why } => (PastStateView::Refused, Some(why)),
        };
        Self {
            by: past.by.to_string(),
            adjusted: match past.adjusted {
                Adjusted::Yes => AdjustedView::Yes,
                Adjusted::No => AdjustedView::No,
                Adjusted::NotNeeded => AdjustedView::NotNeeded,
            },
            state,
            why: why.map(ToString::to_string),
        }
    }
}
