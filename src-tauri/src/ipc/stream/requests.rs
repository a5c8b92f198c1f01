//! How the commands talk to the stream's task.

use market::RowId;
use model::Timeframe;
use tauri::ipc::{Channel, InvokeResponseBody};
use tokio::sync::{mpsc, oneshot};

use crate::ipc::views::{Lifecycle, RowView};

/// Many more than a page has under way at once; a page that asks faster waits.
const REQUESTS: usize = 64;

/// What the commands hold of the stream.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    requests: mpsc::Sender<Request>,
}

/// What a page is told when its stream begins.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) rows: Vec<RowView>,
    pub(crate) lifecycle: Lifecycle,
}

/// The page speaks of a stream that has ended, or the window is closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this stream is not open")]
pub(crate) struct NotOpen;

pub(super) enum Request {
    Open {
        frames: Channel<InvokeResponseBody>,
        reply: oneshot::Sender<Opened>,
    },
    Acknowledge {
        stream: u32,
        frame: u32,
    },
    OpenChart {
        stream: u32,
        row: RowId,
        timeframe: Timeframe,
        reply: oneshot::Sender<Result<u32, NotOpen>>,
    },
    CloseChart {
        stream: u32,
        series: u32,
    },
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}

impl Stream {
    /// The commands' end, and the task's.
    pub(crate) fn new() -> (Self, Requests) {
        let (sender, receiver) = mpsc::channel(REQUESTS);
        (Self { requests: sender }, Requests(receiver))
    }

    /// Begins a stream; the one before ends.
    pub(crate) async fn open(&self, frames: Channel<InvokeResponseBody>) -> Result<Opened, NotOpen> {
        self.ask(|reply| Request::Open { frames, reply }).await
    }

    pub(crate) async fn acknowledge(&self, stream: u32, frame: u32) -> Result<(), NotOpen> {
        self.say(Request::Acknowledge { stream, frame }).await
    }

    /// The number of a series, which the next frame carries whole.
    pub(crate) async fn open_chart(
        &self,
        stream: u32,
        row: RowId,
        timeframe: Timeframe,
    ) -> Result<u32, NotOpen> {
        self.ask(|reply| Request::OpenChart {
            stream,
            row,
            timeframe,
            reply,
        })
        .await?
    }

    pub(crate) async fn close_chart(&self, stream: u32, series: u32) -> Result<(), NotOpen> {
        self.say(Request::CloseChart { stream, series }).await
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, NotOpen> {
        let (reply, answer) = oneshot::channel();
        self.say(request(reply)).await?;
        answer.await.map_err(|_| NotOpen)
    }

    async fn say(&self, request: Request) -> Result<(), NotOpen> {
        self.requests.send(request).await.map_err(|_| NotOpen)
    }
}

/// The task's end of a [`Stream`].
#[derive(Debug)]
pub(crate) struct Requests(pub(super) mpsc::Receiver<Request>);
