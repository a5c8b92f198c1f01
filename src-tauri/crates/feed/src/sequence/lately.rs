//! What was told lately of ticks that have no number, to know them when they come again.
//!
//! A trade is known by its id, as long as it is one of the last few thousand.
//! What has no id either is known by what it says, and only from line to line
//! and for a moment: on one line two equal trades are two trades.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::time::Duration;

use model::{Moment, SymbolKey, TradeId};

use super::mark::mixed;
use crate::session::LineId;

/// Half of the ids of one symbol that are remembered at most.
const IDS_MAX: usize = 2_048;
/// A second line is hardly ever this far behind the first.
const ALIKE_WITHIN: Duration = Duration::from_secs(2);
/// What all symbols together may take.
const BYTES_MAX: usize = 8 << 20;

#[derive(Debug, Default)]
pub(super) struct Lately {
    symbols: HashMap<SymbolKey, Book, Plain>,
    bytes: usize,
    looks: u64,
}

#[derive(Debug, Default)]
struct Book {
    ids: Halves<HashSet<u64, Plain>>,
    alike: Halves<HashMap<u64, Told, Plain>>,
    /// When the younger half of the latter was begun.
    begun: Moment,
    bytes: usize,
    looked: u64,
}

/// The younger half is filled while the older one is only looked at, so that
/// forgetting costs nothing and no memory is asked for in the long run.
#[derive(Debug, Default)]
struct Halves<T> {
    young: T,
    old: T,
}

/// How often it was told, and how often each of the last lines has said it.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    times: u16,
    by: [(u64, u16); 2],
}

/// What is put in is mixed already.
type Plain = BuildHasherDefault<AsItIs>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mixed(self.0, number);
    }
}

impl Lately {
    /// Whether an id is new.
    pub(super) fn is_new(&mut self, key: SymbolKey, id: u64) -> bool {
        self.looks += 1;
        let book = self.symbols.entry(key).or_default();
        book.looked = self.looks;
        if book.ids.young.contains(&id) || book.ids.old.contains(&id) {
            return false;
        }
        if book.ids.young.len() >= IDS_MAX {
            std::mem::swap(&mut book.ids.young, &mut book.ids.old);
            book.ids.young.clear();
        }
        book.ids.young.insert(id);
        self.weigh(key);
        true
    }

    /// Whether no other line has said the same as often.
    pub(super) fn is_unlike(&mut self, key: SymbolKey, mark: u64, line: LineId, now: Moment) -> bool {
        self.looks += 1;
        let book = self.symbols.entry(key).or_default();
        book.looked = self.looks;
        let alike = &mut book.alike;
        if alike.young.len() >= IDS_MAX || now.since(book.begun) >= ALIKE_WITHIN {
            std::mem::swap(&mut alike.young, &mut alike.old);
            alike.young.clear();
            if now.since(book.begun) >= 2 * ALIKE_WITHIN {
                alike.old.clear();
            }
            book.begun = now;
        }
        let mut told = alike
            .young
            .get(&mark)
            .or_else(|| alike.old.get(&mark))
            .copied()
            .unwrap_or_default();
        let new = told.say(line);
        alike.young.insert(mark, told);
        self.weigh(key);
        new
    }

    pub(super) fn forget(&mut self, key: SymbolKey) {
        if let Some(book) = self.symbols.remove(&key) {
            self.bytes -= book.bytes;
        }
    }

    /// Keeps what all symbols take in bounds. The one that was not looked at for the longest time goes first.
    fn weigh(&mut self, key: SymbolKey) {
        let Some(book) = self.symbols.get_mut(&key) else {
            return;
        };
        let bytes = book.size();
        if bytes == book.bytes {
            return;
        }
        self.bytes = self.bytes - book.bytes + bytes;
        book.bytes = bytes;
        while self.bytes > BYTES_MAX {
            let oldest = self.symbols.iter().min_by_key(|(_, book)| book.looked);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            self.forget(oldest);
        }
    }
}

impl Book {
    fn size(&self) -> usize {
        // A table keeps one byte beside each place and leaves an eighth of them free.
        let ids = self.ids.young.capacity() + self.ids.old.capacity();
        let alike = self.alike.young.capacity() + self.alike.old.capacity();
        let id = size_of::<u64>() + 1;
        let told = size_of::<(u64, Told)>() + 1;
        size_of::<Self>() + (ids * id + alike * told) * 8 / 7
    }
}

impl Told {
    /// Counts it for this line; whether it is more than was told.
    fn say(&mut self, line: LineId) -> bool {
        let known = self.by.iter().position(|(id, _)| *id == line.0);
        let at = known.unwrap_or_else(|| {
            // The line that has said it the least has most likely ended.
            let least = usize::from(self.by[1].1 < self.by[0].1);
            self.by[least] = (line.0, 0);
            least
        });
        let said = &mut self.by[at].1;
        *said = said.saturating_add(1);
        let new = *said > self.times;
        self.times = self.times.max(*said);
        new
    }
}

/// An id in 64 bits.
pub(super) fn id_mark(id: &TradeId) -> u64 {
    let bytes = id.as_str().as_bytes();
    let words = bytes.chunks(8).map(|chunk| {
        let chunk = chunk.iter();
        chunk.fold(0, |word: u64, byte| word << 8 | u64::from(*byte))
    });
    words.fold(bytes.len() as u64, mixed)
}
