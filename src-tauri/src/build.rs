//! What the program knows about its own making.

/// The version of all crates of the workspace.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `unknown` where the sources were not a git checkout.
pub(crate) const COMMIT: &str = env!("TICKWIRE_COMMIT");

pub(crate) const VERSION_AND_COMMIT: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("TICKWIRE_COMMIT"), ")");

/// Who made what is in the program, and under which terms; the test in `notices` keeps it true.
pub(crate) const NOTICES: &str = include_str!("../NOTICES.txt");

#[cfg(test)]
mod notices;
