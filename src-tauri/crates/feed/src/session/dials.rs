//! When the venue may be dialed: by its card, and by its own word.

use model::Moment;

use super::{DIAL_SPACING, Terms};
use crate::cause::Cause;
use crate::subscriptions::Limiter;

#[derive(Debug)]
pub(super) struct Dials {
    limiter: Limiter,
    /// It has asked to be left alone until then, on whichever line it said so:
    /// who may not climb or follow may not be dialed for anything else either.
    not_before: Option<Moment>,
}

impl Dials {
    pub(super) fn new(terms: &Terms) -> Self {
        let Terms { policy, card, .. } = terms;
        Self {
            limiter: Limiter::new(policy.paced(card.dials), policy.shortened(DIAL_SPACING)),
            not_before: None,
        }
    }

    pub(super) fn free_at(&self, now: Moment) -> Moment {
        let free_at = self.limiter.free_at(now);
        self.not_before.map_or(free_at, |until| free_at.max(until))
    }

    pub(super) fn sent(&mut self, now: Moment) {
        self.limiter.sent(now);
    }

    /// A line has ended, and the venue may have said for how long.
    pub(super) fn heed(&mut self, cause: &Cause, now: Moment) {
        if let Some(wait) = cause.asked_for() {
            self.not_before = self.not_before.max(Some(now + wait));
        }
    }

    /// Whether it still wants to be left alone.
    pub(super) fn must_wait(&self, now: Moment) -> bool {
        self.not_before.is_some_and(|until| now < until)
    }

    /// A person wants it now, and was told.
    pub(super) const fn overrule(&mut self) {
        self.not_before = None;
    }
}
