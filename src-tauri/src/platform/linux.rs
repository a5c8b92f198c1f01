//! Linux: GTK and WebKitGTK.
//!
//! No `WEBKIT_DISABLE_…` variable is set here. They help where there is no GPU
//! (the check sets one for its virtual screen) and cost everybody else theirs.

use std::path::PathBuf;

use directories::BaseDirs;
use gtk::gio::{self, BusType, DBusCallFlags};
use gtk::glib::ToVariant;
use tauri::webview::WebviewWindowBuilder;
use tauri::{AppHandle, WebviewWindow, Wry};
use webkit2gtk::WebViewExt;

use super::NoScreen;

/// A tray that does not answer within this is as good as none.
const TRAY_ANSWERS_WITHIN_MS: i32 = 1_000;

/// The log is state, neither configuration nor data, in the words of the XDG.
pub(crate) fn log_folder(application: &str) -> Option<PathBuf> {
    let state = BaseDirs::new()?.state_dir()?.to_owned();
    Some(state.join(application).join("logs"))
}

/// Opens what the event loop would open, and unlike that does not panic.
pub(crate) fn open_screen() -> Result<(), NoScreen> {
    // Without a name of a screen GDK would still look for a browser to draw in.
    let is_named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !is_named("DISPLAY") && !is_named("WAYLAND_DISPLAY") {
        return Err(NoScreen);
    }
    gtk::init().map_err(|_| NoScreen)
}

/// WebKitGTK leaves an empty window behind when the page's process has died.
pub(crate) fn build_window(
    builder: WebviewWindowBuilder<'_, Wry, AppHandle>,
    page_died: impl Fn() + Send + Sync + 'static,
) -> tauri::Result<WebviewWindow> {
    let window = builder.build()?;
    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |_, reason| {
            tracing::error!(?reason, "the page's process has ended");
            page_died();
        });
    })?;
    Ok(window)
}

/// Asks for the one who draws the icons of a tray. Desktops without such a
/// service leave an application that hides itself with no way back.
pub(crate) fn tray_is_shown() -> bool {
    let Ok(bus) = gio::bus_get_sync(BusType::Session, gio::Cancellable::NONE) else {
        return false;
    };
    let answer = bus.call_sync(
        Some("org.freedesktop.DBus"),
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "NameHasOwner",
        Some(&("org.kde.StatusNotifierWatcher",).to_variant()),
        None,
        DBusCallFlags::NONE,
        TRAY_ANSWERS_WITHIN_MS,
        gio::Cancellable::NONE,
    );
    answer.is_ok_and(|answer| answer.try_child_get::<bool>(0) == Ok(Some(true)))
}
