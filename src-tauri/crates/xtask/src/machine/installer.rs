//! The package managers that xtask can use: which system has which, and the words it wants to hear.

use super::needs::Need;
use super::versions::Version;
use crate::process::answer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Installer {
    Apt,
    Dnf,
    Pacman,
}

impl Installer {
    pub(super) fn of_this_system() -> Option<Self> {
        of(&std::fs::read_to_string("/etc/os-release").ok()?)
    }

    pub(super) fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
        }
    }

    /// The names of what is missing, each once.
    pub(super) fn names(self, missing: &[&Need]) -> Vec<&'static str> {
        let mut names = Vec::new();
        for need in missing {
            let those = match self {
                Self::Apt => need.debian,
                Self::Dnf => need.fedora,
                Self::Pacman => need.arch,
            };
            names.extend(
                those
                    .iter()
                    .copied()
                    .filter(|name| !names.contains(name))
                    .collect::<Vec<_>>(),
            );
        }
        names
    }

    /// What to run, in order. Nothing is installed that a package only recommends.
    pub(super) fn commands(self, names: &[&str], root: bool) -> Vec<Vec<String>> {
        let install: &[&str] = match self {
            Self::Apt => &[
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "--no-install-recommends",
            ],
            Self::Dnf => &["dnf", "install", "-y", "--setopt=install_weak_deps=False"],
            // A newer list of packages without their upgrade is what Arch warns of, so the list stays as it is.
            Self::Pacman => &["pacman", "-S", "--needed", "--noconfirm"],
        };
        let sudo: &[&str] = if root { &[] } else { &["sudo"] };
        let words = |words: &[&str], more: &[&str]| -> Vec<String> {
            sudo.iter()
                .chain(words)
                .chain(more)
                .map(|word| (*word).to_owned())
                .collect()
        };
        self.refresh()
            .map(|refresh| words(refresh, &[]))
            .into_iter()
            .chain([words(install, names)])
            .collect()
    }

    /// What brings the list of packages up to date, where that is a step of its own.
    pub(super) fn refresh(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Apt => Some(&["apt-get", "update"]),
            Self::Dnf | Self::Pacman => None,
        }
    }

    /// The version of a package that would be installed, as far as the system knows it.
    pub(super) fn offered(self, package: &str) -> Option<Version> {
        let text = match self {
            Self::Apt => answer("apt-cache", &["policy", package]),
            Self::Dnf => answer("dnf", &["--quiet", "info", package]),
            Self::Pacman => answer("pacman", &["-Si", package]),
        };
        offered_in(&text?)
    }
}

fn of(os_release: &str) -> Option<Installer> {
    let value = |key: &str| {
        os_release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .unwrap_or_default()
            .trim_matches('"')
    };
    [value("ID"), value("ID_LIKE")]
        .join(" ")
        .split_whitespace()
        .find_map(|id| match id {
            "debian" | "ubuntu" => Some(Installer::Apt),
            "fedora" => Some(Installer::Dnf),
            "arch" => Some(Installer::Pacman),
            _ => None,
        })
}

fn offered_in(text: &str) -> Option<Version> {
    text.lines()
        .map(str::trim)
        .find(|line| line.starts_with("Candidate") || line.starts_with("Version"))
        .and_then(Version::first_in)
}

#[cfg(test)]
mod tests {
    use super::super::needs::NEEDS;
    use super::*;

    #[test]
    fn knows_a_system_by_its_name_or_by_what_it_is_like() {
        assert_eq!(
            of("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"),
            Some(Installer::Apt)
        );
        assert_eq!(
            of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            Some(Installer::Apt)
        );
        assert_eq!(of("ID=fedora\nVERSION_ID=43\n"), Some(Installer::Dnf));
        assert_eq!(of("ID=endeavouros\nID_LIKE=\"arch\"\n"), Some(Installer::Pacman));
        assert_eq!(
            of("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n"),
            None
        );
    }

    #[test]
    fn names_each_package_once() {
        let all: Vec<&Need> = NEEDS.iter().collect();
        for installer in [Installer::Apt, Installer::Dnf, Installer::Pacman] {
            let names = installer.names(&all);
            for (index, name) in names.iter().enumerate() {
                assert!(!names[..index].contains(name), "{installer:?} {name}");
            }
        }
    }

    #[test]
    fn asks_sudo_only_when_it_is_not_root() {
        let root = Installer::Apt.commands(&["xvfb"], true);
        assert_eq!(
            root.last().unwrap().join(" "),
            "env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends xvfb"
        );
        let person = Installer::Dnf.commands(&["gcc"], false);
        assert_eq!(
            person,
            [[
                "sudo",
                "dnf",
                "install",
                "-y",
                "--setopt=install_weak_deps=False",
                "gcc"
            ]
            .map(str::to_owned)
            .to_vec()]
        );
    }

    #[test]
    fn reads_the_version_that_a_system_offers() {
        let apt = "nodejs:\n  Installed: (none)\n  Candidate: 18.19.0+dfsg-6~deb12u2\n  Version table:\n     20.0.0 500\n";
        assert_eq!(
            offered_in(apt).map(|version| version.to_string()),
            Some("18.19.0".to_owned())
        );
        assert_eq!(
            offered_in("Name            : nodejs\nVersion         : 24.1.0-1\n").map(|v| v.to_string()),
            Some("24.1.0".to_owned())
        );
    }
}
