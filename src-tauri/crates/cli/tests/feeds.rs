//! What can be said of a feed, on the command line and in the settings.

#![expect(
    clippy::unwrap_used,
    reason = "a program that says something else is a failed test"
)]

use std::process::{Output, Stdio};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test]
async fn the_venues_are_told_to_people_and_to_programs() {
    let words = run(&["venues"]).await;
    assert!(words.status.success());
    let objects = run(&["venues", "--json"]).await;
    let text = String::from_utf8(objects.stdout).unwrap();
    let objects: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let words = String::from_utf8(words.stdout).unwrap();
    let heads = words.lines().filter(|line| !line.starts_with(' '));
    assert_eq!(heads.count(), objects.len());
    let help = String::from_utf8(run(&["watch", "--help"]).await.stdout).unwrap();
    for venue in &objects {
        assert_eq!(venue["type"], "venue");
        let word = venue["word"].as_str().unwrap();
        assert!(words.lines().any(|line| line.starts_with(word)), "{words}");
        assert!(
            help.contains(venue["provider"].as_str().unwrap()),
            "{word}: {help}"
        );
        for sentence in ["covers", "costs", "needs"] {
            assert!(words.contains(venue[sentence].as_str().unwrap()), "{word}");
        }
        assert!(["none", "perhaps", "needed"].contains(&venue["key"].as_str().unwrap()));
    }
    let binance = objects.iter().find(|venue| venue["word"] == "binance").unwrap();
    assert_eq!(
        (&binance["title"], &binance["key"]),
        (&json!("Binance"), &json!("none"))
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_misuse_and_says_what_would() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().to_str().unwrap();
    let here = "ws://127.0.0.1:9";
    for (arguments, words) in [
        (
            &["--feed", "nowhere", "X"][..],
            &["nowhere", "tickwire-cli venues"][..],
        ),
        (
            &["--feed", "binance", "--endpoint", here, "--endpoint", here, "X"],
            &["one --endpoint", "ws:// or wss://"],
        ),
        (
            &["--feed", "binance", "--endpoint", "ftp://127.0.0.1", "X"],
            &["wss:// or ws://", "https:// or http://"],
        ),
        (
            &["--feed", "binance", "--key-env", "PATH", "X"],
            &["Binance wants no key"],
        ),
        (
            &["--feed", "binance", "--transport", "longpoll", "X"],
            &["cannot be talked to by long poll"],
        ),
    ] {
        let output = run(&[&["watch", "--profile", profile], arguments].concat()).await;
        assert_misuse(&output, words);
    }
}

/// Those that there are: a venue that needs a key says so before anything is dialed.
#[tokio::test]
async fn a_venue_that_wants_a_key_says_how_to_hand_it_over() {
    let text = String::from_utf8(run(&["venues", "--json"]).await.stdout).unwrap();
    let venues = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().to_str().unwrap();
    for venue in venues.filter(|venue| venue["key"] == "needed") {
        let word = venue["word"].as_str().unwrap();
        let output = run(&["watch", "--profile", profile, "--feed", word, "X"]).await;
        assert_misuse(&output, &["--key-stdin", "--key-env", "tickwire-cli token set"]);
        let moved = ["--endpoint", "ws://127.0.0.1:9", "X"];
        let output = run(&[&["watch", "--profile", profile, "--feed", word], &moved[..]].concat()).await;
        assert_misuse(&output, &["not sent to another address", "--key-stdin"]);
    }
}

#[tokio::test]
async fn a_venue_of_the_settings_is_watched_by_the_name_of_its_feed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let venue = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut client = tokio_tungstenite::accept_async(stream).await.unwrap();
        loop {
            let Message::Text(text) = client.next().await.unwrap().unwrap() else {
                continue;
            };
            let request: Value = serde_json::from_str(&text).unwrap();
            let answer = json!({"result": null, "id": request["id"]}).to_string();
            client.send(Message::text(answer)).await.unwrap();
            break;
        }
        let trade = r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":7,"p":"61837.63","q":"0.02","T":1723161255342,"m":true,"M":true}}"#;
        client.send(Message::text(trade)).await.unwrap();
        while let Some(Ok(_rest)) = client.next().await {}
    });
    let folder = settings(&format!(
        "kind = \"binance\"\nurl = \"{url}\"\ntransports = [\"ws\"]"
    ));
    let profile = folder.path().to_str().unwrap();
    let arguments = ["--feed", "desk", "--json", "--count", "1", "BTC-USDT"];
    let output = run(&[&["watch", "--profile", profile], &arguments[..]].concat()).await;
    venue.await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let trade = text.lines().find(|line| line.contains("\"trade\"")).unwrap();
    let trade: Value = serde_json::from_str(trade).unwrap();
    assert_eq!(
        (&trade["feed"], &trade["price"]),
        (&json!("desk"), &json!("61837.63"))
    );
}

#[tokio::test]
async fn a_venue_that_was_described_is_watched_by_the_name_of_its_feed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = format!("ws://{}", listener.local_addr().unwrap());
    let venue = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut client = tokio_tungstenite::accept_async(stream).await.unwrap();
        let asked = loop {
            if let Message::Text(text) = client.next().await.unwrap().unwrap() {
                break text.to_string();
            }
        };
        let trade = r#"{"deals":[{"of":"GOLD","at":2650.10}]}"#;
        client.send(Message::text(trade)).await.unwrap();
        while let Some(Ok(_rest)) = client.next().await {}
        asked
    });
    let folder = settings(
        "kind = \"custom\"\nurl = \"wss://ticks.example/v1\"\n\n[feeds.custom]\nsubscribe = '{\"of\":\"{symbol}\"}'\n\n\
         [[feeds.custom.messages]]\nkind = \"trade\"\nsymbol = \"/deals/*/of\"\nprice = \"/deals/*/at\"",
    );
    let profile = folder.path().to_str().unwrap();
    let words = [
        "--feed",
        "custom:desk",
        "--endpoint",
        &here,
        "--json",
        "--count",
        "1",
        "GOLD",
    ];
    let output = run(&[&["watch", "--profile", profile], &words[..]].concat()).await;
    assert_eq!(venue.await.unwrap(), r#"{"of":"GOLD"}"#);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let trade = text.lines().find(|line| line.contains("\"trade\"")).unwrap();
    let trade: Value = serde_json::from_str(trade).unwrap();
    assert_eq!(
        (&trade["feed"], &trade["price"]),
        (&json!("desk"), &json!("2650.10"))
    );

    let output = run(&["watch", "--profile", profile, "--feed", "custom", "X"]).await;
    assert_misuse(&output, &["described first", "name to --feed"]);
    let folder =
        settings("kind = \"custom\"\nurl = \"wss://ticks.example/v1\"\n[feeds.custom]\npoll = \"price\"");
    let profile = folder.path().to_str().unwrap();
    let output = run(&["doctor", "--profile", profile, "desk"]).await;
    let told =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(
        told.contains("poll: a path begins with a slash") && told.contains("messages:"),
        "{told}"
    );
    let output = run(&["watch", "--profile", profile, "--feed", "custom:desk", "X"]).await;
    assert_misuse(&output, &["poll: a path begins with a slash"]);
}

#[tokio::test]
async fn a_kind_that_nobody_knows_is_told_and_kept() {
    let folder = settings("kind = \"coinbsae\"\ncolour = \"blue\"");
    let file = folder.path().join("settings.toml");
    let before = std::fs::read_to_string(&file).unwrap();
    let profile = folder.path().to_str().unwrap();
    let output = run(&["watch", "--profile", profile, "--feed", "desk", "X"]).await;
    assert_misuse(&output, &["coinbsae", "tickwire-cli venues", "kept as it is"]);
    let output = run(&["token", "forget", "--profile", profile, "desk"]).await;
    assert_misuse(&output, &["coinbsae"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

/// Only where a keyring can be made absent without touching the person's own.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_a_keyring_a_key_is_handed_over_for_this_once() {
    let folder = settings("kind = \"finnhub\"\ntoken = \"keyring\"");
    let profile = folder.path().to_str().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command
        .args(["watch", "--profile", profile, "--feed", "desk", "AAPL"])
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={profile}/no-bus"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    for words in ["keyring", "for this once", "--key-stdin", "--key-env"] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

/// A profile with one feed, called `desk`.
fn settings(feed: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let settings = format!("version = 1\n\n[[feeds]]\nid = \"desk\"\n{feed}\n");
    std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
    folder
}

fn assert_misuse(output: &Output, words: &[&str]) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(told.contains(word), "{word}: {told}");
    }
}

async fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    timeout(PATIENCE, command.output()).await.unwrap().unwrap()
}
