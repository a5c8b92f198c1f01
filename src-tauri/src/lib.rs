//! The shell of Tickwire: composition, and nothing clever.
//!
//! [`run`] reads the arguments, begins the log, makes sure to be alone, opens the
//! profile, starts the engine, opens the window and waits for the end, in that
//! order. This is the
//! only crate that imports Tauri, and in it only `ipc` knows what the page
//! sees.

#![forbid(unsafe_code)]

mod app;
mod arguments;
mod build;
mod feeds;
mod instance;
mod ipc;
mod logging;
mod notices;
mod panic;
mod platform;
mod roster;
mod shell;
mod tasks;
mod text;
mod tray;
mod venues;
mod watchlists;
mod window;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use profile::Profile;
use tauri::{AppHandle, Manager, RunEvent};
use tracing::{error, info, warn};

use crate::app::App;
use crate::arguments::{Arguments, Refused};
use crate::ipc::{About, Notice, NoticeCode};
use crate::shell::Shell;

const APPLICATION: &str = "app.tickwire.desktop";
/// What cannot be understood on the command line; clap ends with the same.
const MISUSE: u8 = 2;

pub fn run() -> ExitCode {
    let arguments = match arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(Refused::CommandLine(said)) => {
            // With the terminal closed there is nobody to tell.
            let _unread = said.print();
            return ExitCode::from(if said.use_stderr() { MISUSE } else { 0 });
        }
        Err(refused @ Refused::Feed(_)) => return say(&refused.to_string(), MISUSE),
    };
    panic::install();
    let folder = logging::folder(APPLICATION);
    let log = logging::start(folder.as_deref());
    let log_folder = folder.map_or_else(String::new, |folder| folder.display().to_string());
    let code = match show(arguments, log_folder) {
        Ok(code) => code,
        Err(error) => say(&format!("{error:#}"), 1),
    };
    drop(log);
    code
}

fn show(arguments: Arguments, log_folder: String) -> anyhow::Result<ExitCode> {
    platform::open_screen()?;
    info!(
        version = build::VERSION,
        commit = build::COMMIT,
        ?arguments,
        "started"
    );
    // A second start ends in here, before it could touch what the first works with.
    let tauri = instance::only_one(tauri::Builder::default(), arguments.profile.as_deref())
        .invoke_handler(ipc::commands())
        .build(tauri::generate_context!())
        .context("the web view could not start")?;
    let profile = Profile::open(arguments.profile.as_deref());
    let about = About {
        version: build::VERSION.to_owned(),
        commit: build::COMMIT.to_owned(),
        notices: build::NOTICES.to_owned(),
        log_folder,
        profile_folder: profile
            .profile
            .folder()
            .map_or_else(String::new, |folder| folder.display().to_string()),
    };
    let theme = ipc::theme(profile.profile.settings());
    let mut running = Some(App::start(tauri.handle(), profile, arguments.feed, about)?);
    let code = tauri.run_return(move |app, event| {
        if let RunEvent::Ready = event {
            if let Err(error) = window::open(app, theme) {
                say(&format!("the window could not be opened: {error}"), 1);
                app.exit(1);
            }
            restore_tray(app);
        } else if let RunEvent::Exit = event
            && let Some(running) = running.take()
        {
            running.shut_down();
        }
    });
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The icon of the tray, if the person wants it since an earlier run.
fn restore_tray(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>().filter(|shell| shell.keeps_in_tray()) else {
        return;
    };
    let app = app.clone();
    shell.tasks.spawn(async move {
        let (Err(why), Some(shell)) = (tray::add(&app).await, app.try_state::<Shell>()) else {
            return;
        };
        warn!(%why, "there is no icon in the tray");
        shell.board.post(Notice {
            code: NoticeCode::NoTray,
            sentence: format!("Closing the window quits, although you want it kept in the tray: {why}."),
            next: "Add what is missing and start again, or turn the setting off.".to_owned(),
        });
    });
}

fn say(sentence: &str, code: u8) -> ExitCode {
    error!(target: logging::SAID, "{sentence}");
    // With standard error closed there is nobody to tell.
    let _unread = writeln!(std::io::stderr(), "tickwire: {sentence}");
    ExitCode::from(code)
}
