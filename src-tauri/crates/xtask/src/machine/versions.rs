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

    /// A text that is a version and nothing else, whose last numbers may be left out.
    fn whole(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(|number| number.parse::<u32>().ok());
        let major = numbers.next()??;
        let (minor, patch) = (
            numbers.next().unwrap_or(Some(0))?,
            numbers.next().unwrap_or(Some(0))?,
        );
        Some(Self { major, minor, patch })
    }
}

/// What `engines.node` allows: `^20.19.0 || >=24` and nothing more of npm's language.
#[derive(Debug, PartialEq)]
pub(super) struct Range {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, PartialEq)]
enum Part {
    /// This or newer, with the same first number.
    Same(Version),
    /// This or anything newer.
    From(Version),
}

impl Range {
    pub(super) fn read(text: &str) -> Option<Self> {
        let part = |part: &str| {
            let part = part.trim();
            match part.strip_prefix('^') {
                Some(version) => Version::whole(version).map(Part::Same),
                None => Version::whole(part.strip_prefix(">=")?).map(Part::From),
            }
        };
        let parts = text.split("||").map(part).collect::<Option<Vec<_>>>()?;
        Some(Self {
            text: text.trim().to_owned(),
            parts,
        })
    }

    pub(super) fn allows(&self, version: Version) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Same(least) => version.major == least.major && version >= *least,
            Part::From(least) => version >= *least,
        })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
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
    fn reads_the_range_that_a_package_allows() {
        let range = Range::read("^20.19.0 || ^22.13.0 || >=24").unwrap();
        let allows = |text: &str| range.allows(Version::first_in(text).unwrap());
        assert!(allows("v20.20.2") && allows("v22.13.0") && allows("v25.1.0"));
        assert!(!allows("v20.18.3") && !allows("v21.7.0") && !allows("v22.12.0") && !allows("v23.11.0"));
        assert_eq!(
            Range::read("~18.0"),
            None,
            "a range it cannot read allows nothing by mistake"
        );
    }

    #[test]
    fn compares_numbers_and_not_letters() {
        assert!(Version::first_in("20.9.0") < Version::first_in("20.19.0"));
        assert!(Version::first_in("9.0") < Version::first_in("20.0"));
    }
}
