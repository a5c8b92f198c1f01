//! `watch --feed LISTING --endpoint ADDRESS` for every venue that is known, against one stand-in on this computer
//! that plays what a table says: the same way for all, over the stream and where things are fetched.
//!
//! What is sent and what must be printed of it is written out in `keyless` and `keyed`, from the venues' papers.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a program that prints something else is a failed test"
)]

mod keyed;
mod keyless;
mod stand_in;

use std::process::Stdio;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use stand_in::{fetched_at, streamed_at};

/// Only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What is played for one listing, and what is printed first of it.
pub(crate) struct Row {
    pub(crate) feed: &'static str,
    pub(crate) key: Option<&'static str>,
    pub(crate) symbol: &'static str,
    pub(crate) stream: Stream,
    /// None where nothing can be fetched.
    pub(crate) fetched: Option<Fetched>,
}

pub(crate) struct Stream {
    /// With its query.
    pub(crate) path: &'static str,
    pub(crate) steps: &'static [Step],
    pub(crate) prints: Prints,
}

pub(crate) enum Step {
    /// It goes on when something has come that has all of this in it.
    Hear(&'static [&'static str]),
    Say(&'static str),
}

pub(crate) struct Fetched {
    /// How each question begins.
    pub(crate) path: &'static str,
    pub(crate) body: &'static str,
    pub(crate) prints: Prints,
}

impl Fetched {
    const DEAD_END: Self = Self {
        path: "nowhere",
        body: "",
        prints: Prints {
            kind: "",
            field: "",
            value: "",
        },
    };
}

/// A field of the first line of this type.
pub(crate) struct Prints {
    pub(crate) kind: &'static str,
    pub(crate) field: &'static str,
    pub(crate) value: &'static str,
}

fn rows() -> impl Iterator<Item = &'static Row> {
    keyless::ROWS.iter().chain(keyed::ROWS)
}

#[tokio::test]
async fn every_listing_of_the_table_is_watched_at_another_address() {
    for row in rows() {
        let (endpoint, venue) = streamed_at(&row.stream, Duration::ZERO).await;
        let printed = watch(row, "ws", &[&endpoint]).await;
        row.stream.prints.first_in(&printed, row);
        venue.abort();
    }
}

#[tokio::test]
async fn what_can_be_fetched_is_fetched_at_another_address_too() {
    for row in rows() {
        let Some(fetched) = &row.fetched else { continue };
        let (endpoint, venue) = fetched_at(fetched).await;
        let printed = watch(row, "poll", &[&endpoint]).await;
        fetched.prints.first_in(&printed, row);
        venue.abort();
    }
}

/// Somebody between us may answer "not found" to everything: that is no word of the venue's of this symbol.
#[tokio::test]
async fn a_quiet_stream_beside_a_dead_end_brings_its_price_and_nothing_is_refused() {
    const QUIET: Duration = Duration::from_secs(5);
    let all = rows().map(|row| async move {
        let (stream, venue) = streamed_at(&row.stream, QUIET).await;
        let (rest, dead_end) = fetched_at(&Fetched::DEAD_END).await;
        let printed = watch(row, "ws", &[&stream, &rest]).await;
        row.stream.prints.first_in(&printed, row);
        let refused = printed.iter().find(|line| line["type"] == "refused");
        assert!(refused.is_none(), "{}: {refused:?}", row.feed);
        venue.abort();
        dead_end.abort();
    });
    // So many programs at once as a small machine bears.
    futures_util::stream::iter(all)
        .buffer_unordered(15)
        .collect::<()>()
        .await;
}

#[tokio::test]
async fn every_listing_that_is_known_is_in_the_table() {
    let known = run(&["venues"]).await;
    let known = known.lines().filter(|line| !line.starts_with(' '));
    let words: Vec<_> = known.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(words.len() > 20, "{words:?}");
    let missing: Vec<_> = words
        .into_iter()
        // These are no one's in particular, and have tests of their own.
        .filter(|word| !["sim", "custom"].contains(word))
        .filter(|word| rows().all(|row| row.feed != *word))
        .collect();
    assert_eq!(missing, [""; 0]);
}

impl Prints {
    fn first_in(&self, printed: &[Value], row: &Row) {
        let line = printed.iter().find(|line| line["type"] == self.kind);
        let Some(line) = line else {
            panic!("{} printed no {}: {printed:#?}", row.feed, self.kind)
        };
        assert_eq!(line[self.field], self.value, "{}: {line}", row.feed);
        assert_eq!(line["symbol"], row.symbol, "{}: {line}", row.feed);
    }
}

/// What it prints until the first price, or the first look.
async fn watch(row: &Row, transport: &str, endpoints: &[&str]) -> Vec<Value> {
    const NAME: &str = "TICKWIRE_TEST_KEY";
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(["watch", "--json", "--proxy", "none", "--count", "1"]);
    command.args(["--feed", row.feed, "--transport", transport]);
    for endpoint in endpoints {
        command.args(["--endpoint", endpoint]);
    }
    command.arg("--profile").arg(folder.path());
    if let Some(key) = row.key {
        command.args(["--key-env", NAME]).env(NAME, key);
    }
    command.arg(row.symbol).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await;
    let output = output
        .unwrap_or_else(|_| panic!("{} prints nothing", row.feed))
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {text}{told}", row.feed);
    if let Some(key) = row.key {
        assert!(!text.contains(key) && !told.contains(key), "{}", row.feed);
    }
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

async fn run(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tickwire-cli"));
    command.args(args).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
