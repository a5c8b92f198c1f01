//! Which of several sources of one instrument is shown: the decision, without a
//! market.
//!
//! A source that fails is left after a moment, since most connections that are
//! lost are back within it. One that a person likes better is taken again only
//! when it has been good for long, so that a source that comes and goes does not
//! take the row with it. As long as none is good nothing moves: what is on screen
//! is the last good price, and says itself how old it is.

use std::time::Duration;

use model::Moment;

/// A connection that is lost is usually back before this is over.
const LEFT_AFTER: Duration = Duration::from_secs(3);
/// For so long must a better one have been good.
const TAKEN_AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Whatever the sources do, a row does not change its source more often.
const REST: Duration = Duration::from_secs(5);

/// What a source has not, that would make it good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lack {
    /// Its feed is closed, or there is none of its name.
    NotOpen,
    /// The feed does not take the symbol.
    Refused,
    Disconnected,
    /// Connected, and no price has come yet.
    NoPrice,
    Stale,
}

/// A source as it is seen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    /// `None` for one that is good.
    pub(crate) lack: Option<Lack>,
    /// Since when it is good, or is not.
    pub(crate) since: Moment,
    /// Whether it has a price, however old.
    pub(crate) priced: bool,
}

/// What is shown; places count in the order of preference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    shown: usize,
    changed: Option<Moment>,
}

impl Choice {
    pub(crate) const fn shown(self) -> usize {
        self.shown
    }

    /// Another is shown now than before; that a person has asked for it does not
    /// keep the next failure waiting.
    pub(crate) const fn of_a_person(shown: usize) -> Self {
        let changed = None;
        Self { shown, changed }
    }

    /// What must be shown instead of what is.
    pub(crate) fn next(self, sights: &[Sight], now: Moment) -> Option<usize> {
        let here = sights.get(self.shown)?;
        let best = first(sights, |sight| sight.lack.is_none());
        let rested = self.changed.is_none_or(|changed| now >= changed + REST);
        let since = now.since(here.since);
        let next = match here.lack {
            None => best.filter(|best| {
                let good_for = sights.get(*best).map(|sight| now.since(sight.since));
                rested && *best < self.shown && good_for >= Some(TAKEN_AGAIN_AFTER)
            }),
            // There is nothing to wait for: a person has closed it.
            Some(Lack::NotOpen) => best.or_else(|| instead(here, sights)),
            Some(Lack::Refused | Lack::Disconnected | Lack::NoPrice | Lack::Stale) => best
                .or_else(|| instead(here, sights))
                .filter(|_| rested && since >= LEFT_AFTER),
        };
        next.filter(|next| *next != self.shown)
    }

    #[must_use]
    pub(crate) const fn moved(shown: usize, now: Moment) -> Self {
        Self {
            shown,
            changed: Some(now),
        }
    }

    /// When [`Choice::next`] will say something, if the sources stay as they are.
    pub(crate) fn next_change(self, sights: &[Sight], now: Moment) -> Option<Moment> {
        let waits = [LEFT_AFTER, TAKEN_AGAIN_AFTER];
        let over = sights
            .iter()
            .flat_map(|sight| waits.map(|wait| sight.since + wait));
        let rested = self.changed.map(|changed| changed + REST);
        over.chain(rested)
            .filter(|at| *at > now && self.next(sights, *at).is_some())
            .min()
    }

    /// What a person finds who has just put them into this order. `before` is where
    /// the source stands now that was shown until then.
    pub(crate) fn at_once(sights: &[Sight], before: Option<usize>) -> usize {
        let before = before.filter(|place| sights.get(*place).is_some_and(|sight| sight.priced));
        first(sights, |sight| sight.lack.is_none())
            .or(before)
            .or_else(|| first(sights, |sight| sight.priced))
            .unwrap_or_default()
    }
}

/// An old price is better than none, and not than another old one.
fn instead(here: &Sight, sights: &[Sight]) -> Option<usize> {
    first(sights, |sight| sight.priced && !here.priced)
}

fn first(sights: &[Sight], is_so: impl Fn(&Sight) -> bool) -> Option<usize> {
    sights.iter().position(is_so)
}

#[cfg(test)]
mod tests;
