//! What a person has chosen: `settings.toml`.
//!
//! ```toml
//! version = 1
//! keep_in_tray = false
//! theme = "system"
//! updown = "green_up"
//!
//! [[feeds]]
//! id = "sim"
//! kind = "sim"
//! seed = 7
//! mood = "wild"
//! speed = 2
//! rate = 300
//! scenario = "crash-monday"
//!
//! [[feeds]]
//! id = "desk"
//! kind = "tickwire"
//! url = "wss://ticks.example/v1"
//! token = "keyring"
//!
//! [[feeds]]
//! id = "coins"
//! kind = "binance"
//! ```

mod change;
mod custom;
mod feed;
mod market;
mod network;
mod venue;

use std::collections::BTreeSet;

use model::FeedId;
use serde::{Deserialize, Serialize};

use crate::document::Content;
use crate::notice::Matter;

pub use feed::{BadFeedUrl, FeedKind, FeedSettings, FeedUrl, TokenPlace};
pub use market::{BadMarket, MarketSettings};
pub use network::NetworkSettings;
pub use venue::{BadVenue, VenueSettings};

const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    version: u32,
    /// Whether closing the window leaves the app running.
    pub keep_in_tray: bool,
    pub theme: Theme,
    pub updown: UpDown,
    /// What removed feeds were called whose keys the keyring may still have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaving: Vec<String>,
    pub feeds: Vec<FeedSettings>,
    /// What a newer version may have written; it is put back as it came.
    #[serde(flatten)]
    other: toml::Table,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop is.
    #[default]
    System,
    Dark,
    Light,
}

/// The colours of rising and falling: green up in the West, red up in East
/// Asia, and a pair that every eye can tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpDown {
    #[default]
    GreenUp,
    RedUp,
    BlueOrange,
}

/// A first start shows simulated prices and needs no account.
impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            keep_in_tray: false,
            theme: Theme::default(),
            updown: UpDown::default(),
            leaving: Vec::new(),
            feeds: vec![FeedSettings::new(
                FeedId::new("sim"),
                FeedKind::Sim(MarketSettings::default()),
            )],
            other: toml::Table::new(),
        }
    }
}

impl Settings {
    pub fn feed(&self, id: &FeedId) -> Option<&FeedSettings> {
        self.feeds.iter().find(|feed| feed.id == *id)
    }
}

impl Content for Settings {
    const NAME: &'static str = "settings";
    const BROKEN: Matter = Matter::SettingsBroken;

    fn fault(&self) -> Option<String> {
        let mut ids = BTreeSet::new();
        let twice = self.feeds.iter().find(|feed| !ids.insert(&feed.id))?;
        Some(format!("two feeds are called {}", twice.id))
    }
}
