//! What is wanted of several feeds at once, so that one can stand in for another.
//!
//! The market decides which of them is shown; here each is kept subscribed, on
//! whatever feed of its name is open. A feed that is closed and opened again
//! finds what was wanted of it.

use std::collections::BTreeMap;

use market::{Candidate, RowId};
use model::{FeedId, Symbol};

use crate::desk::lock;
use crate::handle::Handle;

/// By the number of the preference.
pub(crate) type Preferences = BTreeMap<RowId, Vec<Preferred>>;

pub(crate) struct Preferred {
    candidate: Candidate,
    /// Under which it was wanted last. Its feed may have been closed since.
    row: Option<RowId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no row of this number")]
pub struct NoSuchRow;

impl Handle {
    /// A row with sources in order of preference, each of which is wanted of its
    /// feed as soon and as long as that is open. [`Handle::unwatch`] ends it.
    pub fn prefer(&self, candidates: &[Candidate]) -> RowId {
        let mut preferences = lock(&self.shared.preferences);
        let row = self
            .shared
            .desk
            .write(|market| market.prefer(candidates.to_vec()));
        let preferred = candidates.iter().map(|candidate| self.want(candidate));
        preferences.insert(row, preferred.collect());
        row
    }

    /// Other sources behind the same row, or another order of them.
    pub fn rank(&self, row: RowId, candidates: &[Candidate]) -> Result<(), NoSuchRow> {
        let mut preferences = lock(&self.shared.preferences);
        let preferred = preferences.get_mut(&row).ok_or(NoSuchRow)?;
        // Wanted once more before it is wanted once less, so that what stays is not asked for anew.
        let next = candidates.iter().map(|candidate| self.want(candidate)).collect();
        let before = std::mem::replace(preferred, next);
        let now = self.now();
        self.shared
            .desk
            .write(|market| market.rank(row, candidates.to_vec(), now));
        self.release(before);
        Ok(())
    }

    /// Whether the row was one with sources, which is gone now.
    pub(crate) fn close_preference(&self, row: RowId) -> bool {
        let Some(preferred) = lock(&self.shared.preferences).remove(&row) else {
            return false;
        };
        self.shared.desk.write(|market| market.close_preference(row));
        self.release(preferred);
        true
    }

    /// A feed of this name is open now.
    pub(crate) fn link_candidates(&self, feed: &FeedId) {
        for preferred in lock(&self.shared.preferences).values_mut().flatten() {
            let Candidate { feed: named, symbol } = &preferred.candidate;
            let is_wanted = || preferred.row.is_some() && self.wanted(feed, symbol) == preferred.row;
            if named == feed && !is_wanted() {
                preferred.row = self.watch(feed, symbol).ok();
            }
        }
    }

    fn want(&self, candidate: &Candidate) -> Preferred {
        let candidate = candidate.clone();
        let row = self.watch(&candidate.feed, &candidate.symbol).ok();
        Preferred { candidate, row }
    }

    fn wanted(&self, feed: &FeedId, symbol: &Symbol) -> Option<RowId> {
        let feeds = lock(&self.shared.feeds);
        let absent = lock(&self.shared.absent);
        let open = feeds.get(feed).map(|open| open.row_of(symbol));
        open.or_else(|| absent.get(feed).map(|absent| absent.row_of(symbol)))?
    }

    fn release(&self, preferred: Vec<Preferred>) {
        for row in preferred.into_iter().filter_map(|preferred| preferred.row) {
            self.unwatch_row(row);
        }
    }
}
