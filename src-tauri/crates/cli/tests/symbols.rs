//! Finding an instrument, without asking any venue and by asking one.

#![expect(
    clippy::unwrap_used,
    reason = "a program that says something else is a failed test"
)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

use serde_json::{Value, json};

#[test]
fn an_instrument_is_found_by_its_name_and_told_as_a_venue_writes_it() {
    let told = words(&run(&["symbols", "apple", "--limit", "1"]).stdout);
    for word in ["AAPL", "Apple", "stock", "XNAS", "USD"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert_eq!(told.lines().count(), 1);
    for (venue, query, symbol) in [
        ("kraken", "bitcoin", "BTC/USD"),
        ("binance", "btc", "BTCUSDT"),
        ("yahoo", "vodafone", "VOD.L"),
        ("tiingo:iex", "brk/b", "BRK-B"),
    ] {
        let output = run(&["symbols", query, "--feed", venue, "--json", "--limit", "1"]);
        assert!(output.status.success());
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&line["type"], &line["symbol"]),
            (&json!("instrument"), &json!(symbol))
        );
    }
    let line: Value =
        serde_json::from_slice(&run(&["symbols", "AAPL", "--json", "--limit", "1"]).stdout).unwrap();
    assert_eq!(
        line,
        json!({
            "type": "instrument", "ticker": "AAPL", "name": "Apple", "kind": "stock",
            "exchange": "XNAS", "currency": "USD", "tick": "0.01",
        })
    );
}

#[test]
fn a_venue_that_is_asked_tells_what_is_not_well_known() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let venue = thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            line.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let pairs = r#"{"error":[],"result":{"QQXUSD":{"wsname":"QQX/USD","status":"online"}}}"#;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{pairs}",
            pairs.len()
        );
        line.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(head).unwrap()
    });
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().to_str().unwrap();
    // Nobody streams, and nobody is dialed for it.
    let places = ["--endpoint", "ws://127.0.0.1:9", "--endpoint", &base];
    let asked = [
        "symbols",
        "qqx",
        "--ask",
        "kraken",
        "--json",
        "--profile",
        profile,
    ];
    let output = run(&[&asked[..], &places].concat());
    assert!(output.status.success(), "{}", words(&output.stderr));
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&line["symbol"], &line["canonical"]),
        (&json!("QQX/USD"), &json!("QQX/USD"))
    );
    let head = venue.join().unwrap();
    assert!(head.starts_with("GET /0/public/AssetPairs "), "{head}");
}

#[test]
fn a_venue_without_a_search_says_that_it_has_none() {
    let output = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"))
        .args([
            "symbols",
            "apple",
            "--ask",
            "alpaca:iex",
            "--key-env",
            "TRIED_KEY",
        ])
        .args(["--endpoint", "http://127.0.0.1:1"])
        .env("TRIED_KEY", "an-id:a-secret")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", words(&output.stderr));
    assert!(words(&output.stderr).contains("has no search of its own"));
    assert!(words(&output.stdout).contains("AAPL"));
}

#[test]
fn what_is_not_found_is_told_in_one_sentence_with_a_way_on() {
    for (arguments, code, words_of_it) in [
        (&["zzqq"][..], 1, &["zzqq", "watch"][..]),
        (&["", "--json"], 1, &["watch"]),
        (
            &["apple", "--feed", "kraken"],
            1,
            &["Kraken", "apple", "tickwire-cli venues"],
        ),
        (
            &["apple", "--feed", "nowhere"],
            2,
            &["nowhere", "tickwire-cli venues"],
        ),
        (&["apple", "--limit", "0"], 2, &["--limit"]),
    ] {
        let output = run(&[&["symbols"], arguments].concat());
        let told = words(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(output.stdout.is_empty());
        for word in words_of_it {
            assert!(told.contains(word), "{word}: {told}");
        }
    }
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(arguments).output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
