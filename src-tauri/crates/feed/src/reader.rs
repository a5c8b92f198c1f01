//! From one message to what it changes: translated, numbered, put into a burst.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use model::{Instrument, MarketClock, Session, Source, SymbolKey};
use provider::{Event, Venue, Welcome};
use tracing::debug;

use crate::outlet::{Burst, Update};
use crate::sequence::{Reached, Sequence, Standing};
use crate::subscriptions::Subscriptions;

/// Remembers across connections how far each symbol had come.
#[derive(Debug)]
pub(crate) struct Reader {
    sequence: Sequence,
    /// What whoever set up the feed says of its prices. Only live may turn out to be something else.
    configured: Source,
    source: Source,
    /// Kept only for its memory.
    events: Vec<Event>,
}

/// The line that a message has come on.
pub(crate) struct Hearing<'a> {
    pub(crate) translator: &'a mut dyn Venue,
    pub(crate) subscriptions: &'a mut Subscriptions,
    pub(crate) telling: Telling,
}

/// Whether every tick comes, or a look now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    Everything,
    Samples,
}

/// What a venue says about the connection itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// It says something at least this often.
    Heartbeat { every: Duration },
    /// It will be gone after this long.
    Leaving { why: String, within: Duration },
}

impl Reader {
    pub(crate) fn new(configured: Source) -> Self {
        Self {
            sequence: Sequence::default(),
            configured,
            source: configured,
            events: Vec::new(),
        }
    }

    /// With nothing beside it that could still bring what is missing.
    pub(crate) fn begin_connection(&mut self) {
        self.sequence.begin_connection();
    }

    pub(crate) const fn source(&self) -> Source {
        self.source
    }

    pub(crate) const fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    /// A symbol that nobody wants any more.
    pub(crate) fn forget(&mut self, key: SymbolKey) {
        self.sequence.forget(key);
    }

    /// Ends with what the venue says about the connection, where it does.
    pub(crate) fn read(&mut self, text: &str, hearing: Hearing<'_>, burst: &mut Burst) -> Option<Word> {
        let Hearing {
            translator,
            subscriptions,
            telling,
        } = hearing;
        burst.messages += 1;
        burst.bytes += text.len() as u64;
        if let Err(error) = translator.read(text, subscriptions.directory(), &mut self.events) {
            burst.unreadable += 1;
            debug!(%error, "unreadable message");
        }
        let mut word = None;
        let mut events = std::mem::take(&mut self.events);
        for event in events.drain(..) {
            word = self.take(event, telling, subscriptions, burst).or(word);
        }
        self.events = events;
        word
    }

    fn take(
        &mut self,
        event: Event,
        telling: Telling,
        subscriptions: &mut Subscriptions,
        burst: &mut Burst,
    ) -> Option<Word> {
        match event {
            Event::Tick {
                key,
                seq,
                tick,
                precision,
            } => {
                let update = Update::Tick { key, tick, precision };
                self.numbered(key, seq, update, subscriptions, burst);
            }
            Event::Session {
                key,
                seq,
                change,
                precision,
            } => {
                let update = Update::Session {
                    key,
                    change,
                    precision,
                };
                self.numbered(key, seq, update, subscriptions, burst);
            }
            Event::Bar {
                key,
                timeframe,
                candle,
            } => burst.updates.push(Update::Bar {
                key,
                timeframe,
                candle,
            }),
            Event::Snapshot {
                key,
                seq,
                snapshot,
                precision,
            } => {
                if self.is_news(key, seq, snapshot.session, telling, subscriptions, burst) {
                    burst.updates.push(Update::Snapshot {
                        key,
                        snapshot,
                        precision,
                    });
                }
            }
            Event::Accepted {
                key,
                seq,
                recovered,
                instrument,
                session,
            } => {
                let first = subscriptions.accepted(key);
                let reached = match telling {
                    Telling::Everything => self.sequence.accepted(key, seq, recovered),
                    // It is said with every look, and is news once.
                    Telling::Samples if !first => return None,
                    Telling::Samples => Reached::Nothing,
                };
                if let Reached::Lost(gap) = reached {
                    burst.updates.push(Update::Gap { key, gap });
                }
                burst.updates.push(Update::Accepted {
                    key,
                    instrument,
                    session,
                    resumed: reached == Reached::Resumed,
                });
            }
            Event::Refused { key, why } => {
                if subscriptions.refused(key) {
                    burst.updates.push(Update::Refused {
                        key,
                        why: Arc::from(why),
                    });
                }
            }
            Event::Released { key } => self.sequence.forget(key),
            Event::Welcome(welcome) => return self.welcome(welcome, burst),
            Event::Heartbeat => burst.heartbeats += 1,
            Event::Complaint { why } => debug!(why, "the venue complains"),
            Event::Leaving { why, within } => return Some(Word::Leaving { why, within }),
        }
        None
    }

    /// Something that is counted, with its number.
    fn numbered(
        &mut self,
        key: SymbolKey,
        seq: Option<u64>,
        update: Update,
        subscriptions: &mut Subscriptions,
        burst: &mut Burst,
    ) {
        let updates = &mut burst.updates;
        match self.sequence.tick(key, seq, burst.received.at) {
            Standing::Next => updates.push(update),
            Standing::Duplicate => burst.duplicates += 1,
            Standing::Early => {}
            Standing::Hole => subscriptions.ask_again(key),
            Standing::After(gap) => updates.extend([Update::Gap { key, gap }, update]),
            Standing::Fills(gap) => updates.extend([update, Update::Filled { key, gap }]),
        }
    }

    /// Whether a snapshot is worth handing on. One of many is, when something has
    /// happened since the one before; what happened between them was never to be told.
    fn is_news(
        &mut self,
        key: SymbolKey,
        seq: Option<u64>,
        session: Option<Session>,
        telling: Telling,
        subscriptions: &mut Subscriptions,
        burst: &mut Burst,
    ) -> bool {
        match telling {
            Telling::Everything => {
                if let Some(gap) = self.sequence.reached(key, seq) {
                    burst.updates.push(Update::Gap { key, gap });
                }
                true
            }
            Telling::Samples => {
                let moved = self.sequence.sampled(key, seq);
                let first = subscriptions.accepted(key);
                if first {
                    // It is also the answer to having asked.
                    burst.updates.push(Update::Accepted {
                        key,
                        instrument: Instrument::default(),
                        session,
                        resumed: false,
                    });
                }
                first || moved
            }
        }
    }

    fn welcome(&mut self, welcome: Welcome, burst: &mut Burst) -> Option<Word> {
        let Welcome {
            epoch,
            source,
            market_time,
            rate,
            heartbeat,
        } = welcome;
        self.sequence.epoch(epoch);
        burst.updates.push(Update::Clock(MarketClock {
            market: market_time,
            wall: burst.received.wall,
            rate,
        }));
        // Simulated when the venue says so or when whoever set up the feed does; a recording of either is one.
        self.source = match (self.configured, source) {
            (Source::Replay, _) | (_, Some(Source::Replay)) => Source::Replay,
            (Source::Simulated, _) | (_, Some(Source::Simulated)) => Source::Simulated,
            (Source::Live, Some(Source::Live) | None) => Source::Live,
        };
        burst.updates.push(Update::Source(self.source));
        heartbeat.map(|every| Word::Heartbeat { every })
    }
}
