//! What a person made: settings and lists as files, keys in the OS keyring.
//!
//! The window and the command line open the same [`Profile`], in the OS's
//! config folder or in the one that `--profile` names. Whatever state its files
//! are in, a profile opens: what cannot be read is kept aside and told in a
//! [`Notice`], and no write ever takes the place of something that nobody read.
//!
//! Beside it stand two things that no person made: [`Bookmarks`], how far each
//! feed had come when the app ended, and [`Budgets`], what was asked of each
//! provider lately.
//!
//! Deliberately not here: what the app has learned for good (that belongs to a
//! database), watching the files for changes, and any default that only the
//! window or the simulator knows, such as the first list's symbols.

#![forbid(unsafe_code)]

mod bookmarks;
mod budgets;
mod disk;
mod document;
mod form;
mod lists;
mod notice;
mod place;
mod profile;
mod sealed;
mod secrets;
mod settings;

pub use bookmarks::Bookmarks;
pub use budgets::{Budgets, KeptBudgets};
pub use document::WriteError;
pub use form::{NotAFeedId, NotASymbol, read_feed_id, read_symbol};
pub use lists::{Alternative, Entry, List, Lists};
pub use notice::{Matter, Notice};
pub use place::{Place, moved};
pub use profile::{Opened, Profile};
pub use secrets::{KeyringError, Secrets, proxy_login_of};
pub use settings::{
    BadFeedUrl, BadMarket, BadVenue, FeedKind, FeedSettings, FeedUrl, MarketSettings, NetworkSettings,
    Settings, Theme, TokenPlace, UpDown, VenueSettings,
};
pub use transport::BadProxy;
