//! The lines that a feed has at one time, and what each is there for.

use model::Moment;

use super::connected::Connected;
use super::leg::Leg;
use super::{Action, LineId, Role};

/// At least one line, at most three: the one that counts, one that may take its
/// place, and one that has given up its place and brings its last words.
#[derive(Debug)]
pub(super) struct Active {
    pub(super) main: Leg,
    /// Whether the main line is subscribed, and has been told to be live.
    pub(super) stands: bool,
    /// Whether it has made up for the past.
    pub(super) proven: bool,
    /// Whether no other way is left that could be faster to say its first word.
    pub(super) hedged: bool,
    pub(super) beside: Option<Beside>,
    pub(super) old: Option<Old>,
}

#[derive(Debug)]
pub(super) struct Beside {
    pub(super) leg: Leg,
    pub(super) purpose: Purpose,
    /// Whether it has been up for long enough.
    pub(super) aged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The main line does not get its word: whoever brings data first wins.
    Hedge,
    /// A better way than the one that works.
    Climb,
    /// The same way anew, before the main line comes to its end.
    Follow,
}

impl From<Purpose> for Role {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Hedge => Self::Hedge,
            Purpose::Climb => Self::Climb,
            Purpose::Follow => Self::Follow,
        }
    }
}

impl Beside {
    pub(super) const fn new(leg: Leg, purpose: Purpose) -> Self {
        Self {
            leg,
            purpose,
            aged: false,
        }
    }
}

#[derive(Debug)]
pub(super) struct Old {
    pub(super) line: LineId,
    pub(super) until: Moment,
}

impl Active {
    pub(super) const fn begin(main: Leg, old: Option<Old>) -> Self {
        Self {
            main,
            stands: false,
            proven: false,
            hedged: false,
            beside: None,
            old,
        }
    }

    pub(super) fn leg(&mut self, line: LineId) -> Option<&mut Leg> {
        if self.main.line == line {
            return Some(&mut self.main);
        }
        let beside = self.beside.as_mut().map(|beside| &mut beside.leg);
        beside.filter(|leg| leg.line == line)
    }

    pub(super) fn is_old(&self, line: LineId) -> bool {
        self.old.as_ref().is_some_and(|old| old.line == line)
    }

    pub(super) fn is_beside(&self, line: LineId) -> bool {
        self.beside.as_ref().is_some_and(|beside| beside.leg.line == line)
    }

    /// Asks for what is open on every line that is up.
    pub(super) fn subscribe(&self, actions: &mut Vec<Action>) {
        let legs = [Some(&self.main), self.beside.as_ref().map(|beside| &beside.leg)];
        for leg in legs.into_iter().flatten() {
            if leg.connected().is_some_and(Connected::is_admitted) {
                actions.push(Action::Subscribe(leg.line));
            }
        }
    }

    pub(super) fn hang_up(&self, actions: &mut Vec<Action>) {
        let beside = self.beside.as_ref().map(|beside| beside.leg.line);
        let old = self.old.as_ref().map(|old| old.line);
        for line in [Some(self.main.line), beside, old].into_iter().flatten() {
            actions.push(Action::HangUp(line, Some(1000)));
        }
    }
}
