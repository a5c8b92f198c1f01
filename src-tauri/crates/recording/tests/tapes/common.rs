//! A dialer whose connections say what a test wants, and a way to write tapes by hand.

use std::collections::VecDeque;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Sink as FutureSink, Stream};
use recording::{Entry, Header, Sink, TapeFile, What};
use transport::{DialError, Dialed, Dialer, Dialing, Inbound, Loss, Outbound, Phases, Target};

pub(crate) fn target(url: &str) -> Target {
    Target::new(url.parse().unwrap()).unwrap()
}

pub(crate) fn loopback() -> Target {
    target("ws://127.0.0.1:9/v1/stream")
}

pub(crate) fn text(text: &str) -> Inbound {
    Inbound::Text(text.into())
}

pub(crate) fn started() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_623_400, 0).unwrap()
}

pub(crate) fn header() -> Header {
    Header::new(started(), "desk", "ws://127.0.0.1:9/v1/stream").about("symbols", "NVX")
}

/// A tape of these entries, as a recorder would have written it.
pub(crate) fn write(path: &Path, entries: &[Entry]) {
    let mut file = TapeFile::create(path, &header(), true).unwrap();
    for entry in entries {
        let wall = started() + TimeDelta::from_std(entry.at).unwrap();
        file.look(entry.at).unwrap();
        file.put(entry, wall).unwrap();
    }
    file.end().unwrap();
}

/// A script of what happens on connection after connection, with times in milliseconds.
pub(crate) struct Script {
    pub(crate) entries: Vec<Entry>,
    connection: u64,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self {
            entries: Vec::new(),
            connection: 0,
        }
    }

    pub(crate) fn dial(mut self, at: u64) -> Self {
        self.connection += 1;
        let address = "ws://127.0.0.1:9/v1/stream".to_owned();
        self.on(at, What::Dialing { address })
    }

    pub(crate) fn connect(self, at: u64) -> Self {
        let phases = Phases::default();
        self.dial(at).on(at, What::Connected { phases })
    }

    pub(crate) fn heard(self, at: u64, said: &str) -> Self {
        self.on(at, What::Inbound(text(said)))
    }

    pub(crate) fn said(self, at: u64, said: &str) -> Self {
        self.on(at, What::Outbound(Outbound::Text(said.to_owned())))
    }

    pub(crate) fn on(mut self, at: u64, what: What) -> Self {
        self.entries.push(Entry {
            at: Duration::from_millis(at),
            connection: self.connection,
            what,
        });
        self
    }

    pub(crate) fn end(mut self, at: u64) -> Self {
        self.connection = 0;
        self.on(at, What::End)
    }
}

/// What a connection will say, or why there is none.
pub(crate) type Outcome = Result<Vec<Result<Inbound, Loss>>, DialError>;

/// What the connections of a dialer will say, one list each; then they are silent.
#[derive(Clone, Default)]
pub(crate) struct Scripted {
    pub(crate) dials: Arc<Mutex<VecDeque<Outcome>>>,
    pub(crate) said: Arc<Mutex<Vec<Outbound>>>,
}

impl Scripted {
    pub(crate) fn will(self, dial: Outcome) -> Self {
        self.dials.lock().unwrap().push_back(dial);
        self
    }
}

impl Dialer for Scripted {
    fn dial(&self, _: Target) -> Dialing {
        let next = self.dials.lock().unwrap().pop_front();
        let said = Arc::clone(&self.said);
        Dialing::plain(async move {
            match next {
                Some(Ok(items)) => Ok(Dialed {
                    connection: Box::new(Speaking {
                        items: items.into(),
                        over: false,
                        said,
                    }),
                    phases: Phases {
                        connect: Duration::from_millis(3),
                        ..Phases::default()
                    },
                    local: None,
                }),
                Some(Err(error)) => Err(error),
                None => std::future::pending().await,
            }
        })
    }
}

struct Speaking {
    items: VecDeque<Result<Inbound, Loss>>,
    over: bool,
    said: Arc<Mutex<Vec<Outbound>>>,
}

impl Stream for Speaking {
    type Item = Result<Inbound, Loss>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        match self.items.pop_front() {
            Some(item) => {
                self.over = item.is_err();
                Poll::Ready(Some(item))
            }
            None => Poll::Pending,
        }
    }
}

impl FutureSink<Outbound> for Speaking {
    type Error = Loss;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, item: Outbound) -> Result<(), Loss> {
        self.said.lock().unwrap().push(item);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Loss>> {
        Poll::Ready(Ok(()))
    }
}
