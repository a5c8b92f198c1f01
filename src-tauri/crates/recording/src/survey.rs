//! One look at everything on a tape: which connections there were, and how much came.

use std::time::Duration;

use transport::{DialError, Inbound, Outbound, Phases};

use crate::{Entry, Tape, What};

/// More connections than a feed makes in a year. What comes after is not played.
const DIALS_MAX: usize = 100_000;
/// So many dials can be under way at the same time.
const NEAR: usize = 256;

#[derive(Clone, Debug, Default)]
pub struct Survey {
    pub dials: Vec<Dial>,
    /// Messages that came in, and their bytes.
    pub messages: u64,
    pub bytes: u64,
    /// Messages that were said.
    pub said: u64,
    /// Connections that ended under us.
    pub losses: u64,
    /// Entries that are not on the tape and that it knows of.
    pub missing: u64,
    /// The recording was ended in order.
    pub ended: bool,
}

/// One dial, and what became of it.
#[derive(Clone, Debug)]
pub struct Dial {
    pub connection: u64,
    pub address: String,
    pub begun: Duration,
    pub outcome: Outcome,
    /// Our side had said goodbye, so its end is no loss.
    left: bool,
    /// In which block it begins.
    pub(crate) block: usize,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    Connected {
        at: Duration,
        phases: Phases,
    },
    Failed {
        at: Duration,
        error: DialError,
    },
    GivenUp,
    /// The tape ends before.
    Unknown,
}

impl Tape {
    /// Reads all of it once. A block that no writer made ends the tape there.
    pub fn survey(&mut self) -> Survey {
        let mut survey = Survey::default();
        for number in 0..self.block_count() {
            match self.block(number) {
                Ok(entries) => entries.into_iter().for_each(|entry| survey.count(entry, number)),
                Err(extent) => {
                    self.cut(number, extent);
                    break;
                }
            }
            if survey.dials.len() >= DIALS_MAX {
                tracing::warn!("the tape has more connections than are played");
                self.cut(number + 1, self.extent());
                break;
            }
        }
        survey
    }
}

impl Survey {
    fn count(&mut self, entry: Entry, block: usize) {
        let Entry { at, connection, what } = entry;
        match what {
            What::Dialing { address } => self.dials.push(Dial {
                connection,
                address,
                begun: at,
                outcome: Outcome::Unknown,
                left: false,
                block,
            }),
            What::Connected { phases } => self.came_to(connection, Outcome::Connected { at, phases }),
            What::NotConnected(error) => self.came_to(connection, Outcome::Failed { at, error }),
            What::GivenUp => self.came_to(connection, Outcome::GivenUp),
            What::Inbound(inbound) => match inbound {
                Inbound::Text(text) | Inbound::Answer { text, .. } | Inbound::Declined { text, .. } => {
                    self.message(text.len());
                }
                Inbound::Binary(bytes) => self.message(bytes.len()),
                Inbound::Ping | Inbound::Pong(_) | Inbound::More | Inbound::Hint(_) => {}
            },
            What::Outbound(outbound) => match outbound {
                Outbound::Text(_) | Outbound::Binary(_) | Outbound::Fetch(_) | Outbound::Exchange { .. } => {
                    self.said += 1;
                }
                Outbound::Close(_) => {
                    if let Some(dial) = self.dial(connection) {
                        dial.left = true;
                    }
                }
                Outbound::Ping(_) => {}
            },
            What::Lost(_) => {
                let was_left = self.dial(connection).is_some_and(|dial| dial.left);
                self.losses += u64::from(!was_left);
            }
            What::Left => {}
            What::Missing(count) => self.missing = self.missing.saturating_add(count),
            What::End => self.ended = true,
        }
    }

    fn message(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes as u64;
    }

    fn came_to(&mut self, connection: u64, outcome: Outcome) {
        if let Some(dial) = self.dial(connection)
            && matches!(dial.outcome, Outcome::Unknown)
        {
            dial.outcome = outcome;
        }
    }

    /// Dials follow each other closely, so the one that is meant is among the last.
    fn dial(&mut self, connection: u64) -> Option<&mut Dial> {
        let mut dials = self.dials.iter_mut().rev().take(NEAR);
        dials.find(|dial| dial.connection == connection)
    }
}
