//! What happened lately, kept for those who missed some of it.

use std::collections::{BTreeMap, VecDeque};

use crate::market::TapeEvent;

/// More than a quarter of an hour at the usual rate, and about ten megabytes.
const KEPT_MAX: usize = 65_536;

/// One numbered event.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) listing: usize,
    pub(super) seq: u64,
    pub(super) event: TapeEvent,
}

/// The newest events of all instruments, in the order in which they happened.
#[derive(Debug, Default)]
pub(super) struct Tape {
    kept: VecDeque<Kept>,
    /// How many events there have been.
    position: u64,
}

/// It is not all there any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forgotten;

impl Tape {
    /// One that has forgotten everything up to a place.
    pub(super) const fn starting_behind(position: u64) -> Self {
        Self {
            kept: VecDeque::new(),
            position,
        }
    }

    /// The place of the newest event; the first is 1.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter()
    }

    pub(super) fn push(&mut self, kept: Kept) -> u64 {
        if self.kept.len() == KEPT_MAX {
            self.kept.pop_front();
        }
        self.kept.push_back(kept);
        self.position += 1;
        self.position
    }

    /// The events behind a place, with theirs.
    pub(super) fn since(&self, position: u64) -> Result<impl Iterator<Item = (u64, &Kept)>, Forgotten> {
        let oldest = self.position - self.kept.len() as u64;
        if position < oldest || position > self.position {
            return Err(Forgotten);
        }
        let skipped = usize::try_from(position - oldest).unwrap_or(usize::MAX);
        Ok((position + 1..).zip(self.kept.iter().skip(skipped)))
    }

    /// For each instrument, the newest `count` events of it, oldest first; left
    /// out where that many are not there any more.
    pub(super) fn newest(&self, counts: &BTreeMap<usize, u64>) -> BTreeMap<usize, Vec<(u64, &Kept)>> {
        let mut found: BTreeMap<usize, Vec<_>> = counts.keys().map(|listing| (*listing, vec![])).collect();
        let mut missing: u64 = counts.values().sum();
        // From the newest backwards, so that a short absence is a short search.
        for (back, kept) in (0..).zip(self.kept.iter().rev()) {
            if missing == 0 {
                break;
            }
            let Some(count) = counts.get(&kept.listing) else {
                continue;
            };
            let events = found.entry(kept.listing).or_default();
            if (events.len() as u64) < *count {
                events.push((self.position - back, kept));
                missing -= 1;
            }
        }
        found.retain(|listing, events| {
            events.reverse();
            counts.get(listing) == Some(&(events.len() as u64))
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use model::{Session, SessionChange};

    use super::*;

    #[test]
    fn gives_back_what_was_missed_or_says_that_it_cannot() {
        let mut tape = Tape::default();
        for seq in 1..=10 {
            assert_eq!(tape.push(kept(0, seq)), 2 * seq - 1);
            assert_eq!(tape.push(kept(1, seq)), 2 * seq);
        }
        let places = |position| {
            tape.since(position)
                .map(|events| events.map(|(at, _)| at).collect())
        };
        assert_eq!(places(18), Ok(vec![19, 20]));
        assert_eq!(places(20), Ok(vec![]));
        assert_eq!(places(21), Err(Forgotten));
        let numbers = |count| {
            let found = tape.newest(&BTreeMap::from([(1, count), (0, 1)]));
            assert_eq!(found[&0][0].0, 19);
            let events = found.get(&1)?;
            Some(events.iter().map(|(_, kept)| kept.seq).collect::<Vec<_>>())
        };
        assert_eq!(numbers(2), Some(vec![9, 10]));
        assert_eq!(numbers(0), Some(vec![]));
        assert_eq!(numbers(11), None);
        assert_eq!(numbers(10).map(|all| all.len()), Some(10));
    }

    #[test]
    fn what_is_too_old_is_forgotten_as_a_whole() {
        let mut tape = Tape::default();
        for seq in 1..=KEPT_MAX as u64 + 10 {
            tape.push(kept(0, seq));
        }
        assert_eq!(tape.position(), KEPT_MAX as u64 + 10);
        assert!(tape.since(9).is_err());
        assert_eq!(tape.since(10).map(Iterator::count), Ok(KEPT_MAX));
        let all = |count| tape.newest(&BTreeMap::from([(0, count)])).len();
        assert_eq!((all(KEPT_MAX as u64), all(KEPT_MAX as u64 + 1)), (1, 0));
    }

    fn kept(listing: usize, seq: u64) -> Kept {
        let event = TapeEvent::Session(SessionChange {
            session: Session::Open,
            reason: None,
            time: None,
        });
        Kept { listing, seq, event }
    }
}
