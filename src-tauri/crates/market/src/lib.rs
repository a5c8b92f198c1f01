//! What is true now: the latest value of everything that is watched, its
//! candles, and how fresh it is.
//!
//! The engine writes to a [`Market`] as bursts arrive and everybody who shows
//! prices reads from it. A row is the place where ticks of one symbol are
//! conflated: it always holds the newest value, and a [`Revision`] tells each
//! reader what has changed since that reader looked last.
//!
//! Deliberately not here: sockets, clocks, tasks and files. Time is handed in,
//! so everything that is shown can be worked out again from what came in.

#![forbid(unsafe_code)]

mod arrival;
mod cadence;
mod choice;
mod day;
mod explain;
mod freshness;
mod hearing;
mod lag;
mod line;
mod market;
mod past;
mod preference;
mod revision;
mod row;
mod schedule;
mod series;
#[cfg(test)]
mod tests;

pub use choice::Lack;
pub use day::{Basis, Day};
pub use market::Market;
pub use past::{Past, PastState};
pub use preference::{Candidate, Preference, Shown};
pub use revision::Revision;
pub use row::{Amended, Freshness, Last, Row, RowId, Subscription};
pub use series::{Marked, Origin, Series};
