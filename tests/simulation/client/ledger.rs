//! Each symbol's trades, counted: none twice, and none missing of which nothing
//! was said.

use std::collections::BTreeSet;

use model::Gap;

use crate::venue::Known;

/// One symbol, from the first word about it on.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// The newest trade that is known of; nothing before the first word.
    have: Option<Known>,
    /// Said to be lost, and not filled since.
    missing: BTreeSet<u64>,
    /// Passed over by a look at how things are: each may still be told, once, as the event it was.
    passed_over: BTreeSet<u64>,
}

/// A figure that does not fit.
pub(super) type Wrong = String;

impl Account {
    pub(super) const fn have(&self) -> Option<Known> {
        self.have
    }

    /// A state. Where only states are told, what was between two is not missed.
    pub(super) fn snapshot(&mut self, told: Known, samples: bool) -> Result<(), Wrong> {
        let Some(have) = self.have.filter(|have| have.epoch == told.epoch) else {
            return self.begin(told);
        };
        if told.seq < have.seq {
            return Err(format!("a state of {} after trade {}", told.seq, have.seq));
        }
        if told.seq > have.seq && !samples {
            return Err(format!(
                "{} to {} are lost, and only a state came in their place",
                have.seq + 1,
                told.seq
            ));
        }
        if samples {
            self.passed_over.extend(have.seq + 1..=told.seq);
        }
        self.have = Some(told);
        Ok(())
    }

    pub(super) fn trade(&mut self, told: Known) -> Result<(), Wrong> {
        let Some(have) = self.have.filter(|have| have.epoch == told.epoch) else {
            if told.seq > 1 && self.have.is_some() {
                self.begin(told)?;
                return Err(format!(
                    "trade {} begins an epoch, and no state before it",
                    told.seq
                ));
            }
            return self.begin(told);
        };
        if told.seq <= have.seq {
            return if self.missing.remove(&told.seq) || self.passed_over.remove(&told.seq) {
                Ok(())
            } else {
                Err(format!("trade {} came twice", told.seq))
            };
        }
        self.have = Some(told);
        if told.seq > have.seq + 1 {
            return Err(format!(
                "trade {} follows {} and no gap was told",
                told.seq, have.seq
            ));
        }
        Ok(())
    }

    pub(super) fn gap(&mut self, gap: Gap) -> Result<(), Wrong> {
        let Some(have) = &mut self.have else {
            return Err(format!("{gap:?} before anything was known"));
        };
        let expected = have.seq + 1;
        self.missing.extend(gap.from..=gap.to);
        have.seq = have.seq.max(gap.to);
        if gap.from != expected || gap.to < gap.from {
            return Err(format!("{gap:?} where {expected} was to come"));
        }
        Ok(())
    }

    /// All of it has come after all.
    pub(super) fn filled(&mut self, gap: Gap) -> Result<(), Wrong> {
        let have = self.have.map_or(0, |have| have.seq);
        if gap.to > have || self.missing.range(gap.from..=gap.to).next().is_some() {
            return Err(format!("{gap:?} is said to have come, and has not"));
        }
        Ok(())
    }

    /// The first word of an epoch: nothing of the one before can be told any more.
    fn begin(&mut self, told: Known) -> Result<(), Wrong> {
        let before = self.have.replace(told);
        self.missing.clear();
        self.passed_over.clear();
        match before {
            Some(before) if before.epoch > told.epoch => Err(format!(
                "trade {} of epoch {} after epoch {} has begun",
                told.seq, told.epoch, before.epoch
            )),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(epoch: u64, seq: u64) -> Known {
        Known { epoch, seq }
    }

    #[test]
    fn what_was_not_told_and_what_was_told_twice_is_found() {
        let mut account = Account::default();
        account.snapshot(at(1, 7), false).unwrap();
        account.trade(at(1, 8)).unwrap();
        account.trade(at(1, 8)).unwrap_err();
        account.gap(Gap { from: 9, to: 10 }).unwrap();
        account.trade(at(1, 11)).unwrap();
        account.trade(at(1, 9)).unwrap();
        account.filled(Gap { from: 9, to: 10 }).unwrap_err();
        account.trade(at(1, 10)).unwrap();
        account.filled(Gap { from: 9, to: 10 }).unwrap();
        account.trade(at(1, 13)).unwrap_err();
        account.snapshot(at(1, 15), false).unwrap_err();
        account.snapshot(at(1, 20), true).unwrap();
        account.trade(at(1, 20)).unwrap();
        account.trade(at(1, 20)).unwrap_err();
        account.snapshot(at(2, 3), false).unwrap();
        account.trade(at(1, 21)).unwrap_err();
    }
}
