//! How each connection began, kept beyond the ring's end.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use transport::{Inbound, Outbound};

use crate::{Entry, What};

/// So long, and so many messages long, is what comes taken for an answer to what was said.
const ANSWER_WAIT: Duration = Duration::from_secs(2);
const ANSWERS_MAX: u32 = 256;
/// Of one connection. A list of thousands of symbols is answered in less.
const BYTES_MAX: usize = 1 << 20;

#[derive(Default)]
pub(super) struct Openings {
    by_connection: BTreeMap<u64, Opening>,
}

struct Opening {
    entries: Vec<(u64, Entry, DateTime<Utc>)>,
    bytes: usize,
    said: Duration,
    answers: u32,
    /// The number of its last entry, once it is over.
    over: Option<u64>,
}

impl Openings {
    pub(super) fn put(&mut self, number: u64, entry: &Entry, wall: DateTime<Utc>) {
        if matches!(entry.what, What::Dialing { .. }) {
            let opening = Opening {
                entries: Vec::new(),
                bytes: 0,
                said: entry.at,
                answers: 0,
                over: None,
            };
            self.by_connection.insert(entry.connection, opening);
        }
        let Some(opening) = self.by_connection.get_mut(&entry.connection) else {
            return;
        };
        if opening.takes(entry, number) {
            opening.bytes += entry.what.size();
            opening.entries.push((number, entry.clone(), wall));
        }
    }

    /// Forgets the connections whose last word is older than entry `gone`.
    pub(super) fn forget_before(&mut self, gone: u64) {
        self.by_connection
            .retain(|_, opening| opening.over.is_none_or(|over| over >= gone));
    }

    /// What the beginnings had before entry `gone`, in its order.
    pub(super) fn before(&self, gone: u64) -> Vec<(Entry, DateTime<Utc>)> {
        let openings = self.by_connection.values();
        let mut kept: Vec<_> = openings
            .filter(|opening| opening.over.is_none_or(|over| over >= gone))
            .flat_map(|opening| &opening.entries)
            .filter(|(number, ..)| *number < gone)
            .collect();
        kept.sort_by_key(|(number, ..)| *number);
        kept.into_iter()
            .map(|(_, entry, wall)| (entry.clone(), *wall))
            .collect()
    }
}

impl Opening {
    fn takes(&mut self, entry: &Entry, number: u64) -> bool {
        let wanted = match &entry.what {
            What::Dialing { .. } | What::Connected { .. } => true,
            What::Outbound(
                Outbound::Text(_) | Outbound::Binary(_) | Outbound::Fetch(_) | Outbound::Exchange { .. },
            ) => {
                self.said = entry.at;
                self.answers = 0;
                true
            }
            What::Inbound(
                Inbound::Text(_) | Inbound::Answer { .. } | Inbound::Declined { .. } | Inbound::Binary(_),
            ) => {
                self.answers += 1;
                self.answers <= ANSWERS_MAX && entry.at.saturating_sub(self.said) <= ANSWER_WAIT
            }
            What::NotConnected(_) | What::GivenUp | What::Lost(_) | What::Left => {
                self.over = Some(number);
                false
            }
            What::Inbound(Inbound::Ping | Inbound::Pong(_) | Inbound::More | Inbound::Hint(_))
            | What::Outbound(Outbound::Ping(_) | Outbound::Close(_))
            | What::Missing(_)
            | What::End => false,
        };
        wanted && self.bytes + entry.what.size() <= BYTES_MAX
    }
}
