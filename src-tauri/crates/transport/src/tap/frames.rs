//! The frames of a line, from when somebody begins to look until nobody does.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::start::LOOKED_AT_MAX;
use super::{Direction, Frame, Seen, Wiretap};
use crate::websocket::Header;
use crate::websocket::track::{Look, Message};

/// More that nobody has answered are not waited for.
const PINGS_MAX: usize = 16;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Both ways of one line.
pub(super) struct Frames {
    /// The number of the look that they are for.
    pub(super) look: u64,
    incoming: OneWay,
    outgoing: OneWay,
}

#[derive(Default)]
struct OneWay {
    /// The frame that is under way, unless all that is shown of it was told.
    begun: Option<Begun>,
    pings: Pings,
}

/// A frame, and how its payload begins.
struct Begun {
    frame: Frame,
    is_text: bool,
    /// The message that must be inflated before anybody knows what it says.
    inflates: Option<u64>,
    start: Vec<u8>,
    mask: [u8; 4],
}

/// Those that were not answered yet.
#[derive(Default)]
struct Pings(VecDeque<(Vec<u8>, Instant)>);

/// Tells what goes past in one direction.
pub(super) struct Telling<'a> {
    pub(super) frames: &'a mut Frames,
    pub(super) wiretap: &'a Wiretap,
    pub(super) direction: Direction,
}

impl Look for Telling<'_> {
    fn begins(&mut self, header: &Header, message: Option<Message>) {
        let inflates = message.filter(|message| message.is_compressed && self.direction == Direction::In);
        let begun = Begun {
            frame: header.seen(self.direction),
            is_text: message.is_some_and(|message| message.is_text),
            inflates: inflates.map(|message| message.number),
            start: Vec::new(),
            mask: header.mask(),
        };
        let (here, _) = self.frames.ways(self.direction);
        here.begun = Some(begun);
    }

    fn goes_on(&mut self, payload: &[u8], ends: bool) {
        let (here, there) = self.frames.ways(self.direction);
        if let Some(begun) = &mut here.begun {
            begun.take(payload);
            if ends || begun.is_complete() {
                here.tell(there, self.wiretap);
            }
        }
    }
}

impl Frames {
    pub(super) fn new(look: u64) -> Self {
        Self {
            look,
            incoming: OneWay::default(),
            outgoing: OneWay::default(),
        }
    }

    /// The way that is meant, and the one back.
    const fn ways(&mut self, direction: Direction) -> (&mut OneWay, &mut OneWay) {
        match direction {
            Direction::In => (&mut self.incoming, &mut self.outgoing),
            Direction::Out => (&mut self.outgoing, &mut self.incoming),
        }
    }
}

impl OneWay {
    fn tell(&mut self, back: &mut Self, wiretap: &Wiretap) {
        let Some(begun) = self.begun.take() else { return };
        let at = Instant::now();
        let round_trip = match begun.frame.opcode {
            PING => {
                self.pings.asked(&begun.start, at);
                None
            }
            PONG => back.pings.answered(&begun.start, at),
            _ => None,
        };
        let start = match begun.frame.opcode {
            CLOSE => wiretap.close(&begun.start),
            _ => wiretap.start(&begun.start, begun.is_text),
        };
        let seen = Seen::Frame {
            frame: begun.frame,
            start,
            inflated: None,
            round_trip,
        };
        wiretap.frame(at, seen, begun.inflates);
    }
}

impl Begun {
    fn is_complete(&self) -> bool {
        self.inflates.is_some() || self.start.len() >= LOOKED_AT_MAX
    }

    fn take(&mut self, bytes: &[u8]) {
        if self.inflates.is_some() {
            return;
        }
        let room = LOOKED_AT_MAX - self.start.len();
        for byte in bytes.iter().take(room) {
            let mask = self.mask[self.start.len() % 4];
            self.start.push(byte ^ mask);
        }
    }
}

impl Pings {
    fn asked(&mut self, payload: &[u8], at: Instant) {
        if self.0.len() == PINGS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((payload.to_vec(), at));
    }

    /// Since the ping with this payload; who answers one has answered those before it.
    fn answered(&mut self, payload: &[u8], at: Instant) -> Option<Duration> {
        let place = self.0.iter().position(|(asked, _)| asked == payload)?;
        let (_, since) = self.0.drain(..=place).next_back()?;
        Some(at - since)
    }
}
