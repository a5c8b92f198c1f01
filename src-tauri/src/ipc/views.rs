//! The types that TypeScript sees, and nothing else crosses.
//!
//! `ui/src/ipc/bindings.ts` is generated from them by the test in `bindings`.
//! The words of the market are turned into these here, so that no type of
//! theirs derives for a wire. A secret has no field to stand in.

use market::Shown;
use model::Timeframe;
use serde::{Deserialize, Serialize};

use super::feed::FeedView;
use super::past::PastView;

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

/// What does not change with every tick. Feed and symbol are those of the source that a person
/// prefers, all else is of the one that is shown. The smallest step of the price is a decimal as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RowView {
    pub(crate) row: u32,
    pub(crate) feed: String,
    pub(crate) symbol: String,
    pub(crate) name: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) tick: Option<String>,
    /// In the order in which a person prefers them.
    pub(crate) sources: Vec<SourceView>,
    /// What came of asking for its past; null before anybody did.
    pub(crate) past: Option<PastView>,
}

/// A symbol of a feed, as one of those that stand behind a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SourceView {
    /// As a frame names it; none while there is no such feed.
    pub(crate) row: Option<u32>,
    pub(crate) feed: String,
    pub(crate) symbol: String,
}

impl From<&Shown<'_>> for RowView {
    fn from(shown: &Shown<'_>) -> Self {
        let instrument = shown.row.map(|row| &row.instrument);
        let text = |text: &std::sync::Arc<str>| text.as_ref().to_owned();
        let candidates = shown.preference.candidates();
        let sources: Vec<_> = candidates
            .map(|(candidate, row)| SourceView {
                row: row.map(|row| row.0),
                feed: candidate.feed.to_string(),
                symbol: candidate.symbol.to_string(),
            })
            .collect();
        let preferred = sources.first();
        Self {
            row: shown.preference.id.0,
            feed: preferred.map(|source| source.feed.clone()).unwrap_or_default(),
            symbol: preferred.map(|source| source.symbol.clone()).unwrap_or_default(),
            name: instrument.and_then(|known| known.name.as_ref().map(text)),
            currency: instrument.and_then(|known| known.currency.as_ref().map(text)),
            tick: instrument.and_then(|known| known.tick.map(|tick| tick.to_string())),
            sources,
            past: shown.row.and_then(|row| row.past.as_ref()).map(PastView::from),
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
    BookmarksUnread,
    BudgetsUnread,
    PageReloaded,
    TaskFailed,
    FeedRefused,
    KeyLeft,
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
