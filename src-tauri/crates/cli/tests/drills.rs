//! Every drill shows what its sentence promises: the venue, the engine and the
//! line between them, as `tickwire-cli drill run` brings them together.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Output, Stdio};

use futures_util::future::join_all;
use serde_json::Value;
use tokio::process::Command;

/// A machine that makes more of them late than this is not what broke them.
const LATE_MOST: usize = 4;

#[tokio::test]
async fn every_drill_shows_what_its_sentence_promises() {
    let drills: Vec<_> = lines(&drill(&["list", "--json"]).await)
        .into_iter()
        .map(|line| line["drill"].as_str().unwrap().to_owned())
        .collect();
    assert!(drills.len() >= 16, "{} drills", drills.len());
    // They mostly wait, so they may as well wait together. But their promises are in seconds, and so many at once on a
    // busy machine may be late: whatever was not kept then is played again with nothing beside it.
    let runs = drills
        .iter()
        .map(async |name| (name, broken(name, &drill(&["run", name, "--json"]).await)));
    let mut left = Vec::new();
    for (name, broken) in join_all(runs).await {
        left.extend(broken.map(|told| (name, told)));
    }
    let told: String = left.iter().map(|(_, told)| told.as_str()).collect();
    assert!(left.len() <= LATE_MOST, "{told}");
    let mut twice = String::new();
    for (name, told) in left {
        println!("once more, alone:{told}");
        twice.extend(broken(name, &drill(&["run", name, "--json"]).await));
    }
    assert!(twice.is_empty(), "{twice}");
}

/// What a drill printed that did not show all it promises.
fn broken(name: &str, output: &Output) -> Option<String> {
    let told = lines(output);
    let promises: Vec<_> = told.iter().filter(|line| line["type"] == "promise").collect();
    let kept = promises.iter().filter(|promise| promise["kept"] == true).count();
    let is_whole = output.status.success() && !promises.is_empty() && kept == promises.len();
    (!is_whole).then(|| {
        let (told, said) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        format!("\n{name}: {kept} of {} kept\n{told}{said}", promises.len())
    })
}

#[tokio::test]
async fn a_promise_that_is_not_kept_is_told_and_is_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let script = "title = 'Wrong'\nsentence = 'It turns stale.'\nlasts = '1s'\nsymbols = ['NVX']\n\
                  [[expect]]\nsymbol = 'NVX'\nfreshness = 'stale'\nwithin = '500ms'\n";
    std::fs::write(&file, script).unwrap();
    let output = drill(&["run", file.to_str().unwrap(), "--json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let told = lines(&output);
    let promise = told.iter().find(|line| line["type"] == "promise").unwrap();
    assert_eq!(promise["kept"], false);
    assert_eq!(told.last().unwrap()["kept"], false);
}

#[tokio::test]
async fn a_drill_that_cannot_be_read_starts_nothing_and_says_why() {
    let output = drill(&["run", "no-such"]).await;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("there is no drill called `no-such`"), "{said}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("typo.toml");
    std::fs::write(&file, "title = 'T'\nsentense = 'S.'\n").unwrap();
    let output = drill(&["run", file.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("typo.toml") && said.contains("line 2") && said.contains("sentense"),
        "{said}"
    );
    assert!(output.stdout.is_empty());
}

async fn drill(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tickwire-cli"))
        .arg("drill")
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
