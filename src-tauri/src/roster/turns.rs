//! Who changes a feed changes it alone, however long a keyring takes to answer;
//! other feeds do not wait for that.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

use model::FeedId;

#[derive(Debug, Default)]
pub(super) struct Turns {
    taken: Mutex<BTreeSet<FeedId>>,
    returned: Condvar,
}

/// It is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    feeds: Vec<FeedId>,
}

impl Turns {
    /// Waits for all of these at once, so that nobody holds one while waiting for another.
    pub(super) fn take(&self, feeds: &[&FeedId]) -> Turn<'_> {
        let is_free = |taken: &BTreeSet<FeedId>| feeds.iter().all(|feed| !taken.contains(*feed));
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.returned.wait_while(taken, |taken| !is_free(taken));
        let feeds: Vec<_> = feeds.iter().map(|feed| (*feed).clone()).collect();
        taken
            .unwrap_or_else(PoisonError::into_inner)
            .extend(feeds.iter().cloned());
        Turn { turns: self, feeds }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut taken = self.turns.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for feed in &self.feeds {
            taken.remove(feed);
        }
        drop(taken);
        self.turns.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_feed_waits_for_its_turn_and_no_other_feed_does() {
        let turns = Turns::default();
        let (one, other) = (FeedId::new("one"), FeedId::new("other"));
        let first = turns.take(&[&one]);
        drop(turns.take(&[&other]));
        let (told, hears) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let both = turns.take(&[&one, &other]);
                told.send("second").unwrap();
                drop(both);
            });
            assert!(hears.try_recv().is_err());
            drop(first);
            assert_eq!(hears.recv().unwrap(), "second");
        });
        drop(turns.take(&[&one, &other]));
    }
}
