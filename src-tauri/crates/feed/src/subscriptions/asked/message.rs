//! The next message of a line: what stands in it and what has to wait.

use model::{Moment, Symbol, SymbolKey};

use super::standing::Standing;
use super::{Asked, Batch, FETCH_ANSWER_WITHIN, Way};
use crate::policy::turn_wait;
use crate::subscriptions::split::Piece;

/// What stands around the names in a message.
const FRAME_SIZE: usize = 256;
/// What stands around one name: quotes, a comma, the number of its last tick.
const NAME_FRAME_SIZE: usize = 24;

impl Asked {
    /// The next message: what is missing first, what is too much last.
    pub(super) fn message(&mut self, now: Moment) -> Option<Batch> {
        while let Some(piece) = self.pieces.pop_front() {
            // Some may have been answered late, or be wanted no more.
            let piece = piece.only(|key| match self.entries.get(key).map(|entry| entry.standing) {
                Some(Standing::Asked | Standing::Taken | Standing::Silent) => true,
                Some(Standing::Open | Standing::Crowded | Standing::Accepted | Standing::Refused) | None => {
                    false
                }
            });
            if let Some(first) = piece.keys.first() {
                let names = self.names(&piece.keys);
                // One that was given up is asked for in passing, and not waited for.
                if self
                    .entries
                    .get(first)
                    .is_some_and(|entry| entry.standing == Standing::Asked)
                {
                    self.outstanding.sent(piece, now);
                }
                return Some(Batch::Ask(names));
            }
        }
        let joined = now >= self.together_until;
        if joined && let Some(room) = self.make_room() {
            return Some(room);
        }
        let open = self.open.iter().filter(|_| joined);
        let keys = self.fitting(self.again.iter().chain(open).copied());
        if !keys.is_empty() {
            let names = self.names(&keys);
            let fresh: Vec<_> = keys.iter().filter(|key| self.open.remove(key)).copied().collect();
            keys.iter().for_each(|key| {
                self.again.remove(key);
            });
            self.now_asked(&fresh);
            if self.card.acks && !fresh.is_empty() {
                self.outstanding.sent(Piece::new(fresh), now);
            }
            return Some(Batch::Ask(names));
        }
        let due = self.leaving.iter().filter(|(_, due)| now >= **due);
        let due: Vec<_> = due.map(|(symbol, _)| symbol.clone()).collect();
        self.release(due)
    }

    /// Where a connection is full, what is still kept for those who come back
    /// makes room for what is wanted now.
    fn make_room(&mut self) -> Option<Batch> {
        let most = self.most()?;
        if self.open.is_empty() || self.entries.len() - self.counts.crowded + self.leaving.len() <= most {
            return None;
        }
        self.release(self.leaving.keys().cloned().collect())
    }

    fn release(&mut self, mut symbols: Vec<Symbol>) -> Option<Batch> {
        let fitting = self.count_fitting(symbols.iter());
        symbols.truncate(fitting);
        for symbol in &symbols {
            self.leaving.remove(symbol);
        }
        (!symbols.is_empty()).then_some(Batch::Release(symbols))
    }

    /// The one request for everything, when it is another than before.
    pub(super) fn fetch(&mut self, now: Moment) -> Option<Batch> {
        if let Some(exchange) = self.exchange(now) {
            return Some(exchange);
        }
        let released = self.leaving.values().any(|due| now >= *due);
        let joined = now >= self.together_until;
        if !released && !(joined && !(self.open.is_empty() && self.again.is_empty())) {
            return None;
        }
        let fresh: Vec<_> = std::mem::take(&mut self.open).into_iter().collect();
        self.again.clear();
        self.leaving.clear();
        self.now_asked(&fresh);
        let carried = self.entries.iter();
        let carried = carried.filter(|(key, _)| self.is_left(**key));
        let carried: Vec<_> = carried.map(|(key, _)| *key).collect();
        let parts: Vec<_> = self
            .round
            .cut(&carried)
            .iter()
            .map(|keys| self.names(keys))
            .collect();
        if let Way::Fetching { answer_by, repeated } = &mut self.way {
            *answer_by = Some(now + FETCH_ANSWER_WITHIN + turn_wait(self.card.polls));
            *repeated &= fresh.is_empty();
        }
        if parts.is_empty() {
            self.drop_all();
            return self.exchange(now);
        }
        Some(Batch::Fetch(parts))
    }

    fn now_asked(&mut self, keys: &[SymbolKey]) {
        let standing = if self.card.acks {
            Standing::Asked
        } else {
            Standing::Taken
        };
        keys.iter().for_each(|key| self.set(*key, standing));
    }

    pub(super) fn names(&self, keys: &[SymbolKey]) -> Vec<(SymbolKey, Symbol)> {
        let names = keys
            .iter()
            .filter_map(|key| Some((*key, self.entries.get(key)?.symbol.clone())));
        names.collect()
    }

    /// As many of them as one message may name.
    fn fitting(&self, keys: impl Iterator<Item = SymbolKey> + Clone) -> Vec<SymbolKey> {
        let symbols = keys.clone();
        let symbols = symbols.filter_map(|key| self.entries.get(&key).map(|entry| &entry.symbol));
        let fitting = self.count_fitting(symbols);
        keys.take(fitting).collect()
    }

    fn count_fitting<'a>(&self, symbols: impl Iterator<Item = &'a Symbol>) -> usize {
        let room = self.card.message_max.saturating_sub(FRAME_SIZE);
        let sizes = symbols.scan(0, |size, symbol| {
            // A character that has to be escaped is two.
            *size += 2 * symbol.as_str().len() + NAME_FRAME_SIZE;
            Some(*size)
        });
        let fitting = sizes.take(self.card.symbols_per_message).enumerate();
        // One that is too long alone is sent alone, for the venue to refuse.
        fitting.take_while(|(at, size)| *at == 0 || *size <= room).count()
    }
}
