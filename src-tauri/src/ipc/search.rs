//! What a person may mean by some letters, in the words of the page.

use engine::Found;
use model::FeedId;
use serde::Serialize;
use tauri::State;

use super::bodies::Answer;
use crate::shell::Shell;

/// More than anybody reads through.
const FOUND_MAX: usize = 24;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct SearchView {
    pub(crate) found: Vec<FoundView>,
    /// The feeds that had no answer, each with a sentence.
    pub(crate) unheard: Vec<UnheardView>,
}

/// An instrument, and what to watch for it at which feed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FoundView {
    pub(crate) feed: String,
    pub(crate) symbol: String,
    pub(crate) name: Option<String>,
    pub(crate) exchange: Option<String>,
    pub(crate) currency: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct UnheardView {
    pub(crate) feed: String,
    pub(crate) why: String,
}

/// The likeliest to be meant first, over one feed or all of them. Venues are asked only where
/// `ask` says so, since they take their time: what is well known is found at once.
#[tauri::command]
pub(super) async fn search_symbols(
    words: String,
    feed: Option<String>,
    ask: bool,
    shell: State<'_, Shell>,
) -> Answer<SearchView> {
    let among = match feed {
        Some(feed) => vec![FeedId::new(&feed)],
        None => {
            let feeds = shell.engine.feeds().borrow().clone();
            feeds.iter().map(|status| status.feed.clone()).collect()
        }
    };
    if !ask {
        let found = shell.engine.search_here(&words, &among, FOUND_MAX);
        let found = found.into_iter().filter_map(FoundView::of).collect();
        let unheard = Vec::new();
        return Ok(SearchView { found, unheard });
    }
    let searched = shell.engine.search(&words, &among, FOUND_MAX).await;
    let unheard = searched.unheard.into_iter().map(|unheard| UnheardView {
        feed: unheard.feed.to_string(),
        why: unheard.why,
    });
    Ok(SearchView {
        found: searched.found.into_iter().filter_map(FoundView::of).collect(),
        unheard: unheard.collect(),
    })
}

impl FoundView {
    /// `None` for what can be watched nowhere.
    fn of(found: Found) -> Option<Self> {
        let text = |text: std::sync::Arc<str>| text.as_ref().to_owned();
        Some(Self {
            feed: found.feed?.to_string(),
            symbol: found.native.to_string(),
            name: found.name.map(text),
            exchange: found.exchange.map(text),
            currency: found.currency.map(text),
        })
    }
}
