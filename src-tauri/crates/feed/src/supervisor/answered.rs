//! What was found at a path means something for those who were asked for by it:
//! that it was found at all, or whom the venue does not know.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Moment, Symbol, SymbolKey, one_line};
use provider::Denial;
use transport::{Blame, Loss};

use crate::cause::Cause;
use crate::lines::Held;
use crate::outlet::{Burst, Update};
use crate::reader::Reader;
use crate::subscriptions::No;

/// So much of what a server says is shown, where nobody understands it.
const WORDS_SHOWN_MAX: usize = 120;

/// An answer that was read.
pub(super) struct Answered<'a> {
    pub(super) path: &'a str,
    /// The status with which the question was not taken.
    pub(super) declined: Option<u16>,
    pub(super) text: &'a str,
    pub(super) symbols: &'a BTreeMap<SymbolKey, Symbol>,
}

/// How far a burst had come before it was read.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) unreadable: u64,
    pub(super) updates: usize,
}

impl Answered<'_> {
    /// Why the line has to end, where it has to.
    pub(super) fn take(
        self,
        held: &mut Held,
        reader: &Reader,
        burst: &mut Burst,
        before: Before,
        now: Moment,
    ) -> Option<Cause> {
        let is_read = burst.unreadable == before.unreadable;
        let complaint = held.asked.take_complaint();
        let Some(status) = self.declined else {
            match complaint {
                Some(words) => {
                    let no = No {
                        status: None,
                        words,
                        is_its_own: true,
                    };
                    return held.asked.declined(self.path, no, now).map(Cause::Loss);
                }
                // Words that nobody understands are no answer.
                None if is_read => held.asked.found_at(self.path, now),
                None => {}
            }
            return None;
        };
        // It was no message with prices, and is not counted as one.
        burst.unreadable = before.unreadable;
        let cause = held.recognized(Cause::Loss(Loss::Refused {
            status,
            retry_after: None,
            body: one_line(self.text, WORDS_SHOWN_MAX),
        }));
        if is_for_all(&cause, status) {
            return Some(cause);
        }
        let refused = burst.updates.get_mut(before.updates..).unwrap_or_default();
        let said = refused.iter().find_map(|update| {
            let Update::Refused { why, .. } = update else {
                return None;
            };
            Some(Arc::clone(why))
        });
        let no = No {
            status: Some(status),
            words: said
                .or(complaint)
                .unwrap_or_else(|| reader.discreet(&shown(self.text))),
            is_its_own: is_read || is_of_a_program(self.text),
        };
        for update in refused {
            if let Update::Refused { key, why } = update
                && let Some(symbol) = self.symbols.get(key)
            {
                *why = no.sentence(symbol);
                held.asked.put_off(*key, &no, now);
            }
        }
        held.asked.declined(self.path, no, now).map(Cause::Loss)
    }
}

/// Whether it says something about whoever asks, or when, and nothing about what was asked for.
fn is_for_all(cause: &Cause, status: u16) -> bool {
    let Cause::Denied { denial, .. } = cause else {
        return matches!(cause.blame(), Blame::Announced { .. });
    };
    match denial {
        Denial::Slower { .. } | Denial::Crowded | Denial::Passing => true,
        // With others it was served.
        Denial::Key | Denial::Plan | Denial::Region | Denial::Unwelcome => !matches!(status, 402 | 403 | 451),
    }
}

/// What stands in the place of a page was written for a program to read.
fn is_of_a_program(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// A page for a browser tells a person nothing.
fn shown(text: &str) -> String {
    if text.trim_start().starts_with('<') {
        String::new()
    } else {
        one_line(text, WORDS_SHOWN_MAX)
    }
}
