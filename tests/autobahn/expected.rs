//! The verdict that each case must have, as it stands in `expected.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::verdict::Verdict;

const TABLE: &str = include_str!("expected.txt");

/// Which cases are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    All,
    /// All but the large half of the compressed messages, in a tenth of the time.
    Quick,
}

const QUICK: &str = r#"["1.*","2.*","3.*","4.*","5.*","6.*","7.*","9.*","10.*","12.*.1","12.*.2","12.*.3","12.*.4","12.*.5","12.*.11","13.*.1","13.*.2","13.*.3","13.*.4","13.*.5","13.*.11"]"#;

impl Part {
    /// As the suite's launcher wants to have them named.
    pub(crate) const fn cases(self) -> &'static str {
        match self {
            Self::All => r#"["*"]"#,
            Self::Quick => QUICK,
        }
    }

    fn has(self, case: &str) -> bool {
        let (section, last) = (case.split('.').next(), case.rsplit('.').next());
        match self {
            Self::All => true,
            Self::Quick => {
                !matches!(section, Some("12" | "13"))
                    || matches!(last, Some("1" | "2" | "3" | "4" | "5" | "11"))
            }
        }
    }
}

pub(crate) struct Expected(BTreeMap<String, Verdict>);

impl Expected {
    pub(crate) fn read() -> Result<Self> {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let row = |line: &str| {
            let mut words = line.split_whitespace();
            let name = words.next()?.to_owned();
            Some((name, Verdict::from_words(words)?))
        };
        let rows = lines.map(|line| row(line).with_context(|| format!("the line {line:?} of expected.txt")));
        Ok(Self(rows.collect::<Result<_>>()?))
    }

    /// A case that was not run differs too, so that a run of nothing is none.
    pub(crate) fn compare(&self, part: Part, verdicts: &BTreeMap<String, Verdict>) -> Vec<String> {
        let told = |verdict: Option<&Verdict>| {
            verdict.map_or_else(|| "not there".to_owned(), |verdict| verdict.words().join(" "))
        };
        let wanted = self.0.keys().filter(|name| part.has(name));
        let unknown = verdicts.keys().filter(|name| !self.0.contains_key(*name));
        wanted
            .chain(unknown)
            .map(|name| (name, self.0.get(name), verdicts.get(name)))
            .filter(|(_, expected, seen)| match (expected, seen) {
                (Some(expected), Some(seen)) => !expected.is_met_by(seen),
                (None, _) | (_, None) => true,
            })
            .map(|(name, expected, seen)| format!("{name}: {}, expected {}", told(seen), told(expected)))
            .collect()
    }
}

/// Makes what was seen what is expected.
pub(crate) fn write(verdicts: &BTreeMap<String, Verdict>) -> Result<()> {
    let mut rows: Vec<_> = verdicts.iter().collect();
    rows.sort_by_key(|(name, _)| {
        let numbers = name
            .split('.')
            .map(|number| number.parse::<u32>().unwrap_or(u32::MAX));
        numbers.collect::<Vec<_>>()
    });
    let mut table = String::from(
        "# case, our behavior, how we closed, the code of our Close; written by cargo xtask autobahn --write\n",
    );
    for (name, verdict) in rows {
        writeln!(table, "{name} {}", verdict.words().join(" "))?;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("autobahn/expected.txt");
    std::fs::write(&file, table).with_context(|| format!("cannot write {}", file.display()))
}
