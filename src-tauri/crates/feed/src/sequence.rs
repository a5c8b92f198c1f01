//! Which ticks are new, and which are missing.
//!
//! Only for venues that number their ticks without holes, per symbol.

use std::collections::HashMap;
use std::sync::Arc;

use model::{Gap, SymbolKey};

#[derive(Debug, Default)]
pub(crate) struct Sequence {
    epoch: Option<Arc<str>>,
    last: HashMap<SymbolKey, u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Next,
    Duplicate,
    /// It is new, and these before it are missing.
    After(Gap),
}

impl Sequence {
    /// In a new epoch the venue counts from the start again, and what was
    /// missed of the old one can no longer be told.
    pub(crate) fn epoch(&mut self, epoch: Arc<str>) {
        if self.epoch.as_ref() != Some(&epoch) {
            self.last.clear();
            self.epoch = Some(epoch);
        }
    }

    pub(crate) fn tick(&mut self, key: SymbolKey, seq: Option<u64>) -> Standing {
        let Some(seq) = seq else { return Standing::Next };
        match self.last.insert(key, seq) {
            None => Standing::Next,
            Some(last) if seq <= last => {
                self.last.insert(key, last);
                Standing::Duplicate
            }
            Some(last) if seq == last + 1 => Standing::Next,
            Some(last) => Standing::After(Gap {
                from: last + 1,
                to: seq - 1,
            }),
        }
    }

    /// The venue says which number it has come to; what we have not seen of it is lost.
    pub(crate) fn reached(&mut self, key: SymbolKey, seq: Option<u64>) -> Option<Gap> {
        let seq = seq?;
        let last = *self.last.entry(key).or_insert(seq);
        if seq <= last {
            return None;
        }
        self.last.insert(key, seq);
        Some(Gap {
            from: last + 1,
            to: seq,
        })
    }

    pub(crate) fn forget(&mut self, key: SymbolKey) {
        self.last.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const KEY: SymbolKey = SymbolKey(1);

    #[test]
    fn after_a_reconnect_it_knows_exactly_what_was_missed() {
        let mut sequence = Sequence::default();
        sequence.epoch("a".into());
        assert_eq!(sequence.reached(KEY, Some(10)), None);
        assert_eq!(sequence.tick(KEY, Some(11)), Standing::Next);
        sequence.epoch("a".into());
        assert_eq!(sequence.reached(KEY, Some(14)), Some(Gap { from: 12, to: 14 }));
        assert_eq!(sequence.tick(KEY, Some(14)), Standing::Duplicate);
        assert_eq!(sequence.tick(KEY, Some(15)), Standing::Next);
    }

    #[test]
    fn a_new_epoch_starts_from_nothing() {
        let mut sequence = Sequence::default();
        sequence.epoch("a".into());
        assert_eq!(sequence.tick(KEY, Some(900)), Standing::Next);
        sequence.epoch("b".into());
        assert_eq!(sequence.reached(KEY, Some(3)), None);
        assert_eq!(sequence.tick(KEY, Some(4)), Standing::Next);
    }

    proptest! {
        /// However numbers come, each one is let through, reported missing or dropped as a
        /// duplicate exactly once.
        #[test]
        fn every_number_is_accounted_for_once(numbers in prop::collection::vec(1u64..200, 1..300)) {
            let mut sequence = Sequence::default();
            let mut accounted = BTreeSet::new();
            let first = numbers[0];
            for number in numbers {
                match sequence.tick(KEY, Some(number)) {
                    Standing::Next => prop_assert!(accounted.insert(number)),
                    Standing::Duplicate => prop_assert!(number < first || accounted.contains(&number)),
                    Standing::After(gap) => {
                        prop_assert!(gap.from <= gap.to && gap.to + 1 == number);
                        for missing in gap.from..=number {
                            prop_assert!(accounted.insert(missing));
                        }
                    }
                }
            }
            let last = *accounted.last().unwrap();
            prop_assert_eq!(accounted.len() as u64, last - first + 1);
        }
    }
}
