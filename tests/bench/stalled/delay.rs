//! How long ticks were on their way, each counted, in memory that does not grow.

use chrono::TimeDelta;
use serde_json::{Value, json};

/// To the microsecond up to here; what took longer is counted together.
const LONGEST_US: usize = 200_000;

#[derive(Debug)]
pub(crate) struct Delays {
    /// By microsecond.
    counts: Vec<u32>,
    n: u64,
    max_us: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            // Touched now, so that it is not what grows later.
            counts: vec![1; LONGEST_US + 1]
                .into_iter()
                .map(|one: u32| one - 1)
                .collect(),
            n: 0,
            max_us: 0,
        }
    }
}

impl Delays {
    /// Clocks of one machine: less than nothing is nothing.
    pub(crate) fn add(&mut self, delay: TimeDelta) {
        let delay_us = delay.num_microseconds().and_then(|us| u64::try_from(us).ok());
        let delay_us = delay_us.unwrap_or_default();
        self.n += 1;
        self.max_us = self.max_us.max(delay_us);
        let at = usize::try_from(delay_us).map_or(LONGEST_US, |us| us.min(LONGEST_US));
        if let Some(count) = self.counts.get_mut(at) {
            *count = count.saturating_add(1);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.counts.fill(0);
        self.n = 0;
        self.max_us = 0;
    }

    fn quantile_us(&self, share: f64) -> u64 {
        let rank = (self.n as f64 * share).ceil() as u64;
        let mut counted = 0;
        let found = self.counts.iter().position(|count| {
            counted += u64::from(*count);
            counted >= rank
        });
        found.map_or(self.max_us, |us| us as u64)
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "n": self.n, "p50_us": self.quantile_us(0.5), "p99_us": self.quantile_us(0.99),
            "p999_us": self.quantile_us(0.999), "max_us": self.max_us,
        })
    }
}
