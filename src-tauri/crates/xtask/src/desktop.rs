//! A private desktop for tests: folders, session bus, keyring and, where a window comes up, a screen.
//!
//! No test sees what the person has: not the profile, not the keyring, not the screen. All of it ends with the value.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::machine::on_path;
use crate::process::Beside;
use crate::session;

pub(crate) struct Desktop {
    folder: PathBuf,
    screen: Option<Screen>,
}

struct Screen {
    display: String,
    /// Held for its end: dropping it ends Xvfb.
    _server: Beside,
}

impl Desktop {
    pub(crate) fn without_screen() -> anyhow::Result<Self> {
        Ok(Self {
            folder: private_folder()?,
            screen: None,
        })
    }

    pub(crate) fn with_screen() -> anyhow::Result<Self> {
        let mut desktop = Self::without_screen()?;
        desktop.screen = Some(Screen::open(&desktop.folder)?);
        Ok(desktop)
    }

    /// A file that the tests may write and xtask then reads.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same program, inside this desktop.
    pub(crate) fn around(&self, inner: &Command) -> anyhow::Result<Command> {
        let mut command = if on_path("dbus-run-session") {
            let mut command = Command::new("dbus-run-session");
            command
                .arg("--")
                .arg(std::env::current_exe()?)
                .arg(session::WORD)
                .arg(inner.get_program());
            command
        } else {
            Command::new(inner.get_program())
        };
        command.args(inner.get_args());
        if let Some(folder) = inner.get_current_dir() {
            command.current_dir(folder);
        }
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        for gone in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "XAUTHORITY",
        ] {
            command.env_remove(gone);
        }
        if let Some(screen) = &self.screen {
            command.env("DISPLAY", &screen.display);
        }
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Ok(command)
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let own = |name: &str| self.folder.join(name).into_os_string();
        let mut all = vec![
            ("HOME", own("home")),
            ("XDG_CONFIG_HOME", own("config")),
            ("XDG_DATA_HOME", own("data")),
            ("XDG_STATE_HOME", own("state")),
            ("XDG_CACHE_HOME", own("cache")),
            ("XDG_RUNTIME_DIR", own("runtime")),
            // The locale of a bare container, in which WebKit names its language "C": the hardest one for the page.
            ("LC_ALL", "C.UTF-8".into()),
            ("GDK_BACKEND", "x11".into()),
            ("NO_AT_BRIDGE", "1".into()),
            // Without a graphics card the web view's own renderer takes four times the processor.
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".into()),
        ];
        // Cargo and rustup live in the home that the tests must not see.
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let kept =
                std::env::var_os(name).or_else(|| Some(std::env::home_dir()?.join(folder).into_os_string()));
            all.extend(kept.map(|kept| (name, kept)));
        }
        all
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.screen = None;
        // What cannot be removed stands in the system's folder for temporary things, which the system empties.
        fs::remove_dir_all(&self.folder).ok();
    }
}

impl Screen {
    /// Xvfb picks a free number by itself and says which, so two checks can run side by side.
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("xvfb.log"))?);
        let mut server = Beside::start(command)?;
        let mut number = String::new();
        let output = server.stdout().context("Xvfb has no output")?;
        BufReader::new(output).read_line(&mut number)?;
        if number.trim().is_empty() {
            bail!(
                "Xvfb did not start: {}",
                fs::read_to_string(folder.join("xvfb.log"))
                    .unwrap_or_default()
                    .trim()
            );
        }
        Ok(Self {
            display: format!(":{}", number.trim()),
            _server: server,
        })
    }
}

fn private_folder() -> anyhow::Result<PathBuf> {
    static MADE: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = MADE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    // Short, since the path of a socket inside it may have about a hundred letters.
    let folder = std::env::temp_dir().join(format!("tickwire-{}-{number}", std::process::id()));
    fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
    for name in ["home", "config", "data", "state", "cache", "runtime"] {
        fs::create_dir(folder.join(name))?;
    }
    #[cfg(unix)]
    for private in [folder.clone(), folder.join("runtime")] {
        fs::set_permissions(private, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_persons_home_or_screen_goes_inside() {
        let desktop = Desktop::without_screen().unwrap();
        let mut inner = Command::new("cargo");
        inner
            .args(["test", "--workspace"])
            .env("TICKWIRE_NOT_RUN", "x")
            .env_remove("CARGO_PKG_NAME");
        let around = desktop.around(&inner).unwrap();
        let value = |name: &str| {
            around
                .get_envs()
                .find(|(given, _)| *given == name)
                .and_then(|(_, value)| value)
        };
        assert!(Path::new(value("HOME").unwrap()).starts_with(&desktop.folder));
        assert_eq!(value("DISPLAY"), None);
        assert_eq!(value("TICKWIRE_NOT_RUN"), Some("x".as_ref()));
        assert!(around.get_args().any(|word| word == "--workspace") || around.get_program() == "cargo");
    }

    #[test]
    fn leaves_nothing_behind() {
        let desktop = Desktop::without_screen().unwrap();
        let folder = desktop.folder.clone();
        fs::write(desktop.file("not-run"), "a: b\n").unwrap();
        drop(desktop);
        assert!(!folder.exists());
    }
}
