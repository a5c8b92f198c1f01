//! What `watch` prints, by every way of talking to a venue.

#![expect(
    clippy::unwrap_used,
    reason = "a program that prints something else is a failed test"
)]

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use sim::{Options, Scenario, Server};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const TOKEN: &str = "a-token-of-the-test";

#[tokio::test]
async fn the_wire_is_shown_without_the_token_and_without_what_is_said() {
    let server = open(Scenario::new(7, chrono::Utc::now()));
    for (transport, kinds) in [
        ("ws", &["asked", "answered", "frame"][..]),
        ("sse", &["asked", "answered", "piece", "message"]),
    ] {
        let feed = server.url();
        let arguments = [
            "watch",
            "--json",
            "--wire",
            "--token",
            TOKEN,
            "--count",
            "6",
            "--transport",
            transport,
            "--feed",
            &feed,
            "NVX",
        ];
        let output = timeout(PATIENCE, command(&arguments).output())
            .await
            .unwrap()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{transport}: {text}");
        assert!(!text.contains(TOKEN), "{transport}: {text}");
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let wire: Vec<Value> = lines.filter(|line: &Value| line["type"] == "wire").collect();
        for kind in kinds {
            assert!(
                wire.iter().any(|line| line["what"] == *kind),
                "{transport}: no {kind} in {text}"
            );
        }
        let asked = wire.iter().find(|line| line["what"] == "asked").unwrap();
        let headers = asked["headers"].as_array().unwrap();
        assert!(
            headers.contains(&serde_json::json!(["authorization", "***"])),
            "{asked}"
        );
        if transport == "ws" {
            let said = wire.iter().find(|line| line["direction"] == "out").unwrap();
            assert_eq!(said["opcode"], "text");
            assert!(
                said["length"].as_u64().unwrap() > 0 && said["overhead"] == 6,
                "{said}"
            );
        }
    }
}

#[tokio::test]
async fn every_transport_prints_the_same_and_the_summary_says_which_it_was() {
    let server = open(Scenario::new(7, chrono::Utc::now()));
    for transport in ["ws", "sse", "longpoll", "poll"] {
        let feed = server.url();
        let arguments = [
            "watch",
            "--json",
            "--token",
            TOKEN,
            "--count",
            "6",
            "--transport",
            transport,
            "--feed",
            &feed,
            "NVX",
            "BTC-USD",
        ];
        let output = timeout(PATIENCE, command(&arguments).output())
            .await
            .unwrap()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{transport}: {text}");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let ticks = match transport {
            "poll" => ["snapshot", "snapshot"],
            _events => ["trade", "quote"],
        };
        for line in &lines {
            if ticks.iter().any(|kind| line["type"] == *kind) {
                let time = line["time"].as_str().unwrap();
                let (_, fraction) = time.split_once('.').unwrap();
                assert_eq!(fraction.len(), 7, "{transport}: {time} is not as it came");
            }
        }
        let summary = lines.last().unwrap();
        assert_eq!(summary["type"], "summary", "{transport}");
        assert_eq!(summary["transport"], transport);
        assert_eq!(summary["gaps_found"], 0, "{transport}");
        assert_eq!(
            summary["reconnects_by_cause"],
            serde_json::json!({}),
            "{transport}"
        );
    }
}

#[tokio::test]
async fn halts_and_bars_are_printed() {
    let mut scenario = Scenario::named("halted", chrono::Utc::now()).unwrap();
    // A minute of that market is a second here; it halts BTC-USD in its fifth minute.
    scenario.speed = "60".parse().unwrap();
    let server = open(scenario);
    let feed = server.url();
    let arguments = [
        "watch", "--json", "--bars", "--token", TOKEN, "--feed", &feed, "BTC-USD",
    ];
    let mut child = command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut bar = None;
    let halt = loop {
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap();
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if line["type"] == "bar" {
            bar = Some(line);
        } else if line["type"] == "session" && line["session"] == "halted" {
            break line;
        }
    };
    assert_eq!(halt["symbol"], "BTC-USD");
    assert_eq!(halt["reason"], "maintenance of the venue");
    let bar = bar.unwrap();
    assert_eq!(bar["interval"], "1m");
    assert!(bar["open"].is_string() && bar["volume"].is_string() && bar["trades"].is_u64());
}

#[tokio::test]
async fn a_token_on_the_command_line_is_not_sent_to_another_computer() {
    let arguments = [
        "watch",
        "--token",
        TOKEN,
        "--feed",
        "wss://ticks.example/v1/stream",
        "NVX",
    ];
    let output = timeout(PATIENCE, command(&arguments).output())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("--key-stdin") && !told.contains(TOKEN), "{told}");
}

#[tokio::test]
async fn a_feed_of_the_settings_is_watched_at_another_address() {
    let server = open(Scenario::new(7, chrono::Utc::now()));
    let folder = tempfile::tempdir().unwrap();
    let settings = "version = 1\n\n[[feeds]]\nid = \"desk\"\nkind = \"tickwire\"\nurl = \"wss://ticks.example/v1/stream\"\n";
    std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
    let endpoint = server.url();
    let arguments = [
        "watch",
        "--json",
        "--count",
        "3",
        "--token",
        TOKEN,
        "--profile",
        folder.path().to_str().unwrap(),
        "--feed",
        "desk",
        "--endpoint",
        &endpoint,
        "NVX",
    ];
    let output = timeout(PATIENCE, command(&arguments).output())
        .await
        .unwrap()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let summary: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(summary["feed"], "desk");
}

#[tokio::test]
async fn a_report_is_left_at_the_end_without_the_token() {
    let server = open(Scenario::new(7, chrono::Utc::now()));
    let folder = tempfile::tempdir().unwrap();
    let (page, object) = (folder.path().join("feed.txt"), folder.path().join("feed.json"));
    for place in [&page, &object] {
        let feed = server.url();
        let mut watch = command(&["watch", "--token", TOKEN, "--count", "3", "--feed", &feed]);
        watch.arg("--report").arg(place).arg("NVX");
        let output = timeout(PATIENCE, watch.output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let page = std::fs::read_to_string(page).unwrap();
    let object = std::fs::read_to_string(object).unwrap();
    assert!(!page.contains(TOKEN) && !object.contains(TOKEN), "{page}");
    assert!(page.contains("first tick          1"), "{page}");
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!(object["state"], "live");
    assert_eq!(object["times"]["subscribe"]["count"], 1);
    let steps = object["transitions"]["last"].as_array().unwrap();
    let steps: Vec<_> = steps.iter().map(|step| step["to"].as_str().unwrap()).collect();
    assert_eq!(steps, ["connecting", "subscribing", "live"]);
}

#[tokio::test]
async fn a_report_that_cannot_be_written_is_told_before_anything_is_watched() {
    let nowhere = std::env::temp_dir().join("no such folder").join("feed.txt");
    let mut watch = command(&["watch", "--feed", "ws://127.0.0.1:9", "NVX"]);
    let output = watch.arg("--report").arg(nowhere).output();
    let output = timeout(PATIENCE, output).await.unwrap().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("the report cannot be written to"), "{told}");
    assert!(output.stdout.is_empty(), "nothing was watched");
}

fn open(scenario: Scenario) -> Server {
    let mut options = Options::of(scenario).at_rate(2_000);
    options.token = Some(TOKEN.to_owned());
    Server::start(options).unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    command
}
