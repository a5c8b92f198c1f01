//! One search for instruments, over what is well known and over all that the feeds' venues have.
//!
//! - `found`: both put together, the likeliest to be meant first
//! - `shelf`: what venues have answered, kept while it is good

mod found;
mod shelf;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use model::{FeedId, InstrumentKind, Symbol};
use provider::{Adapter, Canonical, Closeness, Hit, Lookup};
use tokio::time::{Instant, timeout};
use tokio_util::task::AbortOnDropHandle;

use crate::Handle;
use crate::desk::lock;
use found::{Answer, ranked};
pub(crate) use shelf::Shelf;
use shelf::waited_for;

/// Whoever types does not wait longer for venues.
const PATIENCE: Duration = Duration::from_secs(3);
/// By fewer letters a venue that searches would tell nothing that is of use.
const LETTERS_MIN: usize = 2;
/// Nobody types more to find something.
const LETTERS_MAX: usize = 64;

/// An instrument that a person may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it can be watched; none of it was looked for at no feed.
    pub feed: Option<FeedId>,
    /// What to watch there.
    pub native: Symbol,
    pub name: Option<Arc<str>>,
    pub exchange: Option<Arc<str>>,
    pub currency: Option<Arc<str>>,
    pub kind: Option<InstrumentKind>,
    /// What it is called everywhere, so that two feeds of it can be told to be of the same.
    pub canonical: Option<Canonical>,
    pub closeness: Closeness,
}

/// What a search came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    pub found: Vec<Found>,
    /// The feeds whose venues had no answer, each with a sentence.
    pub unheard: Vec<Unheard>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    pub feed: FeedId,
    pub why: String,
}

impl Handle {
    /// What is well known, at once. Without a feed it is told as its exchange calls it.
    pub fn search_here(&self, words: &str, among: &[FeedId], limit: usize) -> Vec<Found> {
        ranked(&cut(words), &self.asked(among), &[], limit)
    }

    /// The same and all that those feeds' venues find, within three seconds. A venue that tells all it
    /// has is asked once a day.
    pub async fn search(&self, words: &str, among: &[FeedId], limit: usize) -> Searched {
        let words = cut(words);
        let asked = self.asked(among);
        let asking = asked.iter().map(|(feed, venue)| self.heard(feed, venue, &words));
        let mut answers = Vec::new();
        let mut unheard = Vec::new();
        for (told, (feed, venue)) in join_all(asking).await.into_iter().zip(&asked) {
            match told {
                Ok(Some((hits, is_all))) => answers.push(Answer {
                    feed: feed.clone(),
                    venue: venue.clone(),
                    hits,
                    is_all,
                }),
                Ok(None) => {}
                Err(why) => unheard.push(Unheard {
                    feed: feed.clone(),
                    why,
                }),
            }
        }
        let found = ranked(&words, &asked, &answers, limit);
        Searched { found, unheard }
    }

    fn asked(&self, among: &[FeedId]) -> Vec<(FeedId, Adapter)> {
        let feeds = lock(&self.shared.feeds);
        let open = among
            .iter()
            .filter_map(|id| Some((id.clone(), feeds.get(id)?.venue.clone())));
        open.collect()
    }

    /// Nothing where the venue has no such place, or where nothing is asked of it yet; and whether
    /// that is all it has.
    async fn heard(
        &self,
        feed: &FeedId,
        venue: &Adapter,
        words: &str,
    ) -> Result<Option<(Arc<Vec<Hit>>, bool)>, String> {
        let Some(lookup) = venue.translator().ask_symbols(words) else {
            return Ok(None);
        };
        let is_all = matches!(lookup, Lookup::List(_));
        let letters = words.chars().count();
        if letters == 0 || (!is_all && letters < LETTERS_MIN) {
            return Ok(None);
        }
        let coming = self.shared.shelf.answer(feed, &lookup, Instant::now(), |teller| {
            let (handle, feed, venue) = (self.clone(), feed.clone(), venue.clone());
            let path = lookup.path().to_owned();
            let work = async move {
                let told = handle.bring(&feed, venue, &path).await;
                teller.send_replace(Some(told));
            };
            AbortOnDropHandle::new(self.shared.tasks.spawn_on(work, &self.shared.runtime))
        });
        let late = || {
            format!(
                "{} has not answered within {} s",
                venue.title(),
                PATIENCE.as_secs()
            )
        };
        let waited = timeout(PATIENCE, waited_for(coming)).await;
        let hits = waited.map_err(|_| late())??;
        Ok(Some((hits, is_all)))
    }

    /// A list is long: it is read beside the thread that all prices come by.
    async fn bring(&self, feed: &FeedId, venue: Adapter, path: &str) -> Result<Arc<Vec<Hit>>, String> {
        let text = self
            .fetch_at_once(feed, path)
            .await
            .map_err(|why| why.to_string())?;
        let reading = tokio::task::spawn_blocking(move || {
            let mut hits = Vec::new();
            let told = venue.translator().read_symbols(&text, &mut hits);
            match told {
                Err(why) if hits.is_empty() => Err(format!("its answer cannot be read: {why}")),
                Ok(()) | Err(_) => Ok(Arc::new(hits)),
            }
        });
        reading.await.map_err(|_| "the program ends".to_owned())?
    }
}

fn cut(words: &str) -> String {
    words.trim().chars().take(LETTERS_MAX).collect()
}
