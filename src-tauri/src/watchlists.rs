//! The lists of symbols that a person watches, and the rows that stand for them.
//!
//! A list of the profile names feeds and symbols; here each line becomes a row of
//! the engine, which keeps its number as long as the line is there, whatever
//! becomes of its feeds.
//!
//! - `sources`: which feeds stand behind a line, and in which order
//! - `feeds`: what becomes of the lines when a feed is renamed or removed

mod feeds;
mod sources;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{Handle, NoSuchFeed};
use market::{Candidate, RowId};
use model::{FeedId, Symbol};
use profile::{Entry, List, Lists, Profile, WriteError};

use crate::ipc::ListView;

pub(crate) use feeds::TakenOut;
pub(crate) use sources::NotSourced;

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

/// What became of writing a change.
pub(crate) type Written = Result<Option<profile::Notice>, WriteError>;

struct Shown {
    name: String,
    lines: Vec<Line>,
}

struct Line {
    row: RowId,
    /// The preferred one first; there is always one.
    sources: Vec<Candidate>,
}

/// A change that holds, and whether it will still be there at the next start.
#[derive(Debug)]
pub(crate) struct Changed<T> {
    pub(crate) value: T,
    pub(crate) kept: Written,
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
                .map(|entry| Line::open(&engine, candidates(entry)))
                .collect(),
        });
        let lists = Mutex::new(shown.collect());
        Self { engine, lists, kept }
    }

    pub(crate) fn views(&self) -> Vec<ListView> {
        self.lock().iter().map(Shown::view).collect()
    }

    /// Adds a symbol at the end of a list, which is made if there is none of
    /// this name. A symbol that is there already, be it as another's second
    /// source, stays where it is.
    pub(crate) fn add(
        &self,
        list: &str,
        feed: &FeedId,
        symbol: &Symbol,
    ) -> Result<Changed<RowId>, NoSuchFeed> {
        // Wanted until its line wants it, which would wait for a feed that is not there.
        let wanted = self.engine.watch(feed, symbol)?;
        let added = self.add_line(list, &source(feed, symbol));
        self.engine.unwatch(wanted);
        Ok(added)
    }

    fn add_line(&self, list: &str, source: &Candidate) -> Changed<RowId> {
        let mut lists = self.lock();
        let shown = named(&mut lists, list);
        if let Some(line) = shown.lines.iter().find(|line| line.sources.contains(source)) {
            let value = line.row;
            return Changed {
                value,
                kept: Ok(None),
            };
        }
        let line = Line::open(&self.engine, vec![source.clone()]);
        let value = line.row;
        shown.lines.push(line);
        let kept = self.keep(&lists, list, |entries| {
            if !entries.iter().any(|entry| candidates(entry).contains(source)) {
                entries.push(Entry::new(source.feed.clone(), source.symbol.clone()));
            }
        });
        Changed { value, kept }
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
            .position(|line| line.row == row)
            .ok_or(NoSuchRow)?;
        let removed = shown.lines.remove(place);
        self.engine.unwatch(row);
        let kept = self.keep(&lists, list, |entries| {
            if let Some(place) = place_of(entries, &removed.sources) {
                entries.remove(place);
            }
        });
        Ok(Changed { value: (), kept })
    }

    /// Makes the same change in the file and no other, since the list may have
    /// been edited there meanwhile. A list that is not in the file, as the
    /// first one before its first change, is written as it is shown.
    fn keep(&self, lists: &[Shown], name: &str, change: impl FnOnce(&mut Vec<Entry>)) -> Written {
        self.write(
            |kept| match kept.lists.iter_mut().find(|list| list.name == name) {
                Some(list) => change(&mut list.entries),
                None => {
                    let shown = lists.iter().filter(|shown| shown.name == name);
                    kept.lists.extend(shown.map(Shown::list));
                }
            },
        )
    }

    fn write(&self, change: impl FnOnce(&mut Lists)) -> Written {
        let Kept::InProfile(profile) = &self.kept else {
            return Ok(None);
        };
        let mut profile = profile.lock().unwrap_or_else(PoisonError::into_inner);
        profile.change_lists(change)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shown {
    fn view(&self) -> ListView {
        ListView {
            name: self.name.clone(),
            rows: self.lines.iter().map(|line| line.row.0).collect(),
        }
    }

    fn list(&self) -> List {
        let mut list = List::new(&self.name);
        list.entries = self.lines.iter().filter_map(Line::entry).collect();
        list
    }
}

impl Line {
    fn open(engine: &Handle, sources: Vec<Candidate>) -> Self {
        let row = engine.prefer(&sources);
        Self { row, sources }
    }

    fn entry(&self) -> Option<Entry> {
        let first = self.sources.first()?;
        let mut entry = Entry::new(first.feed.clone(), first.symbol.clone());
        entry.set_sources(&in_file(&self.sources));
        Some(entry)
    }
}

fn source(feed: &FeedId, symbol: &Symbol) -> Candidate {
    Candidate {
        feed: feed.clone(),
        symbol: symbol.clone(),
    }
}

fn candidates(entry: &Entry) -> Vec<Candidate> {
    entry
        .sources()
        .map(|(feed, symbol)| source(feed, symbol))
        .collect()
}

/// As a file has them.
fn in_file(sources: &[Candidate]) -> Vec<(FeedId, Symbol)> {
    let pair = |source: &Candidate| (source.feed.clone(), source.symbol.clone());
    sources.iter().map(pair).collect()
}

/// The line of the file that has these sources, or else the same first one.
fn place_of(entries: &[Entry], sources: &[Candidate]) -> Option<usize> {
    let wholly = entries.iter().position(|entry| candidates(entry) == sources);
    wholly.or_else(|| {
        let first = sources.first();
        entries
            .iter()
            .position(|entry| first == Some(&source(&entry.feed, &entry.symbol)))
    })
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
