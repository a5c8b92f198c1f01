//! Random bodies; see [`crate::fuzz`].

mod events;
mod polls;
