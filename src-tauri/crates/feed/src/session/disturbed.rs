//! What becomes of waits and lines when something happens around them.

use std::time::Duration;

use model::Moment;

use super::active::Active;
use super::leg::{Leg, Stage};
use super::{Action, IMPATIENCE, Session, State};
use crate::cause::Cause;
use crate::disturbance::Disturbance;
use crate::rhythm::Attention;

/// A network comes in pieces: an address, a route, another route. Finding it
/// not yet whole costs nobody anything.
const OFFLINE_IMPATIENCE: Duration = Duration::from_secs(1);

impl Session {
    /// Nothing that was true of the lines before has to be true now.
    pub(super) fn disturbed(&mut self, by: Disturbance, now: Moment, actions: &mut Vec<Action>) {
        match by {
            Disturbance::Attention { watched: false } => return,
            Disturbance::Attention { watched: true } => {}
            Disturbance::Woke { .. } => self.look_up(now),
            Disturbance::NetworkChanged => {
                self.ladder.forget();
                self.rhythm.forget();
                self.look_up(now);
            }
        }
        match &mut self.state {
            State::Active(active) if by.breaks_attempts() && active.only_dials() => {
                if self.dials.free_at(now) <= now && self.may_hurry(IMPATIENCE, now) {
                    // It began in another time or place, and nobody may be there to end it.
                    self.hang_up(actions);
                    self.dial(None, now, actions);
                }
            }
            State::Active(active) => {
                for connected in active.legs_mut().filter_map(Leg::connected_mut) {
                    connected.disturbed(now);
                }
                self.timer(now, actions);
            }
            State::Offline { cause, .. } => {
                let cause = cause.clone();
                self.hurry(cause, OFFLINE_IMPATIENCE, now, actions);
            }
            State::Waiting {
                asked_for: false,
                cause,
                ..
            } => {
                let cause = cause.clone();
                self.hurry(cause, IMPATIENCE, now, actions);
            }
            State::Waiting { asked_for: true, .. }
            | State::Idle
            | State::Suspended { .. }
            | State::Closed => {}
        }
    }

    /// How soon a silent line is asked whether it lives depends on who waits for it.
    pub(super) fn attend(&mut self, attention: Attention) {
        self.attention = attention;
        let quiet = self.rhythm.quiet_before_ping(attention);
        if let State::Active(active) = &mut self.state {
            for connected in active.legs_mut().filter_map(Leg::connected_mut) {
                connected.set_quiet_before_ping(quiet);
            }
        }
    }

    const fn look_up(&mut self, now: Moment) {
        if let State::Active(_) = self.state {
            self.ladder.look_up(now);
        }
    }

    fn hang_up(&self, actions: &mut Vec<Action>) {
        if let State::Active(active) = &self.state {
            active.hang_up(actions);
        }
    }

    /// Ends a wait now, or as soon as that is no storm.
    fn hurry(&mut self, cause: Cause, impatience: Duration, now: Moment, actions: &mut Vec<Action>) {
        if self.may_hurry(impatience, now) {
            return self.dial(Some(cause), now, actions);
        }
        let soon = self.hurried.map_or(now, |hurried| hurried + impatience);
        if let State::Offline { until, .. } | State::Waiting { until, .. } = &mut self.state {
            *until = soon.min(*until);
        }
    }

    fn may_hurry(&mut self, impatience: Duration, now: Moment) -> bool {
        let rested = self
            .hurried
            .is_none_or(|hurried| now.since(hurried) >= impatience);
        if rested {
            self.hurried = Some(now);
        }
        rested
    }
}

impl Disturbance {
    /// An attempt that was under way has most likely come to nothing.
    const fn breaks_attempts(self) -> bool {
        match self {
            Self::Woke { .. } | Self::NetworkChanged => true,
            Self::Attention { .. } => false,
        }
    }
}

impl Active {
    fn legs_mut(&mut self) -> impl Iterator<Item = &mut Leg> {
        let beside = self.beside.as_mut().map(|beside| &mut beside.leg);
        std::iter::once(&mut self.main).chain(beside)
    }

    /// Nothing is up.
    fn only_dials(&self) -> bool {
        let beside = self.beside.as_ref().map(|beside| &beside.leg);
        let mut legs = std::iter::once(&self.main).chain(beside);
        self.old.is_none() && legs.all(|leg| matches!(leg.stage, Stage::Dialing { .. }))
    }
}
