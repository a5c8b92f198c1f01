//! Where entries go: a file that grows, or a ring in memory.

use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::Entry;

/// Takes what was recorded, on a thread of its own. An error ends the
/// recording and nothing else.
pub trait Sink: Send + 'static {
    /// `wall` is what the wall clock showed when it happened.
    fn put(&mut self, entry: &Entry, wall: DateTime<Utc>) -> io::Result<()>;

    /// Called at least once a second: whatever must not wait longer is written.
    fn look(&mut self, now: Duration) -> io::Result<()>;

    /// After the last entry.
    fn end(&mut self) -> io::Result<()>;

    /// Bytes that the tape takes by now, on the disk or in memory.
    fn stored(&self) -> u64;
}
