//! What is on a tape, for a person or a program that asks.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::SecondsFormat;
use recording::{Outcome, Speed, Survey, Tape};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "tape")]
pub(super) struct About {
    feed: String,
    endpoint: String,
    program: String,
    about: BTreeMap<String, String>,
    /// The wall clock at its first and at its last entry.
    begins: String,
    ends: String,
    seconds: f64,
    messages: u64,
    bytes: u64,
    /// Bytes that they take on the disk.
    stored: u64,
    connections: usize,
    failed_dials: usize,
    losses: u64,
    /// Entries that the recorder could not write in time, or a ring had no room for.
    missing: u64,
    /// Whether the recording was ended in order.
    complete: bool,
    /// Where the first byte stands that cannot be read, if there is one.
    damaged_at: Option<u64>,
}

impl About {
    pub(super) fn new(tape: &Tape, survey: &Survey) -> Self {
        let header = tape.header();
        let (first, last) = tape.span();
        let wall = |at: Duration| tape.wall(at).to_rfc3339_opts(SecondsFormat::Millis, true);
        let dials = |wanted: fn(&Outcome) -> bool| {
            let outcomes = survey.dials.iter().map(|dial| &dial.outcome);
            outcomes.filter(|outcome| wanted(outcome)).count()
        };
        let extent = tape.extent();
        Self {
            feed: header.feed.clone(),
            endpoint: header.endpoint.clone(),
            program: header.program.clone(),
            about: header.about.clone(),
            begins: wall(first),
            ends: wall(last),
            seconds: last.saturating_sub(first).as_secs_f64(),
            messages: survey.messages,
            bytes: survey.bytes,
            stored: tape.stored(),
            connections: dials(|outcome| matches!(outcome, Outcome::Connected { .. })),
            failed_dials: dials(|outcome| matches!(outcome, Outcome::Failed { .. })),
            losses: survey.losses,
            missing: survey.missing,
            complete: survey.ended,
            damaged_at: (extent.left > 0).then_some(extent.whole),
        }
    }

    /// The first line of what is played: nobody shall take it for the market.
    pub(super) fn title(&self, speed: Speed) -> String {
        format!(
            "-- REPLAY of {}, recorded {} to {}, at {speed}",
            self.feed, self.begins, self.ends
        )
    }

    pub(super) fn in_words(&self) -> String {
        let mut lines = vec![
            format!("feed         {} at {}", self.feed, self.endpoint),
            format!(
                "recorded     {} to {}, {:.1} s",
                self.begins, self.ends, self.seconds
            ),
            format!("made by      {}", self.program),
            format!(
                "messages     {}, {} bytes in {} on the disk",
                self.messages, self.bytes, self.stored
            ),
            format!(
                "connections  {}, {} lost; {} dials failed",
                self.connections, self.losses, self.failed_dials
            ),
        ];
        lines.extend(
            self.about
                .iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(what, text)| format!("{what:<12} {text}")),
        );
        if self.missing > 0 {
            lines.push(format!("missing      {} entries", self.missing));
        }
        lines.extend(
            self.damaged_at
                .map(|at| format!("damaged      at byte {at}; everything before it can be played")),
        );
        if !self.complete && self.damaged_at.is_none() {
            lines.push("cut off      the recording was not ended in order".to_owned());
        }
        lines.join("\n")
    }
}
