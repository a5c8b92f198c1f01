//! Everything that can be made to go wrong, and scripts of it.
//!
//! - `words`: a fault as a person writes it, in TOML or JSON
//! - `drill`: a script of faults with a name and a sentence
//!
//! Here a fault is only a value; `server` makes it happen.

mod drill;
mod words;

use std::time::Duration;

use chrono::TimeDelta;

pub use drill::{Drill, DrillError, Expectation, HowLong, Sight};
pub use words::{FaultWords, NotAFault};

use crate::server::Way;

/// One thing that goes wrong, and for whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) scope: Scope,
    /// How long; until somebody ends it when there is nothing.
    pub(crate) lasts: Option<Duration>,
}

/// Whom it concerns. Nothing means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) symbols: Vec<String>,
    pub(crate) ways: Vec<Way>,
    pub(crate) client: Option<u64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Moment(Moment),
    Spell(Spell),
}

/// A fault that happens and is over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Moment {
    /// The connection ends without a goodbye.
    Drop,
    /// The connection is torn down in the middle of a frame.
    Reset,
    /// A goodbye with this code.
    Close { code: u16 },
    /// A goodbye that is announced.
    Notice { ahead: Duration },
    /// Something that is no message.
    Garbage(Junk),
    /// A message of this many bytes.
    Oversize { bytes: usize },
    /// A compressed message that becomes this many bytes.
    Bomb { bytes: usize },
    /// All numbers begin anew.
    NewEpoch,
}

/// A fault that goes on for a while, by where it strikes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spell {
    Wire(OnWire),
    Door(AtDoor),
    Lane(OnLane),
    Floor(OnFloor),
    /// The venue is gone, and comes back with new numbers.
    Restart,
    /// The venue's machine sleeps; its connections are dead when it wakes.
    Sleep,
}

/// The bytes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnWire {
    /// The connection stays and carries nothing, either way.
    HalfOpen,
    /// Nothing is sent, and all of it later.
    Stall,
    /// What is sent arrives in drops.
    Drip { bytes_per_second: u32 },
    /// Every connection ends this long after it was opened.
    Flap { after: Duration },
}

/// Those who want to come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtDoor {
    /// They are cut off before a word is said.
    Unreachable,
    Refuse {
        status: u16,
        retry_after: Option<u32>,
    },
    /// Only those who want a WebSocket are refused.
    BlockUpgrade {
        status: u16,
    },
    /// The certificate has run out.
    ExpiredCertificate,
}

/// The messages to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnLane {
    /// Answers, pings and heartbeats, but no prices.
    Mute,
    /// Every so-manieth event twice.
    Duplicate { every: u32 },
    /// Every so-manieth event comes as many places later.
    Reorder { every: u32, by: u32 },
    /// Every so-manieth event not at all.
    Lose { every: u32 },
}

/// What happens on the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnFloor {
    /// The venue's clock is off.
    Skew { by: TimeDelta },
    /// Every so-manieth event says that it happened earlier than the one before.
    Backwards { every: u32, by: Duration },
    /// So many times as much as usual.
    Burst { factor: u32 },
}

/// What stands where a message should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Junk {
    /// Text that is not JSON.
    Text,
    /// JSON that is no message.
    Json,
    /// A text that is not UTF-8.
    Bytes,
    /// A frame that no WebSocket may have.
    Frame,
}

impl Scope {
    pub(crate) fn concerns_way(&self, way: Option<Way>) -> bool {
        self.ways.is_empty() || way.is_some_and(|way| self.ways.contains(&way))
    }

    pub(crate) fn concerns_client(&self, client: Option<u64>) -> bool {
        self.client.is_none() || self.client == client
    }
}

impl Fault {
    /// The word it is called by.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }
}

impl Kind {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Moment(moment) => match moment {
                Moment::Drop => "drop",
                Moment::Reset => "reset",
                Moment::Close { .. } => "close",
                Moment::Notice { .. } => "notice",
                Moment::Garbage(_) => "garbage",
                Moment::Oversize { .. } => "oversize",
                Moment::Bomb { .. } => "bomb",
                Moment::NewEpoch => "new-epoch",
            },
            Self::Spell(spell) => match spell {
                Spell::Wire(OnWire::HalfOpen) => "half-open",
                Spell::Wire(OnWire::Stall) => "stall",
                Spell::Wire(OnWire::Drip { .. }) => "drip",
                Spell::Wire(OnWire::Flap { .. }) => "flap",
                Spell::Door(AtDoor::Unreachable) => "unreachable",
                Spell::Door(AtDoor::Refuse { .. }) => "refuse",
                Spell::Door(AtDoor::BlockUpgrade { .. }) => "block-upgrade",
                Spell::Door(AtDoor::ExpiredCertificate) => "expired-certificate",
                Spell::Lane(OnLane::Mute) => "mute",
                Spell::Lane(OnLane::Duplicate { .. }) => "duplicate",
                Spell::Lane(OnLane::Reorder { .. }) => "reorder",
                Spell::Lane(OnLane::Lose { .. }) => "lose",
                Spell::Floor(OnFloor::Skew { .. }) => "skew",
                Spell::Floor(OnFloor::Backwards { .. }) => "backwards",
                Spell::Floor(OnFloor::Burst { .. }) => "burst",
                Spell::Restart => "restart",
                Spell::Sleep => "sleep",
            },
        }
    }
}
