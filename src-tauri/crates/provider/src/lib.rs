//! Translation between our words and each venue's.
//!
//! A venue's folder turns wishes into its messages and its messages into
//! [`Event`]s. Nothing here opens a socket, reads a clock or decides when to
//! send: the crate `feed` does that, led by the [`Card`].
//!
//! A new venue is a folder of files with the same names as the others, one line
//! in the registry, and in `fixtures` a file of what it sends: `tests/any` holds
//! it to what holds of all of them.

#![forbid(unsafe_code)]

mod about;
mod adapter;
mod alpaca;
mod asking;
mod binance;
mod bitstamp;
mod book;
mod budget;
mod bundle;
mod bybit;
mod canonical;
mod card;
mod coinbase;
pub mod custom;
mod directory;
mod eodhd;
mod event;
mod finnhub;
mod history;
mod hit;
mod json;
mod kraken;
mod massive;
mod names;
mod offer;
mod okx;
mod pair;
mod query;
mod registry;
mod sale;
mod scan;
mod sentence;
mod sim;
mod ticker;
mod tiingo;
mod time;
#[cfg(test)]
mod trial;
mod twelvedata;
mod unanswered;
mod venue;
mod yahoo;

pub use about::About;
pub use adapter::Adapter;
pub use asking::{Asking, Together, Wanted};
pub use budget::{Budget, Tell, Until, Weight, Window};
pub use bundle::{Bundle, Closeness, Found, Listed};
pub use canonical::{Canonical, Naming};
pub use card::{
    Admission, Beat, Card, CloseMeaning, Crowd, Hours, KeyNeed, KeyPlace, Numbering, Pacing, Replay,
};
pub use directory::Directory;
pub use event::{Denial, Event, Welcome};
pub use history::{Cut, History, NoHistory, Stretch};
pub use hit::{HITS_MAX, Hit, Lookup};
pub use registry::{Listing, VenueName};
pub use venue::{Unreadable, Venue};
