//! macOS: AppKit and WKWebView. Not run yet on a real one.

use std::path::PathBuf;

use directories::BaseDirs;
use tauri::webview::WebviewWindowBuilder;
use tauri::{AppHandle, WebviewWindow, Wry};

use super::NoScreen;

pub(crate) fn log_folder(application: &str) -> Option<PathBuf> {
    Some(BaseDirs::new()?.home_dir().join("Library/Logs").join(application))
}

/// The window server is always there for a person who has logged in.
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(crate) const fn open_screen() -> Result<(), NoScreen> {
    Ok(())
}

/// WKWebView leaves an empty window behind when the page's process has died.
pub(crate) fn build_window(
    builder: WebviewWindowBuilder<'_, Wry, AppHandle>,
    page_died: impl Fn() + Send + Sync + 'static,
) -> tauri::Result<WebviewWindow> {
    let builder = builder.on_web_content_process_terminate(move |_| {
        tracing::error!("the page's process has ended");
        page_died();
    });
    builder.build()
}

/// The menu bar shows every icon that it is given.
pub(crate) const fn tray_is_shown() -> bool {
    true
}
