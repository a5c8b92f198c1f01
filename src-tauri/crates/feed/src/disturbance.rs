//! What happens around a feed, and not on its lines.
//!
//! A connection does not notice that the computer has slept or that the
//! network is another one; it only falls silent. Whoever can see such things
//! tells them through a [`Lookout`], and every feed hears of them through its
//! [`Surroundings`].

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use tokio::sync::watch;

/// Something that no line will say of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// The computer has slept for so long; everybody else has not.
    Woke { slept: Duration },
    /// The network is another one, or is there again, or is gone.
    NetworkChanged,
    /// Whether anybody looks at what comes. Somebody who begins to look does
    /// not want to see what was left over.
    Attention { watched: bool },
}

/// Tells all feeds what happens around them.
#[derive(Debug)]
pub struct Lookout {
    around: watch::Sender<Around>,
    addresses: Addresses,
}

/// What one feed hears of it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    around: watch::Receiver<Around>,
    told: Around,
    addresses: Addresses,
}

/// Whether an address still is one of this computer's.
#[derive(Clone, Copy)]
struct Addresses(fn(IpAddr) -> bool);

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addresses")
    }
}

/// A state and not a queue: whoever was busy while the network changed three
/// times needs to be told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Around {
    wakes: u64,
    /// Altogether.
    slept: Duration,
    networks: u64,
    watched: bool,
}

impl Default for Lookout {
    /// Where no address ever leaves.
    fn default() -> Self {
        Self::asking(|_| true)
    }
}

impl Lookout {
    /// Whether an address still is one of this computer's is asked when
    /// something has happened that may have taken it away.
    pub fn asking(has_address: fn(IpAddr) -> bool) -> Self {
        Self {
            addresses: Addresses(has_address),
            around: watch::Sender::new(Around {
                wakes: 0,
                slept: Duration::ZERO,
                networks: 0,
                watched: true,
            }),
        }
    }

    pub fn tell(&self, disturbance: Disturbance) {
        self.around.send_if_modified(|around| {
            let before = *around;
            match disturbance {
                Disturbance::Woke { slept } => {
                    around.wakes += 1;
                    around.slept = around.slept.saturating_add(slept);
                }
                Disturbance::NetworkChanged => around.networks += 1,
                Disturbance::Attention { watched } => around.watched = watched,
            }
            *around != before
        });
    }

    /// For one more feed. It is told what happens from now on.
    pub fn surroundings(&self) -> Surroundings {
        let around = self.around.subscribe();
        let now = *around.borrow();
        Surroundings {
            around,
            told: Around { watched: true, ..now },
            addresses: self.addresses,
        }
    }
}

impl Surroundings {
    /// Where nothing ever happens.
    pub fn still() -> Self {
        Lookout::default().surroundings()
    }

    /// Whether what comes to this address comes to this computer.
    pub(crate) fn has(&self, address: IpAddr) -> bool {
        (self.addresses.0)(address)
    }

    /// The next thing that happens; never, when nobody is looking out any more.
    /// Nothing is lost when this is dropped before.
    pub async fn next(&mut self) -> Disturbance {
        loop {
            let around = *self.around.borrow_and_update();
            if let Some(disturbance) = self.told.take_news(around) {
                return disturbance;
            }
            if self.around.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Around {
    /// One thing that is different now, and is then known.
    fn take_news(&mut self, now: Self) -> Option<Disturbance> {
        if now.wakes != self.wakes {
            let slept = now.slept.saturating_sub(self.slept);
            (self.wakes, self.slept) = (now.wakes, now.slept);
            Some(Disturbance::Woke { slept })
        } else if now.networks != self.networks {
            self.networks = now.networks;
            Some(Disturbance::NetworkChanged)
        } else if now.watched != self.watched {
            self.watched = now.watched;
            Some(Disturbance::Attention { watched: now.watched })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn heard(surroundings: &mut Surroundings) -> Vec<Disturbance> {
        std::iter::from_fn(|| surroundings.next().now_or_never()).collect()
    }

    const SLEPT: Duration = Duration::from_secs(60);

    #[test]
    fn a_feed_that_was_busy_is_told_once_and_of_everything() {
        let lookout = Lookout::default();
        let mut feed = lookout.surroundings();
        for _ in 0..3 {
            lookout.tell(Disturbance::NetworkChanged);
            lookout.tell(Disturbance::Woke { slept: SLEPT });
        }
        let woke = Disturbance::Woke { slept: SLEPT * 3 };
        assert_eq!(heard(&mut feed), [woke, Disturbance::NetworkChanged]);
        assert_eq!(heard(&mut feed), []);
    }

    #[test]
    fn a_glance_away_that_nobody_noticed_was_none() {
        let lookout = Lookout::default();
        let mut feed = lookout.surroundings();
        lookout.tell(Disturbance::Attention { watched: false });
        lookout.tell(Disturbance::Attention { watched: true });
        assert_eq!(heard(&mut feed), []);
    }

    #[test]
    fn a_new_feed_learns_that_nobody_looks_and_not_what_was_long_ago() {
        let lookout = Lookout::default();
        lookout.tell(Disturbance::NetworkChanged);
        lookout.tell(Disturbance::Attention { watched: false });
        let mut feed = lookout.surroundings();
        assert_eq!(heard(&mut feed), [Disturbance::Attention { watched: false }]);
    }

    #[test]
    fn where_nobody_looks_out_nothing_happens() {
        assert_eq!(heard(&mut Surroundings::still()), []);
    }
}
