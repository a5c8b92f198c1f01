//! One that must see every single update, as the command line's watch does.

use engine::{Handle, Observation, Observer};
use feed::Update;
use model::Tick;
use serde_json::{Value, json};

use crate::delay::Delays;

/// As much room as the command line's watch has.
pub(crate) const ROOM: usize = 16_384;
/// For one that reads, on a machine that has much else to do.
pub(crate) const ROOM_TO_BE_LATE: usize = 131_072;

/// What it has heard and what it was told to have missed.
#[derive(Debug)]
pub(crate) struct Listener {
    observer: Observer,
    deals: u64,
    quotes: u64,
    others: u64,
    /// As the updates themselves say it.
    lagged: u64,
    pub(crate) delays: Delays,
}

impl Listener {
    pub(crate) fn of(handle: &Handle, room: usize) -> Self {
        Self {
            observer: handle.observe(room),
            deals: 0,
            quotes: 0,
            others: 0,
            lagged: 0,
            delays: Delays::default(),
        }
    }

    /// Everything that is there.
    pub(crate) fn hear(&mut self) {
        while let Some(observation) = self.observer.next_now() {
            self.count(&observation);
        }
    }

    fn count(&mut self, observation: &Observation) {
        self.lagged += observation.lagged;
        match &observation.update {
            Update::Tick { tick, .. } => {
                match tick {
                    Tick::Trade(_) => self.deals += 1,
                    Tick::Quote(_) => self.quotes += 1,
                }
                if let Some(sent) = tick.time() {
                    self.delays
                        .add(observation.received.wall.signed_duration_since(sent));
                }
            }
            Update::Accepted { .. }
            | Update::Refused { .. }
            | Update::Snapshot { .. }
            | Update::Session { .. }
            | Update::Bar { .. }
            | Update::Day { .. }
            | Update::Amended { .. }
            | Update::Gap { .. }
            | Update::Filled { .. }
            | Update::Clock(_)
            | Update::Source(_)
            | Update::Pong { .. } => self.others += 1,
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "deals": self.deals, "quotes": self.quotes, "others": self.others,
            "missed": self.observer.missed(), "lagged": self.lagged,
        })
    }
}
