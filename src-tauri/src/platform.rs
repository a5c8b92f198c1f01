//! What differs between systems: one file for each, with the same functions.
//!
//! - `log_folder`: where the log of an application belongs
//! - `open_screen`: whether a window can be shown at all
//! - `build_window`: a window that hears when its page's process has died
//! - `told_to_quit`: waits for the system's way of saying so
//! - `tray_is_shown`: whether anybody would see an icon in the tray

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::{build_window, log_folder, open_screen, tray_is_shown};

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
pub(crate) use macos::{build_window, log_folder, open_screen, tray_is_shown};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::told_to_quit;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{build_window, log_folder, open_screen, told_to_quit, tray_is_shown};

/// There is no screen to show a window on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no screen to show a window on; tickwire-cli works without one")]
pub(crate) struct NoScreen;
