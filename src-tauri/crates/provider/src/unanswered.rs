//! Questions that were asked by a number, and what each was about.

use std::collections::BTreeMap;

use model::Symbol;

use crate::{Directory, Event};

/// More than any connection asks before its answers come.
const QUESTIONS_MAX: usize = 256;

#[derive(Debug, Default)]
pub(crate) struct Unanswered {
    count: u64,
    asked: BTreeMap<u64, Vec<Symbol>>,
}

impl Unanswered {
    /// The number of a question about these.
    pub(crate) fn ask(&mut self, symbols: Vec<Symbol>) -> u64 {
        // One that nobody will answer any more makes place.
        if self.asked.len() >= QUESTIONS_MAX {
            self.asked.pop_first();
        }
        let number = self.number();
        self.asked.insert(number, symbols);
        number
    }

    /// That of one whose answer changes nothing.
    pub(crate) const fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// What was asked by this number; it will not be answered twice.
    pub(crate) fn answered(&mut self, number: u64) -> Option<Vec<Symbol>> {
        self.asked.remove(&number)
    }

    /// What was asked by this number, which is answered bit by bit.
    pub(crate) fn of(&self, number: u64) -> Option<&[Symbol]> {
        self.asked.get(&number).map(Vec::as_slice)
    }

    /// An answer without a number belongs to the one question there is.
    pub(crate) fn only_one(&mut self) -> Option<Vec<Symbol>> {
        match self.asked.len() {
            1 => self.asked.pop_first().map(|(_, symbols)| symbols),
            _ => None,
        }
    }
}

/// A symbol that was asked for alone is refused. Of several, nobody can say
/// which of them it was.
pub(crate) fn blamed(asked: Option<&[Symbol]>, why: String, directory: &Directory) -> Option<Event> {
    match asked {
        Some([symbol]) => directory
            .key(symbol.as_str())
            .map(|key| Event::Refused { key, why }),
        Some(_) | None => Some(Event::Complaint { why }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_nobody_answers_do_not_pile_up() {
        let mut unanswered = Unanswered::default();
        for _ in 0..1_000 {
            unanswered.ask(vec![Symbol::new("BTCUSDT")]);
        }
        assert_eq!(unanswered.asked.len(), QUESTIONS_MAX);
        assert!(unanswered.of(1_000).is_some() && unanswered.of(1).is_none());
        assert!(unanswered.answered(1_000).is_some() && unanswered.answered(1_000).is_none());
        assert!(unanswered.only_one().is_none());
    }
}
