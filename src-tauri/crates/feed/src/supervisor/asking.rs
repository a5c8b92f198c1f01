//! From what is wanted to what is asked on a line.

use model::{Moment, SymbolKey};
use tokio::sync::watch;
use tracing::debug;
use transport::Outbound;

use super::Supervisor;
use crate::outlet::Update;
use crate::request::Request;
use crate::session::{Event, LineId};
use crate::subscriptions::{Asks, Batch};
use crate::wishes::Wishes;

impl Supervisor {
    pub(super) fn wished(&mut self, wishes: &mut watch::Receiver<Wishes>) -> Moment {
        let now = self.clock.now().at;
        let (released, retry) = {
            let newest = wishes.borrow_and_update();
            let retry = newest.retries != self.retries;
            self.retries = newest.retries;
            (self.desired.wish(&newest.symbols), retry)
        };
        for gone in released {
            self.reader.forget(gone.key);
            self.mute.forget(gone.key);
            self.unpriced.forget(gone.key);
        }
        self.go_on();
        self.step(Event::Wanted(!self.desired.is_empty()), now);
        if retry {
            self.step(Event::Retry, now);
        }
        now
    }

    /// Asks a line for what it may be asked now.
    pub(super) fn ask(&mut self, line: LineId, now: Moment) {
        let Some(held) = self.lines.get(line).filter(|held| held.is_up() && held.admitted) else {
            return;
        };
        for batch in held.asked.next(&self.desired, now) {
            let mut request = Request {
                bars: self.endpoint.bars,
                translator: held.translator.as_mut(),
                sequence: self.reader.sequence(),
            };
            match batch {
                Batch::Ask(symbols) => {
                    debug!(feed = %self.endpoint.id, line = line.0, symbols = symbols.len(), "subscribing");
                    for message in request.messages(&symbols) {
                        held.send(message, now);
                    }
                }
                Batch::Fetch(parts) => {
                    debug!(feed = %self.endpoint.id, line = line.0, parts = parts.len(), "fetching");
                    let asks = request.paths(held.transport, &parts);
                    let paths = each_once(&asks);
                    held.asked.asks_in_turn(asks);
                    if !paths.is_empty() {
                        held.send(Outbound::Fetch(paths), now);
                    }
                }
                Batch::Exchange { gone, parts } => {
                    let asks = request.paths(held.transport, &parts);
                    let (gone, come) = held.asked.exchanged(gone, asks, now);
                    debug!(feed = %self.endpoint.id, line = line.0, ?gone, ?come, "asking otherwise");
                    held.send(Outbound::Exchange { gone, come }, now);
                }
                Batch::Release(symbols) => {
                    let symbols: Vec<_> = symbols.iter().collect();
                    for message in held.translator.unsubscribe(&symbols) {
                        held.send(Outbound::Text(message), now);
                    }
                }
                Batch::Refuse(refused) => {
                    let refused = refused.into_iter();
                    let refused = refused.map(|(key, why)| Update::Refused { key, why });
                    self.burst.updates.extend(refused);
                }
            }
        }
    }

    /// What has come on a line before it counted, the line that counts brings again.
    pub(super) fn ask_again(&mut self, now: Moment) {
        let again = self.reader.take_again();
        if again.is_empty() {
            return;
        }
        let Some(line) = self.session.line() else { return };
        if let Some(held) = self.lines.get(line) {
            for key in again {
                held.asked.ask_again(key);
            }
        }
        self.ask(line, now);
    }

    /// Ticks that did not come in time: the venue may still have them.
    pub(super) fn ask_for_what_is_missing(&mut self, now: Moment) {
        let missing: Vec<(LineId, SymbolKey)> = self.reader.overdue(now, &mut self.burst);
        for (line, key) in missing {
            if let Some(held) = self.lines.get(line) {
                held.asked.ask_again(key);
            }
        }
    }
}

/// Two ways to write one name are one question.
fn each_once(asks: &[Asks]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for path in asks.iter().flat_map(|(_, paths)| paths) {
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    paths
}
