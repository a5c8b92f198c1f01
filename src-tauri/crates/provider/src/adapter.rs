//! Who translates for a feed.

use std::fmt;
use std::sync::Arc;

use model::{Secret, Symbol};

use crate::custom::{CUSTOM, Custom, Form};
use crate::{Canonical, Card, History, KeyNeed, Listed, Venue, VenueName};

/// A venue as a feed is opened with it.
#[derive(Clone, PartialEq, Eq)]
pub enum Adapter {
    /// One of the registry.
    Listed(VenueName),
    /// One that a person has described.
    Custom(Arc<Form>),
}

impl Adapter {
    /// A new one for each connection.
    pub fn translator(&self) -> Box<dyn Venue> {
        match self {
            Self::Listed(venue) => venue.translator(),
            Self::Custom(form) => Box::new(Custom::new(Arc::clone(form))),
        }
    }

    pub fn card(&self) -> &Card {
        match self {
            Self::Listed(venue) => venue.card(),
            Self::Custom(form) => form.card(),
        }
    }

    /// As it stands in settings.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.as_str(),
            Self::Custom(_) => CUSTOM,
        }
    }

    /// As a person has named it, who may have meant the provider's first market.
    pub fn as_named(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.as_named(),
            Self::Custom(_) => CUSTOM,
        }
    }

    /// Whose market it is.
    pub fn provider(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.provider(),
            Self::Custom(_) => CUSTOM,
        }
    }

    /// As a person calls it.
    pub fn title(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.title(),
            Self::Custom(form) => form.title(),
        }
    }

    /// The house whose market it is, as a person calls that.
    pub fn provider_title(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.provider_title(),
            Self::Custom(form) => form.title(),
        }
    }

    /// What it has of the past, where that can be fetched.
    pub fn history(&self) -> Option<&'static History> {
        match self {
            Self::Listed(venue) => venue.history(),
            Self::Custom(_) => None,
        }
    }

    /// Where it is, if there is only one of it.
    pub fn stream(&self) -> Option<&str> {
        match self {
            Self::Listed(venue) => venue.stream(),
            Self::Custom(_) => None,
        }
    }

    /// Where things are fetched, if that is elsewhere.
    pub fn rest(&self) -> Option<&str> {
        match self {
            Self::Listed(venue) => venue.rest(),
            Self::Custom(_) => None,
        }
    }

    /// Whether it wants a key.
    pub fn key_need(&self) -> KeyNeed {
        match self {
            Self::Listed(venue) => venue.key_need(),
            Self::Custom(form) => form.key_need(),
        }
    }

    /// How a well-known instrument is asked for there, where it may have it.
    pub fn native(&self, listed: &Listed) -> Option<Symbol> {
        match self {
            Self::Listed(venue) => venue.native(listed),
            // Nobody knows how it writes anything.
            Self::Custom(_) => None,
        }
    }

    /// What an instrument of it is called everywhere.
    pub fn canonical(&self, symbol: &Symbol) -> Option<Canonical> {
        match self {
            Self::Listed(venue) => venue.canonical(symbol),
            // Nobody knows how it writes anything.
            Self::Custom(_) => None,
        }
    }

    /// How it writes what is called so everywhere.
    pub fn written(&self, canonical: &Canonical) -> Option<Symbol> {
        match self {
            Self::Listed(venue) => venue.written(canonical),
            // Nobody knows how it writes anything.
            Self::Custom(_) => None,
        }
    }

    /// A symbol to try it out with; empty where nobody has said one.
    pub fn sample(&self) -> &str {
        match self {
            Self::Listed(venue) => venue.sample(),
            Self::Custom(form) => form.example(),
        }
    }

    /// What a person wants to be said in the head of each request.
    pub fn headers(&self, key: Option<&Secret>) -> Vec<(String, Secret)> {
        match self {
            Self::Listed(_) => Vec::new(),
            Self::Custom(form) => {
                let headers = form.headers(key);
                headers.map(|(name, value)| (name.to_owned(), value)).collect()
            }
        }
    }
}

impl PartialEq<VenueName> for Adapter {
    fn eq(&self, other: &VenueName) -> bool {
        match self {
            Self::Listed(venue) => venue == other,
            Self::Custom(_) => false,
        }
    }
}

impl From<VenueName> for Adapter {
    fn from(venue: VenueName) -> Self {
        Self::Listed(venue)
    }
}

impl From<Form> for Adapter {
    fn from(form: Form) -> Self {
        Self::Custom(Arc::new(form))
    }
}

/// What tells it from others, and nothing of what is in it.
impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
