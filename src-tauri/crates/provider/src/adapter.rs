//! Who translates for a feed.

use std::fmt;

use model::Symbol;

use crate::{Canonical, Card, History, KeyNeed, Listed, Venue, VenueName};

/// A venue as a feed is opened with it.
#[derive(Clone, PartialEq, Eq)]
pub enum Adapter {
    /// One of the registry.
    Listed(VenueName),
}

impl Adapter {
    /// A new one for each connection.
    pub fn translator(&self) -> Box<dyn Venue> {
        match self {
            Self::Listed(venue) => venue.translator(),
        }
    }

    pub fn card(&self) -> &Card {
        match self {
            Self::Listed(venue) => venue.card(),
        }
    }

    /// As it stands in settings.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.as_str(),
        }
    }

    /// As a person calls it.
    pub fn title(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.title(),
        }
    }

    /// The house whose market it is, as a person calls that.
    pub fn provider_title(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.provider_title(),
        }
    }

    /// What it has of the past, where that can be fetched.
    pub fn history(&self) -> Option<&'static History> {
        match self {
            Self::Listed(venue) => venue.history(),
        }
    }

    /// Where it is, if there is only one of it.
    pub fn stream(&self) -> Option<&str> {
        match self {
            Self::Listed(venue) => venue.stream(),
        }
    }

    /// Where things are fetched, if that is elsewhere.
    pub fn rest(&self) -> Option<&str> {
        match self {
            Self::Listed(venue) => venue.rest(),
        }
    }

    /// Whether it wants a key.
    pub fn key_need(&self) -> KeyNeed {
        match self {
            Self::Listed(venue) => venue.key_need(),
        }
    }

    /// How a well-known instrument is asked for there, where it may have it.
    pub fn native(&self, listed: &Listed) -> Option<Symbol> {
        match self {
            Self::Listed(venue) => venue.native(listed),
        }
    }

    /// What an instrument of it is called everywhere.
    pub fn canonical(&self, symbol: &Symbol) -> Option<Canonical> {
        match self {
            Self::Listed(venue) => venue.canonical(symbol),
        }
    }

    /// How it writes what is called so everywhere.
    pub fn written(&self, canonical: &Canonical) -> Option<Symbol> {
        match self {
            Self::Listed(venue) => venue.written(canonical),
        }
    }

    /// A symbol to try it out with.
    pub fn sample(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.sample(),
        }
    }
}

impl From<VenueName> for Adapter {
    fn from(venue: VenueName) -> Self {
        Self::Listed(venue)
    }
}

/// What tells it from others, and nothing of what is in it.
impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
