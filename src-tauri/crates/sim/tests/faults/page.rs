//! The page for developers is true.

use std::collections::BTreeSet;

use serde_json::Value;
use sim::{Drill, FaultWords};

const PAGE: &str = include_str!("../../FAULTS.md");

#[test]
fn every_fault_of_the_page_is_one_and_every_fault_is_on_the_page() {
    let told: BTreeSet<_> = examples().iter().map(|words| words.fault.clone()).collect();
    // The venue names all there are to whoever asks for one that is none.
    let none = FaultWords::default().read().unwrap_err().to_string();
    let (_, names) = none.split_once("one of ").unwrap();
    let names: BTreeSet<_> = names.split(", ").map(str::to_owned).collect();
    assert_eq!(told, names);
}

#[test]
fn whom_a_fault_may_concern_is_what_the_page_says() {
    for line in PAGE.lines().filter(|line| line.starts_with("| `{")) {
        let mut cells = line.split('|').skip(1);
        let (words, whom) = (cells.next().unwrap(), cells.next().unwrap());
        let words: FaultWords = serde_json::from_str(words.trim().trim_matches('`')).unwrap();
        let takes = |words: FaultWords| words.read().is_ok();
        let base = || words.clone();
        let symbols = vec!["NVX".to_owned()];
        let ways = vec!["ws".to_owned()];
        let client = Some(1);
        let taken = [
            ('s', takes(FaultWords { symbols, ..base() })),
            ('w', takes(FaultWords { ways, ..base() })),
            ('c', takes(FaultWords { client, ..base() })),
        ];
        for (letter, is_taken) in taken {
            assert_eq!(whom.contains(letter), is_taken, "{letter} of {line}");
        }
    }
}

#[test]
fn every_script_of_the_page_can_be_played() {
    let scripts: Vec<_> = PAGE.split("```toml\n").skip(1).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        let (script, _) = script.split_once("```").unwrap();
        Drill::read("page", script).unwrap();
    }
}

#[test]
fn every_drill_that_the_page_names_exists() {
    let named: Vec<_> = json()
        .filter_map(|value| Some(value.get("drill")?.as_str()?.to_owned()))
        .collect();
    assert!(!named.is_empty());
    for name in named {
        Drill::named(&name).unwrap();
    }
}

/// Every fault that stands somewhere on the page, which must be one.
fn examples() -> Vec<FaultWords> {
    let mut examples = Vec::new();
    for value in json().filter(|value| value["fault"].is_string()) {
        let words: FaultWords = serde_json::from_value(value).unwrap();
        words.read().unwrap_or_else(|error| panic!("{words:?}: {error}"));
        examples.push(words);
    }
    examples
}

/// Every object between quotes of either kind.
fn json() -> impl Iterator<Item = Value> {
    PAGE.split(['`', '\'', '\n'])
        .filter(|piece| piece.starts_with('{'))
        .map(|piece| serde_json::from_str(piece).unwrap())
}
