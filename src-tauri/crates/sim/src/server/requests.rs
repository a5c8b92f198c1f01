//! How many requests one address may make.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Enough for thousands of clients of one machine to come back at once.
const BURST: u32 = 10_000;
/// More than all the charts of a desktop ask for.
const PER_SECOND: u32 = 2_000;
/// Addresses that are remembered; a venue on loopback sees one or two.
const ADDRESSES_MAX: usize = 1_024;

/// Each address has a bucket that fills evenly, and each request empties it a little.
#[derive(Debug, Default)]
pub(super) struct Requests {
    buckets: Mutex<BTreeMap<IpAddr, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Requests {
    /// The time to wait, when it is one too many.
    pub(super) fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ADDRESSES_MAX && !buckets.contains_key(&address) {
            buckets.retain(|_, bucket| {
                bucket.fill(now);
                bucket.left < f64::from(BURST)
            });
            if buckets.len() >= ADDRESSES_MAX {
                return Err(Duration::from_secs(1));
            }
        }
        let bucket = buckets.entry(address).or_insert(Bucket {
            left: f64::from(BURST),
            at: now,
        });
        bucket.fill(now);
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            Ok(())
        } else {
            Err(Duration::from_secs_f64(
                (1.0 - bucket.left) / f64::from(PER_SECOND),
            ))
        }
    }
}

impl Bucket {
    fn fill(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + seconds * f64::from(PER_SECOND)).min(f64::from(BURST));
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_served_and_what_goes_on_like_that_waits() {
        let requests = Requests::default();
        let address = IpAddr::from([127, 0, 0, 1]);
        let start = Instant::now();
        for _ in 0..BURST {
            assert_eq!(requests.take(address, start), Ok(()));
        }
        let wait = requests.take(address, start).unwrap_err();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(requests.take(address, start + wait * 2), Ok(()));
        let other = IpAddr::from([127, 0, 0, 2]);
        assert_eq!(requests.take(other, start), Ok(()));
    }

    #[test]
    fn remembers_a_bounded_number_of_addresses() {
        let requests = Requests::default();
        let start = Instant::now();
        let address = |number: u32| IpAddr::from(number.to_be_bytes());
        for number in 0..ADDRESSES_MAX as u32 {
            assert_eq!(requests.take(address(number), start), Ok(()));
        }
        assert!(requests.take(address(99_999), start).is_err());
        let later = start + Duration::from_secs(60);
        assert_eq!(requests.take(address(99_999), later), Ok(()));
    }
}
