//! `tickwire-cli doctor` against what works and what does not.

#![expect(
    clippy::unwrap_used,
    reason = "a program that finds something else is a failed test"
)]

use std::process::{Output, Stdio};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use sim::{Options, Server};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const TOKEN: &str = "a-token-of-the-test";

#[tokio::test]
async fn where_all_is_well_each_step_has_its_time() {
    let server = open(false);
    let address = server.url();
    let output = doctor(&["--json", &address, "NVX"], TOKEN).await;
    let found = object(&output);
    assert!(output.status.success(), "{found}");
    assert_eq!((&found["type"], &found["ok"]), (&json!("doctor"), &json!(true)));
    for step in ["dns", "tcp", "upgrade", "subscribe", "first_data"] {
        assert_eq!(result(&found, step), "ok", "{found}");
        assert!(of(&found, step)["ms"].as_f64().unwrap() >= 0.0);
    }
    for step in ["proxy", "tls"] {
        assert_eq!(result(&found, step), "not_needed", "{found}");
    }
    let words = doctor(&[&address], TOKEN).await;
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(words.contains("first data") && words.contains(" ms"), "{words}");
    assert!(!words.contains(TOKEN), "{words}");
}

#[tokio::test]
async fn a_port_where_nobody_is_fails_at_tcp_and_says_what_to_check() {
    // Where a service of old times was, and nothing is today.
    let output = doctor(&["--json", "ws://127.0.0.1:9/v1/stream"], TOKEN).await;
    let found = object(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_failed(&found, "tcp", "refused", "Check that the server runs");
    assert_eq!(result(&found, "upgrade"), "not_reached");
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_fails_at_tls_until_it_is_trusted() {
    let server = open(true);
    let address = server.url();
    assert!(address.starts_with("wss:"), "{address}");
    let output = doctor(&["--json", &address], TOKEN).await;
    let found = object(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_failed(&found, "tls", "nobody whom this computer trusts", "certificate");
    assert_eq!(
        (result(&found, "tcp"), result(&found, "login")),
        ("ok", "not_reached")
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("venue.pem");
    std::fs::write(&file, server.certificate().unwrap()).unwrap();
    let output = doctor(&["--json", "--trust", file.to_str().unwrap(), &address], TOKEN).await;
    let found = object(&output);
    assert_eq!(result(&found, "tls"), "ok", "{found}");
    assert!(output.status.success());
}

#[tokio::test]
async fn a_key_that_is_refused_fails_at_the_upgrade_and_is_not_repeated() {
    let server = open(false);
    let output = doctor(&["--json", &server.url()], "wrong-but-secret").await;
    let found = object(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_failed(&found, "upgrade", "401", "token");
    let all = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8(all).unwrap().contains("wrong-but-secret"));
}

/// The venue answers and then has nothing to say.
#[tokio::test]
async fn a_subscription_that_brings_nothing_fails_at_the_first_price() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("ws://{}", listener.local_addr().unwrap());
    let venue = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut client = tokio_tungstenite::accept_async(stream).await.unwrap();
        while let Some(Ok(message)) = client.next().await {
            if let Message::Text(text) = message {
                let request: Value = serde_json::from_str(&text).unwrap();
                let answer = json!({"result": null, "id": request["id"]}).to_string();
                client.send(Message::text(answer)).await.unwrap();
            }
        }
    });
    let arguments = ["--json", "--seconds", "1", "--endpoint", &endpoint, "binance"];
    let output = doctor(&arguments, "").await;
    venue.await.unwrap();
    let found = object(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(found["symbols"], json!(["BTCUSDT"]));
    assert_eq!(result(&found, "subscribe"), "ok", "{found}");
    assert_failed(&found, "first_data", "no price came within 1 s", "--seconds");
}

#[tokio::test]
async fn a_login_in_messages_has_its_time_and_comes_before_the_subscription() {
    let endpoint = venue_with_a_login().await;
    let arguments = ["--json", "--endpoint", &endpoint, "alpaca:test", "FAKEPACA"];
    let output = doctor(&arguments, "PKTEST:right-and-secret").await;
    let found = object(&output);
    assert!(output.status.success(), "{found}");
    for step in ["upgrade", "login", "subscribe", "first_data"] {
        assert_eq!(result(&found, step), "ok", "{found}");
    }
    // The venue has thought about it for so long.
    let took = of(&found, "login")["ms"].as_f64().unwrap();
    assert!(took >= 20.0, "{found}");
}

#[tokio::test]
async fn a_wrong_key_in_messages_fails_at_the_login_and_is_not_repeated() {
    let endpoint = venue_with_a_login().await;
    let arguments = ["--json", "--endpoint", &endpoint, "alpaca:test", "FAKEPACA"];
    let output = doctor(&arguments, "PKTEST:wrong-but-secret").await;
    let found = object(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(result(&found, "upgrade"), "ok", "{found}");
    assert_eq!(result(&found, "login"), "failed", "{found}");
    let why = of(&found, "login")["why"].as_str().unwrap();
    assert!(
        why.contains("does not take the key") && why.contains("Check the feed's key"),
        "{why}"
    );
    for step in ["subscribe", "first_data"] {
        assert_eq!(result(&found, step), "not_reached", "{found}");
    }
    let all = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8(all).unwrap().contains("wrong-but-secret"));
}

/// Alpaca as far as the first price, after its papers.
async fn venue_with_a_login() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("ws://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut client = tokio_tungstenite::accept_async(stream).await.unwrap();
        client
            .send(Message::text(r#"[{"T":"success","msg":"connected"}]"#))
            .await
            .unwrap();
        while let Some(Ok(message)) = client.next().await {
            let Message::Text(text) = message else { continue };
            let said: Value = serde_json::from_str(&text).unwrap();
            let answers: &[&str] = match (said["action"].as_str(), said["secret"].as_str()) {
                (Some("auth"), Some("right-and-secret")) => {
                    sleep(Duration::from_millis(20)).await;
                    &[r#"[{"T":"success","msg":"authenticated"}]"#]
                }
                (Some("auth"), _) => &[r#"[{"T":"error","code":402,"msg":"auth failed"}]"#],
                _ => &[
                    r#"[{"T":"subscription","trades":["FAKEPACA"],"quotes":["FAKEPACA"],"bars":["FAKEPACA"],"updatedBars":[],"dailyBars":[],"statuses":[],"lulds":[],"corrections":["FAKEPACA"],"cancelErrors":["FAKEPACA"]}]"#,
                    r#"[{"T":"t","i":1,"S":"FAKEPACA","x":"D","p":132.5,"s":10,"t":"2026-11-20T15:00:01.5Z","c":["@"],"z":"A"}]"#,
                ],
            };
            for answer in answers {
                client.send(Message::text(*answer)).await.unwrap();
            }
        }
    });
    endpoint
}

#[tokio::test]
async fn all_feeds_of_the_settings_are_examined_and_one_does_not_keep_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "version = 1\n\n[[feeds]]\nid = \"odd\"\nkind = \"coinbsae\"\n\n\
                    [[feeds]]\nid = \"made-up\"\nkind = \"sim\"\nrate = 600\n";
    std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
    let lists = "version = 1\n\n[[lists]]\nname = \"Main\"\n\n\
                 [[lists.entries]]\nfeed = \"made-up\"\nsymbol = \"BTC-USD\"\n";
    std::fs::write(folder.path().join("lists.toml"), lists).unwrap();
    let output = doctor(&["--json", "--profile", folder.path().to_str().unwrap()], "").await;
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(found.len(), 2, "{text}");
    assert!(found[0]["why"].as_str().unwrap().contains("coinbsae"), "{text}");
    assert_eq!(
        (&found[1]["feed"], &found[1]["ok"]),
        (&json!("made-up"), &json!(true))
    );
    assert_eq!(
        found[1]["symbols"],
        json!(["BTC-USD"]),
        "what the lists have of it"
    );
}

#[tokio::test]
async fn a_feed_that_there_is_not_is_misuse() {
    let folder = tempfile::tempdir().unwrap();
    let output = doctor(&["--profile", folder.path().to_str().unwrap(), "nowhere"], "").await;
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("nowhere") && told.contains("tickwire-cli venues"),
        "{told}"
    );
}

fn assert_failed(found: &Value, step: &str, why: &str, next: &str) {
    assert_eq!(result(found, step), "failed", "{found}");
    let step = of(found, step);
    assert!(step["why"].as_str().unwrap().contains(why), "{step}");
    assert!(step["next"].as_str().unwrap().contains(next), "{step}");
}

fn result<'a>(found: &'a Value, step: &str) -> &'a str {
    of(found, step)["result"].as_str().unwrap()
}

fn of<'a>(found: &'a Value, step: &str) -> &'a Value {
    let steps = found["steps"].as_array().unwrap();
    steps.iter().find(|known| known["step"] == step).unwrap()
}

fn object(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(text.lines().count(), 1, "{text}{told}");
    serde_json::from_str(&text).unwrap()
}

fn open(tls: bool) -> Server {
    Server::start(Options {
        token: Some(TOKEN.to_owned()),
        tls,
        ..Options::default().at_rate(600)
    })
    .unwrap()
}

/// With a key, where there is one.
async fn doctor(arguments: &[&str], key: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.arg("doctor").stdin(Stdio::null()).kill_on_drop(true);
    if !key.is_empty() {
        command.args(["--key-env", "FEED_KEY"]).env("FEED_KEY", key);
    }
    command.args(arguments);
    timeout(PATIENCE, command.output()).await.unwrap().unwrap()
}
