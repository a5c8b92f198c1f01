//! The part of the trading day that a row is in: by its venue's word, or else by the calendar.

use chrono::{DateTime, Utc};
use model::{Moment, Session, SessionChange, Source};

use super::Row;

impl Row {
    /// The part of the trading day it is in, without the story.
    pub fn present_session(&self) -> Option<Session> {
        match &self.session {
            Some(told) => Some(told.session),
            None => self.schedule.session(),
        }
    }

    /// Whether the venue itself has said it, and not a calendar.
    pub(crate) const fn is_told_its_session(&self) -> bool {
        self.session.is_some()
    }

    /// The session that the venue says it is in. Where it is the one that we
    /// know of, we may know more of it: since when, and why.
    pub(crate) fn in_session(&mut self, session: Option<Session>, now: Moment, market: DateTime<Utc>) {
        let told = self.session.as_ref().map(|told| told.session);
        if let Some(session) = session
            && told != Some(session)
        {
            self.change_session(
                SessionChange {
                    session,
                    reason: None,
                    time: None,
                },
                now,
                market,
            );
        } else if session.is_some() {
            self.schedule.word(market);
        }
    }

    pub(crate) fn change_session(&mut self, change: SessionChange, now: Moment, market: DateTime<Utc>) {
        self.session = Some(change);
        self.schedule.word(market);
        self.cadence.pause(now);
    }

    /// Looks whether another part of the trading day has begun, and says so.
    pub(crate) fn keep_hours(&mut self, market: DateTime<Utc>, now: Moment) -> bool {
        let before = self.present_session();
        match self.source {
            Source::Live => self.schedule.follow(&self.instrument),
            Source::Simulated | Source::Replay => self.schedule.leave(),
        }
        self.schedule.look(market, now);
        let spoken = self.session.as_ref().map(|told| told.session);
        match spoken {
            // Only the venue ends a halt.
            None | Some(Session::Halted) => {}
            Some(_) if self.schedule.word_is_over(market) => self.session = None,
            Some(_) => {}
        }
        let is = self.present_session();
        let changed = is != before;
        // The night is no gap of the symbol. It ends when trading begins again.
        if changed && is != Some(Session::Closed) {
            self.cadence.pause(now);
        }
        changed
    }
}
