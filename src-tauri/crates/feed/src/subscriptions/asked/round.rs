//! The paths that are asked in turn, until each has answered once.

use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(super) struct Round {
    unheard: BTreeSet<String>,
}

impl Round {
    pub(super) fn begin(&mut self, paths: &[String]) {
        self.unheard = paths.iter().cloned().collect();
    }

    /// Whether it was the last that had not answered yet.
    pub(super) fn ends_with(&mut self, path: &str) -> bool {
        self.unheard.remove(path) && self.unheard.is_empty()
    }
}
