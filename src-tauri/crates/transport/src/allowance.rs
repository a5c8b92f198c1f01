//! Who says when a server may be asked, where more than one line asks it.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;

use crate::classify::retry_after;

/// What several lines have in common that ask one server, of whatever feed they are.
/// Who keeps it knows why; a line only takes its turn.
pub trait Allowance: Send + Sync {
    /// Takes a turn for this path, as whoever asks calls it. Nothing is taken where it is not yet one.
    fn take(&self, path: &str) -> Result<(), NotYet>;

    /// The same for a question that wants to know only whether the server is there.
    /// It waits for no turn.
    fn take_ping(&self) -> bool;

    /// What the server says with each of its answers.
    fn heard(&self, answered: &Answered<'_>);

    /// It was said in another way that the server wants to be left alone.
    fn leave_alone(&self, wait: Duration);
}

/// It may not be asked now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotYet {
    /// Not sooner than that.
    pub wait: Duration,
    /// There is nothing left, and it is not just the pace that holds it back.
    pub spent: bool,
    /// For a person.
    pub why: String,
}

/// The head of an answer, as far as it says how often to ask.
#[derive(Debug)]
pub struct Answered<'a> {
    pub status: u16,
    pub retry_after: Option<Duration>,
    /// By the server's own clock, where it tells it: ours may be wrong.
    pub at: SystemTime,
    head: &'a HeaderMap,
}

impl<'a> Answered<'a> {
    pub fn new(status: u16, head: &'a HeaderMap) -> Self {
        let date = head.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let at = date.unwrap_or_else(SystemTime::now);
        Self {
            status,
            retry_after: retry_after(head, at),
            at,
            head,
        }
    }

    pub fn head(&self, name: &str) -> Option<&'a str> {
        self.head.get(name)?.to_str().ok()
    }
}
