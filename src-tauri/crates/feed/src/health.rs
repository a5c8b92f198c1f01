//! Is anybody there? The ping schedule of one connection.
//!
//! A half-open connection looks exactly like a quiet market, so silence is
//! answered by a ping. Every byte that comes is a sign of life; only a pong
//! tells the round trip.

use std::time::Duration;

use bytes::Bytes;
use model::Moment;

/// Short enough to find a dead connection before a person does.
const QUIET_BEFORE_PING: Duration = Duration::from_secs(5);
/// Data proves life and not the round trip, which is worth a look now and then.
const PING_EVERY: Duration = Duration::from_secs(15);
/// One lost packet is sent again within a second or two, also on a fast line.
const PONG_WAIT_MIN: Duration = Duration::from_secs(2);
/// With the silence before it, a dead connection is found within ten seconds on any line.
const PONG_WAIT_MAX: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Health {
    heard: Moment,
    ping: Ping,
    /// Names the last ping; an answer to an older one would tell a wrong round trip.
    pings: u64,
    round_trip: Option<Duration>,
}

#[derive(Debug)]
enum Ping {
    Never,
    /// None is under way; when the last one was sent or answered.
    None {
        last: Moment,
    },
    Sent {
        at: Moment,
    },
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
            heard: now,
            ping: Ping::Never,
            pings: 0,
            round_trip: None,
        }
    }

    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    pub(crate) const fn heard(&mut self, now: Moment) {
        self.heard = now;
    }

    pub(crate) fn pong(&mut self, payload: &[u8], now: Moment) -> Option<Duration> {
        let Ping::Sent { at } = self.ping else { return None };
        if payload != self.pings.to_be_bytes() {
            return None;
        }
        self.ping = Ping::None { last: now };
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
            Ping::Never => self.heard,
            Ping::None { last } => (self.heard + QUIET_BEFORE_PING).min(last + PING_EVERY),
            Ping::Sent { at } => self.heard.max(at) + self.pong_wait(),
        }
    }

    pub(crate) fn verdict(&mut self, now: Moment) -> Verdict {
        if now < self.deadline() {
            return Verdict::Fine;
        }
        match self.ping {
            Ping::Sent { at } if self.heard <= at => Verdict::Dead {
                silent: now.since(self.heard),
            },
            // Something came, so it lives; the answer itself was lost behind it.
            Ping::Sent { .. } | Ping::Never | Ping::None { .. } => {
                self.pings += 1;
                self.ping = Ping::Sent { at: now };
                Verdict::Ping(Bytes::copy_from_slice(&self.pings.to_be_bytes()))
            }
        }
    }

    fn pong_wait(&self) -> Duration {
        self.round_trip.map_or(PONG_WAIT_MAX, |smooth| {
            (smooth * 4).clamp(PONG_WAIT_MIN, PONG_WAIT_MAX)
        })
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
}
