//! Windows: WebView2. Not run yet on a real one.

use std::io;
use std::path::PathBuf;

use directories::BaseDirs;
use tauri::webview::WebviewWindowBuilder;
use tauri::{AppHandle, WebviewWindow, Wry};
use tokio::signal::windows::{ctrl_c, ctrl_close};

use super::NoScreen;

pub(crate) fn log_folder(application: &str) -> Option<PathBuf> {
    Some(BaseDirs::new()?.data_local_dir().join(application).join("logs"))
}

/// Every session has a desktop, if only one that nobody looks at.
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
pub(crate) const fn open_screen() -> Result<(), NoScreen> {
    Ok(())
}

/// WebView2 itself shows that a page has died, with a button to load it again.
pub(crate) fn build_window(
    builder: WebviewWindowBuilder<'_, Wry, AppHandle>,
    _: impl Fn() + Send + Sync + 'static,
) -> tauri::Result<WebviewWindow> {
    builder.build()
}

/// Ctrl+C in the console that it was started from, or that console is closed.
pub(crate) async fn told_to_quit() -> io::Result<&'static str> {
    let (mut interrupt, mut close) = (ctrl_c()?, ctrl_close()?);
    Ok(tokio::select! {
        _ = interrupt.recv() => "Ctrl+C",
        _ = close.recv() => "a closed console",
    })
}

/// The taskbar shows every icon that it is given, if only behind its arrow.
pub(crate) const fn tray_is_shown() -> bool {
    true
}
