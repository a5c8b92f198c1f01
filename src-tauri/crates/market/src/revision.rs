//! What has changed since somebody looked.

/// Grows with every change of the market. A reader keeps the one it has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub(crate) u64);

impl Revision {
    pub(crate) const fn next(&mut self) -> Self {
        self.0 += 1;
        *self
    }
}
