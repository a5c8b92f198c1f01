//! What follows from the end of a line.

use model::Moment;
use transport::Blame;

use super::active::{Active, Purpose};
use super::connected::Connected;
use super::{Action, Fallen, LineId, Role, Session, State};
use crate::cause::Cause;

impl Session {
    pub(super) fn failed(&mut self, line: LineId, cause: Cause, now: Moment, actions: &mut Vec<Action>) {
        let cause = self.recognized(line, cause);
        // An attempt that was given up long ago: nothing waits for its end.
        let State::Active(active) = &mut self.state else {
            return;
        };
        self.dials.heed(&cause, now);
        if active.main.line == line {
            self.main_failed(cause, now, actions);
        } else if active.is_beside(line) {
            self.beside_failed(&cause, now, actions);
        } else if active.is_old(line) {
            active.old = None;
            actions.push(Action::HangUp(line, cause.close_code()));
        }
    }

    pub(super) fn main_failed(&mut self, cause: Cause, now: Moment, actions: &mut Vec<Action>) {
        let state = std::mem::replace(&mut self.state, State::Idle);
        let State::Active(Active {
            main, beside, old, ..
        }) = state
        else {
            self.state = state;
            return;
        };
        let (came, fall) = main.fell(&cause, now);
        let mut patience = None;
        let mut cause = cause;
        if let Some(connected) = main.connected() {
            self.drops += 1;
            if cause.is_unclean() {
                self.rhythm.died_after(connected.silence(now));
            }
            cause = connected.end(cause);
            patience = connected.retry_after;
            actions.push(Action::Lost(cause.class()));
        }
        self.fallen.push(Fallen {
            line: main.line,
            transport: main.transport,
            role: Role::Main,
            cause: cause.clone(),
        });
        actions.push(Action::HangUp(main.line, cause.close_code()));
        if let Some(beside) = beside {
            // It goes on without a wait; what has happened still counts against the way it happened on.
            if beside.purpose != Purpose::Follow {
                self.backoff.remember(came);
                self.ladder.fell(main.transport, fall, now);
            }
            actions.push(Action::Promoted(beside.leg.line, beside.purpose.into()));
            let goes_on = beside.leg.connected().is_some_and(Connected::is_ripe);
            if !goes_on {
                self.since = now;
            }
            let mut active = Active::begin(beside.leg, old);
            if goes_on {
                active.stands = true;
                self.ladder.stands(active.main.transport, now);
            }
            self.state = State::Active(active);
            self.weigh(now, actions);
            return;
        }
        if let Some(old) = old {
            actions.push(Action::HangUp(old.line, Some(1000)));
        }
        if self.ladder.fell(main.transport, fall, now).is_some() {
            self.backoff.remember(came);
            return self.dial(Some(cause), now, actions);
        }
        let blame = self.judged(&cause);
        let wait = self.backoff.after(blame, came, now).max(patience);
        let asked_for = patience.is_some() || matches!(blame, Blame::Announced { retry_after: Some(_) });
        let next = match (blame, wait) {
            (Blame::Person { again }, _) => State::Suspended {
                again: again.map(|wait| now + wait),
                cause,
            },
            (Blame::Local, Some(wait)) => State::Offline {
                until: now + wait,
                cause,
            },
            (Blame::Endpoint | Blame::Announced { .. }, Some(wait)) => State::Waiting {
                until: now + wait,
                cause,
                asked_for,
            },
            (Blame::Local | Blame::Endpoint | Blame::Announced { .. }, None) => {
                State::Suspended { again: None, cause }
            }
        };
        self.enter(next, now);
    }
}
