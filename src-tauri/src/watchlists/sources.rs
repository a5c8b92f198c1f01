//! Which feeds stand behind a line, and in which order.

use market::{Candidate, RowId};
use model::{FeedId, Symbol};

use super::{Changed, NoSuchRow, Watchlists, in_file, place_of, source};

/// As many as anybody has accounts for the same thing; each is a subscription of its own.
const SOURCES_MAX: usize = 8;

/// Why the sources of a row stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSourced {
    #[error(transparent)]
    NoSuchRow(#[from] NoSuchRow),
    #[error("the row has no such source")]
    NoSuchSource,
    #[error("there is no feed of this name")]
    NoSuchFeed,
    #[error("a row has {SOURCES_MAX} sources at most")]
    TooMany,
    #[error("a row has one source at least")]
    Last,
}

impl Watchlists {
    /// At the end, so that it stands in for all others. One that is there already stays where it is.
    pub(crate) fn add_source(
        &self,
        list: &str,
        row: RowId,
        feed: &FeedId,
        symbol: &Symbol,
    ) -> Result<Changed<()>, NotSourced> {
        let wanted = self.engine.watch(feed, symbol);
        let wanted = wanted.map_err(|_| NotSourced::NoSuchFeed)?;
        let added = self.change_sources(list, row, |sources| {
            let added = source(feed, symbol);
            if !sources.contains(&added) {
                sources.push(added);
            }
            let fits = sources.len() <= SOURCES_MAX;
            fits.then_some(()).ok_or(NotSourced::TooMany)
        });
        self.engine.unwatch(wanted);
        added
    }

    pub(crate) fn remove_source(
        &self,
        list: &str,
        row: RowId,
        feed: &FeedId,
        symbol: &Symbol,
    ) -> Result<Changed<()>, NotSourced> {
        self.change_sources(list, row, |sources| {
            let removed = source(feed, symbol);
            let place = sources.iter().position(|source| *source == removed);
            sources.remove(place.ok_or(NotSourced::NoSuchSource)?);
            (!sources.is_empty()).then_some(()).ok_or(NotSourced::Last)
        })
    }

    /// All of them, the preferred one first.
    pub(crate) fn order_sources(
        &self,
        list: &str,
        row: RowId,
        order: Vec<Candidate>,
    ) -> Result<Changed<()>, NotSourced> {
        self.change_sources(list, row, |sources| {
            let same = order.len() == sources.len() && sources.iter().all(|source| order.contains(source));
            *sources = same.then_some(order).ok_or(NotSourced::NoSuchSource)?;
            Ok(())
        })
    }

    fn change_sources(
        &self,
        list: &str,
        row: RowId,
        change: impl FnOnce(&mut Vec<Candidate>) -> Result<(), NotSourced>,
    ) -> Result<Changed<()>, NotSourced> {
        let mut lists = self.lock();
        let mut lines = lists
            .iter_mut()
            .filter(|shown| shown.name == list)
            .flat_map(|shown| &mut shown.lines);
        let line = lines.find(|line| line.row == row).ok_or(NoSuchRow)?;
        let before = line.sources.clone();
        let mut sources = before.clone();
        change(&mut sources)?;
        if sources == before {
            let kept = Ok(None);
            return Ok(Changed { value: (), kept });
        }
        self.engine.rank(row, &sources).map_err(|_| NoSuchRow)?;
        line.sources.clone_from(&sources);
        let kept = self.keep(&lists, list, |entries| {
            if let Some(place) = place_of(entries, &before) {
                entries[place].set_sources(&in_file(&sources));
            }
        });
        Ok(Changed { value: (), kept })
    }
}
