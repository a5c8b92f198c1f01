//! The icon in the tray, which is there only while a person wants the app to
//! outlive its window.

use std::panic::AssertUnwindSafe;

use tauri::AppHandle;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tokio::sync::oneshot;

use crate::{panic, platform, window};

const ID: &str = "main";
const SHOW: &str = "show";
const QUIT: &str = "quit";
/// A grey that stands out from light and from dark panels.
const PICTURE: Image<'_> = tauri::include_image!("../icons/tray@2x.png");

/// Without an icon a hidden window could not be found again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoTray {
    #[error("this desktop shows no icons of applications")]
    NotShown,
    #[error("the library for icons in the tray (libayatana-appindicator3) is not installed")]
    NoLibrary,
    #[error("the system refused the icon")]
    Refused(#[from] tauri::Error),
}

pub(crate) fn is_there(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some()
}

/// Adds the icon if there is none yet.
pub(crate) async fn add(app: &AppHandle) -> Result<(), NoTray> {
    if is_there(app) {
        return Ok(());
    }
    let (sender, made) = oneshot::channel();
    let handle = app.clone();
    // Menus and icons belong to the thread of the window.
    app.run_on_main_thread(move || {
        // Whoever asked may have gone, and the icon is there all the same.
        let _gone = sender.send(make(&handle));
    })?;
    made.await.unwrap_or(Err(NoTray::NotShown))
}

pub(crate) fn remove(app: &AppHandle) {
    drop(app.remove_tray_by_id(ID));
}

fn make(app: &AppHandle) -> Result<(), NoTray> {
    if !platform::tray_is_shown() {
        return Err(NoTray::NotShown);
    }
    let show = MenuItem::with_id(app, SHOW, "Show Tickwire", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&show, &quit])?;
    let icon = TrayIconBuilder::with_id(ID)
        .icon(PICTURE)
        // On macOS the menu bar then gives it the colour of its own icons.
        .icon_as_template(true)
        .menu(&menu)
        .tooltip("Tickwire")
        .on_menu_event(|app, event| match event.id().as_ref() {
            SHOW => window::show(app),
            QUIT => app.exit(0),
            other => tracing::warn!(other, "the tray's menu has an entry that nobody knows"),
        });
    // Without its library the crate behind this panics.
    panic::expected(AssertUnwindSafe(|| icon.build(app))).map_err(|()| NoTray::NoLibrary)??;
    Ok(())
}
