//! Is anybody there? The ping schedule of one connection.
//!
//! A half-open connection looks exactly like a quiet market, so silence is
//! answered by a ping. Every byte that comes is a sign of life; only a pong
//! tells the round trip.

use std::time::Duration;

use bytes::Bytes;
use model::Moment;

use crate::rhythm::QUIET_WATCHED;

/// Data proves life and not the round trip, which is worth a look now and then.
const PING_EVERY: Duration = Duration::from_secs(15);
/// One lost packet is sent again within a second or two, also on a fast line.
const PONG_WAIT_MIN: Duration = Duration::from_secs(2);
/// With the silence before it, a dead connection is found within ten seconds on any line.
const PONG_WAIT_MAX: Duration = Duration::from_secs(5);
/// There is a reason to think that it is dead, and a person who has just come back.
const PONG_WAIT_DISTURBED: Duration = Duration::from_secs(2);
/// A timer that is so late was kept back by a machine that slept or was busy,
/// and so, perhaps, was the answer that it waits for.
const LATE: Duration = Duration::from_secs(1);
/// What such an answer is given on top.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Health {
    clocks: Clocks,
    ping: Ping,
    /// Names the last ping; an answer to an older one would tell a wrong round trip.
    pings: u64,
    round_trip: Option<Duration>,
    quiet_before_ping: Duration,
}

/// When each kind of sign came last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clocks {
    /// Anything at all; when the connection was made, until then.
    pub(crate) bytes: Moment,
    /// Something about a price.
    pub(crate) data: Option<Moment>,
    pub(crate) pong: Option<Moment>,
}

#[derive(Clone, Copy, Debug)]
enum Ping {
    /// One is to be sent now.
    Due { since: Moment, wait: Wait },
    /// None is under way; when the last one was sent or answered.
    None { last: Moment },
    Sent {
        at: Moment,
        /// How long nothing had come by then.
        silence: Duration,
        wait: Wait,
        grace: Duration,
    },
}

/// How long an answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// As long as the round trip lets expect.
    Usual,
    /// Something has happened that kills connections.
    Disturbed,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Fine,
    Ping(Bytes),
    Dead { silent: Duration },
}

impl Health {
    /// A first ping goes out at once: a person wants to know the round trip.
    pub(crate) const fn new(now: Moment) -> Self {
        Self {
            clocks: Clocks {
                bytes: now,
                data: None,
                pong: None,
            },
            ping: Ping::Due {
                since: now,
                wait: Wait::Usual,
            },
            pings: 0,
            round_trip: None,
            quiet_before_ping: QUIET_WATCHED,
        }
    }

    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    pub(crate) const fn heard(&mut self, now: Moment) {
        self.clocks.bytes = now;
    }

    pub(crate) fn pong(&mut self, payload: &[u8], now: Moment) -> Option<Duration> {
        let Ping::Sent { at, .. } = self.ping else {
            return None;
        };
        if payload != self.pings.to_be_bytes() {
            return None;
        }
        self.ping = Ping::None { last: now };
        self.clocks.pong = Some(now);
        let measured = now.since(at);
        // As TCP does it: one odd round trip moves the figure by an eighth.
        let smooth = self
            .round_trip
            .map_or(measured, |smooth| (smooth * 7 + measured) / 8);
        self.round_trip = Some(smooth);
        Some(measured)
    }

    /// When to ask [`Health::verdict`] next.
    pub(crate) fn deadline(&self) -> Moment {
        match self.ping {
            Ping::Due { since, .. } => since,
            Ping::None { last } => (self.clocks.bytes + self.quiet_before_ping).min(last + PING_EVERY),
            Ping::Sent { at, wait, grace, .. } => self.clocks.bytes.max(at) + self.pong_wait(wait) + grace,
        }
    }

    /// To be asked when everything that has come was heard, however late that is.
    pub(crate) fn verdict(&mut self, now: Moment) -> Verdict {
        let deadline = self.deadline();
        if now < deadline {
            return Verdict::Fine;
        }
        match &mut self.ping {
            Ping::Sent { at, grace, .. } if self.clocks.bytes <= *at => {
                if now.since(deadline) < LATE {
                    return Verdict::Dead {
                        silent: now.since(self.clocks.bytes),
                    };
                }
                *grace = grace.saturating_add(now.since(deadline)).saturating_add(GRACE);
                Verdict::Fine
            }
            // Something came, so it lives; the answer itself was lost behind it.
            Ping::Sent { .. } | Ping::None { .. } => self.ask(Wait::Usual, now),
            Ping::Due { wait, .. } => {
                let wait = *wait;
                self.ask(wait, now)
            }
        }
    }

    fn ask(&mut self, wait: Wait, now: Moment) -> Verdict {
        self.pings += 1;
        self.ping = Ping::Sent {
            at: now,
            silence: now.since(self.clocks.bytes),
            wait,
            grace: Duration::ZERO,
        };
        Verdict::Ping(Bytes::copy_from_slice(&self.pings.to_be_bytes()))
    }

    fn pong_wait(&self, wait: Wait) -> Duration {
        match (wait, self.round_trip) {
            (Wait::Disturbed, _) => PONG_WAIT_DISTURBED,
            (Wait::Usual, None) => PONG_WAIT_MAX,
            (Wait::Usual, Some(smooth)) => (smooth * 4).clamp(PONG_WAIT_MIN, PONG_WAIT_MAX),
        }
    }
}

impl Health {
    #[cfg_attr(not(test), expect(dead_code, reason = "the report tells it"))]
    pub(crate) const fn clocks(&self) -> Clocks {
        self.clocks
    }

    /// Whether somebody wanted to know if it lives, and nothing has come since. A
    /// ping that asks only for the round trip is none of these.
    pub(crate) fn is_probing(&self) -> bool {
        match self.ping {
            Ping::Sent {
                at, silence, wait, ..
            } => {
                let doubted = wait == Wait::Disturbed || silence >= self.quiet_before_ping;
                doubted && self.clocks.bytes <= at
            }
            Ping::Due { .. } | Ping::None { .. } => false,
        }
    }

    /// How long the line was silent when it was last tried, or is now: of so
    /// much silence it has died, if it is dead.
    pub(crate) fn silence(&self, now: Moment) -> Duration {
        match self.ping {
            Ping::Sent { at, silence, .. } if self.clocks.bytes <= at => silence,
            Ping::Sent { .. } | Ping::Due { .. } | Ping::None { .. } => now.since(self.clocks.bytes),
        }
    }

    /// What was heard is about a price.
    pub(crate) const fn heard_data(&mut self, now: Moment) {
        self.clocks.data = Some(now);
    }

    pub(crate) const fn set_quiet_before_ping(&mut self, quiet: Duration) {
        self.quiet_before_ping = quiet;
    }

    /// The machine has slept, or its network is another one: whether anybody is
    /// still there must be asked now, whatever was asked before. A question of
    /// that kind which is under way is the question; another one would only put
    /// off its answer.
    pub(crate) fn disturbed(&mut self, now: Moment) {
        let asked = match self.ping {
            Ping::Due { wait, .. } => wait == Wait::Disturbed,
            Ping::Sent { at, wait, .. } => wait == Wait::Disturbed && self.clocks.bytes <= at,
            Ping::None { .. } => false,
        };
        if !asked {
            self.ping = Ping::Due {
                since: now,
                wait: Wait::Disturbed,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    fn ping(health: &mut Health, now: Moment) -> Bytes {
        match health.verdict(now) {
            Verdict::Ping(payload) => payload,
            other @ (Verdict::Fine | Verdict::Dead { .. }) => panic!("no ping at {now:?}: {other:?}"),
        }
    }

    /// Connected at 1,000 ms, and the first ping answered within 20 ms.
    fn proven() -> Health {
        let mut health = Health::new(at(1_000));
        let payload = ping(&mut health, at(1_000));
        health.heard(at(1_020));
        assert_eq!(health.pong(&payload, at(1_020)), Some(Duration::from_millis(20)));
        health
    }

    #[test]
    fn a_dead_connection_is_found_seven_and_a_half_seconds_after_its_last_byte_at_most() {
        let mut health = proven();
        assert_eq!(health.deadline(), at(6_020));
        assert_eq!(health.verdict(at(6_019)), Verdict::Fine);
        let _unanswered = ping(&mut health, at(6_020));
        assert_eq!(health.deadline(), at(8_020));
        let found = health.verdict(at(8_020));
        assert_eq!(
            found,
            Verdict::Dead {
                silent: Duration::from_secs(7)
            }
        );
    }

    #[test]
    fn a_ping_that_is_answered_in_the_programs_first_moment_is_not_sent_again() {
        let mut health = Health::new(Moment::START);
        let payload = ping(&mut health, Moment::START);
        health.pong(&payload, Moment::START);
        assert_eq!(health.verdict(Moment::START), Verdict::Fine);
    }

    #[test]
    fn data_is_a_sign_of_life_even_when_the_pong_is_lost() {
        let mut health = proven();
        let _lost = ping(&mut health, at(6_020));
        health.heard(at(7_000));
        assert_eq!(health.verdict(at(8_020)), Verdict::Fine);
        let _second = ping(&mut health, at(9_000));
    }

    #[test]
    fn a_busy_connection_is_still_asked_for_its_round_trip() {
        let mut health = proven();
        for second in 2..16 {
            health.heard(at(second * 1_000));
            assert_eq!(
                health.verdict(at(second * 1_000)),
                Verdict::Fine,
                "second {second}"
            );
        }
        health.heard(at(16_020));
        let _asked = ping(&mut health, at(16_020));
    }

    #[test]
    fn an_answer_to_an_older_ping_tells_no_round_trip() {
        let mut health = proven();
        let old = ping(&mut health, at(6_020));
        health.heard(at(6_500));
        let new = ping(&mut health, at(8_500));
        assert_eq!(health.pong(&old, at(8_510)), None);
        assert_eq!(health.pong(&new, at(8_520)), Some(Duration::from_millis(20)));
        assert_eq!(health.pong(&new, at(8_530)), None, "one ping has one answer");
    }

    #[test]
    fn what_may_have_killed_it_is_answered_by_a_question_at_once_and_two_seconds() {
        for under_way in [false, true] {
            let mut health = proven();
            let disturbed = if under_way { 6_100 } else { 3_000 };
            if under_way {
                let _unanswered = ping(&mut health, at(6_020));
            }
            health.disturbed(at(disturbed));
            assert_eq!(health.deadline(), at(disturbed));
            let _asked = ping(&mut health, at(disturbed));
            assert!(health.is_probing());
            let found = disturbed + 2_000;
            assert_eq!(health.verdict(at(found - 1)), Verdict::Fine);
            let dead = health.verdict(at(found));
            assert!(matches!(dead, Verdict::Dead { .. }), "{dead:?}");
        }
    }

    #[test]
    fn a_slow_line_is_not_asked_for_more_patience_after_a_disturbance() {
        let mut health = Health::new(at(0));
        let _first = ping(&mut health, at(0));
        health.disturbed(at(100));
        let _asked = ping(&mut health, at(100));
        assert_eq!(
            health.deadline(),
            at(2_100),
            "not the five seconds of an unknown line"
        );
    }

    #[test]
    fn a_living_line_survives_every_disturbance() {
        let mut health = proven();
        for second in 2..60 {
            health.disturbed(at(second * 1_000));
            let asked = ping(&mut health, at(second * 1_000));
            health.heard(at(second * 1_000 + 30));
            assert!(health.pong(&asked, at(second * 1_000 + 30)).is_some());
            assert!(!health.is_probing());
        }
    }

    #[test]
    fn disturbances_without_end_do_not_put_off_the_verdict() {
        let mut health = proven();
        health.disturbed(at(3_000));
        let _asked = ping(&mut health, at(3_000));
        for millis in (3_250..5_000).step_by(250) {
            health.disturbed(at(millis));
            assert_eq!(health.verdict(at(millis)), Verdict::Fine);
        }
        assert!(matches!(health.verdict(at(5_000)), Verdict::Dead { .. }));
    }

    #[test]
    fn a_timer_that_is_late_by_a_second_gives_the_answer_one_more() {
        let mut health = proven();
        let _unanswered = ping(&mut health, at(6_020));
        assert_eq!(health.verdict(at(9_020)), Verdict::Fine);
        assert_eq!(health.deadline(), at(10_020));
        assert_eq!(
            health.verdict(at(10_020)),
            Verdict::Dead {
                silent: Duration::from_secs(9)
            }
        );
    }

    #[test]
    fn a_late_timer_finds_what_has_come_meanwhile() {
        let mut health = proven();
        let asked = ping(&mut health, at(6_020));
        // Stopped for a minute; the answer is waiting in the socket, and is read first.
        health.heard(at(66_000));
        assert!(health.pong(&asked, at(66_000)).is_some());
        assert_eq!(health.verdict(at(66_000)), Verdict::Fine);
    }

    #[test]
    fn a_line_that_nobody_looks_at_is_asked_every_fifteen_seconds() {
        let mut health = proven();
        health.set_quiet_before_ping(Duration::from_secs(15));
        assert_eq!(health.verdict(at(16_019)), Verdict::Fine);
        let _asked = ping(&mut health, at(16_020));
    }

    #[test]
    fn the_silence_that_a_line_died_of_is_the_one_before_it_was_tried() {
        let mut health = proven();
        assert_eq!(health.silence(at(4_020)), Duration::from_secs(3));
        let _unanswered = ping(&mut health, at(6_020));
        assert_eq!(health.silence(at(8_020)), Duration::from_secs(5));
        health.heard(at(8_000));
        assert_eq!(health.silence(at(8_020)), Duration::from_millis(20));
    }

    #[test]
    fn three_clocks_tell_what_came_last_of_each_kind() {
        let mut health = proven();
        health.heard(at(2_000));
        health.heard_data(at(2_000));
        health.heard(at(3_000));
        let clocks = Clocks {
            bytes: at(3_000),
            data: Some(at(2_000)),
            pong: Some(at(1_020)),
        };
        assert_eq!(health.clocks(), clocks);
    }

    #[test]
    fn an_idle_healthy_line_wakes_twice_in_five_seconds_at_most() {
        let mut health = proven();
        let mut now = at(1_020);
        let mut looks = 0;
        while now < at(3_601_020) {
            now = now.max(health.deadline());
            looks += 1;
            if let Verdict::Ping(payload) = health.verdict(now) {
                now = now + Duration::from_millis(20);
                health.heard(now);
                health.pong(&payload, now);
                looks += 1;
            }
        }
        assert!(looks <= 2 * 3_600 / 5, "{looks} looks in an hour");
    }
}
