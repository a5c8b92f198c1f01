//! What each symbol has said so far on this connection.

use std::collections::HashMap;

use chrono::{DateTime, Timelike, Utc};
use foldhash::fast::RandomState;
use model::Session;

/// By name, what was newest of its session.
#[derive(Debug, Default)]
pub(super) struct Heard(HashMap<String, Phase, RandomState>);

#[derive(Debug, Default)]
struct Phase {
    session: Option<Session>,
    time: Option<DateTime<Utc>>,
}

impl Heard {
    /// Whether it is the first thing that is heard of it.
    pub(super) fn is_first(&mut self, name: &str) -> bool {
        if self.0.contains_key(name) {
            return false;
        }
        self.0.insert(name.to_owned(), Phase::default());
        true
    }

    /// Whether this is another one than before. A deal that comes late tells of
    /// a session that may be over.
    pub(super) fn is_news(&mut self, name: &str, session: Session, time: Option<DateTime<Utc>>) -> bool {
        let Some(known) = self.0.get_mut(name) else {
            return false;
        };
        if time < known.time {
            return false;
        }
        known.time = time;
        known.session.replace(session) != Some(session)
    }

    pub(super) fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }
}

/// Trading before the opening begins at 8:00 by this clock in summer and at 9:00
/// in winter, that after the close ends at 0:00 or 1:00. Between them is noon in New York.
const NOON: u32 = 16;
const MORNING: u32 = 4;

/// `open`, `closed`, `extended hours` in its papers and `extended-hours` on the
/// wire. It does not say before or behind the day; the hour does.
pub(super) fn session(words: &str, time: Option<DateTime<Utc>>) -> Option<Session> {
    let has = |part: &str| {
        words
            .as_bytes()
            .windows(part.len())
            .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    };
    if has("ext") || has("pre") || has("post") || has("after") {
        let is_before = (MORNING..NOON).contains(&time?.hour());
        Some(if is_before { Session::Pre } else { Session::Post })
    } else if has("clos") {
        Some(Session::Closed)
    } else if has("open") || has("regular") {
        Some(Session::Open)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_however_it_is_written() {
        let at = |text: &str| Some(text.parse::<DateTime<Utc>>().unwrap());
        let summer_morning = at("2026-07-01T08:00:01Z");
        for (words, time, expected) in [
            ("open", None, Some(Session::Open)),
            ("closed", None, Some(Session::Closed)),
            ("extended-hours", summer_morning, Some(Session::Pre)),
            ("Extended Hours", at("2026-01-05T14:29:59Z"), Some(Session::Pre)),
            ("extended hours", at("2026-07-01T20:00:00Z"), Some(Session::Post)),
            ("extended_hours", at("2026-01-06T00:59:59Z"), Some(Session::Post)),
            ("extended-hours", None, None),
            ("lunch", summer_morning, None),
            ("", summer_morning, None),
        ] {
            assert_eq!(session(words, time), expected, "{words}");
        }
    }

    #[test]
    fn a_session_is_news_once_and_never_by_a_deal_that_comes_late() {
        let at = |seconds: i64| DateTime::from_timestamp(1_787_671_313 + seconds, 0);
        let mut heard = Heard::default();
        assert!(
            !heard.is_news("AAPL", Session::Open, at(0)),
            "nobody has heard of it"
        );
        assert!(heard.is_first("AAPL") && !heard.is_first("AAPL"));
        assert!(heard.is_news("AAPL", Session::Open, at(0)));
        assert!(!heard.is_news("AAPL", Session::Open, at(2)));
        assert!(heard.is_news("AAPL", Session::Post, at(2)));
        assert!(!heard.is_news("AAPL", Session::Open, at(1)), "late");
        assert!(!heard.is_news("AAPL", Session::Open, None), "nobody knows when");
        heard.forget("AAPL");
        assert!(heard.is_first("AAPL"));
    }
}
