//! A line of the table: one fault on one way of talking, what is expected of it, and what was seen.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream;
use futures_util::{FutureExt, StreamExt};
use model::TransportKind;
use serde_json::{Value, json};
use tests::Spread;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::seen::Seen;

/// One run of a scene.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Nothing for what belongs to no way of talking.
    pub(crate) transport: TransportKind,
    pub(crate) seed: u64,
    /// With the waits that a figure needs; a test of every day only looks at the order of things.
    pub(crate) full: bool,
}

type Scene = Arc<dyn Fn(Run) -> BoxFuture<'static, anyhow::Result<Seen>> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Row {
    /// Its number in the list of faults.
    pub(crate) fault: u8,
    pub(crate) name: String,
    pub(crate) transport: TransportKind,
    pub(crate) expects: &'static str,
    pub(crate) bar: Bar,
    /// How often in a test of every day (not at all, when it has figures only), and how often for figures.
    pub(crate) runs: (u64, u64),
    pub(crate) together: usize,
    scene: Scene,
}

/// What must hold when it is measured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bar {
    pub(crate) detected_max: Option<Duration>,
    pub(crate) recovered_p50: Option<Duration>,
    pub(crate) recovered_p99: Option<Duration>,
}

/// All runs of a row.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) runs: u64,
    pub(crate) detected: Spread,
    pub(crate) recovered: Spread,
    /// Nothing where single ticks are not told.
    pub(crate) lost: Option<u64>,
    pub(crate) duplicated: Option<u64>,
    pub(crate) reported: u64,
    pub(crate) classes: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) wrong: Vec<String>,
    /// From the first try's beginning to the last one's end.
    pub(crate) took: Duration,
}

/// Room for so many tries at a time, of whatever rows. A try of which few may be at a time takes more of it.
pub(crate) const CROWD: u32 = 100;

pub(crate) const SEED: u64 = 7;

impl Row {
    pub(crate) fn new<F>(
        fault: u8,
        name: impl Into<String>,
        transport: TransportKind,
        scene: impl Fn(Run) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = anyhow::Result<Seen>> + Send + 'static,
    {
        Self {
            fault,
            name: name.into(),
            transport,
            expects: "none",
            bar: Bar {
                detected_max: None,
                recovered_p50: None,
                recovered_p99: None,
            },
            runs: (1, 20),
            together: 50,
            scene: Arc::new(move |run| scene(run).boxed()),
        }
    }

    pub(crate) fn expects(mut self, class: &'static str) -> Self {
        self.expects = class;
        self
    }

    pub(crate) fn runs(mut self, quick: u64, full: u64) -> Self {
        self.runs = (quick, full);
        self
    }

    pub(crate) fn together(mut self, at_most: usize) -> Self {
        self.together = at_most;
        self
    }

    pub(crate) fn found_within(mut self, most: Duration) -> Self {
        self.bar.detected_max = Some(most);
        self
    }

    pub(crate) fn back_within(mut self, p50: Duration, p99: Duration) -> Self {
        self.bar.recovered_p50 = Some(p50);
        self.bar.recovered_p99 = Some(p99);
        self
    }

    pub(crate) fn title(&self) -> String {
        format!("{:>2} {}, {}", self.fault, self.name, self.transport)
    }

    /// Whether its figures would be others with anything beside it.
    pub(crate) const fn is_alone(&self) -> bool {
        self.together == 1
    }

    pub(crate) async fn play(&self, full: bool, crowd: &Arc<Semaphore>) -> Told {
        let room = CROWD.div_ceil(u32::try_from(self.together).unwrap_or(CROWD));
        let began = Arc::new(OnceLock::new());
        let runs = if full { self.runs.1 } else { self.runs.0 };
        let tries = (0..runs).map(|number| {
            let run = Run {
                transport: self.transport,
                seed: SEED.wrapping_mul(1_000_003).wrapping_add(number),
                full,
            };
            let scene = Arc::clone(&self.scene);
            let (crowd, began) = (Arc::clone(crowd), Arc::clone(&began));
            // Each on whatever thread is free: the venue's and the witness's work must not wait for another scene's.
            async move {
                // It is never closed.
                let _room = crowd.acquire_many_owned(room).await;
                began.get_or_init(Instant::now);
                tokio::spawn(scene(run)).await
            }
        });
        let outcomes: Vec<_> = stream::iter(tries)
            .buffer_unordered(self.together)
            .collect()
            .await;
        let mut seen = Vec::new();
        for outcome in outcomes {
            seen.push(match outcome {
                Ok(Ok(seen)) => seen,
                Ok(Err(error)) => Seen {
                    class: self.expects.to_owned(),
                    wrong: vec![format!("{error:#}")],
                    ..Seen::default()
                },
                Err(panic) => Seen {
                    class: self.expects.to_owned(),
                    wrong: vec![panic.to_string()],
                    ..Seen::default()
                },
            });
        }
        let took = began.get().map(Instant::elapsed).unwrap_or_default();
        self.judge(&seen, full, took)
    }

    fn judge(&self, seen: &[Seen], full: bool, took: Duration) -> Told {
        let millis = |times: Vec<Duration>| {
            Spread::of(times.iter().map(|time| time.as_secs_f64() * 1_000.0).collect())
        };
        let mut told = Told {
            runs: seen.len() as u64,
            detected: millis(seen.iter().filter_map(|seen| seen.detected).collect()),
            recovered: millis(seen.iter().filter_map(|seen| seen.recovered).collect()),
            lost: None,
            duplicated: None,
            reported: 0,
            classes: seen.iter().map(|seen| seen.class.clone()).collect(),
            notes: seen
                .iter()
                .map(|seen| seen.note.clone())
                .filter(|note| !note.is_empty())
                .collect(),
            wrong: seen.iter().flat_map(|seen| seen.wrong.clone()).collect(),
            took,
        };
        told.classes.sort_unstable();
        told.classes.dedup();
        for balance in seen.iter().filter_map(|seen| seen.balance) {
            *told.lost.get_or_insert(0) += balance.lost + balance.invented;
            *told.duplicated.get_or_insert(0) += balance.duplicated + balance.disordered;
            if balance.duplicated + balance.disordered + balance.lost + balance.invented > 0 {
                told.wrong.push(format!("{balance:?}"));
            }
            told.reported += balance.reported;
        }
        let expected = told.classes.iter().all(|class| class == self.expects);
        if !expected {
            told.wrong.push(format!(
                "expected {}, and it was {}",
                self.expects,
                told.classes.join(", ")
            ));
        }
        if full {
            let bars = [
                ("found at the latest", told.detected.max, self.bar.detected_max),
                ("back, half of them", told.recovered.p50, self.bar.recovered_p50),
                ("back, 99 of 100", told.recovered.p99, self.bar.recovered_p99),
            ];
            for (what, found, bar) in bars {
                let bar = bar.map(|bar| bar.as_secs_f64() * 1_000.0);
                if let Some(bar) = bar.filter(|bar| found > *bar) {
                    told.wrong
                        .push(format!("{what}: {found:.0} ms, where {bar:.0} ms is the bar"));
                }
            }
        }
        told
    }

    pub(crate) fn json(&self, told: &Told) -> Value {
        json!({
            "fault": self.fault,
            "name": self.name,
            "transport": self.transport.to_string(),
            "runs": told.runs,
            "took_s": told.took.as_secs_f64(),
            "detected_ms": told.detected.json(),
            "recovered_ms": told.recovered.json(),
            "lost": told.lost,
            "duplicated": told.duplicated,
            "reported_missing": told.reported,
            "expected": self.expects,
            "class": told.classes,
            "notes": told.notes,
            "wrong": told.wrong,
            "passed": told.has_passed(),
        })
    }
}

impl Told {
    pub(crate) fn has_passed(&self) -> bool {
        self.runs > 0 && self.wrong.is_empty() && self.lost.unwrap_or(0) + self.duplicated.unwrap_or(0) == 0
    }
}
