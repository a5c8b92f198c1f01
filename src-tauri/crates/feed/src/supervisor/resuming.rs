//! Where the run of the program before this one was, and how far this one has come.

use std::time::Duration;

use model::Moment;

use super::Supervisor;

/// How much of what came is asked for again after a crash, against the price of
/// looking at every symbol.
const TELL_EVERY: Duration = Duration::from_secs(1);

impl Supervisor {
    /// What is wanted for the first time goes on where it was.
    pub(super) fn go_on(&mut self) {
        let Some(resume) = &mut self.endpoint.resume else {
            return;
        };
        let Some(epoch) = resume.epoch.as_ref().filter(|_| !resume.symbols.is_empty()) else {
            return;
        };
        for (key, symbol) in self.desired.symbols() {
            if let Some(reached) = resume.symbols.remove(symbol) {
                self.reader.resume(*key, epoch, reached);
            }
        }
    }

    /// Something is about to be handed on.
    pub(super) fn come_further(&mut self, now: Moment) {
        if self.burst.ticks > 0 && self.tell_at.is_none() && self.endpoint.resume.is_some() {
            self.tell_at = Some(now + TELL_EVERY);
        }
    }

    /// To be called when all was handed on: the numbers are those of what others have.
    pub(super) fn tell_reached(&mut self) {
        self.tell_at = None;
        if self.endpoint.resume.is_some()
            && let Some((epoch, numbers)) = self.reader.sequence().reached()
        {
            self.outlet.reached(epoch, &numbers);
        }
    }
}
