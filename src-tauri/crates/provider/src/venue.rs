//! What each venue's folder must be able to do.

use std::fmt;

use model::{NotANumber, Symbol, TransportKind};

use crate::{Asking, Card, Directory, Event, binance, sim};

/// A translator for one connection to one venue.
///
/// It may remember what one connection needs, such as a running request
/// number, so a new connection gets a new one. It is given the directory of its
/// feed, and never another.
pub trait Venue: Send {
    fn card(&self) -> &'static Card;

    /// The messages that ask for these symbols, at most
    /// [`Card::symbols_per_message`] in each. One that is asked for again, after
    /// a number, is sent from there on.
    fn subscribe(&mut self, asking: Asking<'_>) -> Vec<String>;

    fn unsubscribe(&mut self, symbols: &[&Symbol]) -> Vec<String>;

    /// The path and query that answer for all of these symbols, where this
    /// transport is one on which things are fetched.
    fn fetch(&self, transport: TransportKind, asking: Asking<'_>) -> Option<String>;

    /// Appends what a message says. Whatever could be read before an error is kept.
    fn read(&mut self, text: &str, directory: &Directory, events: &mut Vec<Event>) -> Result<(), Unreadable>;
}

/// A message that could not be understood. It is counted and the feed goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("not the JSON that this venue sends")]
    Json,
    #[error("a message of a kind that this venue does not have")]
    UnknownKind,
    #[error("{field} is missing")]
    Missing { field: &'static str },
    #[error("{field}: {why}")]
    Number { field: &'static str, why: NotANumber },
    #[error("{field} is not a time")]
    Time { field: &'static str },
}

/// The venues that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VenueName {
    /// Our own simulated venue, and every other server that speaks `tickwire.v1`.
    Sim,
    /// Its spot market.
    Binance,
}

impl VenueName {
    pub const ALL: [Self; 2] = [Self::Sim, Self::Binance];

    pub fn translator(self) -> Box<dyn Venue> {
        match self {
            Self::Sim => Box::new(sim::Sim::default()),
            Self::Binance => Box::new(binance::Binance::default()),
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Binance => "binance",
        }
    }

    /// `None` for a word that names none of them.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|venue| venue.as_str() == word)
    }

    /// Where it is, if there is only one of it.
    pub const fn address(self) -> Option<&'static str> {
        match self {
            Self::Sim => None,
            Self::Binance => Some(binance::ADDRESS),
        }
    }
}

impl fmt::Display for VenueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
