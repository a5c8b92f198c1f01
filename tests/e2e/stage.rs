//! What a test of the window stands on: programs, a folder of its own, a driver.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tests::{Running, not_run};

/// The programs under test, a fresh profile, and a WebDriver of its own.
pub(crate) struct Stage {
    pub(crate) app: PathBuf,
    pub(crate) cli: PathBuf,
    pub(crate) driver_port: u16,
    pub(crate) driver: Running,
    folder: TempDir,
}

impl Stage {
    /// `None`, said aloud, where the window cannot be shown.
    pub(crate) fn set() -> Option<Self> {
        let program = |name: &str| match std::env::var_os(name) {
            Some(path) if Path::new(&path).is_file() => Some(PathBuf::from(path)),
            Some(_) | None => {
                not_run(&format!(
                    "the window was not tested: {name} names no program (cargo xtask e2e sets it)"
                ));
                None
            }
        };
        let (app, cli) = (program("TICKWIRE_APP")?, program("TICKWIRE_CLI")?);
        let tauri_driver = program("TAURI_DRIVER")?;
        if std::env::var_os("DISPLAY").is_none() {
            not_run("the window was not tested: there is no screen (cargo xtask e2e makes one)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let (driver_port, native_port) = (free_port(), free_port());
        let (port, native) = (driver_port.to_string(), native_port.to_string());
        let arguments = ["--port", &port, "--native-port", &native];
        let driver = Running::start(&tauri_driver, arguments, &folder.path().join("driver.log")).unwrap();
        Some(Self {
            app,
            cli,
            driver_port,
            driver,
            folder,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// What a person has configured and watches, as a run before has left it.
    pub(crate) fn furnish(&self, feeds: &str, lists: &str) {
        let profile = self.profile();
        std::fs::create_dir_all(&profile).unwrap();
        for (name, text) in [("settings.toml", feeds), ("lists.toml", lists)] {
            std::fs::write(profile.join(name), format!("version = 1\n{text}")).unwrap();
        }
    }
}

/// A port that was free a moment ago; the driver cannot be told to pick one.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
