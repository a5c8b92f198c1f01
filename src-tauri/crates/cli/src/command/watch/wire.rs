//! What goes over the wire, a line for each thing.

use std::future::pending;
use std::sync::Arc;

use engine::EngineOptions;
use serde::Serialize;
use transport::{Dialer, Dialing, Direction, Head, Seen, Sighting, Tap, Target, View};

use crate::output::{Closed, Output, json};

/// What waits while the reader of our lines is slow; the rest is counted as missed.
const SIGHTINGS_MAX: usize = 16_384;

/// The same engine, with every wire of it in view.
pub(super) fn tapped(options: EngineOptions, wanted: bool) -> (EngineOptions, Option<View>) {
    if !wanted {
        return (options, None);
    }
    let tap = Tap::default();
    let view = tap.look(SIGHTINGS_MAX);
    let dialer = Tapped {
        dialer: options.dialer,
        tap,
    };
    let options = EngineOptions {
        dialer: Arc::new(dialer),
        ..options
    };
    (options, Some(view))
}

struct Tapped {
    dialer: Arc<dyn Dialer>,
    tap: Tap,
}

impl Dialer for Tapped {
    fn dial(&self, target: Target) -> Dialing {
        self.dialer.dial(target.with_tap(self.tap.clone()))
    }
}

/// Until nobody reads any more.
pub(super) async fn print(view: Option<View>, as_json: bool, output: &Output) -> Closed {
    let Some(mut view) = view else {
        return pending().await;
    };
    while let Some(sighting) = view.next().await {
        let line = if as_json {
            json(&Line::of(&sighting))
        } else {
            words(&sighting)
        };
        if let Err(closed) = output.line(line).await {
            return closed;
        }
    }
    Closed
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "wire")]
struct Line<'a> {
    line: u64,
    /// Seconds since the beginning.
    at: f64,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum What<'a> {
    Asked {
        first: &'a str,
        headers: &'a [(String, String)],
    },
    Answered {
        first: &'a str,
        headers: &'a [(String, String)],
    },
    Frame {
        direction: &'static str,
        opcode: &'static str,
        #[serde(rename = "final")]
        last: bool,
        compressed: bool,
        length: u64,
        overhead: u8,
    },
    Piece {
        length: usize,
    },
    Message {
        length: usize,
    },
    Ended,
    Missed {
        count: u64,
    },
}

impl<'a> Line<'a> {
    fn of(sighting: &'a Sighting) -> Self {
        let what = match &sighting.seen {
            Seen::Asked(Head { first, headers }) => What::Asked { first, headers },
            Seen::Answered(Head { first, headers }) => What::Answered { first, headers },
            Seen::Frame { frame, .. } => What::Frame {
                direction: direction(frame.direction),
                opcode: frame.kind(),
                last: frame.last,
                compressed: frame.compressed,
                length: frame.length,
                overhead: frame.overhead,
            },
            Seen::Piece { length } => What::Piece { length: *length },
            Seen::Message { length, .. } => What::Message { length: *length },
            Seen::Ended => What::Ended,
            Seen::Missed(count) => What::Missed { count: *count },
        };
        Self {
            line: sighting.line,
            at: sighting.at.as_secs_f64(),
            what,
        }
    }
}

const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "in",
        Direction::Out => "out",
    }
}

fn words(sighting: &Sighting) -> String {
    let what = match &sighting.seen {
        Seen::Asked(head) => format!("out {}", headed(head)),
        Seen::Answered(head) => format!("in  {}", headed(head)),
        Seen::Frame { frame, .. } => {
            let compressed = if frame.compressed { ", compressed" } else { "" };
            let goes_on = if frame.last { "" } else { ", goes on" };
            format!(
                "{:<3} {} of {} bytes and {} around them{compressed}{goes_on}",
                direction(frame.direction),
                frame.kind(),
                frame.length,
                frame.overhead
            )
        }
        Seen::Piece { length } => format!("in  {length} bytes of the body"),
        Seen::Message { length, .. } => format!("in  a message of {length} bytes"),
        Seen::Ended => "the line has ended".to_owned(),
        Seen::Missed(count) => format!("{count} things came too fast to be printed"),
    };
    format!(
        "~~ {:>9.3} line {} {what}",
        sighting.at.as_secs_f64(),
        sighting.line
    )
}

fn headed(head: &Head) -> String {
    let mut text = head.first.clone();
    for (name, value) in &head.headers {
        text.push_str("\n     ");
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
    }
    text
}
