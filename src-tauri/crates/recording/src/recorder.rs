//! A dialer that records what another one does.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::{Sink as FutureSink, Stream};
use model::Secret;
use tokio::sync::watch;
use tokio::time::Instant;
use transport::{BoxConnection, Dialed, Dialer, Dialing, Inbound, Loss, Outbound, Redaction, Target};

use crate::inlet::{Inlet, Writer};
use crate::{Sink, What};

/// What has been recorded so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub entries: u64,
    /// Of them, messages that came in.
    pub messages: u64,
    /// Entries that came faster than they could be written.
    pub missing: u64,
    /// Bytes of the tape.
    pub stored: u64,
    /// When the last of them happened, since the tape's start.
    pub until: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    Running(Taken),
    /// Nothing could be written any more. The feed goes on as if nothing had been recorded.
    Stopped {
        taken: Taken,
        kind: io::ErrorKind,
    },
    /// It was ended in order.
    Ended(Taken),
}

impl RecordingState {
    pub const fn taken(&self) -> &Taken {
        match self {
            Self::Running(taken) | Self::Stopped { taken, .. } | Self::Ended(taken) => taken,
        }
    }
}

/// Wraps another dialer. Nothing above can tell, and nothing above is held up.
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<dyn Dialer>,
    inlet: Arc<Inlet>,
}

/// A recording under way. It ends when it is told to, or dropped.
pub struct Recording {
    inlet: Arc<Inlet>,
    state: watch::Receiver<RecordingState>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording")
            .field("state", &*self.state.borrow())
            .finish_non_exhaustive()
    }
}

impl Recorder {
    /// `secrets` are those that travel in messages and that no target knows of;
    /// what a target says in its handshake is hidden without being named here.
    pub fn start(
        inner: Arc<dyn Dialer>,
        sink: impl Sink,
        secrets: &[Secret],
    ) -> io::Result<(Self, Recording)> {
        let (inlet, items) = Inlet::open(Instant::now());
        let (state, watched) = watch::channel(RecordingState::Running(Taken::default()));
        let writer = Writer {
            inlet: Arc::clone(&inlet),
            sink,
            redaction: Redaction::of(secrets),
            state,
            taken: Taken::default(),
        };
        let thread = std::thread::Builder::new()
            .name("recording".to_owned())
            .spawn(move || writer.run(&items))?;
        let recording = Recording {
            inlet: Arc::clone(&inlet),
            state: watched,
            thread: Some(thread),
        };
        Ok((Self { inner, inlet }, recording))
    }
}

impl Recording {
    /// Changes at least once a second while something comes, and when it is over.
    pub fn state(&self) -> watch::Receiver<RecordingState> {
        self.state.clone()
    }

    /// Writes what was recorded until now and closes the tape. Waits for the disk.
    pub fn end(mut self) -> RecordingState {
        self.finish();
        *self.state.borrow()
    }

    fn finish(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.inlet.end();
            if thread.join().is_err() {
                tracing::error!("the thread that records has ended in a panic");
            }
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Dialer for Recorder {
    fn dial(&self, target: Target) -> Dialing {
        // A tape is what a feed has heard. What is asked once beside it was another's
        // matter, and played again it would be given to whoever dials next.
        if target.is_once() {
            return self.inner.dial(target);
        }
        self.inlet.hide(target.secrets());
        let number = self.inlet.next_connection();
        let mut call = Call {
            inlet: Arc::clone(&self.inlet),
            number,
            open: true,
        };
        // A target's debug form is its address without query and token.
        call.put(What::Dialing {
            address: format!("{target:?}"),
        });
        self.inner.dial(target).then(move |outcome| match outcome {
            Ok(Dialed {
                connection,
                phases,
                local,
            }) => {
                call.put(What::Connected { phases });
                let connection = Box::new(Recorded { connection, call });
                Ok(Dialed {
                    connection,
                    phases,
                    local,
                })
            }
            Err(error) => {
                call.close(What::NotConnected(error.clone()));
                Err(error)
            }
        })
    }
}

/// One dial and what became of it. Its end is on the tape, however it comes.
struct Call {
    inlet: Arc<Inlet>,
    number: u64,
    open: bool,
}

impl Call {
    fn put(&self, what: What) {
        self.inlet.put(self.number, what);
    }

    fn close(&mut self, what: What) {
        if std::mem::take(&mut self.open) {
            self.put(what);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.close(What::GivenUp);
    }
}

struct Recorded {
    connection: BoxConnection,
    call: Call,
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.call.close(What::Left);
    }
}

impl Stream for Recorded {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.connection).poll_next(cx);
        if let Poll::Ready(Some(item)) = &polled {
            match item {
                Ok(inbound) => self.call.put(What::Inbound(inbound.clone())),
                Err(loss) => self.call.close(What::Lost(loss.clone())),
            }
        }
        polled
    }
}

impl FutureSink<Outbound> for Recorded {
    type Error = Loss;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Pin::new(&mut self.connection).poll_ready(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, item: Outbound) -> Result<(), Loss> {
        self.call.put(What::Outbound(item.clone()));
        Pin::new(&mut self.connection).start_send(item)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Pin::new(&mut self.connection).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Pin::new(&mut self.connection).poll_close(cx)
    }
}
