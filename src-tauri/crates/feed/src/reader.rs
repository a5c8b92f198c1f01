//! From one message to what it changes: translated, numbered, put into a burst.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use model::{MarketClock, Moment, Reached, Secret, Session, Snapshot, Source, SymbolKey};
use provider::{Card, Denial, Directory, Event, Venue, Welcome};
use tracing::debug;
use transport::Redaction;

use crate::outlet::{Burst, Update};
use crate::resume::Kept;
use crate::sequence::{Origin, Sequence, Telling};
use crate::session::LineId;
use crate::subscriptions::{Answer, Asked};

/// Remembers across connections how far each symbol had come.
#[derive(Debug)]
pub(crate) struct Reader {
    sequence: Sequence,
    kept: Kept,
    /// What whoever set up the feed says of its prices. Only live may turn out to be something else.
    configured: Source,
    source: Source,
    /// A venue may repeat in its reasons what it was told.
    redaction: Redaction,
    /// Kept only for its memory.
    events: Vec<Event>,
}

/// The line that a message has come on.
pub(crate) struct Hearing<'a> {
    pub(crate) line: LineId,
    /// Where it was found, if it was fetched by one of several paths.
    pub(crate) path: Option<&'a str>,
    pub(crate) telling: Telling,
    pub(crate) translator: &'a mut dyn Venue,
    pub(crate) asked: &'a mut Asked,
    pub(crate) directory: &'a Directory,
}

/// What a venue says about the connection itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// It waits for this.
    Reply(Secret),
    /// It may be asked for something.
    Admitted,
    /// It will not serve it.
    Denied { denial: Denial, why: String },
    /// It says something at least this often.
    Heartbeat { every: Duration },
    /// A person should know this of it.
    Noted { why: String },
    /// It will be gone after this long.
    Leaving { why: String, within: Duration },
}

impl Reader {
    pub(crate) fn new(configured: Source, card: &Card, redaction: Redaction) -> Self {
        Self {
            sequence: Sequence::new(card),
            kept: Kept::default(),
            configured,
            source: configured,
            redaction,
            events: Vec::new(),
        }
    }

    pub(crate) const fn source(&self) -> Source {
        self.source
    }

    pub(crate) const fn sequence(&self) -> &Sequence {
        &self.sequence
    }

    pub(crate) fn begin_line(&mut self, line: LineId, telling: Telling) {
        self.sequence.begin_line(line, telling);
    }

    /// From here on this is the line that counts.
    pub(crate) fn lead(&mut self, line: LineId, burst: &mut Burst) {
        self.sequence.lead(line, burst);
    }

    /// Symbols that the line that counts is to be asked for again.
    pub(crate) fn take_again(&mut self) -> Vec<SymbolKey> {
        self.sequence.take_again()
    }

    pub(crate) fn end_line(&mut self, line: LineId, now: Moment, burst: &mut Burst) {
        self.sequence.end_line(line, now, burst);
    }

    /// Whether nothing is lost when this line goes on alone.
    pub(crate) fn is_joined(&mut self, line: LineId) -> bool {
        self.sequence.is_joined(line)
    }

    /// Words of the venue, without what may not be shown.
    pub(crate) fn discreet(&self, words: &str) -> Arc<str> {
        self.redaction.strike(words.to_owned()).into()
    }

    /// What was waited for and has not come, and which lines to ask for it.
    pub(crate) fn overdue(&mut self, now: Moment, burst: &mut Burst) -> Vec<(LineId, SymbolKey)> {
        self.sequence.overdue(now, burst)
    }

    /// A symbol that nobody wants any more.
    pub(crate) fn forget(&mut self, key: SymbolKey) {
        self.sequence.forget(key);
        self.kept.take(key);
    }

    /// A symbol that goes on where the run of the program before this one was.
    pub(crate) fn resume(&mut self, key: SymbolKey, epoch: &Arc<str>, reached: Reached) {
        if self.sequence.resume(key, epoch, reached.number) {
            self.kept.keep(key, epoch, reached.state);
        }
    }

    /// Appends what the venue says about the connection, where it does.
    pub(crate) fn read(
        &mut self,
        text: &str,
        hearing: Hearing<'_>,
        burst: &mut Burst,
        words: &mut Vec<Word>,
    ) {
        burst.messages += 1;
        burst.bytes += text.len() as u64;
        let Hearing {
            line,
            path,
            telling,
            translator,
            asked,
            directory,
        } = hearing;
        let read = match path {
            Some(path) => translator.read_fetched(path, text, directory, &mut self.events),
            None => translator.read(text, directory, &mut self.events),
        };
        if let Err(error) = read {
            burst.unreadable += 1;
            debug!(%error, "unreadable message");
        }
        let mut events = std::mem::take(&mut self.events);
        for event in &mut events {
            // Nearly all of it, so it is not moved about: from here it goes where it stays.
            if let Event::Tick {
                key,
                seq,
                tick,
                precision,
            } = event
            {
                let (key, tick, precision) = (*key, *tick, *precision);
                self.tick(
                    line,
                    key,
                    *seq,
                    Update::Tick { key, tick, precision },
                    asked,
                    burst,
                );
                continue;
            }
            let event = std::mem::replace(event, Event::Heartbeat);
            words.extend(self.take(event, line, telling, asked, burst));
        }
        events.clear();
        self.events = events;
    }

    #[inline]
    fn tick(
        &mut self,
        line: LineId,
        key: SymbolKey,
        seq: Option<u64>,
        update: Update,
        asked: &mut Asked,
        burst: &mut Burst,
    ) {
        burst.ticks += 1;
        if asked.delivered(key) {
            burst.updates.push(accepted(key, None));
        }
        let now = burst.received.at;
        self.sequence.tick(Origin { line, key, now }, seq, update, burst);
    }

    fn take(
        &mut self,
        event: Event,
        line: LineId,
        telling: Telling,
        asked: &mut Asked,
        burst: &mut Burst,
    ) -> Option<Word> {
        let now = burst.received.at;
        let origin = |key| Origin { line, key, now };
        match event {
            Event::Tick {
                key,
                seq,
                tick,
                precision,
            } => self.tick(
                line,
                key,
                seq,
                Update::Tick { key, tick, precision },
                asked,
                burst,
            ),
            Event::Session {
                key,
                seq,
                change,
                precision,
            } => {
                burst.ticks += 1;
                let update = Update::Session {
                    key,
                    change,
                    precision,
                };
                self.sequence.tick(origin(key), seq, update, burst);
            }
            Event::Bar {
                key,
                timeframe,
                candle,
            } => {
                burst.ticks += 1;
                let update = Update::Bar {
                    key,
                    timeframe,
                    candle,
                };
                self.sequence.aside(line, update, burst);
            }
            Event::Day { key, figures } => {
                burst.ticks += 1;
                self.sequence.aside(line, Update::Day { key, figures }, burst);
            }
            Event::Amended {
                key,
                amendment,
                precision,
            } => {
                burst.ticks += 1;
                let update = Update::Amended {
                    key,
                    amendment,
                    precision,
                };
                self.sequence.aside(line, update, burst);
            }
            Event::Snapshot {
                key,
                seq,
                snapshot,
                precision,
            } => {
                burst.ticks += 1;
                let session = snapshot.session;
                let nothing = *snapshot == Snapshot::default();
                self.kept.take(key);
                let update = Update::Snapshot {
                    key,
                    snapshot,
                    precision,
                    beside: false,
                };
                match telling {
                    Telling::Everything => {
                        if asked.delivered(key) {
                            burst.updates.push(accepted(key, session));
                        }
                        self.sequence.snapshot(origin(key), seq, update, burst);
                        if nothing {
                            burst.updates.retain(|update| !update.says_nothing());
                        }
                    }
                    Telling::Samples => {
                        let moved = self.sequence.sampled(origin(key), seq);
                        // It is also the answer to having asked.
                        let first = asked.accepted(key) == Answer::First;
                        if first {
                            burst.updates.push(accepted(key, session));
                        }
                        if first || moved {
                            burst.updates.push(update);
                        }
                    }
                }
            }
            Event::Accepted {
                key,
                seq,
                recovered,
                instrument,
                session,
            } => {
                let resumed = match (asked.accepted(key), telling) {
                    (Answer::Stray, _) => {
                        burst.strays += 1;
                        return None;
                    }
                    // It is said with every look, and is news once.
                    (Answer::Again, Telling::Samples) => return None,
                    (Answer::First, Telling::Samples) => false,
                    (Answer::First | Answer::Again, Telling::Everything) => {
                        self.sequence.accepted(origin(key), seq, recovered, burst)
                    }
                };
                burst.updates.push(Update::Accepted {
                    key,
                    instrument,
                    session,
                    resumed,
                });
                // The venue sends what came behind it, and nothing of what was there before.
                let kept = self.kept.take(key);
                let kept = kept.filter(|kept| resumed && self.sequence.known_epoch() == Some(&*kept.epoch));
                burst.updates.extend(kept.map(|kept| kept.update(key)));
            }
            Event::Refused { key, why } => match asked.refused(key) {
                Answer::First => burst.updates.push(Update::Refused {
                    key,
                    why: Arc::from(self.redaction.strike(why)),
                }),
                Answer::Again => {}
                Answer::Stray => burst.strays += 1,
            },
            Event::Full { keys, why } => asked.full(&keys, &self.redaction.strike(why.into())),
            // One that is wanted has been asked for again since.
            Event::Released { .. } => {}
            Event::Welcome(welcome) => return self.welcome(welcome, line, burst),
            Event::Heartbeat => burst.heartbeats += 1,
            Event::Reply(message) => return Some(Word::Reply(message)),
            Event::Admitted => return Some(Word::Admitted),
            Event::Denied { denial, why } => {
                let why = self.redaction.strike(why);
                return Some(Word::Denied { denial, why });
            }
            Event::Complaint { why } => {
                let why = self.redaction.strike(why);
                debug!(why, "the venue complains");
                if !asked.complained(&why) {
                    // It is about nothing that waits for an answer.
                    let why = format!("the venue says: {why}");
                    return Some(Word::Noted { why });
                }
            }
            Event::Notice { why } => {
                let why = self.redaction.strike(why);
                return Some(Word::Noted { why });
            }
            Event::Leaving { why, within } => {
                let why = self.redaction.strike(why);
                return Some(Word::Leaving { why, within });
            }
        }
        None
    }

    fn welcome(&mut self, welcome: Welcome, line: LineId, burst: &mut Burst) -> Option<Word> {
        let Welcome {
            epoch,
            source,
            market_time,
            rate,
            heartbeat,
        } = welcome;
        self.sequence.epoch(line, epoch, burst);
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

/// An answer that nobody has put into words.
fn accepted(key: SymbolKey, session: Option<Session>) -> Update {
    Update::Accepted {
        key,
        instrument: Box::default(),
        session,
        resumed: false,
    }
}
