//! Whose matter the end of a line is.

use provider::CloseMeaning;
use transport::{Blame, Loss};

use super::Session;
use crate::cause::Cause;

impl Session {
    /// What the venue's card says of its own codes comes first. A no that may be
    /// a slip is believed when it is said twice with nothing good in between.
    pub(super) fn judged(&mut self, cause: &Cause) -> Blame {
        let no = Blame::Person { again: None };
        match self.meaning(cause) {
            Some(CloseMeaning::Announced) => Blame::Announced { retry_after: None },
            Some(CloseMeaning::Retry) => Blame::Endpoint,
            Some(CloseMeaning::Stop) => no,
            Some(CloseMeaning::Refresh) => self.once_forgiven(no),
            None if cause.is_forgiven_once() => self.once_forgiven(no),
            None => cause.blame(),
        }
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
