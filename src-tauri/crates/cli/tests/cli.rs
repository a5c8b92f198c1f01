//! The command line as a program that others start, read and end.

#![expect(
    clippy::unwrap_used,
    reason = "a program that does not say what it should is a failed test"
)]

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use sim::{Options, Server};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use url::Url;

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const TOKEN: &str = "a-token-of-the-test";

#[tokio::test]
async fn the_simulated_venue_says_where_it_is_and_ends_when_asked() {
    let (mut venue, mut lines) = start(&["sim", "--seed", "7", "--token", TOKEN]);
    let ready = object(&mut lines).await;
    assert_eq!(ready["type"], "ready");
    assert_eq!(ready["token"], TOKEN);
    assert_eq!(ready["pid"], venue.id().unwrap());

    let feed = format!("{}?token={TOKEN}", ready["ws"].as_str().unwrap());
    let (_, printed) = finish(&["watch", "--json", "--count", "5", "--feed", &feed, "NVX"], None).await;
    assert!(!printed.is_empty());
    let connected = object(&mut lines).await;
    assert_eq!(connected["type"], "connected");
    let left = object(&mut lines).await;
    assert_eq!((&left["type"], &left["why"]), (&"left".into(), &"closed".into()));

    ask_to_end(&venue).await;
    assert_eq!(object(&mut lines).await["type"], "shutdown");
    assert!(end_of(&mut venue).await.success());
}

#[tokio::test]
async fn watching_prints_each_tick_and_then_a_summary_that_agrees() {
    let server = open();
    let feed = server.url();
    let arguments = [
        "watch",
        "--json",
        "--count",
        "60",
        "--key-stdin",
        "--feed",
        &feed,
        "NVX",
        "BTC-USD",
    ];
    let (status, printed) = finish(&arguments, Some(TOKEN)).await;
    assert!(status.success());
    let of = |kind: &str| {
        printed
            .iter()
            .filter(|line| line["type"] == kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("accepted").len(), 2);
    assert_eq!(of("trade").len() + of("quote").len(), 60);
    assert!(of("status").iter().any(|status| status["state"] == "live"));
    for trade in of("trade") {
        let price = trade["price"].as_str().unwrap();
        assert_eq!(
            price.split_once('.').unwrap().1.len(),
            2,
            "{price} has lost digits"
        );
        assert!(trade["time"].as_str().unwrap().ends_with('Z'));
        assert!(trade["id"].is_string() && trade["side"].is_string() && trade["received"].is_string());
    }
    let summary = printed.last().unwrap();
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["missing"], 0);
    assert_eq!(summary["unprinted"], 0);
    let counted: u64 = ["NVX", "BTC-USD"]
        .iter()
        .flat_map(|symbol| ["trade", "quote"].map(|kind| summary["symbols"][symbol][kind].as_u64().unwrap()))
        .sum();
    assert_eq!(counted, 60);
}

#[tokio::test]
async fn a_wrong_token_ends_with_a_sentence_and_without_the_token() {
    let server = open();
    let feed = server.url();
    let output = command(&["watch", "--key-env", "FEED_KEY", "--feed", &feed, "NVX"])
        .env("FEED_KEY", "wrong-but-secret")
        .output();
    let output = timeout(PATIENCE, output).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("error: the feed cannot go on") && told.contains("token"),
        "{told}"
    );
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("wrong-but-secret") && !printed.contains("wrong-but-secret"));
}

#[tokio::test]
async fn watching_what_does_not_exist_says_so_and_ends() {
    let server = open();
    let feed = format!("{}?token={TOKEN}", server.url());
    let (status, printed) = finish(&["watch", "--json", "--feed", &feed, "XX"], None).await;
    assert_eq!(status.code(), Some(1));
    let refused = printed.iter().find(|line| line["type"] == "refused").unwrap();
    assert_eq!(refused["symbol"], "XX");
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let server = open();
    let feed = format!("{}?token={TOKEN}", server.url());
    let (mut child, mut lines) = start(&["watch", "--feed", &feed, "NVX"]);
    timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap();
    drop(lines);
    assert!(end_of(&mut child).await.success());
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .await
        .unwrap();
    assert_eq!(told, "");
}

/// The venue is a program of its own here: a listener of this program would stay
/// open for a moment in whatever another test is just starting, and keep its port.
#[tokio::test]
async fn a_server_that_goes_away_is_waited_for() {
    let (mut venue, feed, _output) = start_venue("0").await;
    let port = feed.port().unwrap().to_string();
    let (mut child, mut lines) = start(&["watch", "--json", "--feed", feed.as_str(), "NVX"]);
    while object(&mut lines).await["type"] != "trade" {}
    ask_to_end(&venue).await;
    end_of(&mut venue).await;
    while object(&mut lines).await["state"] != "waiting" {}
    let (_again, _, _output) = start_venue(&port).await;
    while object(&mut lines).await["type"] != "trade" {}
    ask_to_end(&child).await;
    let summary = loop {
        let line = object(&mut lines).await;
        if line["type"] == "summary" {
            break line;
        }
    };
    assert!(summary["reconnects"].as_u64() >= Some(1));
    assert!(summary["reconnects_by_cause"]["announced"].as_u64() >= Some(1));
    assert!(end_of(&mut child).await.success());
}

#[tokio::test]
async fn a_taken_port_is_misuse_and_says_what_to_do() {
    let server = open();
    let port = server.address().port().to_string();
    let output = command(&["sim", "--port", &port]).output();
    let output = timeout(PATIENCE, output).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&port) && told.contains("another port"), "{told}");
}

#[tokio::test]
async fn a_feed_of_the_settings_is_watched_by_its_name() {
    let server = open();
    let profile = profile(&format!("kind = \"tickwire\"\nurl = \"{}\"", server.url()));
    let folder = profile.path().to_str().unwrap();
    let arguments = [
        "watch",
        "--json",
        "--count",
        "3",
        "--key-stdin",
        "--profile",
        folder,
        "--feed",
        "desk",
        "NVX",
    ];
    let (status, printed) = finish(&arguments, Some(TOKEN)).await;
    assert!(status.success());
    assert_eq!(printed.last().unwrap()["feed"], "desk");
}

#[tokio::test]
async fn the_simulated_feed_of_the_settings_brings_its_own_venue() {
    let profile = profile("kind = \"sim\"");
    let folder = profile.path().to_str().unwrap();
    let arguments = [
        "watch",
        "--json",
        "--count",
        "3",
        "--profile",
        folder,
        "--feed",
        "desk",
        "NVX",
    ];
    let (status, printed) = finish(&arguments, None).await;
    assert!(status.success());
    assert_eq!(
        printed.iter().filter(|line| line["type"] == "accepted").count(),
        1
    );
}

#[tokio::test]
async fn a_name_that_is_in_no_settings_is_misuse() {
    let profile = profile("kind = \"sim\"");
    let folder = profile.path().to_str().unwrap();
    for arguments in [
        &["watch", "--profile", folder, "--feed", "other", "NVX"][..],
        &["token", "forget", "--profile", folder, "other"],
        &["token", "forget", "--profile", folder, "desk"],
    ] {
        let (status, printed) = finish(arguments, None).await;
        assert_eq!(status.code(), Some(2), "{arguments:?}");
        assert!(printed.is_empty());
    }
}

/// Only where a keyring can be made absent without touching the person's own.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_a_keyring_nothing_is_kept_and_the_settings_promise_nothing() {
    let profile = profile("kind = \"tickwire\"\nurl = \"ws://127.0.0.1:9/v1/stream\"");
    let folder = profile.path().to_str().unwrap();
    let mut child = command(&["token", "set", "--profile", folder, "desk"])
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={folder}/no-bus"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"hush-hush\n")
        .await
        .unwrap();
    let output = timeout(PATIENCE, child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("keyring") && !told.contains("hush-hush"), "{told}");
    let settings = std::fs::read_to_string(profile.path().join("settings.toml")).unwrap();
    assert!(
        !settings.contains("token") && !settings.contains("hush"),
        "{settings}"
    );
}

/// A profile with one feed, called `desk`.
fn profile(feed: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let settings = format!("version = 1\n\n[[feeds]]\nid = \"desk\"\n{feed}\n");
    std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
    folder
}

fn open() -> Server {
    Server::start(Options {
        token: Some(TOKEN.to_owned()),
        ..Options::default().at_rate(600)
    })
    .unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn start(arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut command = command(arguments);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// The simulated venue, its address with the token, and its output, without
/// whose reader it would end.
async fn start_venue(port: &str) -> (Child, Url, Lines<BufReader<ChildStdout>>) {
    let (venue, mut lines) = start(&["sim", "--rate", "600", "--token", TOKEN, "--port", port]);
    let ready = object(&mut lines).await;
    let mut feed: Url = ready["ws"].as_str().unwrap().parse().unwrap();
    feed.set_query(Some(&format!("token={TOKEN}")));
    (venue, feed, lines)
}

/// Runs it to its end with a line on its standard input.
async fn finish(arguments: &[&str], input: Option<&str>) -> (ExitStatus, Vec<Value>) {
    let mut command = command(arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    if let Some(input) = input {
        stdin.write_all(format!("{input}\n").as_bytes()).await.unwrap();
    }
    let output = timeout(PATIENCE, child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (output.status, lines.collect())
}

async fn object(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap();
    serde_json::from_str(&line.unwrap()).unwrap()
}

async fn ask_to_end(child: &Child) {
    let id = child.id().unwrap().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
    assert!(asked.success());
}

async fn end_of(child: &mut Child) -> ExitStatus {
    timeout(PATIENCE, child.wait()).await.unwrap().unwrap()
}
