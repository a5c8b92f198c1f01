//! The paths that are asked in turn, who is asked for by each, and which have answered.
//!
//! One name that the venue does not know may cost all others of its path their
//! answer. Such a path is asked in two halves, until the name stands alone; when
//! each has answered, those that are left share paths again.

use std::collections::BTreeSet;

use model::SymbolKey;
use provider::Together;

#[derive(Debug)]
pub(super) struct Round {
    parts: Vec<Part>,
    /// How many share a path.
    together: Together,
    /// Whether anything was ever found on this line.
    has_heard: bool,
}

#[derive(Debug)]
struct Part {
    keys: Vec<SymbolKey>,
    paths: BTreeSet<String>,
    /// Of these.
    unheard: BTreeSet<String>,
    /// Each of them has been answered for in another part before.
    joined: bool,
}

/// Symbols, and the paths that answer for them together.
pub(crate) type Asks = (Vec<SymbolKey>, Vec<String>);

/// Parts that take the place of others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) gone: Vec<String>,
    pub(super) parts: Vec<Vec<SymbolKey>>,
}

pub(super) fn halves(keys: &[SymbolKey]) -> impl Iterator<Item = Vec<SymbolKey>> {
    keys.chunks(keys.len().div_ceil(2).max(1))
        .map(<[SymbolKey]>::to_vec)
}

impl Round {
    pub(super) const fn new(together: Together) -> Self {
        Self {
            parts: Vec::new(),
            together,
            has_heard: false,
        }
    }

    pub(super) const fn has_heard(&self) -> bool {
        self.has_heard
    }

    /// Whether a path says who is asked for by it.
    pub(super) const fn names_somebody(&self) -> bool {
        match self.together {
            Together::UpTo(_) => true,
            Together::Everybody => false,
        }
    }

    fn most(&self) -> usize {
        match self.together {
            Together::UpTo(most) => most.max(1),
            Together::Everybody => usize::MAX,
        }
    }

    /// Who is asked for together: as before where they were, and the others in new parts.
    pub(super) fn cut(&self, carried: &[SymbolKey]) -> Vec<Vec<SymbolKey>> {
        let mut rest: BTreeSet<_> = carried.iter().copied().collect();
        let mut parts = Vec::new();
        if self.names_somebody() {
            for part in &self.parts {
                let keys = part.keys.iter().copied().filter(|key| rest.remove(key));
                parts.push(keys.collect::<Vec<_>>());
            }
        }
        let new: Vec<_> = carried.iter().filter(|key| rest.contains(key)).copied().collect();
        parts.extend(new.chunks(self.most()).map(<[SymbolKey]>::to_vec));
        parts.retain(|keys| !keys.is_empty());
        parts
    }

    pub(super) fn begin(&mut self, parts: Vec<Asks>) {
        self.parts.clear();
        self.join(parts, false);
    }

    /// These are asked in the place of those.
    pub(super) fn exchange(&mut self, gone: &[String], parts: Vec<Asks>, joined: bool) {
        self.parts
            .retain(|part| !gone.iter().any(|gone| part.paths.contains(gone)));
        self.join(parts, joined);
    }

    fn join(&mut self, parts: Vec<Asks>, joined: bool) {
        for (keys, paths) in parts {
            // One that somebody else has asked by has answered for both.
            let is_heard = |path: &&String| {
                let mut others = self.parts.iter().filter(|part| part.paths.contains(*path));
                others.any(|part| !part.unheard.contains(*path))
            };
            let unheard = paths.iter().filter(|path| !is_heard(path)).cloned().collect();
            self.parts.push(Part {
                joined: joined && keys.len() > 1,
                keys,
                unheard,
                paths: paths.into_iter().collect(),
            });
        }
    }

    pub(super) fn paths(&self) -> BTreeSet<&String> {
        self.parts.iter().flat_map(|part| &part.paths).collect()
    }

    pub(super) fn is_asked(&self, path: &str) -> bool {
        self.parts.iter().any(|part| part.paths.contains(path))
    }

    /// Whoever is asked for by this path.
    pub(super) fn asked_by(&self, path: &str) -> Vec<SymbolKey> {
        let parts = self.parts.iter().filter(|part| part.paths.contains(path));
        parts.flat_map(|part| part.keys.iter().copied()).collect()
    }

    /// Something was found there.
    pub(super) fn found(&mut self) {
        self.has_heard = true;
    }

    /// Whether it was the last that had not answered yet.
    pub(super) fn ends_with(&mut self, path: &str) -> bool {
        let mut is_news = false;
        for part in &mut self.parts {
            is_news |= part.unheard.remove(path);
        }
        is_news && self.unheard() == 0
    }

    /// How many have not answered.
    pub(super) fn unheard(&self) -> usize {
        let unheard: BTreeSet<_> = self.parts.iter().flat_map(|part| &part.unheard).collect();
        unheard.len()
    }

    /// What is asked in the place of a path that the venue did not take: of these who are left
    /// there, each half alone.
    pub(super) fn halves(&mut self, path: &str, left: &[SymbolKey]) -> Vec<Vec<SymbolKey>> {
        let joined = self
            .parts
            .iter()
            .any(|part| part.joined && part.paths.contains(path));
        if joined {
            // Each of them was taken before, and all of them together are too much.
            self.together = Together::UpTo(left.len().div_ceil(2).max(1));
        }
        halves(left).collect()
    }

    /// When each has answered: whoever is left shares paths again, and nobody is asked for whom
    /// the venue does not know. `None` where it stays as it is.
    pub(super) fn tidied(&self, is_left: impl Fn(SymbolKey) -> bool) -> Option<Change> {
        if !self.names_somebody() || self.unheard() > 0 {
            return None;
        }
        let most = self.most();
        let is_whole = |part: &Part| part.keys.iter().all(|key| is_left(*key));
        let (small, others): (Vec<_>, Vec<_>) = self
            .parts
            .iter()
            .partition(|part| !is_whole(part) || part.keys.len() < most);
        let left: BTreeSet<_> = small.iter().flat_map(|part| part.keys.iter().copied()).collect();
        let left: Vec<_> = left.into_iter().filter(|key| is_left(*key)).collect();
        let mut parts: Vec<_> = left.chunks(most).map(<[SymbolKey]>::to_vec).collect();
        if small.iter().all(|part| is_whole(part)) && parts.len() >= small.len() {
            return None;
        }
        // One that comes out as it was is left alone.
        let (mut stay, mut go) = (others, Vec::new());
        for part in small {
            match parts.iter().position(|keys| *keys == part.keys) {
                Some(same) => {
                    parts.remove(same);
                    stay.push(part);
                }
                None => go.push(part),
            }
        }
        let goes = |path: &&String| stay.iter().all(|part| !part.paths.contains(*path));
        let gone: BTreeSet<_> = go.iter().flat_map(|part| &part.paths).filter(goes).collect();
        if gone.is_empty() && parts.is_empty() {
            return None;
        }
        let gone = gone.into_iter().cloned().collect();
        Some(Change { gone, parts })
    }
}
