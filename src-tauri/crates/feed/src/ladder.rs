//! Which way of talking to the venue to use, and when to try a better one.
//!
//! Down at once where a way is refused, and after three connections in a row
//! that died young, though each of them had come up. Up again while the lower
//! one goes on working: a round of attempts now and then, each on a line of its
//! own beside it. Nothing is remembered for ever: what was blocked in one
//! network is open in the next.

use std::time::Duration;

use model::{Moment, TransportKind};

use crate::policy::Policy;

/// So many connections in a row that died young are no accident.
const FLAPS_MAX: u32 = 3;
/// A connection that lived this long did not die of the way it was made.
const YOUNG: Duration = Duration::from_secs(60);
/// The first rounds come soon: most of what blocks a way is over soon.
const CLIMB_SOON: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(30));
/// A way that comes up and breaks off costs the server more than a refusal.
const CLIMB_FLAPPING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(40));
/// After so long on a lower rung each round is twice as far from the one before.
const CLIMB_SOON_FOR: Duration = Duration::from_secs(300);
const CLIMB_WAIT_MAX: Duration = Duration::from_secs(600);
/// What was learned about a network is forgotten after this long.
const REMEMBERED: Duration = Duration::from_secs(1_800);

#[derive(Debug)]
pub(crate) struct Ladder {
    /// What is allowed, the best first. Never empty.
    rungs: Vec<TransportKind>,
    policy: Policy,
    rng: fastrand::Rng,
    /// Where the next attempt goes.
    at: usize,
    /// When it was moved there.
    moved: Moment,
    /// Connections in a row that died young on this rung.
    flaps: u32,
    climb: Climb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Climb {
    /// Nothing is connected, or it is the best way already.
    None,
    /// Connected since then, and the next round begins at `next`.
    Resting {
        since: Moment,
        next: Moment,
        wait: Duration,
    },
    /// The round has come to this rung.
    Trying {
        since: Moment,
        wait: Duration,
        rung: usize,
    },
}

/// What an attempt or a connection died of, as far as the ladder is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fall {
    /// This way is closed: somebody on it says no, or says nothing at all.
    Blocked,
    /// It had come up and lived for this long.
    Died { lived: Duration },
    /// Nothing that another way would not have met too.
    Otherwise,
}

impl Ladder {
    pub(crate) fn new(rungs: &[TransportKind], policy: Policy, seed: u64) -> Self {
        let rungs = if rungs.is_empty() {
            vec![TransportKind::WebSocket]
        } else {
            rungs.to_vec()
        };
        Self {
            rungs,
            policy,
            rng: fastrand::Rng::with_seed(seed),
            at: 0,
            moved: Moment::START,
            flaps: 0,
            climb: Climb::None,
        }
    }

    /// Where to begin with an attempt.
    pub(crate) fn rung(&mut self, now: Moment) -> TransportKind {
        if self.at > 0 && now.since(self.moved) >= REMEMBERED {
            self.forget();
        }
        self.rungs[self.at]
    }

    /// The same as far as it is known by now.
    pub(crate) fn present(&self) -> TransportKind {
        self.rungs[self.at]
    }

    pub(crate) fn best(&self) -> TransportKind {
        self.rungs[0]
    }

    /// The way that works where this one may not.
    pub(crate) fn below(&self, transport: TransportKind) -> Option<TransportKind> {
        self.rungs.get(self.place(transport)? + 1).copied()
    }

    /// An attempt or a connection is over, and nothing else is there to go on
    /// with: where to try at once, if anywhere. Without that the next attempt
    /// waits, and below the last rung is the first.
    pub(crate) fn fell(&mut self, from: TransportKind, fall: Fall, now: Moment) -> Option<TransportKind> {
        self.climb = Climb::None;
        let at = self.place(from)?;
        let down = match fall {
            Fall::Blocked => true,
            Fall::Died { lived } if self.policy.stretched(lived) < YOUNG => {
                self.flaps = self.flaps.saturating_add(1);
                self.flaps >= FLAPS_MAX
            }
            Fall::Died { .. } => {
                self.flaps = 0;
                false
            }
            Fall::Otherwise => false,
        };
        if !down {
            return None;
        }
        self.flaps = 0;
        self.moved = now;
        if let Some(lower) = self.rungs.get(at + 1) {
            self.at = at + 1;
            Some(*lower)
        } else {
            self.at = 0;
            None
        }
    }

    /// What is connected now has been proven to work.
    pub(crate) fn healthy(&mut self, transport: TransportKind) {
        if self.place(transport) == Some(self.at) {
            self.flaps = 0;
        }
    }

    /// This way is used now.
    pub(crate) fn stands(&mut self, transport: TransportKind, now: Moment) {
        let Some(at) = self.place(transport) else { return };
        if at != self.at {
            self.flaps = 0;
        }
        self.at = at;
        self.moved = now;
        self.climb = Climb::None;
        if at > 0 {
            self.rest(now, now, CLIMB_SOON);
        }
    }

    /// When [`Ladder::climb`] is to be asked.
    pub(crate) const fn climb_at(&self) -> Option<Moment> {
        match self.climb {
            Climb::Resting { next, .. } => Some(next),
            Climb::None | Climb::Trying { .. } => None,
        }
    }

    /// The better way to try now.
    pub(crate) fn climb(&mut self, now: Moment) -> Option<TransportKind> {
        let Climb::Resting { since, next, wait } = self.climb else {
            return None;
        };
        if now < next {
            return None;
        }
        self.climb = Climb::Trying { since, wait, rung: 0 };
        Some(self.rungs[0])
    }

    /// That came to nothing: the next better way to try in this round.
    pub(crate) fn climb_failed(&mut self, fall: Fall, now: Moment) -> Option<TransportKind> {
        let Climb::Trying { since, wait, rung } = self.climb else {
            return None;
        };
        let next = rung + 1;
        if next < self.at {
            self.climb = Climb::Trying {
                since,
                wait,
                rung: next,
            };
            return Some(self.rungs[next]);
        }
        let degraded = self.policy.stretched(now.since(since));
        let between = match fall {
            _ if degraded >= CLIMB_SOON_FOR => {
                let doubled = wait.saturating_mul(2).min(CLIMB_WAIT_MAX);
                (doubled / 2, doubled)
            }
            Fall::Died { .. } => CLIMB_FLAPPING,
            Fall::Blocked | Fall::Otherwise => CLIMB_SOON,
        };
        self.rest(since, now, between);
        None
    }

    /// Another network, where other things are blocked.
    pub(crate) fn forget(&mut self) {
        self.at = 0;
        self.flaps = 0;
    }

    /// The same while connected: look up at once.
    pub(crate) const fn look_up(&mut self, now: Moment) {
        if let Climb::Resting { since, wait, .. } = self.climb {
            self.climb = Climb::Resting {
                since,
                next: now,
                wait,
            };
        }
    }

    fn rest(&mut self, since: Moment, now: Moment, (least, most): (Duration, Duration)) {
        let least_ms = u64::try_from(least.as_millis()).unwrap_or(u64::MAX);
        let most_ms = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        let wait = Duration::from_millis(self.rng.u64(least_ms..=most_ms.max(least_ms)));
        self.climb = Climb::Resting {
            since,
            next: now + self.policy.shortened(wait),
            wait: most,
        };
    }

    fn place(&self, transport: TransportKind) -> Option<usize> {
        self.rungs.iter().position(|rung| *rung == transport)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn ladder() -> Ladder {
        Ladder::new(&TransportKind::ALL, Policy::default(), 1)
    }

    const DIED_YOUNG: Fall = Fall::Died {
        lived: Duration::from_millis(300),
    };

    #[test]
    fn a_way_that_is_refused_is_left_at_once_and_below_the_last_is_the_first() {
        let mut ladder = ladder();
        let mut tried = vec![ladder.rung(at(0))];
        while let Some(lower) = ladder.fell(*tried.last().unwrap(), Fall::Blocked, at(0)) {
            tried.push(lower);
        }
        assert_eq!(tried, TransportKind::ALL);
        assert_eq!(ladder.rung(at(1)), TransportKind::WebSocket);
    }

    #[test]
    fn a_server_that_cannot_be_reached_is_not_better_reached_another_way() {
        let mut ladder = ladder();
        for second in 0..100 {
            let down = ladder.fell(TransportKind::WebSocket, Fall::Otherwise, at(second));
            assert_eq!(down, None);
        }
        assert_eq!(ladder.rung(at(100)), TransportKind::WebSocket);
    }

    #[test]
    fn three_connections_in_a_row_that_die_young_are_reason_enough() {
        let mut ladder = ladder();
        let websocket = TransportKind::WebSocket;
        assert_eq!(ladder.fell(websocket, DIED_YOUNG, at(0)), None);
        assert_eq!(ladder.fell(websocket, DIED_YOUNG, at(2)), None);
        let old = Fall::Died {
            lived: Duration::from_secs(61),
        };
        assert_eq!(
            ladder.fell(websocket, old, at(70)),
            None,
            "an old one breaks the row"
        );
        assert_eq!(ladder.fell(websocket, DIED_YOUNG, at(71)), None);
        assert_eq!(ladder.fell(websocket, DIED_YOUNG, at(72)), None);
        let down = ladder.fell(websocket, DIED_YOUNG, at(73));
        assert_eq!(down, Some(TransportKind::EventStream));
    }

    #[test]
    fn a_round_of_climbing_begins_with_the_best_way_and_ends_below_the_present_one() {
        let mut ladder = ladder();
        ladder.stands(TransportKind::Poll, at(0));
        let next = ladder.climb_at().unwrap();
        assert!(next >= at(10) && next <= at(30), "{next:?}");
        assert_eq!(ladder.climb(at(9)), None);
        assert_eq!(ladder.climb(next), Some(TransportKind::WebSocket));
        assert_eq!(
            ladder.climb_failed(Fall::Blocked, next),
            Some(TransportKind::EventStream)
        );
        assert_eq!(
            ladder.climb_failed(Fall::Blocked, next),
            Some(TransportKind::LongPoll)
        );
        assert_eq!(ladder.climb_failed(Fall::Blocked, next), None);
        assert!(ladder.climb_at().unwrap() > next);
    }

    #[test]
    fn the_best_way_is_tried_again_within_a_minute_at_first_and_ten_minutes_later_on() {
        for seed in 0..200 {
            let mut ladder = Ladder::new(&TransportKind::ALL, Policy::default(), seed);
            ladder.stands(TransportKind::EventStream, at(0));
            let mut now = at(0);
            let mut tries_late = 0;
            while now < at(20_000) {
                let next = ladder.climb_at().unwrap();
                let wait = next.since(now);
                assert!(wait >= Duration::from_secs(10) && wait <= Duration::from_secs(600));
                assert!(now >= at(300) || wait <= Duration::from_secs(40), "{wait:?}");
                if now > at(10_000) {
                    tries_late += 1;
                }
                now = next;
                assert_eq!(ladder.climb(now), Some(TransportKind::WebSocket));
                assert_eq!(ladder.climb_failed(DIED_YOUNG, now), None);
            }
            assert!(tries_late < 40, "{tries_late}");
        }
    }

    #[test]
    fn nothing_is_remembered_for_ever() {
        let mut ladder = ladder();
        ladder.fell(TransportKind::WebSocket, Fall::Blocked, at(0));
        assert_eq!(ladder.rung(at(1_799)), TransportKind::EventStream);
        assert_eq!(ladder.rung(at(1_800)), TransportKind::WebSocket);
        ladder.fell(TransportKind::WebSocket, Fall::Blocked, at(2_000));
        ladder.forget();
        assert_eq!(ladder.rung(at(2_001)), TransportKind::WebSocket);
    }

    #[test]
    fn a_network_that_has_changed_is_a_reason_to_look_up_now() {
        let mut ladder = ladder();
        ladder.stands(TransportKind::LongPoll, at(0));
        ladder.look_up(at(1));
        assert_eq!(ladder.climb(at(1)), Some(TransportKind::WebSocket));
    }

    #[test]
    fn on_the_best_way_there_is_nothing_to_climb_to() {
        let mut ladder = ladder();
        ladder.stands(TransportKind::WebSocket, at(0));
        assert_eq!(ladder.climb_at(), None);
        let mut single = Ladder::new(&[TransportKind::Poll], Policy::default(), 1);
        single.stands(TransportKind::Poll, at(0));
        assert_eq!(single.climb_at(), None);
        assert_eq!(single.fell(TransportKind::Poll, Fall::Blocked, at(1)), None);
    }
}
