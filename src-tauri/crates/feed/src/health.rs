//! Is anybody there? The ping schedule of one connection.
//!
//! A half-open connection looks exactly like a quiet market, so silence is
//! answered by a ping. Every byte that comes is a sign of life; only a pong
//! tells the round trip.

#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;
use model::Moment;
use transport::RoundTrip;

use crate::rhythm::QUIET_WATCHED;

/// Data proves life and not the round trip, which is worth a look now and then.
const PING_EVERY: Duration = Duration::from_secs(15);
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
    round_trip: RoundTrip,
    /// What the dial lets expect of it, as long as no pong has come.
    expected: RoundTrip,
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
            round_trip: RoundTrip::UNKNOWN,
            expected: RoundTrip::UNKNOWN,
            quiet_before_ping: QUIET_WATCHED,
        }
    }

    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.round_trip.smooth()
    }

    /// How long the dial took for its round trips.
    pub(crate) fn expect(&mut self, round_trip: Duration) {
        self.expected.learn(round_trip);
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
        self.round_trip.learn(measured);
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
        match wait {
            Wait::Disturbed => PONG_WAIT_DISTURBED,
            Wait::Usual => {
                let known = self.round_trip.wait().or_else(|| self.expected.wait());
                known.unwrap_or(RoundTrip::WAIT_MAX)
            }
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
