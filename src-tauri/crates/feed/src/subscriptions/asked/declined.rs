//! What the venue does not take: who of those that were asked for together it does not know.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{Moment, Symbol, SymbolKey};
use transport::Loss;

use super::round::{Asks, Change, halves};
use super::standing::Standing;
use super::{Asked, Batch, FETCH_ANSWER_WITHIN, Way};
use crate::policy::turn_wait;

/// What an account may see is paid for without anybody telling us.
const PLAN_AGAIN: Duration = Duration::from_secs(60 * 60);
/// What fails at the venue is mended there.
const FAULT_AGAIN: Duration = Duration::from_secs(5 * 60);

/// How the venue said no to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct No {
    /// None where it said so in an answer like any other.
    pub(crate) status: Option<u16>,
    /// What it says, for a person; may be empty.
    pub(crate) words: Arc<str>,
    /// It is the venue that speaks so, and not whoever else may be at that address.
    pub(crate) is_its_own: bool,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unknown,
    NotPaid,
    Failed,
}

/// What has been declined, and what is done about it.
#[derive(Debug, Default)]
pub(super) struct Declined {
    /// Nothing was found on this line yet, so it may be about the address: by path.
    doubts: BTreeMap<String, No>,
    change: Change,
    /// How the venue said no at the paths that are about to go.
    said: BTreeMap<String, No>,
    /// The same of those where nobody is left to be parted.
    down: BTreeMap<String, No>,
    /// Those that come have all been answered for elsewhere.
    joins: bool,
    /// Those that are asked for again by themselves.
    again: BTreeMap<SymbolKey, Moment>,
    /// The words of a complaint about what was read last.
    pub(super) complaint: Option<Arc<str>>,
}

impl Declined {
    /// Everything is asked anew.
    pub(super) fn begin(&mut self) {
        self.doubts.clear();
        self.said.clear();
        self.down.clear();
        self.change = Change::default();
    }

    pub(super) fn forget(&mut self, key: SymbolKey) {
        self.again.remove(&key);
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.again.values().min().copied()
    }

    pub(super) fn is_pending(&self) -> bool {
        self.change != Change::default()
    }
}

impl No {
    const fn kind(&self) -> Kind {
        match self.status {
            Some(402 | 403 | 451) => Kind::NotPaid,
            Some(500..) => Kind::Failed,
            Some(_) | None => Kind::Unknown,
        }
    }

    /// One sentence, with what a person can do.
    pub(crate) fn sentence(&self, symbol: &Symbol) -> Arc<str> {
        let words = match &*self.words {
            "" => String::new(),
            words => format!(" (it says: {})", words.trim_end_matches('.')),
        };
        let sentence = match self.kind() {
            Kind::Unknown => {
                format!(
                    "the venue does not know {symbol}{words}; look up how it writes it, or take it off the list"
                )
            }
            Kind::NotPaid => format!(
                "the venue does not give {symbol} to this account{words}; check what your plan includes; it is asked again in an hour"
            ),
            Kind::Failed => format!(
                "the venue fails over {symbol}{words}; it is asked again in five minutes, the others go on"
            ),
        };
        sentence.into()
    }

    fn loss(self) -> Loss {
        Loss::Refused {
            status: self.status.unwrap_or_default(),
            retry_after: None,
            body: self.words.to_string(),
        }
    }
}

impl Asked {
    /// What was complained of while the last answer was read.
    pub(crate) fn take_complaint(&mut self) -> Option<Arc<str>> {
        self.declined.complaint.take()
    }

    /// The venue did not take the question at this path. A loss where it takes none.
    pub(crate) fn declined(&mut self, path: &str, no: No, now: Moment) -> Option<Loss> {
        if !self.round.is_asked(path) || !matches!(self.way, Way::Fetching { .. }) {
            return None;
        }
        if !self.round.names_somebody() {
            return Some(no.loss());
        }
        if !no.is_its_own && !self.round.has_heard() {
            self.declined.doubts.insert(path.to_owned(), no);
            if self.declined.doubts.len() < self.round.unheard() {
                return None;
            }
            let first = std::mem::take(&mut self.declined.doubts).into_values().next();
            return first.map(No::loss);
        }
        self.part_with(path, no, now);
        None
    }

    /// Something was found somewhere: what was declined before is no matter of the address.
    pub(super) fn dispel(&mut self, now: Moment) {
        self.round.found();
        for (path, no) in std::mem::take(&mut self.declined.doubts) {
            self.part_with(&path, no, now);
        }
    }

    fn part_with(&mut self, path: &str, no: No, now: Moment) {
        let left: Vec<_> = self.round.asked_by(path);
        let left: Vec<_> = left.into_iter().filter(|key| self.is_left(*key)).collect();
        if let [] | [_] = left.as_slice() {
            self.turn_down(&left, &no, now);
            self.declined.down.insert(path.to_owned(), no);
            self.heard_from(path, now);
            return;
        }
        let halves = self.round.halves(path, &left);
        self.declined.joins = false;
        self.declined.change.gone.push(path.to_owned());
        self.declined.change.parts.extend(halves);
        self.declined.said.insert(path.to_owned(), no);
    }

    fn turn_down(&mut self, keys: &[SymbolKey], no: &No, now: Moment) {
        for key in keys {
            let Some(entry) = self.entries.get(key) else {
                continue;
            };
            // Words in an answer like any other may be about anything, where its prices have come.
            if no.status.is_none() && entry.standing == Standing::Accepted {
                continue;
            }
            let why = no.sentence(&entry.symbol);
            self.set(*key, Standing::Refused);
            self.refuse(*key, why);
            self.put_off(*key, no, now);
        }
    }

    /// What may pass is asked again by itself; the rest when it is wished for anew.
    pub(crate) fn put_off(&mut self, key: SymbolKey, no: &No, now: Moment) {
        let wait = match no.kind() {
            Kind::Unknown if self.round.has_heard() => return,
            // Perhaps it knows nobody today.
            Kind::Unknown => PLAN_AGAIN,
            Kind::NotPaid => PLAN_AGAIN,
            Kind::Failed => FAULT_AGAIN,
        };
        self.declined.again.insert(key, now + wait);
    }

    /// Those whose time has come are asked for like new ones.
    pub(super) fn take_up(&mut self, now: Moment) {
        let due = self.declined.again.iter().filter(|(_, at)| now >= **at);
        let due: Vec<_> = due.map(|(key, _)| *key).collect();
        for key in due {
            self.declined.again.remove(&key);
            self.set(key, Standing::Open);
            self.open.insert(key);
        }
    }

    /// It is asked for, and the venue has not said no to it.
    pub(super) fn is_left(&self, key: SymbolKey) -> bool {
        match self.entries.get(&key).map(|entry| entry.standing) {
            Some(Standing::Asked | Standing::Taken | Standing::Accepted | Standing::Silent) => true,
            Some(Standing::Open | Standing::Crowded | Standing::Refused) | None => false,
        }
    }

    /// What is to be asked otherwise than before.
    pub(super) fn exchange(&mut self, now: Moment) -> Option<Batch> {
        if !self.declined.is_pending() {
            return None;
        }
        let Change { gone, parts } = std::mem::take(&mut self.declined.change);
        if let Way::Fetching { answer_by, .. } = &mut self.way {
            *answer_by = Some(now + FETCH_ANSWER_WITHIN + turn_wait(self.card.polls));
        }
        let parts = parts.iter().map(|keys| self.names(keys)).collect();
        Some(Batch::Exchange { gone, parts })
    }

    /// These paths are asked in the place of those; what has to be said of both to the server.
    pub(crate) fn exchanged(
        &mut self,
        gone: Vec<String>,
        parts: Vec<Asks>,
        now: Moment,
    ) -> (Vec<String>, Vec<String>) {
        let mut said = std::mem::take(&mut self.declined.said);
        said.extend(self.declined.down.clone());
        // Who has the same path as before is called like another of them by the venue.
        let (same, parts): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .partition(|(_, paths)| paths.iter().any(|path| said.contains_key(path)));
        for (keys, paths) in same {
            let Some((path, no)) = paths.iter().find_map(|path| said.get_key_value(path)) else {
                continue;
            };
            if keys.len() > 1 {
                self.declined.change.parts.extend(halves(&keys));
                self.declined.said.insert(path.clone(), no.clone());
            } else {
                self.turn_down(&keys, no, now);
            }
        }
        let mut come: Vec<String> = Vec::new();
        for path in parts.iter().flat_map(|(_, paths)| paths) {
            if !come.contains(path) && (gone.contains(path) || !self.round.is_asked(path)) {
                come.push(path.clone());
            }
        }
        let joins = std::mem::take(&mut self.declined.joins);
        self.round.exchange(&gone, parts, joins);
        self.declined.down.retain(|path, _| self.round.is_asked(path));
        if self.round.unheard() == 0 {
            self.all_heard(now);
        }
        (gone, come)
    }

    /// Nobody is left who could be asked for.
    pub(super) fn drop_all(&mut self) {
        let paths = self.round.paths();
        if self.round.names_somebody() && !paths.is_empty() {
            self.declined.change = Change {
                gone: paths.into_iter().cloned().collect(),
                parts: Vec::new(),
            };
        }
    }

    /// When each has answered once, those who are left share paths again.
    pub(super) fn tidy(&mut self) {
        if !self.declined.is_pending()
            && let Some(change) = self.round.tidied(|key| self.is_left(key))
        {
            self.declined.change = change;
            self.declined.joins = true;
        }
    }
}
