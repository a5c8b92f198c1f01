//! The engine against the simulated venue, over a real socket.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod first_tick;
mod halted;
mod past;
mod recorded;
mod replay;
mod restart;
mod resume;
mod sources;
