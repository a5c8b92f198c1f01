//! `tickwire-cli`: the engine of the app without its window.
//!
//! Each command is a module of its name. What they print on standard output is
//! for programs and is described in their help; everything else goes to
//! standard error.

#![forbid(unsafe_code)]

mod args;
mod aside;
mod command;
mod feeds;
mod output;
mod script;
mod stop;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use args::{Args, Command};
use command::{doctor, drill, record, replay, sim as venue, symbols, token, venues, watch};
use output::Output;
use stop::Stop;

/// What the caller asked for cannot be done as asked; clap ends with the same.
const MISUSE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    log_to_standard_error();
    match run(args.command) {
        Ok(code) => code,
        Err(error) => {
            // With standard error closed there is nobody to tell.
            let _unread = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(if misused(&error) { MISUSE } else { 1 })
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before anything is started, so that nothing is left running by an early Ctrl+C.
        let stop = Stop::listen()?;
        let output = Output::start(std::io::stdout())?;
        match command {
            Command::Sim(wanted) => venue::run(wanted, output, stop).await,
            Command::Drill(wanted) => drill::run(wanted, output, stop).await,
            Command::Watch(wanted) => watch::run(*wanted, output, stop).await,
            Command::Record(wanted) => record::run(*wanted, output, stop).await,
            Command::Replay(wanted) => replay::run(wanted, output, stop).await,
            Command::Doctor(wanted) => doctor::run(*wanted, output, stop).await,
            Command::Token(wanted) => token::run(wanted, stop).await,
            Command::Symbols(wanted) => symbols::run(&wanted, output).await,
            Command::Venues(wanted) => venues::run(&wanted, output).await,
        }
    })
}

fn misused(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<sim::StartError>()
        .is_some_and(sim::StartError::needs_other_options)
        || error.is::<engine::OpenError>()
        || error.is::<feeds::NotAFeed>()
        || error.is::<script::BadScript>()
        || error.is::<recording::TapeError>()
        || error.is::<replay::NotPlayed>()
        || error
            .downcast_ref::<recording::CreateError>()
            .is_some_and(|error| matches!(error, recording::CreateError::Exists(_)))
}

fn log_to_standard_error() {
    let filter = EnvFilter::try_from_env("TICKWIRE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
