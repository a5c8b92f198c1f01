//! How the venue behaves, and what can happen to the connections that it has.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use model::TransportKind;

use super::twist::Twist;

/// How it treats whoever comes, until a scene says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Manners {
    pub(crate) door: Door,
    /// To the next requests, one after the other, before the answer to all others holds.
    pub(crate) first_answers: VecDeque<Answer>,
    pub(crate) answer: Answer,
    pub(crate) heartbeat: Duration,
    /// Whether it has everything again for whoever comes back.
    pub(crate) replays: bool,
    /// Answers and heartbeats, but no prices.
    pub(crate) mute: bool,
    /// What is done to the ticks of a connection that goes on.
    pub(crate) twist: Option<Twist>,
    /// Whether it takes the offer to pack what it says.
    pub(crate) packs: bool,
    /// Whether pings are answered.
    pub(crate) pongs: bool,
    /// A WebSocket ends so long after it was opened.
    pub(crate) cut_after: Option<Duration>,
    /// So few bytes at a time, with a pause behind each.
    pub(crate) drops: Option<(usize, Duration)>,
    /// What comes right behind the handshake, or as the first of a body.
    pub(crate) first_words: Bytes,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            door: Door::Open,
            first_answers: VecDeque::new(),
            answer: Answer::Serve,
            heartbeat: Duration::from_secs(1),
            replays: true,
            mute: false,
            twist: None,
            packs: false,
            pongs: true,
            cut_after: None,
            drops: None,
            first_words: Bytes::new(),
        }
    }
}

/// Before a word was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// Taken and dropped at once.
    Slammed,
    /// Taken, and then nobody is there.
    Deserted,
    /// These bytes, whatever was said.
    Babbling(Bytes),
}

/// To a request for the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Serve,
    /// These bytes and no more.
    Say {
        bytes: Bytes,
        then: Then,
    },
    /// This, and then the same again and again, without an end.
    Repeat {
        first: Bytes,
        bytes: Bytes,
    },
    /// Only to those who come in these ways; everybody else is served.
    Block {
        ways: Vec<TransportKind>,
        bytes: Bytes,
        then: Then,
    },
    /// A handshake that is wrong somewhere.
    Handshake(Handshake),
    /// Served, a byte at a time.
    Drip {
        every: Duration,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Close,
    Hold,
}

/// The answer of somebody who does not quite speak WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    WrongAccept,
    NoAccept,
    NoUpgrade,
    UnaskedSubprotocol,
    UnaskedExtension,
    /// All right, and then not another byte.
    Swallow,
}

/// Something that happens to every connection of this moment.
#[derive(Clone, Debug)]
pub(crate) enum Blow {
    /// Ended without a goodbye.
    End,
    /// Torn down.
    Reset,
    /// Torn down in the middle of a message.
    ResetInMessage,
    /// It stays, and carries nothing either way, until the next blow.
    Freeze,
    /// These bytes are said, over HTTP as a part of the body.
    Say(Bytes),
    /// These are said and the connection is ended in good manners.
    SayAndEnd(Bytes),
}

impl Answer {
    /// A page, and the end of the connection.
    pub(crate) fn status(status: &str, headers: &str, text: &str) -> Self {
        Self::Say {
            bytes: page(status, headers, text),
            then: Then::Close,
        }
    }
}

/// A status, header lines that each end in a line break, and a short text.
pub(crate) fn page(status: &str, headers: &str, text: &str) -> Bytes {
    let length = text.len();
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n");
    Bytes::from(head + text)
}

/// Which way a request has come.
pub(crate) fn way(path: &str, upgrade: bool) -> Option<TransportKind> {
    match path.split('?').next().unwrap_or_default() {
        "/v1/stream" if upgrade => Some(TransportKind::WebSocket),
        "/v1/events" => Some(TransportKind::EventStream),
        "/v1/poll" => Some(TransportKind::LongPoll),
        "/v1/snapshot" => Some(TransportKind::Poll),
        _ => None,
    }
}
