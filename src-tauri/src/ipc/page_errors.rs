//! Errors of the page, on their way into the log.
//!
//! The web view's console is seen by nobody, so the page sends them here. A
//! page can fail in every animation frame, therefore only so many are written.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::Moment;
use tracing::warn;

use super::views::{PageError, PageErrorKind};
use crate::text::plain;

/// Enough to find a fault by, and too few to fill a disk with.
const PER_MINUTE: u32 = 20;
const MINUTE: Duration = Duration::from_secs(60);
/// A stack with its places, but no page's worth of text.
const MESSAGE_LENGTH_MAX: usize = 2_000;
const SOURCE_LENGTH_MAX: usize = 200;

#[derive(Debug, Default)]
pub(crate) struct PageErrors {
    minute: Mutex<Minute>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Minute {
    began: Moment,
    errors: u32,
}

impl PageErrors {
    pub(super) fn report(&self, error: &PageError, now: Moment) {
        let (last, missing) = self
            .minute
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next(now);
        if missing > 0 {
            warn!(target: "page", missing, "errors of the page were too many to be written");
        }
        if last <= PER_MINUTE {
            warn!(target: "page", "{}", line(error));
        }
    }
}

impl Minute {
    /// The number of this error in its minute, and how many of the minute
    /// before were not written.
    fn next(&mut self, now: Moment) -> (u32, u32) {
        let mut missing = 0;
        if now.since(self.began) >= MINUTE {
            missing = self.errors.saturating_sub(PER_MINUTE);
            *self = Self {
                began: now,
                errors: 0,
            };
        }
        self.errors = self.errors.saturating_add(1);
        (self.errors, missing)
    }
}

fn line(error: &PageError) -> String {
    let kind = match error.kind {
        PageErrorKind::Error => "error",
        PageErrorKind::Rejection => "rejection",
        PageErrorKind::SecurityPolicy => "security policy",
    };
    let source = plain(error.source.as_deref().unwrap_or("?"), SOURCE_LENGTH_MAX);
    let place = error.line.map_or_else(String::new, |line| format!(":{line}"));
    format!(
        "{kind} at {source}{place}: {}",
        plain(&error.message, MESSAGE_LENGTH_MAX)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_with_its_place() {
        let error = PageError {
            kind: PageErrorKind::Rejection,
            message: "no\nsuch thing".to_owned(),
            source: Some("tauri://localhost/assets/index.js?token=hush".to_owned()),
            line: Some(7),
        };
        assert_eq!(
            line(&error),
            "rejection at tauri://localhost/assets/index.js:7: no\\nsuch thing"
        );
    }

    #[test]
    fn a_page_that_fails_in_every_frame_does_not_fill_the_log() {
        let mut minute = Minute::default();
        let start = Moment::after_start(Duration::from_secs(600));
        for number in 1..=3_600 {
            assert_eq!(minute.next(start).0, number);
        }
        assert_eq!(minute.next(start + MINUTE), (1, 3_580));
        assert_eq!(minute.next(start + MINUTE), (2, 0));
    }
}
