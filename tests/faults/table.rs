//! What a person reads of the rows, and what a program does.

use serde_json::{Value, json};
use tests::{Made, Spread};

use crate::row::{CROWD, Row, Told};

/// What a table of all faults would have too, and where it is to be found, if anywhere.
const ELSEWHERE: [(&str, &str); 4] = [
    (
        "2, 3, 7, 21 (black holes, no route, a server that forgets, another address)",
        "in the kernel's part, cargo xtask kernel",
    ),
    (
        "34 (the frames of a window that stands still)",
        "tests of the shell's pacing",
    ),
    (
        "37 (a herd)",
        "a test of the crate feed, which cargo xtask faults prints below",
    ),
    (
        "20 (a computer that really sleeps)",
        "its timers stand still and its sockets stay; nothing here can make one sleep",
    ),
];

pub(crate) fn begin(rows: usize, full: bool) {
    if full {
        println!(
            "{:<3} {:<44} {:<18} {:>4} {:>5}  {:>20}  {:>20}  {:>5} {:>5} {:>6}  {:<12} ",
            "",
            "fault",
            "way",
            "runs",
            "took",
            "found p50/p99/max ms",
            "back p50/p99/max ms",
            "lost",
            "twice",
            "told",
            "class"
        );
    } else {
        println!("\nrunning {rows} tests");
    }
}

/// A row as soon as it is played. In a test of every day it looks as the test harness would print it, so that whoever
/// counts tests counts rows.
pub(crate) fn print(row: &Row, told: &Told, full: bool) {
    let count = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let (lost, twice) = (count(told.lost), count(told.duplicated));
    if full {
        println!(
            "{:<3} {:<44} {:<18} {:>4} {:>5}  {:>20}  {:>20}  {lost:>5} {twice:>5} {:>6}  {:<12} {}",
            row.fault,
            row.name,
            row.transport.to_string(),
            told.runs,
            format!("{:.0} s", told.took.as_secs_f64()),
            spread(told.detected),
            spread(told.recovered),
            told.reported,
            told.classes.join(","),
            if told.has_passed() { "passed" } else { "FAILED" },
        );
    } else {
        let word = if told.has_passed() { "ok" } else { "FAILED" };
        println!("test {} ... {word}", row.title().trim_start());
        if !told.has_passed() {
            println!("     lost {lost}, twice or out of order {twice}");
        }
    }
    for note in told.notes.iter().filter(|_| full) {
        println!("     {note}");
    }
    for wrong in shortened(&told.wrong) {
        println!("     {wrong}");
    }
}

pub(crate) fn end(told: &[Told], full: bool, made: &Made) {
    let passed = told.iter().filter(|told| told.has_passed()).count();
    let failed = told.len() - passed;
    if full {
        println!("{passed} of {} rows passed", told.len());
        for (faults, place) in ELSEWHERE {
            println!("no row here for {faults}: {place}");
        }
        println!(
            "the waits of the engine are the real ones; up to {CROWD} tries beside each other; made on {made}"
        );
    } else {
        let word = if failed == 0 { "ok" } else { "FAILED" };
        println!(
            "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out"
        );
    }
}

pub(crate) fn json(rows: &[Row], told: &[Told], made: &Made) -> Value {
    let rows: Vec<_> = rows.iter().zip(told).map(|(row, told)| row.json(told)).collect();
    json!({"made": made.json(), "waits": "real", "rows": rows})
}

fn spread(spread: Spread) -> String {
    if spread.n == 0 {
        return "-".to_owned();
    }
    format!("{:.0}/{:.0}/{:.0}", spread.p50, spread.p99, spread.max)
}

/// A hundred runs that fail for one reason say it once.
fn shortened(wrong: &[String]) -> Vec<String> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for text in wrong {
        match lines.iter_mut().find(|(known, _)| known == text) {
            Some((_, times)) => *times += 1,
            None => lines.push((text.clone(), 1)),
        }
    }
    let said = lines.into_iter().take(8);
    said.map(|(text, times)| {
        if times == 1 {
            text
        } else {
            format!("{times} times: {text}")
        }
    })
    .collect()
}
