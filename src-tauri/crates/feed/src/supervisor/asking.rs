//! From what is wanted to what is asked on a line.

use model::{Moment, SymbolKey};
use tokio::sync::watch;
use tracing::debug;
use transport::Outbound;

use super::Supervisor;
use crate::outlet::Update;
use crate::request::ask;
use crate::session::{Event, LineId};
use crate::subscriptions::Batch;
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
            match batch {
                Batch::Ask(symbols) => {
                    debug!(feed = %self.endpoint.id, line = line.0, symbols = symbols.len(), "subscribing");
                    let requests = ask(
                        held.transport,
                        self.endpoint.bars,
                        &symbols,
                        held.translator.as_mut(),
                        self.reader.sequence(),
                    );
                    for request in requests {
                        if let Outbound::Fetch(paths) = &request {
                            held.asked.asks_in_turn(paths);
                        }
                        held.send(request, now);
                    }
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
