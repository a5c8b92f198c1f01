//! The lists of symbols that a person watches, and the rows that stand for them.
//!
//! A list of the profile names feeds and symbols; here they become rows of the
//! engine. Rows of a feed that is not open are left out and stay in the file.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{Handle, NoSuchFeed};
use market::RowId;
use model::{FeedId, Symbol};
use profile::{Entry, List, Profile, WriteError};

use crate::ipc::ListView;

/// What the first list is called until a person gives it a name.
const FIRST_LIST: &str = "Watchlist";

pub(crate) struct Watchlists {
    engine: Handle,
    lists: Mutex<Vec<Shown>>,
    kept: Kept,
}

impl std::fmt::Debug for Watchlists {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watchlists").finish_non_exhaustive()
    }
}

/// Where changes go.
pub(crate) enum Kept {
    InProfile(Arc<Mutex<Profile>>),
    /// The lists belong to a feed that was named for this one run.
    UntilTheEnd,
}

struct Shown {
    name: String,
    lines: Vec<Line>,
}

struct Line {
    feed: FeedId,
    symbol: Symbol,
    /// None as long as its feed is not open.
    row: Option<RowId>,
}

/// A change that holds, and whether it will still be there at the next start.
#[derive(Debug)]
pub(crate) struct Changed<T> {
    pub(crate) value: T,
    pub(crate) kept: Result<Option<profile::Notice>, WriteError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no list has this row")]
pub(crate) struct NoSuchRow;

/// What is shown to somebody who has made no list yet.
pub(crate) fn first_list(feed: &FeedId) -> List {
    let mut list = List::new(FIRST_LIST);
    list.entries = sim::default_symbols()
        .into_iter()
        .map(|symbol| Entry::new(feed.clone(), symbol))
        .collect();
    list
}

impl Watchlists {
    pub(crate) fn open(engine: Handle, lists: &[List], kept: Kept) -> Self {
        let shown = lists.iter().map(|list| Shown {
            name: list.name.clone(),
            lines: list
                .entries
                .iter()
                .map(|entry| Line::open(&engine, entry))
                .collect(),
        });
        let lists = Mutex::new(shown.collect());
        Self { engine, lists, kept }
    }

    /// Watches what was left out because this feed was not open yet.
    pub(crate) fn feed_opened(&self, feed: &FeedId) {
        for line in self.lock().iter_mut().flat_map(|list| &mut list.lines) {
            if line.feed == *feed && line.row.is_none() {
                line.row = self.engine.watch(feed, &line.symbol).ok();
            }
        }
    }

    /// Watches all of this feed's symbols anew: it was closed with its rows, and is open again.
    pub(crate) fn feed_opened_anew(&self, feed: &FeedId) {
        for line in self.lock().iter_mut().flat_map(|list| &mut list.lines) {
            if line.feed == *feed {
                line.row = self.engine.watch(feed, &line.symbol).ok();
            }
        }
    }

    pub(crate) fn views(&self) -> Vec<ListView> {
        self.lock().iter().map(Shown::view).collect()
    }

    /// Adds a symbol at the end of a list, which is made if there is none of
    /// this name. A symbol that is there already stays where it is.
    pub(crate) fn add(
        &self,
        list: &str,
        feed: &FeedId,
        symbol: &Symbol,
    ) -> Result<Changed<RowId>, NoSuchFeed> {
        let row = self.engine.watch(feed, symbol)?;
        let mut lists = self.lock();
        let shown = named(&mut lists, list);
        if shown.lines.iter().any(|line| line.row == Some(row)) {
            self.engine.unwatch(row);
            return Ok(Changed {
                value: row,
                kept: Ok(None),
            });
        }
        shown.lines.push(Line {
            feed: feed.clone(),
            symbol: symbol.clone(),
            row: Some(row),
        });
        let kept = self.keep(&lists, list, |entries| {
            let is_there = |entry: &Entry| entry.feed == *feed && entry.symbol == *symbol;
            if !entries.iter().any(is_there) {
                entries.push(Entry::new(feed.clone(), symbol.clone()));
            }
        });
        Ok(Changed { value: row, kept })
    }

    pub(crate) fn remove(&self, list: &str, row: RowId) -> Result<Changed<()>, NoSuchRow> {
        let mut lists = self.lock();
        let shown = lists
            .iter_mut()
            .find(|shown| shown.name == list)
            .ok_or(NoSuchRow)?;
        let place = shown
            .lines
            .iter()
            .position(|line| line.row == Some(row))
            .ok_or(NoSuchRow)?;
        let removed = shown.lines.remove(place);
        self.engine.unwatch(row);
        let kept = self.keep(&lists, list, |entries| {
            if let Some(place) = entries.iter().position(|entry| removed.is(entry)) {
                entries.remove(place);
            }
        });
        Ok(Changed { value: (), kept })
    }

    /// Makes the same change in the file and no other, since the list may have
    /// been edited there meanwhile. A list that is not in the file, as the
    /// first one before its first change, is written as it is shown.
    fn keep(
        &self,
        lists: &[Shown],
        name: &str,
        change: impl FnOnce(&mut Vec<Entry>),
    ) -> Result<Option<profile::Notice>, WriteError> {
        let Kept::InProfile(profile) = &self.kept else {
            return Ok(None);
        };
        let mut profile = profile.lock().unwrap_or_else(PoisonError::into_inner);
        profile.change_lists(
            |kept| match kept.lists.iter_mut().find(|list| list.name == name) {
                Some(list) => change(&mut list.entries),
                None => {
                    let shown = lists.iter().filter(|shown| shown.name == name);
                    kept.lists.extend(shown.map(Shown::list));
                }
            },
        )
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shown {
    fn view(&self) -> ListView {
        ListView {
            name: self.name.clone(),
            rows: self
                .lines
                .iter()
                .filter_map(|line| line.row)
                .map(|row| row.0)
                .collect(),
        }
    }

    fn list(&self) -> List {
        let mut list = List::new(&self.name);
        list.entries = self.lines.iter().map(Line::entry).collect();
        list
    }
}

impl Line {
    fn open(engine: &Handle, entry: &Entry) -> Self {
        let row = engine.watch(&entry.feed, &entry.symbol).ok();
        Self {
            feed: entry.feed.clone(),
            symbol: entry.symbol.clone(),
            row,
        }
    }

    fn is(&self, entry: &Entry) -> bool {
        self.feed == entry.feed && self.symbol == entry.symbol
    }

    fn entry(&self) -> Entry {
        Entry::new(self.feed.clone(), self.symbol.clone())
    }
}

fn named<'a>(lists: &'a mut Vec<Shown>, name: &str) -> &'a mut Shown {
    let place = lists
        .iter()
        .position(|shown| shown.name == name)
        .unwrap_or_else(|| {
            lists.push(Shown {
                name: name.to_owned(),
                lines: Vec::new(),
            });
            lists.len() - 1
        });
    &mut lists[place]
}

#[cfg(test)]
mod tests;
