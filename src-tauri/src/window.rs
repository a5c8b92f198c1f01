//! The window: how it opens, what its page may do, and what closing it means.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, Theme, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::ipc::{CloseUps, Notice, NoticeCode};
use crate::shell::Shell;
use crate::{platform, tray};

pub(crate) const LABEL: &str = "main";

const SIZE: (f64, f64) = (1280.0, 800.0);
/// Below that the chart's axis and the watchlist's columns lie over each other.
const SIZE_MIN: (f64, f64) = (720.0, 480.0);
const LINKED_HOST: &str = "www.tradingview.com";
/// A page that dies as soon as it is loaded must not keep a processor busy.
const RELOADS_APART: Duration = Duration::from_secs(5);

pub(crate) fn open(app: &AppHandle, theme: Option<Theme>) -> tauri::Result<()> {
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Tickwire")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SIZE_MIN.0, SIZE_MIN.1)
        .center()
        .theme(theme)
        .on_navigation(is_ours)
        .on_page_load({
            let app = app.clone();
            move |_, load| {
                if load.event() == PageLoadEvent::Started {
                    forget_page(&app);
                }
            }
        })
        .on_new_window(|address, _| {
            show_in_browser(&address);
            NewWindowResponse::Deny
        })
        // Nothing here takes a file, and without the handler a dropped one is simply not taken.
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions));
    let reloaded = Mutex::new(None);
    let window = platform::build_window(builder, {
        let app = app.clone();
        move || load_again(&app, &reloaded)
    })?;
    window.on_window_event({
        let app = app.clone();
        move |event| {
            if let WindowEvent::CloseRequested { api, .. } = event
                && stays_in_tray(&app)
            {
                api.prevent_close();
                hide(&app);
            }
        }
    });
    Ok(())
}

/// Has the page begin from scratch, if it is there already.
pub(crate) fn load_anew(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    match window.reload() {
        Ok(()) => info!("the page is loaded again"),
        Err(error) => error!(%error, "the page could not be loaded again"),
    }
}

/// Brings the window to the front, wherever it was.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    attend(app, true);
    if let Err(error) = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus())
    {
        warn!(%error, "the window could not be brought to the front");
    }
}

fn hide(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    match window.hide() {
        Ok(()) => attend(app, false),
        Err(error) => warn!(%error, "the window could not be hidden"),
    }
}

/// Silent connections are asked less often where nobody looks, and at once where
/// somebody begins to.
fn attend(app: &AppHandle, watched: bool) {
    if let Some(shell) = app.try_state::<Shell>() {
        shell.engine.attend(watched);
    }
}

/// Only where there is an icon to bring the window back with.
fn stays_in_tray(app: &AppHandle) -> bool {
    app.try_state::<Shell>()
        .is_some_and(|shell| shell.keeps_in_tray())
        && tray::is_there(app)
}

/// The page is part of the program; everything else belongs into a browser.
fn is_ours(address: &Url) -> bool {
    let ours = match (address.scheme(), address.host_str()) {
        ("tauri", Some("localhost")) => true,
        // Where the web view knows no scheme of ours, it has a host of ours.
        ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("127.0.0.1")) => tauri::is_dev() && address.port() == Some(1420),
        (_, _) => false,
    };
    if !ours {
        warn!(
            scheme = address.scheme(),
            host = address.host_str(),
            "the page may not leave the program"
        );
    }
    ours
}

/// The page itself links to one place, the maker of its charts, who asks for that.
fn show_in_browser(address: &Url) {
    let is_known = address.scheme() == "https" && address.host_str() == Some(LINKED_HOST);
    if !is_known {
        warn!(host = address.host_str(), "the page may open no window");
    } else if let Err(error) = open::that_detached(address.as_str()) {
        warn!(%error, "no browser could be opened");
    }
}

/// Nobody has the page before this one any more, so nothing is told to it.
fn forget_page(app: &AppHandle) {
    if let Some(looks) = app.try_state::<CloseUps>() {
        looks.end();
    }
}

/// The feeds stay up meanwhile, and the new page opens a stream of its own.
fn load_again(app: &AppHandle, reloaded: &Mutex<Option<Instant>>) {
    forget_page(app);
    let now = Instant::now();
    let mut reloaded = reloaded.lock().unwrap_or_else(PoisonError::into_inner);
    let at = reloaded.map_or(now, |before| (before + RELOADS_APART).max(now));
    *reloaded = Some(at);
    let Some(shell) = app.try_state::<Shell>() else {
        return;
    };
    shell.board.post(Notice {
        code: NoticeCode::PageReloaded,
        sentence: "The page had failed and was loaded again; no feed was interrupted.".to_owned(),
        next: "If this happens again, please report it with the log.".to_owned(),
    });
    let app = app.clone();
    shell.tasks.spawn(async move {
        tokio::time::sleep_until(at).await;
        load_anew(&app);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_cannot_leave_the_program() {
        let may_go = |address: &str| is_ours(&Url::parse(address).unwrap());
        assert!(may_go("tauri://localhost/index.html"));
        assert!(may_go("http://tauri.localhost/"));
        for address in [
            "https://www.tradingview.com/",
            "http://localhost:1420/",
            "http://127.0.0.1:8000/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://elsewhere/",
            "https://tauri.localhost.example/",
        ] {
            assert!(!may_go(address), "{address}");
        }
    }
}
