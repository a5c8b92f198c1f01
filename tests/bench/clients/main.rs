//! How many clients the simulated venue serves, and how much it can say.
//!
//! `cargo xtask bench clients` builds `tickwire-cli` as it is shipped and names
//! it in `TICKWIRE_CLI`. The clients are in this process and the server in
//! another, so that its memory and its processor time are its own.
//!
//! - `crowd`: thousands of clients with the same symbols
//! - `firehose`: everything at the highest rate
//! - `many`, `wire`: the clients, as cheap as they can be

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod crowd;
mod firehose;
mod many;
mod wire;

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;
use tests::{Made, may_open};
use tokio::task::LocalSet;

const CLIENTS_USUAL: usize = 5_000;
/// Beside the sockets.
const OTHER_FILES: usize = 200;

fn main() -> Result<()> {
    let Some(program) = std::env::var_os("TICKWIRE_CLI").map(PathBuf::from) else {
        tests::not_run("no clients were counted: cargo xtask bench clients names the program");
        return Ok(());
    };
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1);
    let firehose_only = words.iter().any(|word| word == "--firehose");
    let clients = match after("--clients") {
        Some(text) => text.parse().context("--clients needs a number")?,
        None => CLIENTS_USUAL,
    };
    may_open((clients + OTHER_FILES) as u64)?;
    let folder = tempfile::tempdir()?;
    let made = Made::here("7");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (crowd, firehose) = LocalSet::new().block_on(&runtime, async {
        let crowd = if firehose_only {
            None
        } else {
            Some(crowd::measure(&program, folder.path(), clients).await?)
        };
        anyhow::Ok((crowd, firehose::measure(&program, folder.path()).await?))
    })?;
    println!("made on {made}");
    if let Some(file) = after("--json") {
        let found = json!({"made": made.json(), "crowd": crowd, "firehose": firehose});
        std::fs::write(file, format!("{found:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(())
}
