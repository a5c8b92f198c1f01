//! The commands, one module each.

pub(crate) mod drill;
pub(crate) mod sim;
pub(crate) mod token;
pub(crate) mod watch;
