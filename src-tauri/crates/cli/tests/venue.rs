//! `tickwire-cli sim` with everything that can be said about its market.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Output, Stdio};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn a_scenario_with_an_error_names_line_and_key_and_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "seed = 7\nmood = \"gloomy\"\n").unwrap();
    let output = sim(&["--scenario", file.to_str().unwrap()])
        .output()
        .await
        .unwrap();
    assert_refused(&output, &["mine.toml", "line 2", "`mood`", "gloomy"]);
    let output = sim(&["--scenario", "no-such"]).output().await.unwrap();
    assert_refused(&output, &["`no-such`", "crash-monday"]);
    let output = sim(&["--scenario", "./nowhere.toml"]).output().await.unwrap();
    assert_refused(&output, &["nowhere.toml cannot be read"]);
}

#[tokio::test]
async fn words_that_mean_nothing_are_refused_with_those_that_do() {
    for (arguments, words) in [
        (["--mood", "gloomy"], vec!["calm, normal, wild, crash or melt-up"]),
        (["--speed", "0"], vec!["from 0.1 to 1000, or max"]),
        (["--rate", "200001"], vec!["200000"]),
        (["--start", "tomorrow"], vec!["2026-01-05T14:30:00Z"]),
        (
            ["--start", "1999-01-01T00:00:00Z"],
            vec!["no time before 2012-01-01"],
        ),
        (["--drill", "no-such"], vec!["there is no drill called `no-such`"]),
    ] {
        let output = sim(&arguments).output().await.unwrap();
        assert_refused(&output, &words);
    }
}

#[tokio::test]
async fn the_market_opens_where_and_as_fast_as_it_was_told() {
    let arguments = [
        "--start",
        "2026-01-05T15:00:00Z",
        "--speed",
        "100",
        "--scenario",
        "quiet-day",
    ];
    let mut venue = sim(&arguments).spawn().unwrap();
    let ready = first_line(&mut venue).await;
    let rest: url::Url = ready["rest"].as_str().unwrap().parse().unwrap();
    let token = ready["token"].as_str().unwrap();
    let feed = ready["ws"].as_str().unwrap();
    assert_eq!((rest.scheme(), rest.path()), ("http", "/v1/"));
    let arguments = [
        "watch", "--json", "--feed", feed, "--token", token, "--count", "20", "BTC-USD",
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"))
        .args(arguments)
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let times = text.lines().filter_map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        Some(line["time"].as_str()?.to_owned())
    });
    let times: Vec<_> = times.collect();
    assert!(times.len() >= 20, "{text}");
    assert!(
        times.iter().all(|time| time.starts_with("2026-01-05T1")),
        "{times:?}"
    );
    venue.kill().await.unwrap();
}

#[tokio::test]
async fn over_tls_it_says_what_to_trust() {
    let mut venue = sim(&["--tls"]).spawn().unwrap();
    let ready = first_line(&mut venue).await;
    assert!(ready["ws"].as_str().unwrap().starts_with("wss://127.0.0.1:"));
    assert!(ready["sse"].as_str().unwrap().starts_with("https://127.0.0.1:"));
    let certificate = ready["certificate"].as_str().unwrap();
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(!certificate.contains("PRIVATE"));
    let file = std::env::temp_dir().join(format!("tickwire-trust-{}.pem", std::process::id()));
    std::fs::write(&file, certificate).unwrap();
    let (feed, token) = (ready["ws"].as_str().unwrap(), ready["token"].as_str().unwrap());
    let watch = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
        let common = ["watch", "--count", "3", "--token", token, "--feed", feed];
        command.args(common).args(more).arg("NVX").stdin(Stdio::null());
        command
    };
    let trusted = watch(&["--trust", file.to_str().unwrap()])
        .output()
        .await
        .unwrap();
    let stranger = watch(&[]).output().await.unwrap();
    std::fs::remove_file(file).unwrap();
    assert!(trusted.status.success(), "{trusted:?}");
    let said = String::from_utf8(stranger.stderr).unwrap();
    assert!(
        !stranger.status.success() && said.contains("signed by nobody whom this computer trusts"),
        "{said}"
    );
    venue.kill().await.unwrap();
}

#[tokio::test]
async fn what_is_not_encrypted_is_not_watched_unless_a_person_agrees() {
    for (more, sentence) in [
        (&["--feed", "ws://ticks.example/v1"][..], "only for this computer"),
        (
            &[
                "--plain",
                "--proxy",
                "http://ada:hush@p.example:1",
                "--feed",
                "ws://ticks.example/v1",
            ],
            "kept in the keyring",
        ),
        (
            &["--trust", "/no/such/file", "--feed", "wss://ticks.example/v1"],
            "cannot read /no/such/file",
        ),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
        let output = command.arg("watch").args(more).arg("NVX").output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{more:?}");
        assert!(said.contains(sentence) && !said.contains("hush"), "{said}");
    }
}

#[tokio::test]
async fn a_drill_is_played_from_the_start_and_told() {
    let mut venue = sim(&["--drill", "drop"]).spawn().unwrap();
    let mut lines = BufReader::new(venue.stdout.take().unwrap()).lines();
    let mut kinds = Vec::new();
    while kinds.last().is_none_or(|kind| kind != "fault_began") {
        let line = lines.next_line().await.unwrap().unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        kinds.push(line["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds, ["ready", "drill_began", "fault_began"]);
    venue.kill().await.unwrap();
}

fn sim(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command
        .arg("sim")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn first_line(venue: &mut tokio::process::Child) -> Value {
    let mut lines = BufReader::new(venue.stdout.as_mut().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    serde_json::from_str(&line).unwrap()
}

fn assert_refused(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
}
