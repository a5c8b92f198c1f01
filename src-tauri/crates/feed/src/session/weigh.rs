//! Which of the lines counts, and when to begin another beside it.

use std::time::Duration;

use model::{Moment, TransportKind};

use super::active::{Active, Beside, Old, Purpose};
use super::leg::Leg;
use super::{Action, Fallen, LineId, Session, State};
use crate::cause::Cause;
use crate::ladder::Fall;

/// What was under way on the old line when the new one took over has come by then.
const DRAIN: Duration = Duration::from_secs(2);

impl Session {
    /// When something may have to be decided, if nothing is heard before.
    pub(super) fn next_look(&self, active: &Active) -> Moment {
        let beside = active.beside.as_ref();
        let others = [
            beside.map(|beside| beside.leg.deadline()),
            beside.and_then(|beside| self.ripe_at(beside)),
            active.old.as_ref().map(|old| old.until),
            self.hedge_at(active),
            self.follow_at(active),
            self.climb_at(active),
        ];
        others
            .into_iter()
            .flatten()
            .fold(active.main.deadline(), Moment::min)
    }

    /// Decides anew after whatever has happened.
    pub(super) fn weigh(&mut self, now: Moment, actions: &mut Vec<Action>) {
        self.confirm(now);
        self.compare(now, actions);
        self.begin_beside(now, actions);
    }

    /// What the main line has shown of itself.
    fn confirm(&mut self, now: Moment) {
        let State::Active(active) = &mut self.state else {
            return;
        };
        let transport = active.main.transport;
        let Some(connected) = active.main.connected_mut() else {
            return;
        };
        let healthy = connected.prove(now);
        let subscribed = !connected.is_subscribing();
        if subscribed && !active.stands {
            active.stands = true;
            self.since = now;
            self.ladder.stands(transport, now);
        }
        // Only a connection that is subscribed, brings data and has some age makes up for the past.
        if healthy && !active.proven {
            active.proven = true;
            self.backoff.healthy();
            self.ladder.healthy(transport);
            self.attempt = 0;
            self.forgiven = false;
            self.crowded = 0;
        }
    }

    /// Whether the line beside is of use, and whether it takes the place of the main one.
    fn compare(&mut self, now: Moment, actions: &mut Vec<Action>) {
        let climb_age = self.terms.policy.climb_age();
        let State::Active(active) = &mut self.state else {
            return;
        };
        let Some(mut beside) = active.beside.take() else {
            return;
        };
        if let Some(connected) = beside.leg.connected_mut() {
            connected.prove(now);
            if now >= connected.since() + climb_age {
                beside.aged = true;
                connected.try_again(now);
            }
        }
        let main_speaks = active.main.connected().is_some_and(|main| main.has_spoken());
        let connected = beside.leg.connected();
        match beside.purpose {
            Purpose::Hedge if main_speaks => {
                actions.push(Action::HangUp(beside.leg.line, Some(1000)));
            }
            Purpose::Hedge if connected.is_some_and(|beside| beside.has_data()) => {
                // The better way may still come to its word: it is a climb from here on.
                actions.push(Action::Promoted(beside.leg.line, beside.purpose.into()));
                let slower = std::mem::replace(&mut active.main, beside.leg);
                active.stands = false;
                active.proven = false;
                self.since = now;
                self.confirm(now);
                if let State::Active(active) = &mut self.state {
                    active.beside = Some(Beside::new(slower, Purpose::Climb));
                }
            }
            Purpose::Climb | Purpose::Follow
                if connected.is_some_and(|found| found.is_ripe())
                    && (beside.purpose == Purpose::Follow
                        || beside.aged && connected.is_some_and(|found| found.is_answering())) =>
            {
                actions.push(Action::Promoted(beside.leg.line, beside.purpose.into()));
                let old = std::mem::replace(&mut active.main, beside.leg);
                // Nothing has paused, so it is live since it was.
                self.ladder.stands(active.main.transport, now);
                active.proven = false;
                if let Some(older) = active.old.replace(Old {
                    line: old.line,
                    until: now + DRAIN,
                }) {
                    actions.push(Action::HangUp(older.line, Some(1000)));
                }
                self.confirm(now);
            }
            Purpose::Hedge | Purpose::Climb | Purpose::Follow => active.beside = Some(beside),
        }
    }

    fn begin_beside(&mut self, now: Moment, actions: &mut Vec<Action>) {
        let State::Active(active) = &self.state else {
            return;
        };
        let due = |at: Option<Moment>| at.is_some_and(|at| now >= at);
        let main = active.main.transport;
        if due(self.hedge_at(active)) {
            if let Some(lower) = self.ladder.below(main) {
                self.begin(Purpose::Hedge, lower, now, actions);
            }
        } else if due(self.follow_at(active)) {
            self.begin(Purpose::Follow, main, now, actions);
        } else if due(self.climb_at(active))
            && let Some(upper) = self.ladder.climb(now)
        {
            self.begin(Purpose::Climb, upper, now, actions);
        }
    }

    fn begin(&mut self, purpose: Purpose, transport: TransportKind, now: Moment, actions: &mut Vec<Action>) {
        let leg = self.leg(transport, now, actions);
        if let State::Active(active) = &mut self.state {
            active.beside = Some(Beside::new(leg, purpose));
        }
    }

    /// The line beside has come to nothing, which costs the main one nothing.
    pub(super) fn beside_failed(&mut self, cause: &Cause, now: Moment, actions: &mut Vec<Action>) {
        let State::Active(active) = &mut self.state else {
            return;
        };
        let Some(Beside { leg, purpose, .. }) = active.beside.take() else {
            return;
        };
        self.fallen.push(Fallen {
            line: leg.line,
            transport: leg.transport,
            role: purpose.into(),
            cause: cause.clone(),
        });
        actions.push(Action::HangUp(leg.line, cause.close_code()));
        let (_, fall) = leg.fell(cause, now);
        match purpose {
            Purpose::Hedge => {
                let lower = self.ladder.below(leg.transport);
                match (fall, lower) {
                    (Fall::Blocked, Some(lower)) if !self.dials.must_wait(now) => {
                        self.begin(Purpose::Hedge, lower, now, actions);
                    }
                    (Fall::Blocked | Fall::Died { .. } | Fall::Otherwise, _) => {
                        if let State::Active(active) = &mut self.state {
                            active.hedged = true;
                        }
                    }
                }
            }
            Purpose::Climb => {
                let mut next = self.ladder.climb_failed(fall, now);
                // The round is over where the venue wants to be left alone.
                while next.is_some() && self.dials.must_wait(now) {
                    next = self.ladder.climb_failed(fall, now);
                }
                if let Some(next) = next {
                    self.begin(Purpose::Climb, next, now, actions);
                }
            }
            Purpose::Follow => {
                let again = self.backoff.before_following(Duration::MAX);
                if let State::Active(active) = &mut self.state
                    && let Some(connected) = active.main.connected_mut()
                {
                    connected.set_follow_at(now + again.max(Duration::from_millis(500)));
                }
            }
        }
    }

    /// What this feed knows of the way, and of how long the venue lets a connection live.
    pub(super) fn dialed(&mut self, line: LineId, now: Moment) {
        let quiet = self.rhythm.quiet_before_ping(self.attention);
        // A little before the venue would end it, and not all of its clients in the same minute.
        let follow_at = self.terms.card.age_max.map(|age_max| {
            let spread = age_max / 24;
            now + (age_max - spread - spread / 2) + self.backoff.up_to(spread)
        });
        if let State::Active(active) = &mut self.state
            && let Some(connected) = active.leg(line).and_then(Leg::connected_mut)
        {
            connected.set_quiet_before_ping(quiet);
            if let Some(at) = follow_at {
                connected.set_follow_at(at);
            }
        }
    }

    pub(super) fn leaving(
        &mut self,
        line: LineId,
        why: String,
        within: Duration,
        now: Moment,
        actions: &mut Vec<Action>,
    ) {
        let wait = self.backoff.before_following(within);
        let State::Active(active) = &mut self.state else {
            return;
        };
        if active.is_beside(line) {
            return self.beside_failed(&Cause::Left { why }, now, actions);
        }
        if let Some(connected) = active.leg(line).and_then(Leg::connected_mut) {
            connected.leaves(why, now + within, now + wait);
        }
    }

    fn hedge_at(&self, active: &Active) -> Option<Moment> {
        let may = active.beside.is_none()
            && !active.hedged
            && self.terms.overlaps()
            && self.ladder.below(active.main.transport).is_some();
        let at = active.main.silent_at().filter(|_| may)?;
        Some(self.dials.free_at(at))
    }

    fn follow_at(&self, active: &Active) -> Option<Moment> {
        let may = active.beside.is_none() && self.terms.overlaps();
        let connected = active.main.connected()?;
        let at = connected.follow_at().filter(|_| may)?;
        Some(self.dials.free_at(at))
    }

    fn climb_at(&self, active: &Active) -> Option<Moment> {
        let may = active.beside.is_none() && active.stands && self.terms.overlaps();
        let at = self.ladder.climb_at().filter(|_| may)?;
        Some(self.dials.free_at(at))
    }

    /// When the line beside will be old enough.
    fn ripe_at(&self, beside: &Beside) -> Option<Moment> {
        let connected = beside.leg.connected()?;
        match beside.purpose {
            Purpose::Climb if !beside.aged => Some(connected.since() + self.terms.policy.climb_age()),
            Purpose::Climb | Purpose::Hedge | Purpose::Follow => None,
        }
    }
}
