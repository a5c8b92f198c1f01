//! All that is known of one feed, for somebody who was not there.
//!
//! Hosts are kept, since a report without them helps nobody. Keys, tokens and
//! the queries of addresses are not in it, nor is the name of the person whose
//! computer it was made on.

mod discreet;
mod json;
mod text;

use chrono::{DateTime, Utc};
use feed::Journal;
use model::{FeedStatus, Moment};

use crate::account::Allotment;
use crate::desk::Totals;

#[derive(Clone, Debug)]
pub struct Report {
    pub made: DateTime<Utc>,
    pub(crate) now: Moment,
    /// Where it connects to, without the query.
    pub address: String,
    pub status: Option<FeedStatus>,
    pub totals: Totals,
    /// What its account has asked.
    pub allotment: Option<Allotment>,
    pub journal: Journal,
}

impl Report {
    /// For a person.
    pub fn text(&self) -> String {
        text::text(self)
    }

    /// For a program.
    pub fn json(&self) -> String {
        format!("{:#}\n", json::json(self))
    }
}

/// The program and what it runs on.
fn maker() -> String {
    format!(
        "Tickwire {} on {} {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}
