//! Random frames and handshakes; see [`crate::fuzz`].
//!
//! `reference` reads frames anew, from RFC 6455 and RFC 7692 and from nothing
//! of ours: all at once, without a thought for memory.

mod frames;
mod head;
mod reference;
