//! How long something took, over and over, in one kilobyte.
//!
//! Eight buckets for each doubling, so a figure is told at most an eighth too
//! high; the least, the greatest and the number of them are exact. A crate for
//! this would bring sixteen times the memory for digits that no report shows.

use std::time::Duration;

/// Buckets for each doubling.
const FINE: u32 = 3;
const STEPS: u64 = 1 << FINE;
/// From a microsecond to more than an hour.
const BUCKETS: usize = 30 * STEPS as usize;

#[derive(Clone, PartialEq, Eq)]
pub struct Histogram {
    buckets: Box<[u32; BUCKETS]>,
    count: u64,
    least: Duration,
    greatest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: Box::new([0; BUCKETS]),
            count: 0,
            least: Duration::MAX,
            greatest: Duration::ZERO,
        }
    }
}

impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Histogram")
            .field("count", &self.count)
            .field("p50", &self.quantile(0.5))
            .field("p99", &self.quantile(0.99))
            .field("greatest", &self.greatest())
            .finish_non_exhaustive()
    }
}

impl Histogram {
    pub fn record(&mut self, took: Duration) {
        if let Some(bucket) = self.buckets.get_mut(bucket(took)) {
            *bucket = bucket.saturating_add(1);
        }
        self.count += 1;
        self.least = self.least.min(took);
        self.greatest = self.greatest.max(took);
    }

    pub const fn count(&self) -> u64 {
        self.count
    }

    pub fn greatest(&self) -> Option<Duration> {
        (self.count > 0).then_some(self.greatest)
    }

    /// What so large a share of them stayed within, from 0 to 1.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a count is a count"
        )]
        let rank = ((self.count as f64 * share.clamp(0.0, 1.0)).ceil() as u64).max(1);
        let mut seen = 0;
        for (at, many) in self.buckets.iter().enumerate() {
            seen += u64::from(*many);
            if seen >= rank && *many > 0 {
                return Some(top(at).clamp(self.least, self.greatest));
            }
        }
        self.greatest()
    }
}

fn bucket(took: Duration) -> usize {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let at = if micros < STEPS {
        micros
    } else {
        let octave = micros.ilog2() - FINE;
        u64::from(octave + 1) * STEPS + ((micros >> octave) - STEPS)
    };
    usize::try_from(at).unwrap_or(usize::MAX).min(BUCKETS - 1)
}

/// The longest time that falls into a bucket.
fn top(bucket: usize) -> Duration {
    let at = bucket as u64;
    let micros = if at < STEPS {
        at
    } else {
        let octave = at / STEPS - 1;
        ((at % STEPS + STEPS + 1) << octave) - 1
    };
    Duration::from_micros(micros)
}
