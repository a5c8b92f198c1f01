//! Keeps what the user wants subscribed, whatever the network does.
//!
//! One [`Feed`] is one endpoint. Its supervisor task owns the connection and
//! performs what the session decides; the session, the backoff, the health
//! check, the subscriptions and the sequence check are pure and are told the
//! time. What comes out goes through an [`Outlet`], a burst at a time; a price
//! and the news about the connection travel on different ways.
//!
//! Deliberately not here: what a price means (`market`), how bytes travel
//! (`transport`), and what a venue's messages look like (`provider`).

#![forbid(unsafe_code)]

mod backoff;
mod cause;
mod clock;
mod disturbance;
mod endpoint;
mod health;
mod inbox;
mod journal;
mod ladder;
mod layer;
mod line;
mod lines;
mod mute;
mod outlet;
mod policy;
mod question;
mod reader;
mod request;
mod resume;
mod rhythm;
mod running;
mod sequence;
mod session;
mod subscriptions;
mod supervisor;
mod unpriced;
mod wishes;

pub use cause::LossCause;
pub use clock::{Clock, WallTime};
pub use disturbance::{Disturbance, Lookout, Surroundings};
pub use endpoint::Endpoint;
pub use journal::{Counts, Entry, Happening, Histogram, Journal, Log, Measure, Transition};
pub use layer::Layer;
pub use outlet::{Burst, Outlet, Update};
pub use policy::Policy;
pub use resume::Resume;
pub use running::{Feed, FeedGone};
