//! Recording and playing, as a person does it on the command line.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not say what it should is a failed test"
)]

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use sim::{Options, Server};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const TOKEN: &str = "a-token-of-the-test";

#[tokio::test]
async fn what_was_recorded_is_printed_again_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let tape = path.to_str().unwrap();
    let recorded = record(&path, &["--json", "--count", "80"]).await;
    assert!(recorded.status.success());
    let told = lines(&recorded);
    let last = told.last().unwrap();
    assert_eq!((&last["type"], &last["missing"]), (&"recorded".into(), &0.into()));
    assert_eq!(last["bytes"], std::fs::metadata(&path).unwrap().len());
    assert!(told.iter().all(|line| line["type"] != "trade"));
    let summary = told.iter().find(|line| line["type"] == "summary").unwrap();

    let played = run(&["replay", tape, "--speed", "max", "--json"]).await;
    assert!(played.status.success());
    let again = lines(&played);
    for status in again.iter().filter(|line| line["type"] == "status") {
        assert_eq!(status["source"], "replay");
    }
    let prices = |kind: &str| again.iter().filter(|line| line["type"] == kind).count() as u64;
    let counted = |kind: &str| {
        let symbols = ["NVX", "BTC-USD"].iter();
        let counts = symbols.map(|symbol| summary["symbols"][symbol][kind].as_u64().unwrap());
        counts.sum::<u64>()
    };
    // The recorder heard a little more than what it was told to count.
    assert!(prices("trade") >= counted("trade") && prices("quote") >= counted("quote"));
    assert_eq!(again.last().unwrap()["unprinted"], 0);
    assert_eq!(
        without_times(&again),
        without_times(&lines(&run(&["replay", tape, "--speed", "1000", "--json"]).await))
    );

    let raw = std::fs::read(&path).unwrap();
    assert!(!raw.windows(TOKEN.len()).any(|bytes| bytes == TOKEN.as_bytes()));
}

#[tokio::test]
async fn a_tape_says_what_is_on_it_and_people_are_told_that_it_is_a_replay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let tape = path.to_str().unwrap();
    record(&path, &["--count", "30"]).await;
    let about = lines(&run(&["replay", tape, "--info", "--json"]).await);
    let about = about.first().unwrap();
    assert_eq!(about["type"], "tape");
    assert_eq!(about["about"]["symbols"], "NVX BTC-USD");
    assert_eq!((&about["connections"], &about["losses"]), (&1.into(), &0.into()));
    assert_eq!(
        (&about["complete"], &about["damaged_at"]),
        (&true.into(), &Value::Null)
    );
    assert!(!about["endpoint"].as_str().unwrap().contains(TOKEN));
    let played = run(&["replay", tape, "--speed", "max", "--count", "5"]).await;
    let text = String::from_utf8(played.stdout).unwrap();
    assert!(text.starts_with("-- REPLAY of"), "{text}");
}

#[tokio::test]
async fn playing_from_the_middle_prints_only_what_comes_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let tape = path.to_str().unwrap();
    record(&path, &["--seconds", "3"]).await;
    let ticks = |output: &Output| {
        let lines = lines(output);
        let ticks = lines
            .iter()
            .filter(|line| line["type"] == "trade" || line["type"] == "quote");
        ticks.map(|line| line["time"].to_string()).collect::<Vec<_>>()
    };
    let all = ticks(&run(&["replay", tape, "--speed", "max", "--json"]).await);
    let late = ticks(&run(&["replay", tape, "--speed", "max", "--json", "--from", "2s"]).await);
    assert!(!late.is_empty() && late.len() < all.len());
    assert_eq!(late[..], all[all.len() - late.len()..]);
    let over = run(&["replay", tape, "--from", "1h"]).await;
    assert_eq!(over.status.code(), Some(2));
    assert!(errors(&over).contains("over before"), "{}", errors(&over));
}

#[tokio::test]
async fn a_damaged_tape_is_played_up_to_the_damage_and_says_where_that_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    let tape = path.to_str().unwrap();
    record(&path, &["--seconds", "3"]).await;
    let mut bytes = std::fs::read(&path).unwrap();
    let place = bytes.len() - 40;
    bytes[place] ^= 0xff;
    std::fs::write(&path, &bytes).unwrap();
    let played = run(&["replay", tape, "--speed", "max", "--json"]).await;
    assert!(played.status.success());
    assert!(lines(&played).iter().any(|line| line["type"] == "trade"));
    assert!(errors(&played).contains("damaged at byte"), "{}", errors(&played));
}

#[tokio::test]
async fn what_cannot_be_done_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tape");
    std::fs::write(&path, "my notes").unwrap();
    let refused = record(&path, &["--count", "5"]).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        errors(&refused).contains("is there already"),
        "{}",
        errors(&refused)
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "my notes");

    let played = run(&["replay", path.to_str().unwrap()]).await;
    assert_eq!(played.status.code(), Some(2));
    assert!(errors(&played).contains("not a tape"), "{}", errors(&played));

    let forced = record(&path, &["--count", "5", "--force"]).await;
    assert!(forced.status.success());
    let absent = run(&["replay", "no-such.tape"]).await;
    assert!(errors(&absent).contains("no-such.tape"), "{}", errors(&absent));
    for speed in ["0", "0.05", "2000", "fast"] {
        let wrong = run(&["replay", "x.tape", "--speed", speed]).await;
        assert_eq!(wrong.status.code(), Some(2), "{speed}");
    }
}

/// Records two symbols of a venue of its own.
async fn record(path: &Path, more: &[&str]) -> Output {
    let server = Server::start(Options {
        token: Some(TOKEN.to_owned()),
        ..Options::default().at_rate(3_000)
    })
    .unwrap();
    let feed = server.url();
    let mut arguments = vec![
        "record",
        "--key-stdin",
        "--feed",
        &feed,
        "--out",
        path.to_str().unwrap(),
    ];
    arguments.extend(more);
    arguments.extend(["NVX", "BTC-USD"]);
    run(&arguments).await
}

async fn run(arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // A program that reads no token may have ended by now.
    let _unread = input.write_all(format!("{TOKEN}\n").as_bytes()).await;
    drop(input);
    timeout(PATIENCE, child.wait_with_output())
        .await
        .unwrap()
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a tape has, without what each playing of it adds.
fn without_times(lines: &[Value]) -> Vec<Value> {
    let prices = lines.iter().filter(|line| line.get("received").is_some());
    prices
        .cloned()
        .map(|mut line| {
            line.as_object_mut().unwrap().remove("received");
            line
        })
        .collect()
}
