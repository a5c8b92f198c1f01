//! What every way of talking to a venue looks like from above.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// The largest message a venue is known to send is a full snapshot of about 1 MB.
pub(crate) const MESSAGE_SIZE_MAX: usize = 4 << 20;

/// A connection that is up. The stream ends after its one [`Loss`].
///
/// Polled, not awaited message by message: whoever reads it drains everything
/// that is there before handing a burst on.
pub trait Connection:
    Stream<Item = Result<Inbound, Loss>> + Sink<Outbound, Error = Loss> + Send + Unpin
{
}

impl<T> Connection for T where
    T: Stream<Item = Result<Inbound, Loss>> + Sink<Outbound, Error = Loss> + Send + Unpin
{
}

pub type BoxConnection = Box<dyn Connection>;

/// What came from the other side. Everything is a sign of life, only a message
/// carries data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inbound {
    /// A message; over HTTP, the data of an event, a line, or a whole body.
    Text(Utf8Bytes),
    /// The same of what is asked for again and again, and which of the paths it
    /// was found at.
    Answer {
        path: Arc<str>,
        text: Utf8Bytes,
    },
    /// The server did not take the question at this path, where nothing was found before: with this
    /// status, and the beginning of what it says. It is not asked again by itself; the others are.
    Declined {
        path: Arc<str>,
        status: u16,
        text: Utf8Bytes,
    },
    Binary(Bytes),
    /// A sign of life that asks for nothing: a ping, answered by the transport
    /// itself; a comment in an event stream; an answer that says "nothing new".
    Ping,
    Pong(Bytes),
    /// A message has been under way for a second or longer, and more of it has
    /// come; not told more often than that. On a thin line nothing else can
    /// come until it is whole, no pong either.
    More,
    /// Something for the next dial.
    Hint(Hint),
}

/// What the server wants whoever dials it next to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Everything up to here has come: for [`crate::Target::with_last_event_id`].
    /// Told behind the last of the messages that are there at once. Empty when
    /// the server took its word back.
    LastEventId(Utf8Bytes),
    /// Not to be dialed sooner than this after a loss.
    RetryAfter(Duration),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    /// Only over a WebSocket.
    Text(String),
    /// Only over a WebSocket.
    Binary(Bytes),
    /// Only over HTTP: the path and the query to fetch from this server, in the
    /// place of what was fetched before; several only where they are asked for
    /// again and again, one after the other. What is being fetched goes on until
    /// the new one answers, so some messages may come twice and none is lost.
    Fetch(Vec<String>),
    /// Only where things are asked for again and again: no longer these paths, but
    /// those. All others go on as they are.
    Exchange { gone: Vec<String>, come: Vec<String> },
    /// At most 125 bytes; longer ones would be an illegal frame. Over HTTP it is
    /// a request of its own beside the stream (`OPTIONS *`), and any answer to
    /// that is the pong.
    Ping(Bytes),
    /// Says goodbye with this code. The stream then ends with the answer, over
    /// HTTP at once.
    Close(u16),
}

impl Outbound {
    /// Of one path.
    pub fn fetch(path: impl Into<String>) -> Self {
        Self::Fetch(vec![path.into()])
    }
}

/// Why a connection is over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    #[error("the server closed the connection{}", closing(.code, .reason))]
    Closed { code: Option<u16>, reason: String },
    #[error("the connection ended without a goodbye")]
    Dropped,
    #[error("the connection broke: {0}")]
    Broken(std::io::ErrorKind),
    #[error("the server sent a message larger than {limit} bytes")]
    Oversize { limit: usize },
    #[error("the server sent text that is not UTF-8")]
    NotUtf8,
    #[error("the server sent a message that cannot be decompressed")]
    Garbled,
    #[error("the server broke the protocol: {0}")]
    Protocol(String),
    /// Over HTTP, an answer that is none.
    #[error("{}", crate::error::refusal(*.status, .body))]
    Refused {
        status: u16,
        retry_after: Option<Duration>,
        body: String,
    },
    #[error("the server sent {0}, which is no data of a feed")]
    WrongContent(String),
    #[error("the server did not go on for {} s", .after.as_secs())]
    Stalled { after: Duration },
    /// Nothing was asked: what may be asked of this server is used up until then.
    #[error("{why}")]
    Spent { again: Duration, why: String },
    /// The program itself is wrong.
    #[error("{0}")]
    Misused(&'static str),
}

impl Loss {
    /// The code that tells the other side what it did wrong, when it did.
    pub const fn close_code(&self) -> Option<u16> {
        match self {
            Self::Closed { .. }
            | Self::Dropped
            | Self::Broken(_)
            | Self::Refused { .. }
            | Self::WrongContent(_)
            | Self::Stalled { .. } => None,
            Self::Misused(_) | Self::Spent { .. } => Some(1000),
            Self::Protocol(_) => Some(1002),
            Self::NotUtf8 | Self::Garbled => Some(1007),
            Self::Oversize { .. } => Some(1009),
        }
    }
}

fn closing(code: &Option<u16>, reason: &str) -> String {
    match (code, reason.is_empty()) {
        (None, _) => String::new(),
        (Some(code), true) => format!(" (code {code})"),
        (Some(code), false) => format!(" (code {code}: {reason})"),
    }
}
