//! Which products stand on a connection, by a list of all of them.
//!
//! The venue answers each request with everything that stands by then, and
//! rejects a request as a whole when it does not know one product in it.

use std::collections::{BTreeSet, VecDeque};

use model::Symbol;

use crate::Asking;

/// More than any connection asks before its answers come.
const UNANSWERED_MAX: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Standing {
    /// What was asked for by each message of which nothing was answered, the oldest first.
    unanswered: VecDeque<Vec<String>>,
    /// Products of which the venue has said so since they were last asked for.
    known: BTreeSet<String>,
}

impl Standing {
    /// These are asked for now. Their names, each once.
    pub(super) fn asked(&mut self, asking: Asking<'_>, native: fn(&Symbol) -> String) -> Vec<String> {
        let mut products = Vec::with_capacity(asking.symbols.len());
        for wanted in asking.symbols {
            let product = native(wanted.symbol);
            self.known.remove(&product);
            if !products.contains(&product) {
                products.push(product);
            }
        }
        // One that nobody will answer any more makes place.
        if self.unanswered.len() >= UNANSWERED_MAX {
            self.unanswered.pop_front();
        }
        self.unanswered.push_back(products.clone());
        products
    }

    /// These stand, says the venue. Which of them it had not said so of.
    pub(super) fn told(&mut self, all: BTreeSet<String>) -> Vec<String> {
        self.unanswered
            .retain(|asked| !asked.iter().any(|product| all.contains(product)));
        let new = all.difference(&self.known).cloned().collect();
        self.known = all;
        new
    }

    /// It answers in order, and one bad product spoils a message. Whether others
    /// were asked for together with this one, which have to be asked for again.
    pub(super) fn spoiled_by(&mut self, product: &str) -> bool {
        let oldest = self.unanswered.front();
        if !oldest.is_some_and(|asked| asked.iter().any(|other| other == product)) {
            return false;
        }
        self.unanswered.pop_front().is_some_and(|asked| asked.len() > 1)
    }

    /// It did not like the oldest, and does not say what of it.
    pub(super) fn disliked(&mut self) {
        self.unanswered.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coinbase::tests::asking;

    fn ask(standing: &mut Standing, names: &[&str]) -> Vec<String> {
        asking(names, |asking| {
            standing.asked(asking, |symbol| symbol.to_string())
        })
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_stands_is_new_once_and_again_when_it_is_asked_for_again() {
        let mut standing = Standing::default();
        ask(&mut standing, &["A-B", "C-D"]);
        assert_eq!(standing.told(set(&["A-B"])), ["A-B"]);
        assert_eq!(standing.told(set(&["A-B", "C-D"])), ["C-D"]);
        assert_eq!(standing.told(set(&["A-B", "C-D"])), [] as [String; 0]);
        ask(&mut standing, &["A-B"]);
        assert_eq!(standing.told(set(&["A-B", "C-D"])), ["A-B"]);
        assert_eq!(standing.told(set(&["C-D"])), [] as [String; 0]);
        assert_eq!(
            standing.told(set(&["A-B", "C-D"])),
            ["A-B"],
            "it was given up between"
        );
    }

    #[test]
    fn a_bad_product_spoils_the_oldest_message_without_an_answer_alone() {
        let mut standing = Standing::default();
        ask(&mut standing, &["A-B", "X-X"]);
        ask(&mut standing, &["C-D", "Y-Y"]);
        assert!(!standing.spoiled_by("Y-Y"), "that is not the oldest");
        assert!(standing.spoiled_by("X-X"));
        assert!(!standing.spoiled_by("X-X"), "it was said once");
        standing.told(set(&["C-D"]));
        assert!(!standing.spoiled_by("Y-Y"), "a part of it was answered");
        ask(&mut standing, &["Y-Y"]);
        assert!(!standing.spoiled_by("Y-Y"), "nothing was asked for beside it");
    }

    #[test]
    fn questions_that_nobody_answers_do_not_pile_up() {
        let mut standing = Standing::default();
        for _ in 0..1_000 {
            ask(&mut standing, &["BTC-USD"]);
        }
        assert_eq!(standing.unanswered.len(), UNANSWERED_MAX);
    }
}
