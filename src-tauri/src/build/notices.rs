//! `NOTICES.txt`: who made what is in the program, and under which terms.
//!
//! `TICKWIRE_NOTICES=write` makes it anew after a dependency has changed, for
//! all systems that packages are made for; that needs the sources of all of
//! them (`cargo fetch`) and the page's packages (`npm ci`). Otherwise the test
//! looks whether everything that is in the program on this system is named.

mod crates;
mod page;
mod terms;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use self::terms::Terms;

/// A piece of somebody else's work that is in the program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Work {
    name: String,
    version: String,
    licence: String,
    authors: String,
    address: String,
    folder: PathBuf,
}

const PREFACE: &str = "\
Tickwire is made of its own sources (MIT OR Apache-2.0) and of the work below.
Not every piece is in the program of every system. Where a choice of licences
is offered and Apache-2.0 is among them, that is the one chosen here.

TradingView Lightweight Charts\u{2122}
Copyright (c) 2026 TradingView, Inc. https://www.tradingview.com/

Sources of what is under MPL-2.0, unchanged, are at the addresses beside it.
";

#[test]
fn everything_in_the_program_is_named_in_the_notices() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("NOTICES.txt");
    if std::env::var("TICKWIRE_NOTICES").is_ok_and(|value| value == "write") {
        let systems = [
            "x86_64-unknown-linux-gnu",
            "x86_64-pc-windows-msvc",
            "aarch64-apple-darwin",
        ];
        let mut works: BTreeSet<_> = systems.iter().flat_map(|system| crates::linked(system)).collect();
        works.extend(page::bundled());
        std::fs::write(&file, written(&works)).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    let here = crates::linked(&crates::this_system());
    assert!(here.len() > 100, "only {} crates were found", here.len());
    for work in here.iter().chain(&page::bundled()) {
        let line = line(work);
        assert!(
            committed.lines().any(|known| known == line),
            "NOTICES.txt does not have the line {line:?}: see the header of build/notices.rs"
        );
    }
}

fn line(work: &Work) -> String {
    format!(
        "{} {} - {} - {}",
        work.name, work.version, work.licence, work.address
    )
}

fn written(works: &BTreeSet<Work>) -> String {
    let mut text = PREFACE.to_owned();
    text.push('\n');
    for work in works {
        writeln!(text, "{}", line(work)).unwrap();
    }
    let mut by_terms: BTreeMap<Terms, BTreeSet<String>> = BTreeMap::new();
    for work in works {
        for terms in terms::of(work, works) {
            by_terms
                .entry(terms)
                .or_default()
                .insert(format!("{} {}", work.name, work.version));
        }
    }
    for (terms, names) in by_terms {
        let names: Vec<_> = names.into_iter().collect();
        write!(
            text,
            "\n{}\n{}\n\n{}\n",
            "-".repeat(72),
            names.join(", "),
            terms.text(works)
        )
        .unwrap();
    }
    text
}
