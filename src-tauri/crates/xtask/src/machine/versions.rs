//! Versions as three numbers, which is all that can be compared between rustc, Node and a package manager.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    /// The first version in a text: `v20.20.2`, `">=20.19"`, `rustc 1.95.0 (…)`, `2:18.19.0+dfsg-6`.
    pub(super) fn first_in(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .find_map(|word| {
                let mut numbers = word.split('.').map(str::parse::<u32>);
                let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
                    return None;
                };
                let patch = numbers.next().and_then(Result::ok).unwrap_or(0);
                Some(Self { major, minor, patch })
            })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> String {
        Version::first_in(text)
            .map(|version| version.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn reads_the_version_that_each_program_prints() {
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)"), "1.95.0");
        assert_eq!(version("v20.20.2"), "20.20.2");
        assert_eq!(version("    \"node\": \">=20.19\""), "20.19.0");
        assert_eq!(version("  Candidate: 2:18.19.0+dfsg-6~deb12u2"), "18.19.0");
        assert_eq!(version("none"), "");
    }

    #[test]
    fn compares_numbers_and_not_letters() {
        assert!(Version::first_in("20.9.0") < Version::first_in("20.19.0"));
        assert!(Version::first_in("9.0") < Version::first_in("20.0"));
    }
}
