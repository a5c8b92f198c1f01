//! The wire of a feed, told while the page looks at it: some of it at a time, and
//! what was too much is counted.

use std::sync::Arc;
use std::time::Duration;

use engine::{Direction, Handle, Head, Log, Seen, Sighting, Start, View};
use model::FeedId;
use serde::Serialize;
use tauri::{AppHandle, State};
use tokio::time::{Instant, sleep, timeout_at};

use super::close_up::CloseUps;
use super::log::millis;
use crate::app::emit;
use crate::shell::Shell;

/// What waits to be told; the rest is counted.
const ROOM: usize = 1_024;
const TOLD_EVERY: Duration = Duration::from_millis(100);
/// More in that time nobody can read.
const TOLD_MAX: usize = 100;
/// Whether the feed is opened anew.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct WireView {
    pub(crate) feed: String,
    pub(crate) sights: Vec<SightView>,
    /// What came behind these and was too much to be told.
    pub(crate) missed: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SightView {
    /// The connections are counted since the feed was opened.
    pub(crate) line: f64,
    /// Milliseconds since 1970.
    pub(crate) at: f64,
    #[cfg_attr(test, ts(inline))]
    pub(crate) what: SeenView,
}

/// Secrets are struck out of all of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum SeenView {
    Asked {
        first: String,
        headers: Vec<HeaderView>,
    },
    Answered {
        first: String,
        headers: Vec<HeaderView>,
    },
    Frame {
        outgoing: bool,
        opcode: String,
        r#final: bool,
        compressed: bool,
        length: f64,
        overhead: u8,
        /// How long the message is when it is inflated.
        inflated: Option<f64>,
        /// Of a pong since its ping.
        round_trip: Option<f64>,
        start: String,
        /// Whether the start is hexadecimal digits.
        binary: bool,
    },
    Piece {
        length: f64,
    },
    Message {
        length: f64,
        start: String,
    },
    Ended,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct HeaderView {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[tauri::command]
pub(super) fn open_wire(feed: String, app: AppHandle, shell: State<'_, Shell>, looks: State<'_, CloseUps>) {
    let engine = shell.engine.clone();
    looks
        .wire
        .begin(&shell.tasks, |_| tell(engine, FeedId::new(&feed), app));
}

#[tauri::command]
pub(super) fn close_wire(looks: State<'_, CloseUps>) {
    looks.wire.end();
}

async fn tell(engine: Handle, feed: FeedId, app: AppHandle) {
    loop {
        let (Ok(view), Ok(log)) = (engine.look_at_wire(&feed, ROOM), engine.log(&feed)) else {
            sleep(LOOKED_EVERY).await;
            continue;
        };
        let mut look = Look {
            began: engine.now().wall.timestamp_millis() as f64,
            view,
            log,
        };
        while look.is_of_the_open_feed(&engine, &feed) {
            if let Some((sights, missed)) = look.batch().await {
                let feed = feed.to_string();
                emit(&app, "wire", &WireView { feed, sights, missed });
            }
        }
    }
}

struct Look {
    /// Milliseconds since 1970.
    began: f64,
    view: View,
    /// Each opening of a feed has its own.
    log: Arc<Log>,
}

impl Look {
    fn is_of_the_open_feed(&self, engine: &Handle, feed: &FeedId) -> bool {
        engine.log(feed).is_ok_and(|log| Arc::ptr_eq(&log, &self.log))
    }

    /// What has come in a moment, or nothing for as long as one may wait.
    async fn batch(&mut self) -> Option<(Vec<SightView>, f64)> {
        let first = timeout_at(Instant::now() + LOOKED_EVERY, self.view.next()).await;
        let (mut sights, mut missed) = (Vec::new(), 0);
        let mut next = first.ok().flatten();
        next.as_ref()?;
        let until = Instant::now() + TOLD_EVERY;
        while let Some(sighting) = next {
            match SightView::of(&sighting, self.began) {
                Err(more) => missed += more,
                Ok(sight) if sights.len() < TOLD_MAX => sights.push(sight),
                Ok(_) => missed += 1,
            }
            next = timeout_at(until, self.view.next()).await.ok().flatten();
        }
        // Whoever looks instead of us ends ours at once, which must not turn in circles.
        if Instant::now() < until {
            sleep(until - Instant::now()).await;
        }
        Some((sights, missed as f64))
    }
}

impl SightView {
    /// Or how many were not seen.
    fn of(sighting: &Sighting, began: f64) -> Result<Self, u64> {
        let head = |head: &Head| {
            let headers = head.headers.iter().map(|(name, value)| HeaderView {
                name: name.clone(),
                value: value.clone(),
            });
            (head.first.clone(), headers.collect())
        };
        let what = match &sighting.seen {
            Seen::Asked(asked) => {
                let (first, headers) = head(asked);
                SeenView::Asked { first, headers }
            }
            Seen::Answered(answered) => {
                let (first, headers) = head(answered);
                SeenView::Answered { first, headers }
            }
            Seen::Frame {
                frame,
                start,
                inflated,
                round_trip,
            } => SeenView::Frame {
                outgoing: frame.direction == Direction::Out,
                opcode: frame.kind().to_owned(),
                r#final: frame.last,
                compressed: frame.compressed,
                length: frame.length as f64,
                overhead: frame.overhead,
                inflated: inflated.map(|length| length as f64),
                round_trip: round_trip.map(millis),
                start: start.as_str().to_owned(),
                binary: matches!(start, Start::Bytes(_)),
            },
            Seen::Piece { length } => SeenView::Piece {
                length: *length as f64,
            },
            Seen::Message { length, start } => SeenView::Message {
                length: *length as f64,
                start: start.as_str().to_owned(),
            },
            Seen::Ended => SeenView::Ended,
            Seen::Missed(count) => return Err(*count),
        };
        Ok(Self {
            line: sighting.line as f64,
            at: began + millis(sighting.at),
            what,
        })
    }
}
