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
    pub(crate) join: Join,
    /// To the next wishes, one after the other; all others are answered at once.
    pub(crate) first_acks: VecDeque<Acks>,
    /// Whoever asks once more for what it has on this connection is refused, and all that it asked for with it.
    pub(crate) poison: bool,
    /// Nothing of this symbol is told until somebody asks for it anew.
    pub(crate) silenced: Option<usize>,
    /// Whether it says now and then that it is there.
    pub(crate) heartbeats: bool,
    /// A message over a WebSocket that is longer does not come through.
    pub(crate) frame_max: Option<usize>,
    /// Its answers to wishes are as long as this at least.
    pub(crate) answer_min: usize,
    /// What it says of its market.
    pub(crate) session: &'static str,
    pub(crate) style: Style,
    pub(crate) keeping: Keeping,
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
            join: Join::Clean,
            first_acks: VecDeque::new(),
            poison: false,
            silenced: None,
            heartbeats: true,
            frame_max: None,
            answer_min: 0,
            session: "open",
            style: Style::Plain,
            keeping: Keeping::Kept,
        }
    }
}

/// How the state of a symbol and the stream behind it fit together, in ticks of that symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    Clean,
    /// The state was read before these came, and they are told before it is.
    Early {
        ticks: u64,
    },
    /// The stream begins with some that the state has already.
    Overlap {
        ticks: u64,
    },
}

/// How one wish is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acks {
    Prompt,
    /// The ticks come at once, the answers after this.
    Late(Duration),
    /// Nothing was heard of the symbol at this place, so nothing comes of it.
    Missed(usize),
    /// With one more, for a symbol that nobody has asked for.
    Stray,
    /// Each comes twice.
    Twice,
}

/// How an event stream is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    /// With a mark of the byte order, comments, fields of no meaning, and every end of a line that there is.
    Odd,
    /// Each event has an id.
    Numbered,
    /// Each event has an id, and a last one takes it back.
    Unnumbered,
    /// A megabyte of comment before each handful of events.
    Long,
}

/// What becomes of a line when an answer on it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    Kept,
    /// It is closed, and nobody had said so.
    Closed,
    /// Nothing that comes on it is answered.
    Ignored,
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
    /// Served, and something happens to the answer on its way.
    Spoilt(Spoil),
    /// Served, a byte at a time.
    Drip {
        every: Duration,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Close,
    Hold,
    /// The next question may come on the same line.
    GoOn,
}

/// What happens to the answer to a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoil {
    /// It was given, and never came.
    Lost,
    /// It breaks off in the middle.
    Half,
    /// So many ticks before it come once more.
    Repeated { ticks: usize },
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
    /// What the venue says on it does not come through any more; what it is told does.
    Gag,
    /// Nothing is read on it any more, and what the venue says goes on.
    Deafen,
    /// Over HTTP/2: no further question is taken on this line.
    GoAway,
    /// Over HTTP/2: what is being answered is taken back.
    ResetStreams,
    /// These bytes are said, over HTTP as a part of the body.
    Say(Bytes),
    /// The same, a byte at a time.
    Drip(Bytes, Duration),
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
