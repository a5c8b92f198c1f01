//! What becomes of the lines when a feed is renamed or removed.
//!
//! Nothing has to be done when one is closed, paused or opened again: the engine
//! wants of a feed what its rows want as soon as one of that name is open.

use market::Candidate;
use model::FeedId;
use profile::{Entry, Lists};

use super::{Changed, Line, Watchlists, candidates, in_file, named};

/// The lines of a feed that was removed, so that they can be put back.
#[derive(Debug, Default)]
pub(crate) struct TakenOut {
    shown: Vec<Taken<Vec<Candidate>>>,
    kept: Vec<Taken<Entry>>,
}

/// One that is gone, or has become less.
#[derive(Debug)]
struct Taken<T> {
    list: String,
    place: usize,
    before: T,
    /// The sources that are left; with none the line is gone.
    left: Vec<Candidate>,
}

impl Watchlists {
    /// The same feed has another name.
    pub(crate) fn rename_feed(&self, from: &FeedId, to: &FeedId) -> Changed<()> {
        let rename = |sources: &mut Vec<Candidate>| {
            let mut changed = false;
            for source in sources.iter_mut().filter(|source| source.feed == *from) {
                source.feed = to.clone();
                changed = true;
            }
            changed
        };
        let mut lists = self.lock();
        for line in lists.iter_mut().flat_map(|list| &mut list.lines) {
            if rename(&mut line.sources) {
                // Its row is there as long as the line is.
                let _ranked = self.engine.rank(line.row, &line.sources);
            }
        }
        let kept = self.write(|kept| {
            for entry in kept.lists.iter_mut().flat_map(|list| &mut list.entries) {
                entry.rename_feed(from, to);
            }
        });
        Changed { value: (), kept }
    }

    /// A line that has other sources stays with those.
    pub(crate) fn take_out(&self, feed: &FeedId) -> Changed<TakenOut> {
        let without = |sources: &[Candidate]| -> Option<Vec<Candidate>> {
            let others = sources.iter().filter(|source| source.feed != *feed);
            let left: Vec<_> = others.cloned().collect();
            (left.len() < sources.len()).then_some(left)
        };
        let mut taken = TakenOut::default();
        for list in self.lock().iter_mut() {
            let name = list.name.clone();
            taken.shown.extend(take(&mut list.lines, &name, |line| {
                let left = without(&line.sources)?;
                let before = std::mem::replace(&mut line.sources, left.clone());
                if left.is_empty() {
                    self.engine.unwatch(line.row);
                } else {
                    let _ranked = self.engine.rank(line.row, &left);
                }
                Some((before, left))
            }));
        }
        let kept = self.write(|kept| {
            for list in &mut kept.lists {
                let name = list.name.clone();
                taken.kept.extend(take(&mut list.entries, &name, |entry| {
                    let left = without(&candidates(entry))?;
                    let before = entry.clone();
                    entry.set_sources(&in_file(&left));
                    Some((before, left))
                }));
            }
        });
        Changed { value: taken, kept }
    }

    /// Where they were, as far as the lists are still the same.
    pub(crate) fn put_back(&self, taken: TakenOut) -> Changed<()> {
        let mut lists = self.lock();
        for Taken {
            list,
            place,
            before,
            left,
        } in taken.shown
        {
            let lines = &mut named(&mut lists, &list).lines;
            if left.is_empty() {
                let line = Line::open(&self.engine, before);
                lines.insert(place.min(lines.len()), line);
            } else if let Some(line) = lines.iter_mut().find(|line| line.sources == left) {
                let _ranked = self.engine.rank(line.row, &before);
                line.sources = before;
            }
        }
        let kept = self.write(|kept| put_back_entries(kept, taken.kept));
        Changed { value: (), kept }
    }
}

/// Lets `less` have each line; one of which nothing is left is taken out.
fn take<T, B>(
    lines: &mut Vec<T>,
    list: &str,
    mut less: impl FnMut(&mut T) -> Option<(B, Vec<Candidate>)>,
) -> Vec<Taken<B>> {
    let mut taken = Vec::new();
    let mut place = 0;
    lines.retain_mut(|line| {
        let found = less(line);
        let stays = found.as_ref().is_none_or(|(_, left)| !left.is_empty());
        taken.extend(found.map(|(before, left)| Taken {
            list: list.to_owned(),
            place,
            before,
            left,
        }));
        place += 1;
        stays
    });
    taken
}

fn put_back_entries(lists: &mut Lists, taken: Vec<Taken<Entry>>) {
    for Taken {
        list,
        place,
        before,
        left,
    } in taken
    {
        let Some(list) = lists.lists.iter_mut().find(|known| known.name == list) else {
            continue;
        };
        if left.is_empty() {
            list.entries.insert(place.min(list.entries.len()), before);
        } else if let Some(entry) = list.entries.iter_mut().find(|entry| candidates(entry) == left) {
            *entry = before;
        }
    }
}
