//! What a person can be told about a feed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::Moment;

/// A feed's short name, unique in a profile: `sim`, `coinbase`, `alpaca-2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeedId(Arc<str>);

impl FeedId {
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the prices of a feed come from, which a person must never have to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    Live,
    Simulated,
    /// A recording that is played, whatever it was made of.
    Replay,
}

/// The way bytes travel on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransportKind {
    WebSocket,
    /// One answer that never ends, after the rules of `text/event-stream`.
    EventStream,
    /// A question that is answered when there is something to say.
    LongPoll,
    /// The state of things, asked for again and again.
    Poll,
}

impl TransportKind {
    /// From the one that tells the most to the one that works nearly everywhere.
    pub const ALL: [Self; 4] = [Self::WebSocket, Self::EventStream, Self::LongPoll, Self::Poll];

    /// As it stands in settings, on the command line and in what programs read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WebSocket => "ws",
            Self::EventStream => "sse",
            Self::LongPoll => "longpoll",
            Self::Poll => "poll",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "WebSocket",
            Self::EventStream => "server-sent events",
            Self::LongPoll => "long poll",
            Self::Poll => "polling",
        })
    }
}

/// The part of a connection's state that a person cares about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedState {
    /// Nothing is wanted from it, or it was not started yet.
    Idle,
    /// This computer has no network. It goes on when there is one, and looks by then.
    Offline { until: Moment },
    /// The last attempt failed; the next one starts by itself.
    Waiting { until: Moment, attempt: u32 },
    /// A connection is being made.
    Connecting { attempt: u32, phase: DialPhase },
    /// Connected; the venue has been shown the key and has not let us in yet.
    Authenticating { attempt: u32 },
    /// Connected; so many of the wanted symbols have their answer.
    Subscribing { attempt: u32, acked: u32, total: u32 },
    /// Connected and subscribed.
    Live(LineHealth),
    /// Live on a lesser transport, while a better one is tried beside it.
    Climbing { to: TransportKind },
    /// It cannot go on until a person does something, save that it may try by itself `again`.
    Suspended { again: Option<Moment> },
    /// Ended because we asked for it.
    Closed,
}

impl FeedState {
    /// One word, as programs write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Offline { .. } => "offline",
            Self::Waiting { .. } => "waiting",
            Self::Connecting { .. } => "connecting",
            Self::Authenticating { .. } => "authenticating",
            Self::Subscribing { .. } => "subscribing",
            Self::Live(LineHealth::Proving | LineHealth::Healthy | LineHealth::Probing) => "live",
            Self::Live(LineHealth::Mute) => "mute",
            Self::Climbing { .. } => "climbing",
            Self::Suspended { .. } => "suspended",
            Self::Closed => "closed",
        }
    }

    /// Whether what is wanted is subscribed and comes.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Live(_) | Self::Climbing { .. } => true,
            Self::Idle
            | Self::Offline { .. }
            | Self::Waiting { .. }
            | Self::Connecting { .. }
            | Self::Authenticating { .. }
            | Self::Subscribing { .. }
            | Self::Suspended { .. }
            | Self::Closed => false,
        }
    }
}

/// How far the making of a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DialPhase {
    /// The name is looked up.
    Resolving,
    Dialing,
    /// A proxy is asked to pass us on.
    Proxy,
    /// TLS.
    Securing,
    Upgrading,
}

/// How far a connection that is up can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineHealth {
    /// It has not worked for long enough to make up for the past.
    Proving,
    Healthy,
    /// Nothing has come for a while, and the server was asked whether it is there.
    Probing,
    /// The connection lives and the prices that should come do not.
    Mute,
}

/// One feed as the window and the command line show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedStatus {
    pub feed: FeedId,
    pub source: Source,
    pub state: FeedState,
    pub transport: TransportKind,
    pub round_trip: Option<Duration>,
    /// When it came into this state.
    pub since: Moment,
    /// One sentence for a person.
    pub why: Arc<str>,
    /// Connections lost since the feed was started.
    pub drops: u64,
}

/// How a feed's market time runs beside ours; a live feed has offset 0 and rate 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarketClock {
    /// The market's time when the statement was made.
    pub market: DateTime<Utc>,
    /// Our wall clock at that moment.
    pub wall: DateTime<Utc>,
    /// Market seconds per second.
    pub rate: f64,
}

impl MarketClock {
    /// The clock of a feed that trades in our own time.
    pub const fn live(wall: DateTime<Utc>) -> Self {
        Self {
            market: wall,
            wall,
            rate: 1.0,
        }
    }

    /// What the market's clock shows when ours shows `wall`.
    pub fn at(&self, wall: DateTime<Utc>) -> DateTime<Utc> {
        let elapsed = wall.signed_duration_since(self.wall);
        // As nearly every market runs, and asked for with each tick.
        if (self.rate - 1.0).abs() < f64::EPSILON {
            return self.market.checked_add_signed(elapsed).unwrap_or(self.market);
        }
        // A float is exact enough here: it moves a calendar, never a price.
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "milliseconds of a session fit in 53 bits"
        )]
        let scaled = (elapsed.num_milliseconds() as f64 * self.rate) as i64;
        TimeDelta::try_milliseconds(scaled)
            .and_then(|passed| self.market.checked_add_signed(passed))
            .unwrap_or(self.market)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_makes_no_sense_stops_the_clock() {
        let wall = DateTime::from_timestamp(1_000, 0).unwrap();
        for rate in [1e300, -1e300, f64::NAN, f64::INFINITY] {
            let clock = MarketClock {
                market: wall,
                wall,
                rate,
            };
            for seconds in [-1, 1] {
                assert_eq!(clock.at(wall + TimeDelta::seconds(seconds)), wall, "{rate}");
            }
        }
    }

    #[test]
    fn a_market_at_ten_times_speed_is_ten_seconds_ahead_after_one() {
        let wall = DateTime::from_timestamp(1_000, 0).unwrap();
        let market = DateTime::from_timestamp(50_000, 0).unwrap();
        let clock = MarketClock {
            market,
            wall,
            rate: 10.0,
        };
        assert_eq!(
            clock.at(wall + TimeDelta::seconds(1)),
            market + TimeDelta::seconds(10)
        );
        assert_eq!(
            MarketClock::live(wall).at(wall + TimeDelta::seconds(1)),
            wall + TimeDelta::seconds(1)
        );
    }
}
