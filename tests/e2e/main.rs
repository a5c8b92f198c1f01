//! The real window, driven through WebDriver.
//!
//! `cargo xtask e2e` brings what this needs: a screen, a session bus, the
//! binaries and the driver, and names them in the environment. Without them
//! every test here says that it was not run.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pictures;
mod stage;
mod window;

mod close_up;
mod described;
mod feed_lost_and_found;
mod feeds;
mod first_run;
mod quits;
mod report;
mod search;
mod simulator;
mod sources;
