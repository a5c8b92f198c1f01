//! The log of a feed, told while the page looks at it.

use std::sync::Arc;
use std::time::Duration;

use engine::{Entry, Handle, Happening, Log, Totals};
use model::FeedId;
use serde::Serialize;
use tauri::{AppHandle, State};
use tokio::time::{sleep, timeout};

use super::close_up::CloseUps;
use crate::app::emit;
use crate::shell::Shell;

/// Quick for a person, and few enough for a feed that flaps.
const TOLD_EVERY: Duration = Duration::from_millis(100);
/// For what has no entry of its own: the sum of messages, and a feed that is opened anew.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

/// What happened to a feed since the last of these.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FeedLogView {
    pub(crate) feed: String,
    /// Its entries are the first ones since the feed was opened.
    pub(crate) anew: bool,
    /// Whether there is anything to look at. A paused feed has no log.
    pub(crate) open: bool,
    pub(crate) entries: Vec<LogEntryView>,
    /// All messages since it was opened.
    pub(crate) messages: f64,
    pub(crate) bytes: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct LogEntryView {
    pub(crate) number: f64,
    /// Milliseconds since 1970.
    pub(crate) at: f64,
    /// Which of its connections it happened on.
    pub(crate) line: Option<f64>,
    #[cfg_attr(test, ts(inline))]
    pub(crate) what: HappeningView,
}

/// Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum HappeningView {
    Dialing {
        transport: String,
        address: String,
        attempt: u32,
    },
    Opened {
        transport: String,
        dns: f64,
        tcp: f64,
        proxy: f64,
        tls: f64,
        upgrade: f64,
    },
    Subscribed {
        took: f64,
    },
    FirstPrice {
        took: f64,
    },
    Messages {
        count: f64,
        bytes: f64,
        unreadable: f64,
        within: f64,
    },
    Failed {
        layer: String,
        why: String,
        next: Option<String>,
    },
    Closed {
        code: Option<u16>,
        reason: String,
        next: Option<String>,
    },
    Left {
        code: Option<u16>,
    },
    Rests {
        state: String,
        wait: Option<f64>,
        why: String,
    },
}

#[tauri::command]
pub(super) fn open_log(feed: String, app: AppHandle, shell: State<'_, Shell>, looks: State<'_, CloseUps>) {
    let engine = shell.engine.clone();
    looks
        .log
        .begin(&shell.tasks, |_| tell(engine, FeedId::new(&feed), app));
}

#[tauri::command]
pub(super) fn close_log(looks: State<'_, CloseUps>) {
    looks.log.end();
}

async fn tell(engine: Handle, feed: FeedId, app: AppHandle) {
    let mut reading = Reading::default();
    loop {
        if let Some(view) = reading.news(&engine, &feed) {
            emit(&app, "feed_log", &view);
        }
        sleep(TOLD_EVERY).await;
        reading.wait().await;
    }
}

/// How far the page has read.
#[derive(Default)]
struct Reading {
    log: Option<Arc<Log>>,
    after: u64,
    told: Option<Totals>,
}

impl Reading {
    fn news(&mut self, engine: &Handle, feed: &FeedId) -> Option<FeedLogView> {
        let log = engine.log(feed).ok();
        let known = self.log.as_ref().map(Arc::as_ptr);
        let anew = log.as_ref().map(Arc::as_ptr) != known;
        if anew {
            self.after = 0;
        }
        let entries = log.as_ref().map(|log| log.after(self.after)).unwrap_or_default();
        self.after = entries.last().map_or(self.after, |last| last.number);
        self.log = log;
        let totals = engine.totals(feed);
        let is_news = anew || !entries.is_empty() || self.told.as_ref() != Some(&totals);
        let view = is_news.then(|| FeedLogView {
            feed: feed.to_string(),
            anew,
            open: self.log.is_some(),
            entries: entries.iter().map(|entry| entry.as_ref().into()).collect(),
            messages: totals.messages as f64,
            bytes: totals.bytes as f64,
        });
        self.told = Some(totals);
        view
    }

    /// Until something has happened, or it is time to look anyway.
    async fn wait(&self) {
        let Some(log) = &self.log else {
            return sleep(LOOKED_EVERY).await;
        };
        let after = self.after;
        let mut newest = log.newest();
        // Late or not, it is looked at.
        let _late = timeout(LOOKED_EVERY, newest.wait_for(|newest| *newest > after)).await;
    }
}

impl From<&Entry> for LogEntryView {
    fn from(entry: &Entry) -> Self {
        Self {
            number: entry.number as f64,
            at: entry.at.wall.timestamp_millis() as f64,
            line: entry.line.map(|line| line as f64),
            what: (&entry.what).into(),
        }
    }
}

impl From<&Happening> for HappeningView {
    fn from(what: &Happening) -> Self {
        match what {
            Happening::Dialing {
                transport,
                address,
                attempt,
            } => Self::Dialing {
                transport: transport.to_string(),
                address: address.clone(),
                attempt: *attempt,
            },
            Happening::Opened { transport, phases } => Self::Opened {
                transport: transport.to_string(),
                dns: millis(phases.resolve),
                tcp: millis(phases.connect),
                proxy: millis(phases.proxy),
                tls: millis(phases.tls),
                upgrade: millis(phases.upgrade),
            },
            Happening::Subscribed { took } => Self::Subscribed { took: millis(*took) },
            Happening::FirstPrice { took } => Self::FirstPrice { took: millis(*took) },
            Happening::Messages {
                count,
                bytes,
                unreadable,
                within,
            } => Self::Messages {
                count: *count as f64,
                bytes: *bytes as f64,
                unreadable: *unreadable as f64,
                within: millis(*within),
            },
            Happening::Failed { layer, why, next } => Self::Failed {
                layer: layer.as_str().to_owned(),
                why: why.clone(),
                next: next.map(str::to_owned),
            },
            Happening::Closed { code, reason, next } => Self::Closed {
                code: *code,
                reason: reason.clone(),
                next: next.map(str::to_owned),
            },
            Happening::Left { code } => Self::Left { code: *code },
            Happening::Rests { state, wait, why } => Self::Rests {
                state: state.as_str().to_owned(),
                wait: wait.map(millis),
                why: why.clone(),
            },
        }
    }
}

pub(super) fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}
