//! The commands, one module each.

pub(crate) mod doctor;
pub(crate) mod drill;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod sim;
pub(crate) mod symbols;
pub(crate) mod token;
pub(crate) mod venues;
pub(crate) mod watch;
