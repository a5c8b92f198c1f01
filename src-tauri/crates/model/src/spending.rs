//! What has been asked of a provider, for whoever goes on from there.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// What one account has asked so far, as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// Tells it from others and says nothing of its key.
    pub account: String,
    /// By the wall clock. All else is told from there.
    pub made: DateTime<Utc>,
    pub windows: Vec<WindowSpending>,
    /// For how long it is left alone, from then on.
    pub left_alone: Duration,
}

/// What counts in one stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowSpending {
    pub within: Duration,
    /// The oldest first.
    pub uses: Vec<Uses>,
    /// How far the feeds are ahead of an even pace.
    pub ahead: Duration,
}

/// Questions of about one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    /// So long before, at least.
    pub ago: Duration,
    /// By feeds, and by all others.
    pub feeds: u32,
    pub others: u32,
}
