//! The stream of frames to the page, and the state of the feeds beside it.
//!
//! [`run`] is one task for the life of the window. It owns what the page has
//! been sent; commands talk to it through a [`Stream`], and it reads the market
//! only when a frame is due, so nothing queues up in front of a slow page: the
//! market's rows are where ticks are merged.
//!
//! Deliberately not here: when a frame is due (`pace`), when the state of the
//! feeds is told (`lane`), and any window: frames go into the page's channel
//! and events through the closure that `app` hands in.

mod chart;
mod ledger;
mod page;
mod requests;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use engine::Handle;
use market::{Revision, RowId};
use model::{FeedStatus, Timeframe};
use tauri::ipc::{Channel, InvokeResponseBody};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::info;

use self::ledger::Ledger;
use self::page::Page;
use self::requests::Request;
use super::feed::FeedView;
use super::lane::Lane;
use super::pace::{Due, Pace};
use super::views::Lifecycle;
use crate::roster::Standings;
use crate::venues::Rehearsals;

pub(crate) use self::requests::{NotOpen, Opened, Requests, Stream};

/// How much was asked of a venue is told so often at most.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

/// Sends frames and the state of the feeds until it is told to stop.
pub(crate) async fn run(
    engine: Handle,
    mut rehearsals: watch::Receiver<Rehearsals>,
    mut standings: watch::Receiver<Standings>,
    Requests(mut requests): Requests,
    tell: impl Fn(Lifecycle) + Send,
    stop: CancellationToken,
) {
    let mut feeds = engine.feeds();
    let mut allotments = engine.allotments();
    // Nobody counts along.
    let mut counted: Option<Instant> = None;
    let mut revision = engine.revision();
    let mut task = Task {
        engine,
        rehearsals: rehearsals.clone(),
        standings: standings.clone(),
        tell,
        page: None,
        lane: Lane::Clear,
        ledger: Ledger::default(),
        streams: 0,
        series: 0,
    };
    loop {
        let (frame_due, lane_due) = (task.frame_due(), task.lane.due());
        // What a page asks comes before what it is sent, and the state of the
        // feeds before any tick.
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            request = requests.recv() => match request {
                Some(request) => task.answer(request),
                None => return,
            },
            Ok(()) = feeds.changed() => {
                feeds.mark_unchanged();
                task.lane = task.lane.changed(Instant::now());
            }
            Ok(()) = allotments.changed(), if counted.is_none() => {
                allotments.mark_unchanged();
                counted = Some(Instant::now() + COUNTED_EVERY);
            }
            () = at(counted) => {
                counted = None;
                task.lane = task.lane.changed(Instant::now());
            }
            Ok(()) = rehearsals.changed() => {
                rehearsals.mark_unchanged();
                task.lane = task.lane.changed(Instant::now());
            }
            Ok(()) = standings.changed() => {
                standings.mark_unchanged();
                task.lane = task.lane.changed(Instant::now());
            }
            () = at(lane_due) => task.tell_lifecycle(),
            () = wake(frame_due, &mut revision) => {
                revision.mark_unchanged();
                task.send_frame();
            }
        }
    }
}

struct Task<T> {
    engine: Handle,
    rehearsals: watch::Receiver<Rehearsals>,
    standings: watch::Receiver<Standings>,
    tell: T,
    page: Option<Page>,
    lane: Lane,
    ledger: Ledger,
    /// Numbers that were given, so that none is given twice.
    streams: u32,
    series: u32,
}

impl<T: Fn(Lifecycle)> Task<T> {
    fn frame_due(&self) -> Due {
        self.page
            .as_ref()
            .map_or(Due::OnAcknowledgement, |page| page.pace.due())
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Open { frames, reply } => {
                // A page that has gone again meanwhile asks anew.
                let _gone = reply.send(self.open(frames));
            }
            Request::Acknowledge { stream, frame } => {
                if let Some(page) = self.page_of(stream) {
                    page.acknowledged(frame);
                }
            }
            Request::OpenChart {
                stream,
                row,
                timeframe,
                reply,
            } => {
                let _gone = reply.send(self.open_chart(stream, row, timeframe));
            }
            Request::CloseChart { stream, series } => {
                if let Some(page) = self.page_of(stream) {
                    page.close_chart(series);
                }
            }
        }
    }

    fn open(&mut self, frames: Channel<InvokeResponseBody>) -> Opened {
        self.streams = self.streams.wrapping_add(1);
        info!(stream = self.streams, "a page has opened its stream");
        let (page, rows) = self.engine.read(|market| Page::new(self.streams, frames, market));
        self.page = Some(page);
        self.send_frame();
        let feeds = self.feed_views();
        let lifecycle = Lifecycle {
            stream: self.streams,
            frame: 0,
            feeds,
            rows: Vec::new(),
        };
        Opened { rows, lifecycle }
    }

    fn open_chart(&mut self, stream: u32, row: RowId, timeframe: Timeframe) -> Result<u32, NotOpen> {
        let number = self.series.wrapping_add(1);
        let page = self.page_of(stream).ok_or(NotOpen)?;
        page.open_chart(number, row, timeframe);
        let is_quiet = page.pace == Pace::Quiet;
        self.series = number;
        self.engine.want_past(row, timeframe);
        if is_quiet {
            // The market may stay as it is for long, and the chart is wanted now.
            self.send_frame();
        }
        Ok(number)
    }

    fn page_of(&mut self, stream: u32) -> Option<&mut Page> {
        self.page.as_mut().filter(|page| page.stream == stream)
    }

    fn send_frame(&mut self) {
        let Some(page) = &mut self.page else { return };
        let made_at = self.engine.now().wall;
        let frame = self
            .engine
            .read(|market| page.write(market, &mut self.ledger, made_at));
        for (row, timeframe) in page.take_turned() {
            self.engine.want_past(row, timeframe);
        }
        let now = Instant::now();
        match frame {
            Some(frame) => {
                page.pace = Pace::sent(page.frame, now);
                page.send(frame);
            }
            None => page.pace = page.pace.found_nothing(now),
        }
        if !page.described.is_empty() {
            self.lane = self.lane.changed(now);
        }
    }

    fn tell_lifecycle(&mut self) {
        let now = Instant::now();
        let Some(page) = &mut self.page else {
            // Whoever opens the next page is told then.
            self.lane = Lane::Clear;
            return;
        };
        self.lane = Lane::told(page.pace.silence(now), now);
        let rows = std::mem::take(&mut page.described).into_values().collect();
        let (stream, frame) = (page.stream, page.frame);
        let feeds = self.feed_views();
        (self.tell)(Lifecycle {
            stream,
            frame,
            feeds,
            rows,
        });
    }

    fn feed_views(&self) -> Vec<FeedView> {
        let now = self.engine.now().at;
        let statuses: Arc<[FeedStatus]> = self.engine.feeds().borrow().clone();
        let rehearsals = Rehearsals::clone(&self.rehearsals.borrow());
        let standings = Standings::clone(&self.standings.borrow());
        statuses
            .iter()
            .map(|status| {
                let (rehearsal, standing) = (rehearsals.get(&status.feed), standings.get(&status.feed));
                let allotment = self.engine.allotment(&status.feed);
                FeedView::new(status, now, rehearsal, standing).with_asked(allotment.as_ref())
            })
            .collect()
    }
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

async fn wake(due: Due, revision: &mut watch::Receiver<Revision>) {
    match due {
        Due::OnChange => {
            if revision.changed().await.is_err() {
                // The engine has ended and changes nothing any more.
                std::future::pending::<()>().await;
            }
        }
        Due::OnAcknowledgement => std::future::pending().await,
        Due::At(instant) => sleep_until(instant).await,
    }
}
