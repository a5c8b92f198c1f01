//! What a rehearsed fault puts onto a WebSocket, and onto a stream of text.

use std::time::Duration;

use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use transport::websocket::{Agreed, Packer};

use crate::fault::{Junk, Moment};
use crate::protocol::message;

const NO_JSON: &str = "<html>502 Bad Gateway</html>";
const NO_MESSAGE: &str = r#"{"type":7,"symbol":["NVX"],"price":1e400}"#;
const NO_UTF8: &[u8] = b"{\"type\":\"trade\",\"symbol\":\"\xff\xfe\"}";

/// Less than what a socket may hold back, with room for what is there already.
const PIECE: usize = 64 << 10;

/// What is to be done on a WebSocket.
#[derive(Debug)]
pub(super) enum Mischief {
    Messages(Vec<Message>),
    Notice(Duration),
    Goodbye(u16),
}

pub(super) fn of(moment: &Moment, agreed: Option<&Agreed>) -> Mischief {
    let one = |message| Mischief::Messages(vec![message]);
    match moment {
        Moment::Close { code } => Mischief::Goodbye(*code),
        Moment::Notice { ahead } => Mischief::Notice(*ahead),
        Moment::Garbage(Junk::Text) => one(Message::text(NO_JSON)),
        Moment::Garbage(Junk::Json) => one(Message::text(NO_MESSAGE)),
        Moment::Garbage(Junk::Bytes) => one(raw(Data::Text, NO_UTF8)),
        Moment::Garbage(Junk::Frame) => one(raw(Data::Reserved(5), b"reserved")),
        Moment::Oversize { bytes } => Mischief::Messages(pieces(padded(*bytes).into())),
        Moment::Bomb { bytes } if agreed.is_some() => {
            one(Packer::default().pack(padded(*bytes).into()).message(agreed))
        }
        Moment::Bomb { bytes } => Mischief::Messages(pieces(padded(*bytes).into())),
        // These are done elsewhere.
        Moment::Drop | Moment::Reset | Moment::NewEpoch => Mischief::Messages(Vec::new()),
    }
}

/// The same where messages are lines of text: what stands for a line, and
/// whether it is the last.
pub(super) fn line(moment: &Moment) -> (Vec<u8>, Last) {
    let text = |text: &str| (text.as_bytes().to_vec(), Last::No);
    match moment {
        Moment::Close { .. } => (Vec::new(), Last::Yes),
        Moment::Notice { ahead } => (message::shutdown(*ahead).into_bytes(), Last::After(*ahead)),
        Moment::Garbage(Junk::Text) => text(NO_JSON),
        Moment::Garbage(Junk::Json) => text(NO_MESSAGE),
        Moment::Garbage(Junk::Bytes | Junk::Frame) => (NO_UTF8.to_vec(), Last::No),
        Moment::Oversize { bytes } | Moment::Bomb { bytes } => (padded(*bytes).into_bytes(), Last::No),
        Moment::Drop | Moment::Reset | Moment::NewEpoch => (Vec::new(), Last::No),
    }
}

/// Whether something comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    No,
    Yes,
    /// So long.
    After(Duration),
}

fn raw(kind: Data, payload: &'static [u8]) -> Message {
    Message::Frame(Frame::message(
        Bytes::from_static(payload),
        OpCode::Data(kind),
        true,
    ))
}

/// One message in frames, none of which is more than a socket holds back.
fn pieces(mut text: Bytes) -> Vec<Message> {
    let mut pieces = Vec::new();
    while !text.is_empty() || pieces.is_empty() {
        let piece = text.split_to(text.len().min(PIECE));
        let kind = if pieces.is_empty() {
            Data::Text
        } else {
            Data::Continue
        };
        let frame = Frame::message(piece, OpCode::Data(kind), text.is_empty());
        pieces.push(Message::Frame(frame));
    }
    pieces
}

/// A message that would be in order if it were shorter.
fn padded(bytes: usize) -> String {
    let (head, tail) = (r#"{"type":"heartbeat","padding":""#, r#""}"#);
    let mut message = String::with_capacity(head.len() + bytes + tail.len());
    message.push_str(head);
    message.extend(std::iter::repeat_n(' ', bytes));
    message.push_str(tail);
    message
}
