//! What every way of talking to a venue looks like from above.

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio_tungstenite::tungstenite::Utf8Bytes;

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
    Text(Utf8Bytes),
    Binary(Bytes),
    /// Answered by the transport itself.
    Ping,
    Pong(Bytes),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    Text(String),
    /// At most 125 bytes; longer ones would be an illegal frame.
    Ping(Bytes),
    /// Says goodbye with this code. The stream then ends with the answer.
    Close(u16),
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
}

impl Loss {
    /// The code that tells the other side what it did wrong, when it did.
    pub const fn close_code(&self) -> Option<u16> {
        match self {
            Self::Closed { .. } | Self::Dropped | Self::Broken(_) => None,
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
