//! What venues have answered to whoever looks for something, kept while it is good.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use model::FeedId;
use provider::{Hit, Lookup};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use crate::desk::lock;

/// So many answers at most; the oldest goes first.
const KEPT_MAX: usize = 24;
/// What a venue has changes from day to day.
const LIST_GOOD: Duration = Duration::from_secs(24 * 60 * 60);
/// As long as somebody tries words.
const SEARCH_GOOD: Duration = Duration::from_secs(10 * 60);
/// A venue that had no answer is not asked for the same with each letter.
const FAILURE_GOOD: Duration = Duration::from_secs(20);

pub(super) type Told = Result<Arc<Vec<Hit>>, String>;
type Teller = watch::Sender<Option<Told>>;

#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    feed: FeedId,
    lookup: Lookup,
    since: Instant,
    told: watch::Receiver<Option<Told>>,
    /// Ends with this, where nobody wants its answer any more.
    _bringing: AbortOnDropHandle<()>,
}

impl Shelf {
    /// Another server may stand behind a feed of the same name.
    pub(crate) fn forget(&self, feed: &FeedId) {
        lock(&self.0).retain(|kept| kept.feed != *feed);
    }

    /// The answer of before, or that which is under way, or one that is fetched now.
    pub(super) fn answer(
        &self,
        feed: &FeedId,
        lookup: &Lookup,
        now: Instant,
        fetch: impl FnOnce(Teller) -> AbortOnDropHandle<()>,
    ) -> watch::Receiver<Option<Told>> {
        let mut shelf = lock(&self.0);
        // Of what was typed before nobody waits for an answer any more.
        shelf.retain(|kept| kept.is_good(now) && !kept.is_behind(feed, lookup));
        let same = |kept: &&Kept| kept.feed == *feed && kept.lookup == *lookup;
        if let Some(kept) = shelf.iter().find(same) {
            return kept.told.clone();
        }
        let (teller, told) = watch::channel(None);
        if shelf.len() == KEPT_MAX {
            shelf.remove(0);
        }
        shelf.push(Kept {
            feed: feed.clone(),
            lookup: lookup.clone(),
            since: now,
            told: told.clone(),
            _bringing: fetch(teller),
        });
        told
    }
}

impl Kept {
    fn is_good(&self, now: Instant) -> bool {
        let good = match (&*self.told.borrow(), &self.lookup) {
            (Some(Err(_)), _) => FAILURE_GOOD,
            (None | Some(Ok(_)), Lookup::List(_)) => LIST_GOOD,
            (None | Some(Ok(_)), Lookup::Search(_)) => SEARCH_GOOD,
        };
        now.duration_since(self.since) < good
    }

    /// A search under way at the same venue, for something else.
    fn is_behind(&self, feed: &FeedId, lookup: &Lookup) -> bool {
        let searches = matches!(self.lookup, Lookup::Search(_)) && self.lookup != *lookup;
        searches && self.feed == *feed && self.told.borrow().is_none()
    }
}

pub(super) async fn waited_for(mut told: watch::Receiver<Option<Told>>) -> Told {
    match told.wait_for(Option::is_some).await {
        Ok(answer) => answer.clone().unwrap_or_else(|| Err(String::new())),
        // Given up for something else that was typed since.
        Err(_) => Err("it was asked for something else meanwhile".to_owned()),
    }
}
