//! What each symbol has said so far on this connection.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use foldhash::fast::RandomState;
use model::{Calendar, Session};

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

/// `open`, `closed`, `extended hours` in its papers and `extended-hours` on the
/// wire: which part of the day that is, and whether it is outside of the official
/// hours. On which side of them it does not say, and the exchange's hours do.
pub(super) fn phase(words: &str, time: Option<DateTime<Utc>>) -> (Option<Session>, bool) {
    let has = |part: &str| {
        let mut windows = words.as_bytes().windows(part.len());
        windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    };
    if has("ext") || has("pre") || has("post") || has("after") {
        let session = time.and_then(|time| Calendar::united_states()?.session(time));
        let session = session.filter(|session| matches!(session, Session::Pre | Session::Post));
        (session, true)
    } else if has("clos") {
        (Some(Session::Closed), false)
    } else if has("open") || has("regular") {
        (Some(Session::Open), false)
    } else {
        (None, false)
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
            ("open", None, (Some(Session::Open), false)),
            ("closed", None, (Some(Session::Closed), false)),
            ("extended-hours", summer_morning, (Some(Session::Pre), true)),
            (
                "Extended Hours",
                at("2026-01-05T14:29:59Z"),
                (Some(Session::Pre), true),
            ),
            (
                "extended hours",
                at("2026-07-01T20:00:00Z"),
                (Some(Session::Post), true),
            ),
            (
                "extended_hours",
                at("2026-01-06T00:59:59Z"),
                (Some(Session::Post), true),
            ),
            ("extended-hours", at("2026-07-01T15:00:00Z"), (None, true)),
            ("extended-hours", None, (None, true)),
            ("lunch", summer_morning, (None, false)),
            ("", summer_morning, (None, false)),
        ] {
            assert_eq!(phase(words, time), expected, "{words}");
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
