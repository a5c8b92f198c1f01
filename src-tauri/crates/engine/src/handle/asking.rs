//! What is asked beside the prices: one path, the past of a chart, and how much
//! may be asked.

use std::sync::Arc;
use std::time::Duration;

use market::RowId;
use model::{FeedId, Timeframe};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;
use transport::Utf8Bytes;

use super::Handle;
use crate::account::{Allotment, Errand};
use crate::desk::lock;
use crate::history::{self, Wish};
use crate::inquiry::{self, NotFetched};

impl Handle {
    /// Fetches one path from where this feed's venue is asked over HTTP, with its key and
    /// by its way out of this network, when it is its turn: feeds and people come first.
    /// Whoever drops it asks no more.
    pub async fn fetch(&self, id: &FeedId, path: &str) -> Result<Utf8Bytes, NotFetched> {
        self.fetch_for(Errand::Past, id, path).await
    }

    /// The same for a person who waits for it.
    pub async fn fetch_at_once(&self, id: &FeedId, path: &str) -> Result<Utf8Bytes, NotFetched> {
        self.fetch_for(Errand::Person, id, path).await
    }

    async fn fetch_for(&self, errand: Errand, id: &FeedId, path: &str) -> Result<Utf8Bytes, NotFetched> {
        let (place, asking, closed) = {
            let feeds = lock(&self.shared.feeds);
            let open = feeds.get(id).ok_or(NotFetched::NoSuchFeed)?;
            let place = open.place.clone().ok_or(NotFetched::NoRest)?;
            let place = match &open.account {
                // How often a feed polls is no matter of who asks beside it.
                Some(account) => place
                    .with_polls(u32::MAX, Duration::ZERO)
                    .with_allowance(account.share(errand)),
                None => place,
            };
            // A person does not stand behind a chart that is filled.
            let asking = match errand {
                Errand::Past => Arc::clone(&open.filling),
                Errand::Feed | Errand::Person => Arc::clone(&open.asking),
            };
            (place, asking, open.stop.clone())
        };
        let (dialer, path) = (Arc::clone(&self.shared.dialer), path.to_owned());
        let work = async move {
            // It is never closed.
            let _turn = asking.acquire().await;
            inquiry::fetch(&*dialer, place, path).await
        };
        // On the engine's thread, wherever it is waited for.
        let work = async move { closed.run_until_cancelled(work).await };
        let task = self.shared.tasks.spawn_on(work, &self.shared.runtime);
        let answer = AbortOnDropHandle::new(task).await;
        // The feed was closed meanwhile, or all of them were.
        answer.ok().flatten().unwrap_or(Err(NotFetched::NoSuchFeed))
    }

    /// How much of what its account may ask is asked. `None` where nothing is counted.
    pub fn allotment(&self, id: &FeedId) -> Option<Allotment> {
        let feeds = lock(&self.shared.feeds);
        Some(feeds.get(id)?.account.as_ref()?.allotment())
    }

    /// Wakes when more of some allotment is asked, or the venue has said what is left.
    pub fn allotments(&self) -> watch::Receiver<()> {
        self.shared.accounts.changes()
    }

    /// Somebody looks at the chart of a row: its past is wanted, as far as the venue has it, and from
    /// now on whatever a lost connection keeps from us. Wanting it once more changes nothing.
    pub fn want_past(&self, row: RowId, timeframe: Timeframe) {
        let source = self.read(|market| market.row(row).map(|row| (row.feed.clone(), row.id)));
        let Some((feed, row)) = source else { return };
        let feeds = lock(&self.shared.feeds);
        let Some(open) = feeds.get(&feed) else { return };
        let Some(archive) = &open.archive else { return };
        if archive.want(Wish { row, timeframe }) {
            let (stop, archive) = (open.stop.clone(), Arc::clone(archive));
            let handle = self.clone();
            let task = async move {
                let kept = history::keep(handle, feed, archive);
                stop.run_until_cancelled(kept).await
            };
            self.shared.tasks.spawn_on(task, &self.shared.runtime);
        }
    }
}
