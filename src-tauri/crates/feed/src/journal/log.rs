//! What a person reads of a feed while it happens: each connection with how long
//! its phases took, how many messages came, what went wrong, who said goodbye and
//! how, and what is waited for.
//!
//! Messages are counted over some seconds and never told one by one. Where
//! nothing else has happened for long, those counts are told together, so a
//! quiet night does not push out what came before it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{FeedState, Received, TransportKind};
use tokio::sync::watch;
use transport::Phases;

use crate::layer::Layer;

const ENTRIES_MAX: usize = 512;
/// So many counts in a row, which is some minutes; before them they are told together.
const COUNTS_MAX: usize = 60;

/// One feed's, since it was opened.
#[derive(Debug)]
pub struct Log {
    entries: Mutex<VecDeque<Arc<Entry>>>,
    /// The number of the last one.
    newest: watch::Sender<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1.
    pub number: u64,
    pub at: Received,
    /// The line it happened on, where it did on one.
    pub line: Option<u64>,
    pub what: Happening,
}

/// Its texts are fit for a report: whatever is known to be a secret is struck out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    Dialing {
        transport: TransportKind,
        /// Where to, without the query.
        address: String,
        attempt: u32,
    },
    Opened {
        transport: TransportKind,
        phases: Phases,
    },
    /// All that was asked for was answered, so long after the connection was up.
    Subscribed { took: Duration },
    /// The first word about a price, so long after the order to dial.
    FirstPrice { took: Duration },
    Messages {
        count: u64,
        bytes: u64,
        /// Those that nobody could read.
        unreadable: u64,
        /// From the first of them to the last.
        within: Duration,
    },
    Failed {
        layer: Layer,
        why: String,
        next: Option<&'static str>,
    },
    /// By the other side.
    Closed {
        code: Option<u16>,
        reason: String,
        next: Option<&'static str>,
    },
    /// By us, and nothing was wrong.
    Left { code: Option<u16> },
    /// Nothing is connected, and why.
    Rests {
        state: FeedState,
        /// Until it is tried again.
        wait: Option<Duration>,
        why: String,
    },
}

impl Default for Log {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }
}

impl Log {
    /// What there is behind this number, the oldest first. Counts that were
    /// told together since carry the number of the last of them.
    pub fn after(&self, number: u64) -> Vec<Arc<Entry>> {
        let entries = self.entries();
        let from = entries.partition_point(|entry| entry.number <= number);
        entries.range(from..).cloned().collect()
    }

    /// Wakes with the number of the newest entry.
    pub fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    pub(super) fn push(&self, at: Received, line: Option<u64>, what: Happening) {
        let number = *self.newest.borrow() + 1;
        let is_count = matches!(what, Happening::Messages { .. });
        {
            let mut entries = self.entries();
            if is_count {
                tell_together(&mut entries);
            }
            if entries.len() == ENTRIES_MAX {
                entries.pop_front();
            }
            entries.push_back(Arc::new(Entry {
                number,
                at,
                line,
                what,
            }));
        }
        self.newest.send_replace(number);
    }

    fn entries(&self) -> MutexGuard<'_, VecDeque<Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes one of the two oldest where the last entries are nothing but counts.
fn tell_together(entries: &mut VecDeque<Arc<Entry>>) {
    let is_count = |entry: &&Arc<Entry>| matches!(entry.what, Happening::Messages { .. });
    let row = entries.iter().rev().take(COUNTS_MAX).take_while(is_count);
    if row.count() < COUNTS_MAX {
        return;
    }
    let first = entries.len() - COUNTS_MAX;
    let Some(older) = entries.remove(first) else {
        return;
    };
    if let (
        Happening::Messages {
            count,
            bytes,
            unreadable,
            within,
        },
        Some(newer),
    ) = (&older.what, entries.get_mut(first))
    {
        let newer = Arc::make_mut(newer);
        let between = newer.at.at.since(older.at.at);
        if let Happening::Messages {
            count: counts,
            bytes: all_bytes,
            unreadable: all_unreadable,
            within: all_within,
        } = &mut newer.what
        {
            *counts += count;
            *all_bytes += bytes;
            *all_unreadable += unreadable;
            *all_within = *within + between;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use model::Moment;

    use super::*;

    fn at(seconds: u64) -> Received {
        Received {
            wall: DateTime::UNIX_EPOCH,
            at: Moment::after_start(Duration::from_secs(seconds)),
        }
    }

    fn messages(count: u64) -> Happening {
        Happening::Messages {
            count,
            bytes: count * 100,
            unreadable: 0,
            within: Duration::from_secs(5),
        }
    }

    #[test]
    fn whoever_reads_on_gets_what_came_since() {
        let log = Log::default();
        let mut newest = log.newest();
        log.push(at(1), Some(1), Happening::Left { code: Some(1000) });
        assert!(newest.has_changed().unwrap());
        let number = *newest.borrow_and_update();
        assert_eq!(log.after(0).len(), 1);
        assert!(log.after(number).is_empty());
        log.push(at(2), Some(2), Happening::Left { code: None });
        let since = log.after(number);
        assert_eq!((since.len(), since[0].line), (1, Some(2)));
    }

    #[test]
    fn a_day_of_messages_pushes_nothing_out_and_none_is_lost() {
        let log = Log::default();
        log.push(at(0), None, Happening::Left { code: None });
        for five in 1..=17_280 {
            log.push(at(five * 5), Some(1), messages(10));
        }
        let entries = log.after(0);
        assert_eq!(entries.len(), 1 + COUNTS_MAX);
        assert_eq!(entries[0].number, 1);
        let (mut counted, mut lasted) = (0, Duration::ZERO);
        for entry in &entries[1..] {
            if let Happening::Messages { count, within, .. } = entry.what {
                counted += count;
                lasted += within;
            }
        }
        assert_eq!((counted, lasted), (172_800, Duration::from_secs(86_400)));
        assert!(entries.is_sorted_by_key(|entry| entry.number));
    }

    #[test]
    fn a_feed_that_flaps_for_ever_keeps_the_newest() {
        let log = Log::default();
        for second in 0..5_000 {
            log.push(at(second), None, Happening::Left { code: None });
            log.push(at(second), None, messages(1));
        }
        let entries = log.after(0);
        assert_eq!(entries.len(), ENTRIES_MAX);
        assert_eq!(entries.last().unwrap().number, 10_000);
    }
}
