//! `cargo xtask`: everything a developer and the check run.
//!
//! Started through the alias in `.cargo/config.toml`, by `.ci/run` and by the workflows in `.github`. A command is one
//! file with one `COMMAND` in it and one line in the table below. Nothing here knows what a tick is, and nothing here
//! is linked into what we ship.

#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    reason = "what a developer reads is the output of this program"
)]
#![allow(
    clippy::disallowed_types,
    reason = "xtask measures this machine and has no clock to pause in a test"
)]

mod autobahn;
mod bench;
mod bindings;
mod build;
mod bundle;
mod check;
mod command;
mod desktop;
mod e2e;
mod failure;
mod faults;
mod fuzz;
mod kernel;
mod layout;
mod machine;
mod mutants;
mod process;
mod project;
mod report;
mod run;
mod screenshots;
mod session;
mod soak;
mod tally;
mod tools;
mod trial;
mod ui;

use std::process::ExitCode;

use command::Command;

const COMMANDS: &[Command] = &[
    run::COMMAND,
    check::COMMAND,
    e2e::COMMAND,
    bindings::COMMAND,
    screenshots::COMMAND,
    bundle::COMMAND,
    bench::COMMAND,
    fuzz::COMMAND,
    kernel::COMMAND,
    soak::COMMAND,
    autobahn::COMMAND,
    faults::COMMAND,
    mutants::COMMAND,
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some((session::WORD, rest)) = words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return session::start(rest);
    }
    process::end_children_on_signals();
    command::dispatch(COMMANDS, &words)
}
