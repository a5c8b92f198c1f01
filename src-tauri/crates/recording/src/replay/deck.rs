//! What the connections of a tape share with whoever presses the keys.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use transport::{DialError, Phases};

use super::pace::{Pace, Speed};
use crate::Tape;
use crate::survey::{Dial, Outcome, Survey};

/// Where the player has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Playing,
    /// It is paused, and whoever reads has dealt with everything before.
    Paused,
    /// Nothing more comes, and whoever reads has dealt with everything.
    Ended,
}

#[derive(Debug)]
pub(super) struct Deck {
    pub(super) tape: Tape,
    survey: Survey,
    state: Mutex<State>,
    standing: watch::Sender<Standing>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) pace: Pace,
    /// Messages that are delivered although it is paused.
    pub(super) steps: u32,
    /// Everything before it is delivered without a wait.
    pub(super) hurry: Duration,
    /// Raised to end the connections in play: the tape goes on somewhere else.
    pub(super) cut: u64,
    /// Of each group, the next dial, and whether its last connection is over.
    groups: BTreeMap<String, Group>,
    in_play: usize,
    differences: u64,
    wakers: BTreeMap<u64, Waker>,
}

/// The connections to one address.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    next: usize,
    /// Whoever reads it has dealt with all of it.
    over: bool,
}

/// What a dial gets.
pub(super) enum Next {
    Connection {
        turn: Turn,
        phases: Phases,
        wait: Duration,
    },
    Error {
        error: DialError,
        wait: Duration,
    },
}

/// A connection of the tape, to be played.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) connection: u64,
    pub(super) block: usize,
    pub(super) begun: Duration,
    pub(super) is_last: bool,
    pub(super) cut: u64,
    group: String,
}

impl Deck {
    pub(super) fn new(tape: Tape, survey: Survey, speed: Speed) -> Self {
        let state = State {
            pace: Pace::new(speed, Instant::now()),
            steps: 0,
            hurry: Duration::ZERO,
            cut: 0,
            groups: BTreeMap::new(),
            in_play: 0,
            differences: 0,
            wakers: BTreeMap::new(),
        };
        Self {
            tape,
            survey,
            state: Mutex::new(state),
            standing: watch::Sender::new(Standing::Playing),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    pub(super) fn position(&self, now: Instant) -> Duration {
        self.lock().pace.position(now).min(self.tape.span().1)
    }

    pub(super) fn differences(&self) -> u64 {
        self.lock().differences
    }

    /// A key was pressed.
    pub(super) fn change(&self, change: impl FnOnce(&mut State, Instant)) {
        let wakers = {
            let mut state = self.lock();
            change(&mut state, Instant::now());
            let over = !state.groups.is_empty() && state.groups.values().all(|group| group.over);
            self.stand(if over { Standing::Ended } else { Standing::Playing });
            std::mem::take(&mut state.wakers)
        };
        wakers.into_values().for_each(Waker::wake);
    }

    pub(super) fn seek(&self, to: Duration) {
        self.change(|state, now| {
            let from = state.pace.position(now);
            let known: Vec<String> = state.groups.keys().cloned().collect();
            let mut elsewhere = to < from;
            for group in known {
                // The one in play stands before the next.
                let next = state.groups.get(&group).map_or(0, |group| group.next);
                elsewhere |= self.dial_at(&group, to) + 1 != next;
            }
            elsewhere |= state.in_play == 0;
            state.pace.jump(to, now);
            state.hurry = to;
            if elsewhere {
                state.cut += 1;
                // A group that is not known yet begins where it is first asked for.
                state.groups.clear();
            }
        });
    }

    /// What the next dial to this address gets.
    pub(super) fn next(&self, address: &str, now: Instant) -> Next {
        let group = self.group(address);
        let mut state = self.lock();
        let from = match state.groups.get(&group) {
            Some(known) => known.next,
            None => self.dial_at(&group, state.hurry),
        };
        let found = self.playable(&group, from);
        let is_last = found.is_none_or(|(number, _)| self.playable(&group, number + 1).is_none());
        let entry = state.groups.entry(group.clone()).or_default();
        entry.over = false;
        let Some((number, dial)) = found else {
            entry.over = true;
            self.tell_end(&state);
            return Next::Error {
                error: DialError::TapeOver,
                wait: Duration::ZERO,
            };
        };
        entry.next = number + 1;
        if state.in_play == 0 && dial.begun >= state.hurry {
            state.pace.jump(dial.begun, now);
        }
        let wait = |state: &State, until: Duration| {
            if dial.begun < state.hurry {
                return Duration::ZERO;
            }
            state.pace.speed().brisk(until.saturating_sub(dial.begun))
        };
        match &dial.outcome {
            Outcome::Failed { at, error } => {
                let wait = wait(&state, *at);
                if is_last {
                    if let Some(entry) = state.groups.get_mut(&group) {
                        entry.over = true;
                    }
                    self.tell_end(&state);
                }
                Next::Error {
                    error: error.clone(),
                    wait,
                }
            }
            Outcome::Connected { at, phases } => {
                let wait = wait(&state, *at);
                state.in_play += 1;
                Next::Connection {
                    turn: Turn {
                        connection: dial.connection,
                        block: dial.block,
                        begun: dial.begun,
                        is_last,
                        cut: state.cut,
                        group,
                    },
                    phases: *phases,
                    wait,
                }
            }
            Outcome::GivenUp | Outcome::Unknown => Next::Error {
                error: DialError::TapeOver,
                wait: Duration::ZERO,
            },
        }
    }

    /// Whoever reads this connection has dealt with all that there is of it.
    pub(super) fn over(&self, turn: &Turn) {
        let mut state = self.lock();
        if state.cut != turn.cut {
            return;
        }
        if let Some(group) = state.groups.get_mut(&turn.group) {
            group.over = true;
        }
        self.tell_end(&state);
    }

    pub(super) fn left(&self, turn: &Turn, was_lost: bool) {
        {
            let mut state = self.lock();
            state.in_play = state.in_play.saturating_sub(1);
            state.wakers.remove(&turn.connection);
        }
        if turn.is_last && was_lost {
            self.over(turn);
        }
    }

    /// Everything before the pause was dealt with, unless a key was pressed meanwhile.
    pub(super) fn rest(&self) {
        let state = self.lock();
        if state.pace.is_paused() && state.steps == 0 {
            self.stand(Standing::Paused);
        }
    }

    fn tell_end(&self, state: &State) {
        if state.groups.values().all(|group| group.over) {
            self.stand(Standing::Ended);
        }
    }

    fn stand(&self, standing: Standing) {
        self.standing.send_if_modified(|known| {
            let changed = *known != standing;
            *known = standing;
            changed
        });
    }

    /// A tape of several feeds is told apart by address; any other is played to whoever asks.
    fn group(&self, address: &str) -> String {
        let mut others = self.survey.dials.iter().filter(|dial| dial.address != address);
        let is_known = self.survey.dials.iter().any(|dial| dial.address == address);
        if is_known && others.next().is_some() {
            address.to_owned()
        } else {
            String::new()
        }
    }

    /// The next dial from number `from` on that somebody waited for.
    fn playable(&self, group: &str, from: usize) -> Option<(usize, &Dial)> {
        let rest = self.survey.dials.iter().enumerate().skip(from);
        rest.filter(|(_, dial)| group.is_empty() || dial.address == group)
            .find(|(_, dial)| match dial.outcome {
                Outcome::Connected { .. } | Outcome::Failed { .. } => true,
                Outcome::GivenUp | Outcome::Unknown => false,
            })
    }

    /// The number of the connection that was up at this moment, or came up next.
    fn dial_at(&self, group: &str, at: Duration) -> usize {
        let mut found = None;
        for (number, dial) in self.survey.dials.iter().enumerate() {
            let ours = group.is_empty() || dial.address == group;
            if ours && matches!(dial.outcome, Outcome::Connected { .. }) && dial.begun <= at {
                found = Some(number);
            }
        }
        found.unwrap_or(0)
    }
}

impl State {
    pub(super) fn wake_later(&mut self, turn: &Turn, waker: &Waker) {
        let known = self
            .wakers
            .entry(turn.connection)
            .or_insert_with(|| waker.clone());
        known.clone_from(waker);
    }

    pub(super) const fn differs(&mut self) {
        self.differences += 1;
    }
}
