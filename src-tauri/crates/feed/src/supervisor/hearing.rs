//! What comes on a line, up to what its session is told of it.

use std::time::Duration;

use model::{Moment, TransportKind};
use transport::{Hint, Inbound, Loss};

use super::Supervisor;
use super::answered::{Answered, Before};
use crate::cause::Cause;
use crate::inbox;
use crate::lines::Held;
use crate::outlet::Update;
use crate::reader::{Hearing, Word};
use crate::sequence::Telling;
use crate::session::{Event, Heard, LineId, News};

/// A venue that has said nothing for so many of its heartbeats does not talk any more.
const HEARTBEATS_MISSED: u32 = 3;
/// However often it beats: a busy machine is late, too.
const SILENCE_MIN: Duration = Duration::from_secs(10);
/// A long poll is answered after ten seconds at the latest, be there news or not.
const POLL_SILENCE_MIN: Duration = Duration::from_secs(30);

impl Supervisor {
    pub(super) fn exchanged(&mut self, line: LineId, outcome: Result<(), Loss>) -> Moment {
        let received = self.clock.now();
        let now = received.at;
        let heard = !self.inbox.is_empty();
        self.burst.begin(received);
        self.burst.heard = heard;
        // What was said about the connection, in its order. Seldom anything.
        let mut news = Vec::new();
        let mut words = Vec::new();
        // It speaks, and has not finished.
        let mut more = false;
        let Some(held) = self.lines.get(line) else {
            self.inbox.clear();
            return now;
        };
        for came in self.inbox.iter() {
            let mut declined = None;
            let (path, text) = match came {
                inbox::Came::Text(text) => (None, text),
                inbox::Came::Answer { path, text } => (Some(path), text),
                inbox::Came::Other(Inbound::Declined { path, status, text }) => {
                    declined = Some(*status);
                    (Some(&**path), text.as_str())
                }
                inbox::Came::Other(other) => {
                    match other {
                        Inbound::Text(_)
                        | Inbound::Answer { .. }
                        | Inbound::Declined { .. }
                        | Inbound::Binary(_) => {
                            self.burst.unreadable += 1;
                        }
                        // It was answered by itself.
                        Inbound::Ping => held.asked.pinged(now),
                        Inbound::More => more = true,
                        Inbound::Hint(Hint::LastEventId(_)) => {}
                        Inbound::Hint(Hint::RetryAfter(patience)) => {
                            news.push(News::RetryAfter(*patience));
                        }
                        Inbound::Pong(payload) => news.push(News::Pong(payload.clone())),
                    }
                    continue;
                }
            };
            let hearing = Hearing {
                line,
                path,
                telling: held.telling(),
                translator: held.translator.as_mut(),
                asked: &mut held.asked,
                directory: self.desired.directory(),
            };
            let before = Before {
                unreadable: self.burst.unreadable,
                updates: self.burst.updates.len(),
            };
            self.reader.read(text, hearing, &mut self.burst, &mut words);
            let is_denied = words.iter().any(|word| matches!(word, Word::Denied { .. }));
            if let Some(path) = path
                && !is_denied
            {
                let answer = Answered {
                    path,
                    declined,
                    text,
                    symbols: self.desired.symbols(),
                };
                let lost = answer.take(held, &self.reader, &mut self.burst, before, now);
                news.extend(lost.map(News::Failed));
            }
            for word in words.drain(..) {
                if held.transport == TransportKind::Poll {
                    self.endpoint.heed(&word);
                }
                news.extend(held.take(word, now));
            }
        }
        self.inbox.clear();
        let updates = &self.burst.updates;
        self.unpriced.hear(updates, now);
        if held.telling() == Telling::Everything {
            self.mute.hear(updates, now);
            if more {
                self.mute.occupied(now);
            }
        }
        let said = Heard {
            spoke: more || self.burst.messages > 0,
            answered: self.burst.ticks > 0 || updates.iter().any(Update::is_answer),
            // Also what another line has brought already, or what waits for its turn.
            data: self.burst.ticks + self.burst.heartbeats > 0 || updates.iter().any(Update::is_data),
            settled: held.asked.is_settled(&self.desired),
            acked: held.asked.counts(),
        };
        if heard {
            self.clerk.heard(line, said, now);
            self.clerk.carried(line, &self.burst);
            self.step(Event::On(line, News::Heard(said)), now);
            self.join(now);
            self.ask_again(now);
        }
        // The end comes last: a round trip belongs to the burst that is handed on before it.
        let (ends, news): (Vec<_>, Vec<_>) = news
            .into_iter()
            .partition(|news| matches!(news, News::Leaving { .. } | News::Failed(_)));
        for news in news {
            self.step(Event::On(line, news), now);
        }
        if heard {
            self.come_further(now);
            self.outlet.burst(&self.burst);
            self.burst.begin(received);
        }
        for end in ends {
            self.step(Event::On(line, end), now);
        }
        if let Err(loss) = outcome {
            self.fail(line, Cause::Loss(loss), now);
        }
        now
    }

    /// What one line brings may be what another has begun behind.
    pub(super) fn join(&mut self, now: Moment) {
        loop {
            let Self {
                lines,
                reader,
                desired,
                ..
            } = self;
            let joins = lines
                .iter()
                .find(|held| !held.joined && held.asked.is_settled(desired) && reader.is_joined(held.id));
            let Some(held) = joins else { return };
            held.joined = true;
            let line = held.id;
            self.step(Event::On(line, News::Joined), now);
        }
    }
}

impl Held {
    /// What a venue's word means for the line it came on. What it waits for is said at once.
    fn take(&mut self, word: Word, now: Moment) -> Option<News> {
        match word {
            Word::Reply(message) => {
                self.say(message, now);
                None
            }
            Word::Admitted => {
                self.admitted = true;
                Some(News::Admitted)
            }
            Word::Denied { denial, why } => Some(News::Failed(Cause::Denied { denial, why })),
            Word::Noted { why } => Some(News::Noted { why }),
            Word::Leaving { why, within } => Some(News::Leaving { why, within }),
            Word::Heartbeat { every } => {
                let silence = every.saturating_mul(HEARTBEATS_MISSED);
                match self.transport {
                    TransportKind::WebSocket | TransportKind::EventStream => {
                        Some(News::SpeaksWithin(silence.max(SILENCE_MIN)))
                    }
                    TransportKind::LongPoll => Some(News::SpeaksWithin(silence.max(POLL_SILENCE_MIN))),
                    // Where nothing has changed there is nothing to say.
                    TransportKind::Poll => None,
                }
            }
        }
    }
}
