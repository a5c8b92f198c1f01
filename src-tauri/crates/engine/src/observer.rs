//! Every single update, for those who must see each: the command line's watch, and tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use feed::Update;
use model::{FeedId, Received};
use tokio::sync::mpsc;

/// One update as it came.
#[derive(Clone, Debug)]
pub struct Observation {
    pub feed: FeedId,
    pub received: Received,
    pub update: Update,
    /// How many found no room right before this one.
    pub lagged: u64,
}

/// The reading end. When nobody reads, updates are dropped and counted: the
/// network does not wait.
#[derive(Debug)]
pub struct Observer {
    observations: mpsc::Receiver<Observation>,
    missed: Arc<AtomicU64>,
}

#[derive(Debug)]
pub(crate) struct Reporter {
    observations: mpsc::Sender<Observation>,
    missed: Arc<AtomicU64>,
    /// Those that the reader was not told of yet.
    lagged: u64,
}

pub(crate) fn observer(capacity: usize) -> (Reporter, Observer) {
    let (sender, receiver) = mpsc::channel(capacity);
    let missed = Arc::new(AtomicU64::new(0));
    let reporter = Reporter {
        observations: sender,
        missed: Arc::clone(&missed),
        lagged: 0,
    };
    (
        reporter,
        Observer {
            observations: receiver,
            missed,
        },
    )
}

impl Observer {
    /// `None` when the engine has ended.
    pub async fn next(&mut self) -> Option<Observation> {
        self.observations.recv().await
    }

    /// The next one that is there already.
    pub fn next_now(&mut self) -> Option<Observation> {
        self.observations.try_recv().ok()
    }

    /// Updates that came while there was no room for them.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}

impl Reporter {
    /// `false` when nobody will read any more.
    pub(crate) fn report(&mut self, feed: &FeedId, received: Received, update: &Update) -> bool {
        match self.observations.try_reserve() {
            Ok(room) => {
                room.send(Observation {
                    feed: feed.clone(),
                    received,
                    update: update.clone(),
                    lagged: std::mem::take(&mut self.lagged),
                });
                true
            }
            Err(mpsc::error::TrySendError::Full(())) => {
                self.lagged += 1;
                self.missed.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(mpsc::error::TrySendError::Closed(())) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use model::{Gap, Moment, SymbolKey};

    use super::*;

    const AT: Received = Received {
        wall: DateTime::UNIX_EPOCH,
        at: Moment::START,
    };

    fn report(reporter: &mut Reporter, number: u64) -> bool {
        let gap = Gap {
            from: number,
            to: number,
        };
        let update = Update::Gap {
            key: SymbolKey(0),
            gap,
        };
        reporter.report(&FeedId::new("sim"), AT, &update)
    }

    #[test]
    fn a_reader_that_was_late_learns_how_much_it_has_missed_and_where() {
        let (mut reporter, mut observer) = observer(2);
        for number in 0..5 {
            assert!(report(&mut reporter, number));
        }
        let lags = |observer: &mut Observer| observer.next_now().map(|said| said.lagged);
        assert_eq!(lags(&mut observer), Some(0));
        report(&mut reporter, 5);
        assert_eq!([lags(&mut observer), lags(&mut observer)], [Some(0), Some(3)]);
        assert_eq!((lags(&mut observer), observer.missed()), (None, 3));
    }

    #[test]
    fn a_reader_that_never_reads_holds_what_it_has_room_for_and_counts_the_rest() {
        let (mut reporter, mut observer) = observer(1_000);
        let reports = 1_000_000;
        for number in 0..reports {
            assert!(report(&mut reporter, number));
            assert!(observer.observations.len() <= 1_000);
        }
        assert_eq!(observer.missed(), reports - 1_000);
        let mut kept = 0;
        while observer.next_now().is_some() {
            kept += 1;
        }
        assert_eq!(kept, 1_000);
        drop(observer);
        assert!(!report(&mut reporter, 0), "nobody will read any more");
    }
}
