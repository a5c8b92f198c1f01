//! One feed as it stands in the settings.

mod file;
mod url;

use model::{FeedId, TransportKind};
use serde::{Deserialize, Serialize};

use super::market::MarketSettings;
use super::network::NetworkSettings;
use super::venue::{BadVenue, VenueSettings};
use file::{Came, Written};

pub use url::{BadFeedUrl, FeedUrl};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Came", into = "Written")]
pub struct FeedSettings {
    pub id: FeedId,
    pub kind: FeedKind,
    /// A person wants no connection to it for the time being.
    pub paused: bool,
    other: toml::Table,
}

/// What stands behind a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedKind {
    /// The simulated venue, started by the app itself.
    Sim(MarketSettings),
    /// Anybody's server that speaks `tickwire.v1`.
    Tickwire {
        url: FeedUrl,
        token: TokenPlace,
        /// The ways of talking to it that are allowed, the best one first; empty for all.
        transports: Vec<TransportKind>,
        network: NetworkSettings,
    },
    /// A venue that Tickwire knows.
    Venue(VenueSettings),
    /// Not one that can be opened. It is kept as it came, for who corrects it or
    /// for a newer version that knows it.
    Unread { kind: String, why: BadVenue },
}

/// Where a feed's token, or its proxy's login, is kept. It is never in the
/// settings themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenPlace {
    /// The server wants none.
    #[default]
    None,
    Keyring,
}

impl FeedSettings {
    pub fn new(id: FeedId, kind: FeedKind) -> Self {
        Self {
            id,
            kind,
            paused: false,
            other: toml::Table::new(),
        }
    }

    /// What stands there by these names is not for a newer version.
    pub(super) fn forget_keys(&mut self, keys: &[&str]) {
        for key in keys {
            self.other.remove(*key);
        }
    }
}

#[cfg(test)]
mod tests;
