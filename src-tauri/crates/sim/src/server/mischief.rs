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
        Moment::Oversize { bytes } => one(Message::text(padded(*bytes))),
        Moment::Bomb { bytes } => one(Packer::default().pack(padded(*bytes).into()).message(agreed)),
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

/// A message that would be in order if it were shorter.
fn padded(bytes: usize) -> String {
    format!(r#"{{"type":"heartbeat","padding":"{}"}}"#, " ".repeat(bytes))
}
