//! What has come of the questions: who is asked again, and who is given up.

use std::sync::Arc;
use std::time::Duration;

use model::{Moment, SymbolKey};

use super::round::Asks;
use super::standing::Standing;
use super::{Asked, Way};
use crate::subscriptions::split::{Piece, Verdict, halves};

/// An answer of several lines comes line by line.
const REST_OF_ANSWER: Duration = Duration::from_secs(1);
/// A symbol that nobody answered for is not forgotten as long as the line lives.
const SILENT_AGAIN_AFTER: Duration = Duration::from_secs(60);

impl Asked {
    /// The venue has no room for all of these, and has taken none of them. One alone
    /// waits until another is given up; several may find room in smaller messages.
    pub(crate) fn full(&mut self, keys: &[SymbolKey], why: &str) {
        let is_open = |key: &SymbolKey| match self.entries.get(key).map(|entry| entry.standing) {
            Some(Standing::Asked | Standing::Taken | Standing::Silent) => true,
            Some(Standing::Open | Standing::Crowded | Standing::Accepted | Standing::Refused) | None => false,
        };
        let keys: Vec<_> = keys.iter().copied().filter(is_open).collect();
        for key in &keys {
            self.outstanding.answered(*key);
        }
        match keys.as_slice() {
            [alone] => {
                self.set(*alone, Standing::Crowded);
                self.most = Some(self.entries.len() - self.counts.crowded);
                let why =
                    format!("the venue has no room for it; give up another symbol to see this one: {why}");
                self.refuse(*alone, why.into());
            }
            several => self.follow(halves(several)),
        }
    }

    /// These are asked from now on, one after the other and again and again.
    pub(crate) fn asks_in_turn(&mut self, parts: Vec<Asks>) {
        self.declined.begin();
        self.round.begin(parts);
    }

    /// One of them has answered. Whoever is in no answer when each has come is
    /// not known there, and another question would cost the others their turn.
    pub(crate) fn heard_from(&mut self, path: &str, now: Moment) {
        if self.round.ends_with(path) {
            self.all_heard(now);
        }
    }

    /// The same, and it has found something.
    pub(crate) fn found_at(&mut self, path: &str, now: Moment) {
        self.heard_from(path, now);
        self.dispel(now);
    }

    pub(super) fn all_heard(&mut self, now: Moment) {
        if let Way::Fetching { answer_by, repeated } = &mut self.way {
            *answer_by = Some(now + REST_OF_ANSWER);
            *repeated = true;
        }
    }

    pub(super) fn look_for_answers(&mut self, now: Moment) {
        match self.way {
            Way::Messages => {
                let verdicts = self.outstanding.overdue(now);
                self.follow(verdicts);
                self.ask_the_silent(now);
            }
            Way::Fetching {
                answer_by: Some(by),
                repeated,
            } if now >= by => {
                let waiting = self.entries.iter();
                let waiting = waiting.filter(|(_, entry)| entry.standing == Standing::Asked);
                let waiting: Vec<_> = waiting.map(|(key, _)| *key).collect();
                self.way = Way::Fetching {
                    answer_by: None,
                    repeated: repeated || !waiting.is_empty(),
                };
                if repeated {
                    waiting.into_iter().for_each(|key| self.give_up(key, None));
                    self.tidy();
                } else {
                    self.again.extend(waiting);
                }
                self.take_up(now);
            }
            Way::Fetching { .. } => self.take_up(now),
        }
    }

    /// Each alone: one of them may be what spoils a message.
    fn ask_the_silent(&mut self, now: Moment) {
        if self.silent_again.is_some_and(|at| now < at) {
            return;
        }
        let silent = self.entries.iter();
        let silent = silent.filter(|(_, entry)| entry.standing == Standing::Silent);
        let silent: Vec<_> = silent.map(|(key, _)| Piece::new(vec![*key])).collect();
        if self.silent_again.is_some() {
            self.pieces.extend(silent.iter().cloned());
        }
        self.silent_again = (!silent.is_empty()).then_some(now + SILENT_AGAIN_AFTER);
    }

    pub(super) fn follow(&mut self, verdicts: Vec<Verdict>) {
        for verdict in verdicts {
            match verdict {
                Verdict::Ask(piece) => self.pieces.push_back(piece),
                Verdict::GiveUp { key, words } => self.give_up(key, words),
            }
        }
    }

    fn give_up(&mut self, key: SymbolKey, words: Option<Arc<str>>) {
        let standing = match words {
            Some(_) => Standing::Refused,
            None => Standing::Silent,
        };
        self.set(key, standing);
        let why = words.unwrap_or_else(|| Arc::from("the server does not answer for this symbol"));
        self.refuse(key, why);
    }
}
