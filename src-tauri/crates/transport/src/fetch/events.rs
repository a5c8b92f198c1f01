//! An event stream into events, by the rules of the WHATWG's HTML standard.
//!
//! The name of an event is read over: whatever has data is a message, and what
//! kind of message is said inside.

use std::time::Duration;

use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::Loss;
use crate::classify::RETRY_AFTER_MAX;
use crate::connection::MESSAGE_SIZE_MAX;

const BYTE_ORDER_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    Message(Utf8Bytes),
    /// Not to be dialed sooner than this after a loss.
    Retry(Duration),
}

/// What has been read of one stream.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    /// Every line of the event that is under way, each with its line feed.
    data: Vec<u8>,
    /// Named, and not yet confirmed by the end of an event.
    id: Utf8Bytes,
    last_id: Utf8Bytes,
    /// A line feed behind it ends no second line.
    after_return: bool,
    /// A mark of the byte order may stand before the first line.
    begun: bool,
}

impl Events {
    /// Where the stream can go on: set by the last event that has ended.
    pub(super) const fn last_id(&self) -> &Utf8Bytes {
        &self.last_id
    }

    /// Whether a line or an event has begun and not ended.
    pub(super) const fn is_under_way(&self) -> bool {
        !self.line.is_empty() || !self.data.is_empty()
    }

    /// Appends what has ended within these bytes.
    pub(super) fn read(&mut self, mut bytes: &[u8], found: &mut Vec<Event>) -> Result<(), Loss> {
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            self.extend(&bytes[..end])?;
            let returned = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            if returned {
                self.after_return = bytes.is_empty();
                bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
            }
            let mut line = std::mem::take(&mut self.line);
            self.end_line(&line, found);
            line.clear();
            self.line = line;
        }
        self.extend(bytes)
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), Loss> {
        if self.line.len() + self.data.len() + bytes.len() > MESSAGE_SIZE_MAX {
            return Err(Loss::Oversize {
                limit: MESSAGE_SIZE_MAX,
            });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self, line: &[u8], found: &mut Vec<Event>) {
        let line = if self.begun {
            line
        } else {
            self.begun = true;
            line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
        };
        if line.is_empty() {
            self.end_event(found);
            return;
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"id" if !value.contains(&0) => self.id = text(value),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                // More digits than fit are a wait for ever, which is the longest that is waited.
                let millis = text(value).parse().unwrap_or(u64::MAX);
                found.push(Event::Retry(Duration::from_millis(millis).min(RETRY_AFTER_MAX)));
            }
            // A comment, the event's name, or something that nobody has thought of yet.
            _ => {}
        }
    }

    fn end_event(&mut self, found: &mut Vec<Event>) {
        self.last_id = self.id.clone();
        if self.data.pop().is_some() {
            found.push(Event::Message(text(&self.data)));
            self.data.clear();
        }
    }
}

/// As the standard has it, bytes that are no UTF-8 are replaced and not refused.
fn text(bytes: &[u8]) -> Utf8Bytes {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The messages, the waits asked for, and the last id.
    fn read(pieces: &[&[u8]]) -> (Vec<String>, Vec<u64>, String) {
        let mut events = Events::default();
        let mut found = Vec::new();
        for piece in pieces {
            events.read(piece, &mut found).unwrap();
        }
        let (mut messages, mut waits) = (Vec::new(), Vec::new());
        for event in found {
            match event {
                Event::Message(text) => messages.push(text.to_string()),
                Event::Retry(wait) => waits.push(wait.as_millis() as u64),
            }
        }
        (messages, waits, events.last_id().to_string())
    }

    #[track_caller]
    fn messages(stream: &str, expected: &[&str]) {
        assert_eq!(read(&[stream.as_bytes()]).0, expected, "{stream:?}");
    }

    #[test]
    fn the_examples_of_the_standard() {
        messages("data: YHOO\ndata: +2\ndata: 10\n\n", &["YHOO\n+2\n10"]);
        let (texts, _, id) = read(&[
            b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
        ]);
        assert_eq!(texts, ["first event", "second event"], "the third has not ended");
        assert_eq!(id, "", "an empty id takes the last one back");
        messages("data\n\ndata\ndata\n\ndata:", &["", "\n"]);
        messages("data:test\n\ndata: test\n\n", &["test", "test"]);
    }

    #[test]
    fn lines_end_in_any_of_three_ways_wherever_they_are_cut() {
        let stream = b"\xEF\xBB\xBFdata: a\r\ndata: b\rdata: c\n\ndata: d\r\r\ndata: e\r\n\r\n\r\ndata: \xEF\xBB\xBF\n\n";
        let whole = read(&[stream]).0;
        assert_eq!(whole, ["a\nb\nc", "d", "e", "\u{feff}"]);
        for cut in 0..stream.len() {
            let (one, other) = stream.split_at(cut);
            assert_eq!(read(&[one, &[], other]).0, whole, "cut at {cut}");
        }
    }

    #[test]
    fn an_id_counts_when_its_event_has_ended() {
        assert_eq!(read(&[b"id: 1\ndata: x\n\nid: 2\ndata: y\n"]).2, "1");
        assert_eq!(
            read(&[b"id: 1\n\n"]).2,
            "1",
            "an event without data confirms it as well"
        );
        assert_eq!(read(&[b"id: 1\n\nid: a\0b\n\n"]).2, "1", "one with a NUL is none");
        assert_eq!(read(&[b"id: 1\n\nid:\n\n"]).2, "");
    }

    #[test]
    fn only_digits_are_a_wait() {
        let (_, waits, _) = read(&[
            b"retry: 1500\nretry: 1.5\nretry: -1\nretry:\nretry: 99999999999999999999999\nretry: 0\n",
        ]);
        assert_eq!(waits, [1_500, 86_400_000, 0]);
    }

    #[test]
    fn an_event_without_data_is_none_and_an_unknown_field_is_read_over() {
        messages(
            "event: ping\n\n: comment\nmood: wild\nDATA: x\ndata: y\n\n",
            &["y"],
        );
    }

    #[test]
    fn neither_a_line_nor_an_event_grows_without_end() {
        let long = vec![b'x'; MESSAGE_SIZE_MAX + 1];
        let mut found = Vec::new();
        let loss = Events::default().read(&long, &mut found).unwrap_err();
        assert_eq!(loss.close_code(), Some(1009));
        let line = [b"data: ".as_slice(), &long[..1 << 20], b"\n"].concat();
        let mut events = Events::default();
        let outcomes: Vec<_> = (0..5).map(|_| events.read(&line, &mut found).is_ok()).collect();
        assert_eq!(outcomes, [true, true, true, false, false]);
        let mut events = Events::default();
        events
            .read(
                &[b"data: ".as_slice(), &long[..1 << 20], b"\n\n"].concat(),
                &mut found,
            )
            .unwrap();
        assert!(matches!(&found[..], [Event::Message(text)] if text.len() == 1 << 20));
    }

    proptest! {
        #[test]
        fn how_a_stream_is_cut_changes_nothing(
            lines in prop::collection::vec("(data|id|retry|event|)(: ?|)[a-z0-9\u{feff}\u{0}]{0,3}(\n|\r|\r\n|\n\n)", 0..30),
            cuts in prop::collection::vec(1usize..9, 1..40),
        ) {
            let stream = lines.concat().into_bytes();
            let mut pieces = Vec::new();
            let mut rest = stream.as_slice();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            prop_assert_eq!(read(&pieces), read(&[&stream]));
        }

        #[test]
        fn what_a_server_may_say_is_heard_as_it_was_said(
            said in prop::collection::vec(("[ -~ü\u{a0}]{0,20}(\n[ -~]{0,9}){0,3}", any::<bool>()), 0..12),
            ending in prop::sample::select(vec!["\n", "\r", "\r\n"]),
        ) {
            let mut stream = String::new();
            for (text, comment) in &said {
                if *comment {
                    stream += &format!(": life{ending}");
                }
                for line in text.split('\n') {
                    stream += &format!("data: {line}{ending}");
                }
                stream += ending;
            }
            let texts: Vec<_> = said.into_iter().map(|(text, _)| text).collect();
            prop_assert_eq!(read(&[stream.as_bytes()]).0, texts);
        }
    }
}
