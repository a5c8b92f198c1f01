//! A feed whose connections are the test's, on a paused clock.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod asking;
mod disturbance;
mod fetching;
mod login;
mod resuming;
mod world;
