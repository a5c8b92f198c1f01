//! Whose matter the end of a line is.

use std::time::Duration;

use model::TransportKind;
use provider::{CloseMeaning, Denial, KeyPlace};
use transport::{Blame, DialError, Loss};

use super::{LineId, Session, State};
use crate::cause::Cause;

/// As often in a row it may be our own dead connection that stands in the way.
const OURS_MAX: u32 = 2;

impl Session {
    /// What the venue's card says of its own codes comes first. A no that may be
    /// a slip is believed when it is said twice with nothing good in between.
    pub(super) fn judged(&mut self, cause: &Cause) -> Blame {
        let no = Blame::Person { again: None };
        match self.meaning(cause) {
            Some(CloseMeaning::Announced) => Blame::Announced { retry_after: None },
            Some(CloseMeaning::Retry) => Blame::Endpoint,
            Some(CloseMeaning::Stop) => no,
            // Recognized before.
            Some(CloseMeaning::Crowded) => cause.blame(),
            Some(CloseMeaning::Refresh) => self.once_forgiven(no),
            None if cause.is_forgiven_once() => self.once_forgiven(no),
            None => cause.blame(),
        }
    }

    /// The same end as what it is to this venue, where its card says that it is
    /// something else than to any other.
    pub(super) fn recognized(&mut self, line: LineId, cause: Cause) -> Cause {
        let Some(patience) = self.crowd_of(line, &cause) else {
            return cause.after(self.terms.policy);
        };
        // The lines beside belong to one that lives: they are no sign of another app.
        if matches!(&self.state, State::Active(active) if active.main.line == line) {
            self.crowded = self.crowded.saturating_add(1);
        }
        let crowd = self.terms.card.crowd;
        Cause::Crowded {
            keyed: self.terms.card.key != KeyPlace::None,
            wait: self.terms.policy.shortened(crowd.reaped_after).max(patience),
            others: self.crowded > OURS_MAX,
        }
    }

    /// Whether it is one connection too many of the same key, and how much
    /// patience the venue itself asks for.
    fn crowd_of(&self, line: LineId, cause: &Cause) -> Option<Duration> {
        if self.meaning(cause) == Some(CloseMeaning::Crowded) || self.is_turned_away(line, cause) {
            return Some(Duration::ZERO);
        }
        if let Cause::Denied {
            denial: Denial::Crowded,
            ..
        } = cause
        {
            return Some(Duration::ZERO);
        }
        let (Cause::Dial(DialError::Refused {
            status, retry_after, ..
        })
        | Cause::Loss(Loss::Refused {
            status, retry_after, ..
        })) = cause
        else {
            return None;
        };
        let is_crowd = self.terms.card.crowd.statuses.contains(status);
        is_crowd.then(|| retry_after.unwrap_or_default())
    }

    /// Whether it was closed before a word had come, by a venue that means another connection by that.
    fn is_turned_away(&self, line: LineId, cause: &Cause) -> bool {
        if !self.terms.card.crowd.closes_unheard || !matches!(cause, Cause::Loss(Loss::Closed { .. })) {
            return false;
        }
        let State::Active(active) = &self.state else {
            return false;
        };
        let main = &active.main;
        let connected = main.connected().filter(|_| main.line == line);
        main.transport == TransportKind::WebSocket
            && connected.is_some_and(|connected| !connected.has_spoken())
    }

    const fn once_forgiven(&mut self, believed: Blame) -> Blame {
        if self.forgiven {
            believed
        } else {
            self.forgiven = true;
            Blame::Endpoint
        }
    }

    fn meaning(&self, cause: &Cause) -> Option<CloseMeaning> {
        let Cause::Loss(Loss::Closed { code: Some(code), .. }) = cause else {
            return None;
        };
        self.terms.card.close_meaning(*code)
    }
}
