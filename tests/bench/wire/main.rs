//! What a message costs from the socket to the state of the market, beside what
//! the WebSocket library alone costs in the same run.
//!
//! `cargo xtask bench wire` builds it as it is shipped. One connection on
//! loopback is flooded; whoever reads is in a process of its own, and the two
//! take turns. Processor time is user and system of the whole process; the
//! middle of all turns is told.
//!
//! - `flood`, `blaster`: what is sent, and who sends it
//! - `bare`, `ours`: who reads
//! - `cost`, `counting`, `stage`: what is measured, and how a process is told

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(
    clippy::disallowed_types,
    reason = "what is measured is the time that really passes"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a pace is kept, and a count looked at now and then"
)]

mod bare;
mod blaster;
mod cost;
mod counting;
mod flood;
mod ours;
mod stage;
mod table;

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tempfile::TempDir;
use tests::Made;

use blaster::{Blaster, Plan};
use counting::Counting;
use flood::{CYCLE, Flood, Words};
use stage::{Stage, Who};
use table::{Line, Turns};

#[global_allocator]
static MEMORY: Counting = Counting::new();

const SYMBOLS: usize = 20;
/// In whole cycles.
const COUNT: usize = 150 * CYCLE;
const WARM: usize = 25 * CYCLE;
const TURNS: usize = 5;

fn main() -> Result<()> {
    if let Some(stage) = Stage::told()? {
        let cost = match stage.who {
            Who::Bare => bare::run(&stage)?,
            Who::Ours => ours::run(&stage)?,
        };
        println!("{}", cost.json());
        return Ok(());
    }
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| words.iter().skip_while(|word| *word != name).nth(1);
    match words.first().map(String::as_str) {
        Some("wire") => {}
        _ => {
            tests::not_run("nothing was measured: cargo xtask bench wire names what");
            return Ok(());
        }
    }
    let turns = match after("--turns") {
        Some(text) => text.parse().context("--turns needs a number")?,
        None => TURNS,
    };
    let made = Made::here("fixed");
    let house = House::new()?;
    let mut lines = Vec::new();
    for words in Words::ALL {
        for tls in [false, true] {
            let mut both = Turns::default();
            for _ in 0..turns {
                both.bare.push(house.play(Who::Bare, words, tls)?);
                both.ours.push(house.play(Who::Ours, words, tls)?);
            }
            lines.push(Line {
                words,
                tls,
                message_bytes: Flood::new(words, SYMBOLS).message_bytes(),
                turns: both,
            });
        }
    }
    table::print(&lines);
    println!("made on {made}");
    if let Some(file) = after("--json") {
        let found = serde_json::json!({"made": made.json(), "streams": lines.iter().map(Line::json).collect::<Vec<_>>()});
        std::fs::write(file, format!("{found:#}\n")).with_context(|| format!("cannot write {file}"))?;
    }
    let missed: Vec<_> = lines.iter().filter_map(Line::missed).collect();
    ensure!(missed.is_empty(), "{}", missed.join("; "));
    Ok(())
}

/// The servers, and the certificate that they show.
struct House {
    folder: TempDir,
    config: Arc<ServerConfig>,
}

impl House {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
        std::fs::write(folder.path().join("certificate"), made.cert.der())?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .ok()
            .context("no key")?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        Ok(Self {
            folder,
            config: Arc::new(config),
        })
    }

    fn play(&self, who: Who, words: Words, tls: bool) -> Result<cost::Cost> {
        let plan = Plan {
            words,
            symbols: SYMBOLS,
            count: COUNT,
            rate: None,
        };
        let blaster = Blaster::start(plan, tls.then(|| Arc::clone(&self.config)))?;
        let stage = Stage {
            who,
            words,
            address: blaster.address,
            symbols: SYMBOLS,
            count: COUNT as u64,
            warm: WARM as u64,
            certificate: tls.then(|| self.folder.path().join("certificate")),
        };
        let cost = stage.measure()?;
        blaster.end()?;
        Ok(cost)
    }
}
