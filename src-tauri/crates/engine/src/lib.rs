//! Wires the rooms together, for the window and the command line alike.
//!
//! An [`Engine`] owns one thread on which every feed runs. A [`Handle`] is how
//! everybody else talks to it: opening feeds, wanting symbols, looking at the
//! market. Ticks are pulled from the market as they are needed; the state of
//! the feeds travels on a lane of its own, so that no amount of ticks can hold
//! it up.
//!
//! Deliberately not here: frames and everything else that only the window
//! knows, and files and keys, which belong to `profile`.

#![forbid(unsafe_code)]

mod absent;
mod account;
mod bookmarks;
mod close_up;
mod desk;
mod handle;
mod history;
mod inquiry;
mod observer;
mod preferences;
mod report;
mod runtime;
mod search;
mod spec;
mod surroundings;
mod trial;

pub use account::{Allotment, Budgets, KeepBudgets, Loan};
pub use bookmarks::{Keep, Resume};
pub use desk::Totals;
pub use feed::{Entry, Happening, Layer, Log, Transition};
pub use handle::{Handle, NoSuchFeed};
pub use inquiry::NotFetched;
pub use observer::{Observation, Observer};
pub use preferences::NoSuchRow;
pub use report::Report;
pub use runtime::{Engine, EngineOptions, StartError};
pub use search::{Found, Searched, Unheard};
pub use spec::{FeedSpec, OpenError};
pub use surroundings::{Sentinel, ThisComputer};
pub use transport::{Direction, Frame, Head, Seen, Sighting, Start, View};
pub use trial::{Findings, NotTried, Outcome, Remedy, Stage, Step, Trial};
