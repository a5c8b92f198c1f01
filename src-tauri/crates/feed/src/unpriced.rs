//! Symbols of which no price has come yet.
//!
//! Many venues say nothing of a symbol until somebody trades it, and some say
//! yes to a name that they do not know and then nothing at all. So whatever has
//! no price a moment after it was accepted is asked for once beside the stream:
//! the answer is the last price there was, or that there is no such symbol.
//!
//! Deliberately not here: whether the stream keeps something back (`mute`).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use model::{Moment, Snapshot, SymbolKey, Tick};
use provider::Event;

use crate::outlet::Update;

/// Where a state of things comes behind the subscription, it has come by then.
const PATIENCE: Duration = Duration::from_secs(2);
/// Nobody has answered; each time it is twice as long.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// Whoever could not answer so often has nothing to say of it.
const TRIES_MAX: u32 = 5;

/// The symbols of one feed, across its connections.
#[derive(Debug)]
pub(crate) struct Unpriced {
    /// Whether the venue leaves it open and can be asked.
    asks: bool,
    symbols: BTreeMap<SymbolKey, Standing>,
    /// How many of them have no price yet, so that it costs a tick nothing when all have.
    open: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Open {
        tries: u32,
        /// Being asked for, where there is none.
        next: Option<Moment>,
        /// Something of it has come, if no price.
        heard: bool,
    },
    /// It has one, or nobody can tell.
    Settled,
}

impl Unpriced {
    pub(crate) const fn new(asks: bool) -> Self {
        Self {
            asks,
            symbols: BTreeMap::new(),
            open: 0,
        }
    }

    /// What was handed on, whichever line brought it.
    pub(crate) fn hear(&mut self, updates: &[Update], now: Moment) {
        if !self.asks {
            return;
        }
        for update in updates {
            match update {
                Update::Accepted { key, .. } => self.accepted(*key, now),
                Update::Tick { key, tick, .. } => match tick {
                    Tick::Trade(_) => self.settle(*key),
                    Tick::Quote(_) => self.heard(*key),
                },
                Update::Snapshot { key, snapshot, .. } if snapshot.last.is_some() => self.settle(*key),
                Update::Snapshot { key, .. } | Update::Day { key, .. } => self.heard(*key),
                Update::Refused { key, .. } => self.forget(*key),
                Update::Session { .. }
                | Update::Bar { .. }
                | Update::Amended { .. }
                | Update::Gap { .. }
                | Update::Filled { .. }
                | Update::Clock(_)
                | Update::Source(_)
                | Update::Pong { .. } => {}
            }
        }
    }

    pub(crate) fn forget(&mut self, key: SymbolKey) {
        if matches!(self.symbols.remove(&key), Some(Standing::Open { .. })) {
            self.open -= 1;
        }
    }

    /// When [`Unpriced::due`] will have somebody to name.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        if self.open == 0 {
            return None;
        }
        let open = self.symbols.values();
        open.filter_map(|standing| match standing {
            Standing::Open { next, .. } => *next,
            Standing::Settled => None,
        })
        .min()
    }

    /// Those to be asked for now. Then [`Unpriced::answer`] and [`Unpriced::answered`].
    pub(crate) fn due(&mut self, now: Moment) -> Vec<SymbolKey> {
        if self.deadline().is_none_or(|next| now < next) {
            return Vec::new();
        }
        let mut due = Vec::new();
        for (key, standing) in &mut self.symbols {
            if let Standing::Open { tries, next, .. } = standing
                && next.is_some_and(|next| now >= next)
            {
                *tries += 1;
                *next = None;
                due.push(*key);
            }
        }
        due
    }

    /// What an answer says of a symbol without a price; nothing where the stream was quicker.
    pub(crate) fn answer(&mut self, event: Event) -> Option<Update> {
        match event {
            Event::Snapshot {
                key,
                snapshot,
                precision,
                ..
            } => {
                let heard = self.open_heard(key)?;
                self.settle(key);
                let snapshot = told(*snapshot, heard)?;
                Some(Update::Snapshot {
                    key,
                    snapshot: Box::new(snapshot),
                    precision,
                    beside: true,
                })
            }
            // Where something has come, it has the symbol, whatever it calls it elsewhere.
            Event::Refused { key, why } if self.open_heard(key) == Some(false) => {
                self.forget(key);
                Some(Update::Refused { key, why: why.into() })
            }
            Event::Refused { .. }
            | Event::Welcome(_)
            | Event::Accepted { .. }
            | Event::Released { .. }
            | Event::Tick { .. }
            | Event::Session { .. }
            | Event::Bar { .. }
            | Event::Day { .. }
            | Event::Amended { .. }
            | Event::Heartbeat
            | Event::Reply(_)
            | Event::Admitted
            | Event::Denied { .. }
            | Event::Leaving { .. }
            | Event::Full { .. }
            | Event::Notice { .. }
            | Event::Complaint { .. } => None,
        }
    }

    /// The question is over, and whoever it has not answered for is asked for later.
    pub(crate) fn answered(&mut self, now: Moment) {
        for standing in self.symbols.values_mut() {
            let Standing::Open {
                tries,
                next: next @ None,
                ..
            } = standing
            else {
                continue;
            };
            if *tries >= TRIES_MAX {
                *standing = Standing::Settled;
                self.open -= 1;
            } else {
                *next = Some(now + RETRY_AFTER.saturating_mul(1 << (*tries).saturating_sub(1)));
            }
        }
    }

    fn accepted(&mut self, key: SymbolKey, now: Moment) {
        let known = self.symbols.contains_key(&key);
        if !known {
            let standing = Standing::Open {
                tries: 0,
                next: Some(now + PATIENCE),
                heard: false,
            };
            self.symbols.insert(key, standing);
            self.open += 1;
        }
    }

    fn settle(&mut self, key: SymbolKey) {
        if self.open == 0 {
            return;
        }
        if let Some(standing @ Standing::Open { .. }) = self.symbols.get_mut(&key) {
            *standing = Standing::Settled;
            self.open -= 1;
        }
    }

    fn heard(&mut self, key: SymbolKey) {
        if self.open == 0 {
            return;
        }
        if let Some(Standing::Open { heard, .. }) = self.symbols.get_mut(&key) {
            *heard = true;
        }
    }

    /// Whether something of it has come; nothing for one that has a price or is not wanted.
    fn open_heard(&self, key: SymbolKey) -> Option<bool> {
        match self.symbols.get(&key)? {
            Standing::Open { heard, .. } => Some(*heard),
            Standing::Settled => None,
        }
    }
}

/// Best prices that the stream has brought are newer than those of an answer.
fn told(snapshot: Snapshot, heard: bool) -> Option<Snapshot> {
    let (bid, ask) = if heard {
        (None, None)
    } else {
        (snapshot.bid, snapshot.ask)
    };
    let says = snapshot.last.is_some() || bid.is_some() || ask.is_some();
    says.then_some(Snapshot { bid, ask, ..snapshot })
}
