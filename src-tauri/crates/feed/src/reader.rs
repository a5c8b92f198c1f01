//! From one message to what it changes: translated, numbered, put into a burst.

use std::sync::Arc;

use model::{MarketClock, SymbolKey};
use provider::{Event, Venue};
use tracing::debug;

use crate::outlet::{Burst, Update};
use crate::sequence::{Sequence, Standing};
use crate::subscriptions::Subscriptions;

/// Remembers across connections how far each symbol had come.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    sequence: Sequence,
    /// Kept only for its memory.
    events: Vec<Event>,
}

impl Reader {
    /// The reason, when the venue says that it is about to leave.
    pub(crate) fn read(
        &mut self,
        text: &str,
        translator: &mut dyn Venue,
        subscriptions: &mut Subscriptions,
        burst: &mut Burst,
    ) -> Option<String> {
        burst.messages += 1;
        burst.bytes += text.len() as u64;
        if let Err(error) = translator.read(text, subscriptions.directory(), &mut self.events) {
            burst.unreadable += 1;
            debug!(%error, "unreadable message");
        }
        let mut leaving = None;
        let mut events = std::mem::take(&mut self.events);
        for event in events.drain(..) {
            leaving = self.take(event, subscriptions, burst).or(leaving);
        }
        self.events = events;
        leaving
    }

    fn take(&mut self, event: Event, subscriptions: &mut Subscriptions, burst: &mut Burst) -> Option<String> {
        match event {
            Event::Tick { key, seq, tick } => match self.sequence.tick(key, seq) {
                Standing::Next => burst.updates.push(Update::Tick { key, tick }),
                Standing::Duplicate => burst.duplicates += 1,
                Standing::After(gap) => {
                    burst.updates.push(Update::Gap { key, gap });
                    burst.updates.push(Update::Tick { key, tick });
                }
            },
            Event::Snapshot { key, seq, snapshot } => {
                self.reached(key, seq, burst);
                burst.updates.push(Update::Snapshot { key, snapshot });
            }
            Event::Accepted { key, seq, instrument } => {
                subscriptions.accepted(key);
                self.reached(key, seq, burst);
                burst.updates.push(Update::Accepted { key, instrument });
            }
            Event::Refused { key, why } => {
                subscriptions.refused(key);
                burst.updates.push(Update::Refused {
                    key,
                    why: Arc::from(why),
                });
            }
            Event::Released { key } => self.sequence.forget(key),
            Event::Welcome {
                epoch,
                market_time,
                rate,
            } => {
                self.sequence.epoch(epoch);
                let wall = burst.received.wall;
                burst.updates.push(Update::Clock(MarketClock {
                    market: market_time,
                    wall,
                    rate,
                }));
            }
            Event::Heartbeat => {}
            Event::Complaint { why } => debug!(why, "the venue complains"),
            Event::Leaving { why } => return Some(why),
        }
        None
    }

    fn reached(&mut self, key: SymbolKey, seq: Option<u64>, burst: &mut Burst) {
        if let Some(gap) = self.sequence.reached(key, seq) {
            burst.updates.push(Update::Gap { key, gap });
        }
    }
}
