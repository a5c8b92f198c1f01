//! Questions that were asked and not answered yet, and what is done when no answer comes.
//!
//! A venue that takes a message as a whole or not at all lets one bad symbol
//! spoil the rest. So a message without any answer is asked once more in two
//! halves, until the bad symbol stands alone. One of which a part was answered
//! was read, and the rest of its answers are lost: those are asked once more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use model::{Moment, SymbolKey};

/// So long may a venue take for an answer, as long as the line lives.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Symbols that are to be asked for in one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) keys: Vec<SymbolKey>,
    /// Whether the very same was asked before.
    repeated: bool,
}

/// What to do about symbols that got no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ask(Piece),
    /// Alone and still without an answer; or with the venue's words for all answer.
    GiveUp {
        key: SymbolKey,
        words: Option<Arc<str>>,
    },
}

#[derive(Debug, Default)]
pub(super) struct Outstanding {
    /// By the order in which they were sent.
    questions: BTreeMap<u64, Question>,
    asked_in: BTreeMap<SymbolKey, u64>,
    count: u64,
}

#[derive(Debug)]
struct Question {
    open: BTreeSet<SymbolKey>,
    answered: bool,
    repeated: bool,
    by: Moment,
}

impl Piece {
    pub(super) const fn new(keys: Vec<SymbolKey>) -> Self {
        Self {
            keys,
            repeated: false,
        }
    }

    pub(super) fn only(mut self, wanted: impl FnMut(&SymbolKey) -> bool) -> Self {
        self.keys.retain(wanted);
        self
    }
}

impl Outstanding {
    pub(super) fn sent(&mut self, piece: Piece, now: Moment) {
        for key in &piece.keys {
            self.forget(*key);
        }
        self.count += 1;
        let count = self.count;
        self.asked_in.extend(piece.keys.iter().map(|key| (*key, count)));
        self.questions.insert(
            count,
            Question {
                open: piece.keys.into_iter().collect(),
                answered: false,
                repeated: piece.repeated,
                by: now + ANSWER_WITHIN,
            },
        );
    }

    pub(super) fn answered(&mut self, key: SymbolKey) {
        if let Some(count) = self.forget(key)
            && let Some(question) = self.questions.get_mut(&count)
        {
            question.answered = true;
        }
    }

    /// It is wanted no more, or asked for in another message now.
    pub(super) fn forget(&mut self, key: SymbolKey) -> Option<u64> {
        let count = self.asked_in.remove(&key)?;
        if let Some(question) = self.questions.get_mut(&count) {
            question.open.remove(&key);
            if question.open.is_empty() {
                self.questions.remove(&count);
            }
        }
        Some(count)
    }

    /// The venue did not like a message and does not say which. It answers in
    /// order, so it is the oldest of those of which it has answered nothing.
    pub(super) fn complained(&mut self, why: &Arc<str>) -> Vec<Verdict> {
        let oldest = self.questions.iter().find(|(_, question)| !question.answered);
        let Some(count) = oldest.map(|(count, _)| *count) else {
            return Vec::new();
        };
        let keys = self.take(count).map(|question| question.open);
        match keys.into_iter().flatten().collect::<Vec<_>>().as_slice() {
            [alone] => vec![Verdict::GiveUp {
                key: *alone,
                words: Some(Arc::clone(why)),
            }],
            keys => halves(keys),
        }
    }

    /// What has waited for too long.
    pub(super) fn overdue(&mut self, now: Moment) -> Vec<Verdict> {
        let late = self.questions.iter().filter(|(_, question)| now >= question.by);
        let late: Vec<_> = late.map(|(count, _)| *count).collect();
        late.into_iter()
            .filter_map(|count| self.take(count))
            .flat_map(Question::verdicts)
            .collect()
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.questions.values().map(|question| question.by).min()
    }

    fn take(&mut self, count: u64) -> Option<Question> {
        let question = self.questions.remove(&count)?;
        for key in &question.open {
            self.asked_in.remove(key);
        }
        Some(question)
    }
}

impl Question {
    fn verdicts(self) -> Vec<Verdict> {
        let keys: Vec<_> = self.open.into_iter().collect();
        match keys.as_slice() {
            [alone] if self.repeated => vec![Verdict::GiveUp {
                key: *alone,
                words: None,
            }],
            [_, _, ..] if !self.answered => halves(&keys),
            // Fewer are left with every answer, so this ends.
            _ => vec![Verdict::Ask(Piece { keys, repeated: true })],
        }
    }
}

pub(super) fn halves(keys: &[SymbolKey]) -> Vec<Verdict> {
    let (first, second) = keys.split_at(keys.len().div_ceil(2));
    let halves = [first, second].into_iter().filter(|half| !half.is_empty());
    halves
        .map(|half| Verdict::Ask(Piece::new(half.to_vec())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn keys(numbers: impl IntoIterator<Item = u32>) -> Vec<SymbolKey> {
        numbers.into_iter().map(SymbolKey).collect()
    }

    fn pieces(verdicts: &[Verdict]) -> Vec<Vec<SymbolKey>> {
        let pieces = verdicts.iter().map(|verdict| match verdict {
            Verdict::Ask(piece) => piece.keys.clone(),
            Verdict::GiveUp { key, .. } => panic!("{key:?} was given up"),
        });
        pieces.collect()
    }

    #[test]
    fn a_message_without_any_answer_is_asked_in_two_halves() {
        let mut outstanding = Outstanding::default();
        outstanding.sent(Piece::new(keys(0..5)), at(0));
        assert_eq!(outstanding.deadline(), Some(at(5)));
        assert_eq!(outstanding.overdue(at(4)), []);
        let halves = outstanding.overdue(at(5));
        assert_eq!(pieces(&halves), [keys(0..3), keys(3..5)]);
        assert_eq!(outstanding.deadline(), None);
    }

    #[test]
    fn answers_that_are_lost_are_asked_for_together_and_once_more() {
        let mut outstanding = Outstanding::default();
        outstanding.sent(Piece::new(keys(0..4)), at(0));
        outstanding.answered(SymbolKey(1));
        let rest = outstanding.overdue(at(5));
        assert_eq!(pieces(&rest), [keys([0, 2, 3])]);
    }

    #[test]
    fn a_symbol_that_is_never_answered_is_given_up_after_it_was_asked_for_alone_twice() {
        let mut outstanding = Outstanding::default();
        outstanding.sent(Piece::new(keys([7])), at(0));
        let Some(Verdict::Ask(again)) = outstanding.overdue(at(5)).pop() else {
            panic!("was not asked again")
        };
        outstanding.sent(again, at(5));
        let given_up = Verdict::GiveUp {
            key: SymbolKey(7),
            words: None,
        };
        assert_eq!(outstanding.overdue(at(10)), [given_up]);
    }

    #[test]
    fn a_complaint_is_about_the_oldest_message_without_an_answer() {
        let why = Arc::from("no such thing");
        let mut outstanding = Outstanding::default();
        outstanding.sent(Piece::new(keys(0..2)), at(0));
        outstanding.sent(Piece::new(keys(2..4)), at(0));
        outstanding.sent(Piece::new(keys(4..6)), at(0));
        outstanding.answered(SymbolKey(0));
        assert_eq!(pieces(&outstanding.complained(&why)), [keys([2]), keys([3])]);
        outstanding.sent(Piece::new(keys([3])), at(1));
        assert_eq!(pieces(&outstanding.complained(&why)), [keys([4]), keys([5])]);
        let given_up = Verdict::GiveUp {
            key: SymbolKey(3),
            words: Some(Arc::clone(&why)),
        };
        assert_eq!(outstanding.complained(&why), [given_up]);
        assert_eq!(
            outstanding.complained(&why),
            [],
            "nothing is left that it could mean"
        );
    }

    #[test]
    fn what_is_wanted_no_more_is_not_asked_for_again() {
        let mut outstanding = Outstanding::default();
        outstanding.sent(Piece::new(keys(0..2)), at(0));
        outstanding.forget(SymbolKey(0));
        outstanding.forget(SymbolKey(1));
        assert_eq!(outstanding.deadline(), None);
    }
}
