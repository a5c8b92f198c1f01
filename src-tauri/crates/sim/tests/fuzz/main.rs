//! Random requests against a real server: whatever comes over the wire, it
//! stays up, keeps its memory, and serves the one client that is right.
//!
//! `cargo test` makes some 20,000 of them; `cargo xtask fuzz sim` as many as are
//! wanted, of any seed. A case is one connection and depends on the seed and its
//! number alone, save for the epoch of the venue, which it repeats here and there.
//!
//! - `case`: what one connection says; `dice`, `words`, `requests` and `frames`
//!   are what it is made of
//! - `wire`: performs it
//! - `canary`: a right client, all the while and afterwards
//! - `census`: what must not grow

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a client that does not get what it waits for is a failed test"
)]
#![expect(
    clippy::print_stdout,
    reason = "what was tried is told to whoever asked for it"
)]

mod canary;
mod case;
mod census;
mod dice;
mod frames;
mod requests;
mod wire;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::Duration;

use sim::{Options, Server};
use tokio::task::{JoinSet, LocalSet};

use canary::{Canary, ask};
use case::Case;
use census::{Panics, memory, open_files};

/// For `cargo test`, in a few seconds.
const RUNS_USUAL: u64 = 20_000;
const AT_ONCE: usize = 96;
/// More than both sides of so many connections hold at once, and less than a
/// leak of 100 bytes for each of a million requests.
const GROWTH_MAX: u64 = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn whatever_is_said_to_it_the_venue_stays_up() {
    let wanted = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seed = wanted("TICKWIRE_FUZZ_SEED").unwrap_or(1);
    let panics = Panics::watch();
    LocalSet::new()
        .run_until(async {
            match wanted("TICKWIRE_FUZZ_CASE") {
                Some(case) => Run::new(seed, panics).only(case).await,
                None => {
                    let runs = wanted("TICKWIRE_FUZZ_RUNS").unwrap_or(RUNS_USUAL);
                    Run::new(seed, panics).all(runs).await;
                }
            }
        })
        .await;
}

struct Run {
    seed: u64,
    panics: Panics,
    server: Server,
    answers: BTreeMap<u16, u64>,
    heard: usize,
}

impl Run {
    fn new(seed: u64, panics: Panics) -> Self {
        let options = Options {
            token: Some(words::TOKEN.to_owned()),
            ..Options::default().at_rate(600)
        };
        Self {
            seed,
            panics,
            server: Server::start(options).unwrap(),
            answers: BTreeMap::new(),
            heard: 0,
        }
    }

    async fn only(mut self, case: u64) {
        let mut canary = Canary::sing(self.server.address()).await;
        let made = Case::of(self.seed, case, &canary.epoch);
        println!("case {case} of seed {}: {made:?}", self.seed);
        let heard = wire::perform(&made, self.server.address()).await;
        println!("{heard:?}");
        self.take(case, heard.unwrap(), &BTreeSet::from([case]));
        canary.hear().await;
        self.still_right().await;
    }

    async fn all(mut self, runs: u64) {
        let server = self.server.address();
        let mut canary = Canary::sing(server).await;
        let (epoch, ticks) = (canary.epoch.clone(), canary.ticks());
        let singing = tokio::task::spawn_local(async move {
            loop {
                canary.hear().await;
            }
        });
        let (files, mut memory_warm) = (open_files(), None);
        let (mut made, mut cases) = (0, 0);
        let mut under_way = BTreeSet::new();
        let mut connections = JoinSet::new();
        while made < runs || !connections.is_empty() {
            while made < runs && connections.len() < AT_ONCE {
                let case = Case::of(self.seed, cases, &epoch);
                made += case.requests;
                let number = cases;
                connections.spawn_local(async move { (number, wire::perform(&case, server).await) });
                under_way.insert(number);
                cases += 1;
            }
            let Some(ended) = connections.join_next().await else {
                continue;
            };
            let (case, heard) = ended.unwrap();
            self.take(case, heard.unwrap(), &under_way);
            under_way.remove(&case);
            assert!(
                !singing.is_finished(),
                "the right client was let down: {}",
                self.again(&under_way)
            );
            // What both sides keep for so many connections is there by now.
            if memory_warm.is_none() && made > RUNS_USUAL / 2 {
                memory_warm = memory();
            }
        }
        let sung = ticks.load(Ordering::Relaxed);
        self.still_right().await;
        self.nothing_left(files).await;
        println!(
            "{made} requests and frames on {cases} connections, seed {}; {} bytes came back; \
             the right client had {sung} ticks without a hole",
            self.seed, self.heard
        );
        println!("answers by status: {:?}", self.answers);
        if let (Some(warm), Some(after)) = (memory_warm, memory()) {
            println!(
                "memory of both sides: {warm} KiB after {} requests, {after} KiB at the end",
                RUNS_USUAL / 2
            );
            assert!(after < warm + GROWTH_MAX, "it grew from {warm} to {after} KiB");
        }
        singing.abort();
        let stopping = tokio::task::spawn_blocking(|| self.server.stop());
        tokio::time::timeout(PATIENCE, stopping).await.unwrap().unwrap();
        assert_eq!(self.panics.told(), Vec::<String>::new());
    }

    fn take(&mut self, case: u64, heard: wire::Heard, under_way: &BTreeSet<u64>) {
        for (status, count) in heard.answers {
            *self.answers.entry(status).or_default() += count;
        }
        self.heard += heard.bytes;
        assert!(
            !heard.unanswered,
            "a request had no answer: {}",
            self.again(&BTreeSet::from([case]))
        );
        let panics = self.panics.told();
        assert!(panics.is_empty(), "{panics:?}: {}", self.again(under_way));
    }

    /// How to have it again.
    fn again(&self, cases: &BTreeSet<u64>) -> String {
        format!(
            "it was one of the cases {cases:?} of seed {0}; each alone: cargo xtask fuzz sim --seed {0} --case CASE",
            self.seed
        )
    }

    async fn still_right(&self) {
        let server = self.server.address();
        Canary::sing(server).await;
        for path in [
            "/v1/time",
            "/v1/search?q=",
            "/v1/snapshot?symbols=NVX",
            "/v1/events?symbols=NVX",
            "/v1/poll?symbols=NVX",
            "/v1/history?symbol=NVX&interval=1m",
        ] {
            assert_eq!(ask(server, path).await, 200, "{path}");
        }
    }

    /// Every connection has ended on the other side too.
    async fn nothing_left(&self, before: Option<usize>) {
        let gone = async {
            while open_files() > before {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let late = tokio::time::timeout(PATIENCE, gone).await.is_err();
        assert!(
            !late,
            "{before:?} files were open before, {:?} are now",
            open_files()
        );
    }
}
