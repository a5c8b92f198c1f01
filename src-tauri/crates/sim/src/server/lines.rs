//! Messages as pieces of text, for the ways that are made of it.

use std::collections::VecDeque;
use std::fmt::Write;

use super::mischief::{self, Last};
use super::outbox::{About, Event, Parcel};
use crate::protocol::message;
use crate::protocol::request::Place;

/// Writes each message the way a transport wants it.
pub(super) trait Writer {
    /// From here on, places are of this epoch.
    fn begin(&mut self, place: &Place);

    /// A message that belongs to an event, or to none.
    fn line(&mut self, text: &str, event: Option<&Event>);

    /// Something that need not even be text.
    fn raw(&mut self, bytes: &[u8]);
}

/// Empties a batch into a writer, and says whether that was all there will be.
pub(super) fn write(batch: &mut VecDeque<Parcel>, writer: &mut impl Writer) -> Last {
    let mut last = Last::No;
    for parcel in batch.drain(..) {
        match &parcel.about {
            About::Talk => writer.line(parcel.text(), None),
            About::Welcome(place) => {
                writer.begin(place);
                writer.line(parcel.text(), None);
            }
            About::Event(event) => {
                if let Some(from) = event.left_out_from {
                    let left_out = message::conflated(event.symbol, from, event.seq - 1);
                    writer.line(&left_out, None);
                }
                writer.line(parcel.text(), Some(event));
            }
            About::Fault(moment) => {
                let (bytes, end) = mischief::line(moment);
                if !bytes.is_empty() {
                    writer.raw(&bytes);
                }
                if end != Last::No {
                    last = end;
                }
                if end == Last::Yes {
                    break;
                }
            }
        }
    }
    last
}

/// Lines as polls answer them; remembers how far they have come.
#[derive(Debug)]
pub(super) struct Ndjson {
    pub(super) bytes: Vec<u8>,
    pub(super) place: Place,
}

impl Writer for Ndjson {
    fn begin(&mut self, place: &Place) {
        self.place.clone_from(place);
    }

    fn line(&mut self, text: &str, event: Option<&Event>) {
        if let Some(event) = event {
            self.place.position = self.place.position.max(event.position);
        }
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'\n');
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(b'\n');
    }
}

/// Server-sent events, each with the place that a client may go on from.
#[derive(Debug)]
pub(super) struct EventStream<'a> {
    pub(super) epoch: &'a mut String,
    pub(super) bytes: Vec<u8>,
}

impl Writer for EventStream<'_> {
    fn begin(&mut self, place: &Place) {
        self.epoch.clone_from(&place.epoch);
    }

    fn line(&mut self, text: &str, event: Option<&Event>) {
        let mut head = String::new();
        if let Some(event) = event {
            // Writing to a string cannot fail.
            let _never = writeln!(head, "id: {}-{}", self.epoch, event.position);
        }
        self.bytes.extend_from_slice(head.as_bytes());
        self.raw(text.as_bytes());
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(b"data: ");
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(b"\n\n");
    }
}
