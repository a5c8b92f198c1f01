//! What a machine must have, as one table: what for, how to find it, and what each system calls it.
//!
//! Debian's names hold for Ubuntu too. Those of Fedora and Arch were looked up and not run here; README says so.

use Purpose::{Bundle, Check, Run};

/// What the machine is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Run,
    Check,
    Bundle,
}

impl Purpose {
    pub(super) fn rust_components(self) -> &'static [&'static str] {
        match self {
            Run | Bundle => &[],
            Check => &["rustfmt", "clippy"],
        }
    }
}

pub(super) enum Probe {
    Program(&'static str),
    /// A library that can be linked, by its name in pkg-config.
    Linkable(&'static str),
    /// A library that can be loaded, by its file's name.
    Loadable(&'static str),
    Font(&'static str),
}

pub(super) struct Need {
    pub(super) what: &'static str,
    pub(super) wanted_for: &'static [Purpose],
    pub(super) probe: Probe,
    pub(super) debian: &'static [&'static str],
    pub(super) fedora: &'static [&'static str],
    pub(super) arch: &'static [&'static str],
}

pub(super) const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler",
        wanted_for: &[Run, Check, Bundle],
        probe: Probe::Program("cc"),
        debian: &["gcc", "libc6-dev"],
        fedora: &["gcc"],
        arch: &["gcc"],
    },
    Need {
        what: "pkg-config, which finds libraries",
        wanted_for: &[Run, Check, Bundle],
        probe: Probe::Program("pkg-config"),
        debian: &["pkg-config"],
        fedora: &["pkgconf-pkg-config"],
        arch: &["pkgconf"],
    },
    Need {
        what: "Node, which builds the page",
        wanted_for: &[Run, Check, Bundle],
        probe: Probe::Program("node"),
        debian: &["nodejs", "npm"],
        fedora: &["nodejs", "nodejs-npm"],
        arch: &["nodejs", "npm"],
    },
    Need {
        what: "the web view library, WebKitGTK 4.1, with GTK 3",
        wanted_for: &[Run, Check, Bundle],
        probe: Probe::Linkable("webkit2gtk-4.1"),
        debian: &["libwebkit2gtk-4.1-dev"],
        fedora: &["webkit2gtk4.1-devel"],
        arch: &["webkit2gtk-4.1"],
    },
    Need {
        what: "the library behind the tray icon",
        wanted_for: &[Run, Check],
        probe: Probe::Loadable("libayatana-appindicator3.so.1"),
        debian: &["libayatana-appindicator3-1"],
        fedora: &["libayatana-appindicator-gtk3"],
        arch: &["libayatana-appindicator"],
    },
    Need {
        what: "the library behind the tray icon, to name it in a package",
        wanted_for: &[Bundle],
        probe: Probe::Linkable("ayatana-appindicator3-0.1"),
        debian: &["libayatana-appindicator3-dev"],
        fedora: &["libayatana-appindicator-gtk3-devel"],
        arch: &["libayatana-appindicator"],
    },
    Need {
        what: "Xvfb, a screen for the window under test",
        wanted_for: &[Check],
        probe: Probe::Program("Xvfb"),
        debian: &["xvfb"],
        fedora: &["xorg-x11-server-Xvfb"],
        arch: &["xorg-server-xvfb"],
    },
    // Fedora and Arch build the driver with the web view of GTK 4 only. Whether it can click in one of GTK 3 depends
    // on WebKitGTK's version: https://github.com/tauri-apps/tauri/issues/6541
    Need {
        what: "WebKitWebDriver, which drives the window under test",
        wanted_for: &[Check],
        probe: Probe::Program("WebKitWebDriver"),
        debian: &["webkit2gtk-driver"],
        fedora: &["webkitgtk6.0"],
        arch: &["webkitgtk-6.0"],
    },
    Need {
        what: "dbus-run-session, a session bus for the tests",
        wanted_for: &[Check],
        probe: Probe::Program("dbus-run-session"),
        debian: &["dbus"],
        fedora: &["dbus-daemon", "dbus-tools"],
        arch: &["dbus"],
    },
    Need {
        what: "gnome-keyring, a keyring for the tests",
        wanted_for: &[Check],
        probe: Probe::Program("gnome-keyring-daemon"),
        debian: &["gnome-keyring"],
        fedora: &["gnome-keyring"],
        arch: &["gnome-keyring"],
    },
    Need {
        what: "ip, tc and ss, for networks of the tests' own",
        wanted_for: &[Check],
        probe: Probe::Program("ss"),
        debian: &["iproute2"],
        fedora: &["iproute", "iproute-tc"],
        arch: &["iproute2"],
    },
    Need {
        what: "sysctl, for a router that drops packets",
        wanted_for: &[Check],
        probe: Probe::Program("sysctl"),
        debian: &["procps"],
        fedora: &["procps-ng"],
        arch: &["procps-ng"],
    },
    Need {
        what: "a font, so that the window under test shows text",
        wanted_for: &[Check],
        probe: Probe::Font("DejaVuSans.ttf"),
        debian: &["fonts-dejavu-core"],
        fedora: &["dejavu-sans-fonts"],
        arch: &["ttf-dejavu"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_has_a_purpose_and_a_name_on_every_system() {
        for need in NEEDS {
            assert!(!need.wanted_for.is_empty(), "{}", need.what);
            for names in [need.debian, need.fedora, need.arch] {
                assert!(
                    !names.is_empty() && names.iter().all(|name| !name.contains(' ')),
                    "{}",
                    need.what
                );
            }
        }
    }

    #[test]
    fn a_run_needs_nothing_that_only_tests_use() {
        let run: Vec<_> = NEEDS
            .iter()
            .filter(|need| need.wanted_for.contains(&Run))
            .flat_map(|need| need.debian)
            .collect();
        assert!(run.contains(&&"libwebkit2gtk-4.1-dev"));
        assert!(
            !run.iter()
                .any(|name| name.contains("xvfb") || name.contains("driver") || name.contains("keyring"))
        );
    }

    #[test]
    fn a_check_needs_all_that_a_run_needs() {
        for need in NEEDS.iter().filter(|need| need.wanted_for.contains(&Run)) {
            assert!(need.wanted_for.contains(&Check), "{}", need.what);
        }
    }
}
