//! What a WebSocket's pipe shows of what goes through it.

use super::frames::{Frames, Telling};
use super::{Direction, NOBODY, Seen, Wiretap};
use crate::websocket::track::{Nobody, Track};

/// A longer head is refused by whoever reads it for what it says.
const HEAD_MAX: usize = 64 << 10;
const HEAD_END: &[u8] = b"\r\n\r\n";

pub(crate) struct Tapping {
    wiretap: Wiretap,
    request: Request,
    answer: Answer,
    /// As of the last read or write, while somebody looks.
    frames: Option<Box<Frames>>,
}

enum Request {
    Head(Head),
    /// Behind it, where nobody else walks.
    Frames(Track),
}

enum Answer {
    Head(Head),
    /// Frames follow, which the pipe walks through for its own sake.
    Switched,
    /// It is no WebSocket.
    Body,
}

/// As much of it as was seen.
#[derive(Default)]
struct Head(Vec<u8>);

impl Tapping {
    pub(crate) fn new(wiretap: Wiretap) -> Self {
        Self {
            wiretap,
            request: Request::Head(Head::default()),
            answer: Answer::Head(Head::default()),
            frames: None,
        }
    }

    /// Who looked at the frames that came last.
    pub(crate) const fn looked_at(&self) -> Option<&Wiretap> {
        match self.frames {
            Some(_) => Some(&self.wiretap),
            None => None,
        }
    }

    /// Part of the answer to the handshake.
    pub(crate) fn answered(&mut self, mut bytes: &[u8]) {
        if let Answer::Head(head) = &mut self.answer {
            let Some(count) = head.take(bytes) else {
                if head.0.len() > HEAD_MAX {
                    self.answer = Answer::Body;
                }
                return;
            };
            bytes = &bytes[count..];
            self.wiretap.shook_hands(&head.0, Seen::Answered);
            self.answer = if head.0.starts_with(b"HTTP/1.1 101") {
                Answer::Switched
            } else {
                Answer::Body
            };
        }
        if matches!(self.answer, Answer::Body) && !bytes.is_empty() {
            self.wiretap.tell(|| Seen::Piece { length: bytes.len() });
        }
    }

    /// Frames, behind which `track` has walked until now.
    pub(crate) fn came(&mut self, track: &mut Track, bytes: &[u8]) {
        match telling(&self.wiretap, &mut self.frames, Direction::In) {
            Some(mut telling) => track.see(bytes, &mut telling),
            None => track.see(bytes, &mut Nobody),
        }
    }

    pub(crate) fn went(&mut self, mut bytes: &[u8]) {
        if let Request::Head(head) = &mut self.request {
            let Some(count) = head.take(bytes) else { return };
            bytes = &bytes[count..];
            self.wiretap.shook_hands(&head.0, Seen::Asked);
            self.request = Request::Frames(Track::default());
        }
        if let Request::Frames(track) = &mut self.request {
            match telling(&self.wiretap, &mut self.frames, Direction::Out) {
                Some(mut telling) => track.see(bytes, &mut telling),
                None => track.see(bytes, &mut Nobody),
            }
        }
    }
}

/// What was begun for whoever has gone is nobody else's.
fn telling<'a>(
    wiretap: &'a Wiretap,
    frames: &'a mut Option<Box<Frames>>,
    direction: Direction,
) -> Option<Telling<'a>> {
    let look = wiretap.look_number();
    if frames.as_ref().is_some_and(|frames| frames.look != look) {
        *frames = None;
        wiretap.forget();
    }
    (look != NOBODY).then(|| Telling {
        frames: frames.get_or_insert_with(|| Box::new(Frames::new(look))),
        wiretap,
        direction,
    })
}

impl Head {
    /// How many of these bytes belong to it, once its end is there.
    fn take(&mut self, bytes: &[u8]) -> Option<usize> {
        let had = self.0.len();
        // The end may stand across two pieces.
        let from = had.saturating_sub(HEAD_END.len() - 1);
        self.0.extend_from_slice(bytes);
        let end = self.0[from..]
            .windows(HEAD_END.len())
            .position(|four| four == HEAD_END)?;
        self.0.truncate(from + end + HEAD_END.len());
        Some(self.0.len() - had)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::super::{Start, Tap};
    use super::*;

    #[test]
    fn while_nobody_looks_nothing_is_told_or_kept() {
        let tap = Tap::default();
        let mut tapping = Tapping::new(Wiretap::new(&tap, &[]));
        let mut track = Track::default();
        for packed in [&[0xc1, 4][..], b"pack", &[0xc1, 4], b"pa"] {
            tapping.came(&mut track, packed);
            assert!(tapping.frames.is_none() && tapping.looked_at().is_none());
        }
        let mut view = tap.look(10);
        tapping.came(&mut track, b"ck\xc1\x04pack");
        // They were counted all the same: what it says is known by its number.
        for (number, text) in [(2, "second"), (3, "third")] {
            let wiretap = tapping.looked_at().unwrap();
            wiretap.inflated(number, text.as_bytes(), true);
        }
        let seen = view.next().now_or_never().flatten().unwrap().seen;
        assert!(
            matches!(&seen, Seen::Frame { start: Start::Text(text), .. } if text == "third"),
            "{seen:?}"
        );
        drop(view);
        tapping.came(&mut track, &[]);
        assert!(tapping.frames.is_none(), "nobody looks any more");
    }
}
