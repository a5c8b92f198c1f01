//! The commands, one module each.

pub(crate) mod sim;
pub(crate) mod watch;
