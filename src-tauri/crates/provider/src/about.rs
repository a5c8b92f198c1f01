//! What a person wants to know of a venue before choosing it.

/// In sentences, save for what can be counted on by a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// What can be watched there, and how well.
    pub covers: &'static str,
    pub costs: &'static str,
    /// What must be at hand to begin.
    pub needs: &'static str,
    /// Where a key is made.
    pub key_site: Option<&'static str>,
    /// Its owner has not agreed to being read.
    pub unofficial: bool,
    /// What it tells is old on purpose.
    pub delayed: bool,
}
