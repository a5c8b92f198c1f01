//! Numbers that go on from behind: has the venue begun to count again?

use crate::outlet::Update;

/// Nothing that is sent again lies further back.
pub(super) const WINDOW: u64 = 4_096;
/// So many in a row are no accident.
const PROOF: usize = 16;

/// What may be the beginning of a new count, kept until that is certain.
#[derive(Debug)]
pub(super) struct Run {
    from: u64,
    updates: Vec<Update>,
}

impl Run {
    pub(super) fn from(seq: u64, update: Update) -> Self {
        Self {
            from: seq,
            updates: vec![update],
        }
    }

    pub(super) fn goes_on_with(&self, seq: u64) -> bool {
        seq == self.from.saturating_add(self.updates.len() as u64)
    }

    pub(super) fn push(&mut self, update: Update) {
        self.updates.push(update);
    }

    pub(super) fn is_proof(&self) -> bool {
        self.updates.len() >= PROOF
    }

    pub(super) fn len(&self) -> u64 {
        self.updates.len() as u64
    }

    pub(super) fn into_numbered(self) -> impl Iterator<Item = (u64, Update)> {
        (self.from..).zip(self.updates)
    }
}
