//! The harness of the tests that no single crate can hold.
//!
//! Waiting is for a thing, never for a time; what cannot be run here says so
//! and is not counted as passed; and only processes that a test has started
//! are ever ended, by their own number.

#![forbid(unsafe_code)]

mod figures;
#[expect(
    missing_debug_implementations,
    reason = "what is played before them is looked at, not they"
)]
pub mod house;
mod ledger;
mod process;
mod relay;
mod screen;
mod simulator;
pub mod socket;
mod usage;
pub mod venues;
mod wait;

pub use figures::{Made, Spread};
pub use ledger::{Balance, Ledger};
pub use process::{Running, descendants, is_alive};
pub use relay::Relay;
pub use screen::ask_window_to_close;
pub use simulator::Simulator;
pub use usage::{cpu, may_open, memory, own_cpu, thread_cpu};
pub use wait::{wait_until, wait_until_some};

use std::fs::OpenOptions;
use std::io::Write;

/// Says that a test could not be run, and why.
///
/// The reason goes to the terminal and, a line each, to the file that
/// `TICKWIRE_NOT_RUN` names, from which `cargo xtask check` counts it as
/// skipped.
#[expect(
    clippy::print_stderr,
    reason = "a test that was not run must say so on its own line"
)]
pub fn not_run(reason: &str) {
    eprintln!("not run: {reason}");
    let Some(file) = std::env::var_os("TICKWIRE_NOT_RUN") else {
        return;
    };
    let written = OpenOptions::new().create(true).append(true).open(&file);
    if let Err(error) = written.and_then(|mut file| writeln!(file, "{reason}")) {
        eprintln!("the reason could not be written to {}: {error}", file.display());
    }
}
