//! What the market knows of a feed's connection, as far as trust in a price
//! depends on it.

use std::time::Duration;

use model::{FeedState, FeedStatus, Moment, Session};

/// The feed asks a silent connection for a pong after 5 s and gives it up 5 s
/// later at most; the rest is for a machine that is busy.
const PROVEN_FOR: Duration = Duration::from_secs(12);
/// Where nothing is expected to come, or nobody waits for it, the feed asks after 15 s.
const PROVEN_AT_REST_FOR: Duration = Duration::from_secs(22);

#[derive(Debug)]
pub(crate) struct Line {
    link: Link,
    status: Option<FeedStatus>,
    frame: Option<Moment>,
    pong: Option<Pong>,
    /// Whether anybody looks at its prices.
    watched: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Down {
        since: Moment,
    },
    /// Being made. Data may come before the last subscription is acknowledged,
    /// and then proves that the connection stands.
    Opening {
        down_since: Moment,
        attempt: u32,
        since: Moment,
    },
    /// `since` is when the making of this connection began, so that whatever
    /// came from then on came through it.
    Up {
        since: Moment,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pong {
    pub(crate) at: Moment,
    pub(crate) round_trip: Duration,
}

impl Line {
    pub(crate) const fn new(watched: bool) -> Self {
        Self {
            link: Link::Down { since: Moment::START },
            status: None,
            frame: None,
            pong: None,
            watched,
        }
    }

    /// Returns whether what was subscribed before is subscribed no longer.
    pub(crate) fn changed(&mut self, status: &FeedStatus) -> bool {
        let next = self.link.after(status);
        let lost = match next {
            Link::Down { .. } => true,
            Link::Opening { .. } => next != self.link,
            Link::Up { .. } => false,
        };
        self.link = next;
        self.status = Some(status.clone());
        lost
    }

    pub(crate) fn frame_seen(&mut self, at: Moment) {
        self.frame = self.frame.max(Some(at));
    }

    pub(crate) const fn pong_seen(&mut self, at: Moment, round_trip: Duration) {
        self.pong = Some(Pong { at, round_trip });
    }

    /// When the present connection was begun; data from before it came through
    /// another one.
    pub(crate) const fn opened(&self) -> Option<Moment> {
        match self.link {
            Link::Down { .. } => None,
            Link::Opening { since, .. } | Link::Up { since } => Some(since),
        }
    }

    /// Since when nothing comes through, if so. `data` is when the symbol in
    /// question was heard last.
    pub(crate) fn down_since(&self, data: Option<Moment>) -> Option<Moment> {
        match self.link {
            Link::Down { since } => Some(since),
            Link::Opening {
                since, down_since, ..
            } => {
                let came_through = data.is_some_and(|data| data >= since);
                (!came_through).then_some(down_since)
            }
            Link::Up { .. } => None,
        }
    }

    /// When the other end last showed that it is there.
    pub(crate) fn alive_at(&self) -> Option<Moment> {
        self.frame.max(self.pong.map(|pong| pong.at))
    }

    pub(crate) const fn set_watched(&mut self, watched: bool) {
        self.watched = watched;
    }

    /// Whether what comes of a symbol would still come through, whose market is
    /// in this session.
    pub(crate) fn is_proven(&self, session: Option<Session>, now: Moment) -> bool {
        self.proven_until(session).is_some_and(|until| now <= until)
    }

    /// The last moment at which that is so, if nothing more comes.
    pub(crate) fn proven_until(&self, session: Option<Session>) -> Option<Moment> {
        let at_rest = !self.watched || session == Some(Session::Closed);
        let proven_for = if at_rest { PROVEN_AT_REST_FOR } else { PROVEN_FOR };
        self.alive_at().map(|alive| alive + proven_for)
    }

    pub(crate) const fn pong(&self) -> Option<Pong> {
        self.pong
    }

    pub(crate) const fn status(&self) -> Option<&FeedStatus> {
        self.status.as_ref()
    }
}

impl Link {
    const fn after(self, status: &FeedStatus) -> Self {
        match status.state {
            FeedState::Idle
            | FeedState::Offline { .. }
            | FeedState::Waiting { .. }
            | FeedState::Suspended { .. }
            | FeedState::Closed => Self::Down {
                since: self.down_since(status.since),
            },
            FeedState::Connecting { attempt, .. }
            | FeedState::Authenticating { attempt }
            | FeedState::Subscribing { attempt, .. } => match self {
                // The same attempt, one step further.
                Self::Opening { attempt: known, .. } if known == attempt => self,
                // A feed that is live does not subscribe anew on the same
                // connection, so an `Up` here was lost without a wait between.
                Self::Down { .. } | Self::Opening { .. } | Self::Up { .. } => Self::Opening {
                    down_since: self.down_since(status.since),
                    attempt,
                    since: status.since,
                },
            },
            FeedState::Live(_) | FeedState::Climbing { .. } => Self::Up {
                since: match self {
                    Self::Down { .. } => status.since,
                    Self::Opening { since, .. } | Self::Up { since } => since,
                },
            },
        }
    }

    const fn down_since(self, now: Moment) -> Moment {
        match self {
            Self::Down { since } => since,
            Self::Opening { down_since, .. } => down_since,
            Self::Up { .. } => now,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use model::{DialPhase, FeedId, LineHealth, Source, TransportKind};

    use super::*;

    pub(crate) fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    pub(crate) fn status(state: FeedState, since: Moment) -> FeedStatus {
        FeedStatus {
            feed: FeedId::new("sim"),
            source: Source::Simulated,
            state,
            transport: TransportKind::WebSocket,
            round_trip: None,
            since,
            why: "the server closed the connection".into(),
            drops: 0,
        }
    }

    const WAITING: FeedState = FeedState::Waiting {
        until: Moment::START,
        attempt: 1,
    };

    const LIVE: FeedState = FeedState::Live(LineHealth::Proving);

    const fn connecting(attempt: u32) -> FeedState {
        FeedState::Connecting {
            attempt,
            phase: DialPhase::Dialing,
        }
    }

    const fn subscribing(attempt: u32, acked: u32) -> FeedState {
        FeedState::Subscribing {
            attempt,
            acked,
            total: 2,
        }
    }

    #[test]
    fn an_outage_is_counted_from_the_drop_through_every_attempt() {
        let mut line = Line::new(true);
        line.changed(&status(LIVE, at(1)));
        assert!(line.changed(&status(WAITING, at(10))));
        line.changed(&status(connecting(1), at(12)));
        line.changed(&status(WAITING, at(14)));
        line.changed(&status(connecting(2), at(18)));
        assert_eq!(line.down_since(Some(at(9))), Some(at(10)));
    }

    #[test]
    fn data_that_comes_before_the_last_acknowledgement_counts() {
        let mut line = Line::new(true);
        line.changed(&status(connecting(1), at(2)));
        line.changed(&status(subscribing(1, 0), at(3)));
        assert!(!line.changed(&status(subscribing(1, 1), at(3))));
        assert_eq!(line.down_since(Some(at(4))), None);
        assert!(!line.changed(&status(LIVE, at(5))));
        assert_eq!(line.opened(), Some(at(2)), "the snapshot came through this one");
    }

    #[test]
    fn a_redial_without_a_wait_is_a_drop_too() {
        let mut line = Line::new(true);
        line.changed(&status(LIVE, at(1)));
        assert!(line.changed(&status(connecting(1), at(10))));
        assert_eq!(line.down_since(Some(at(9))), Some(at(10)));
    }

    #[test]
    fn a_climb_loses_nothing() {
        let mut line = Line::new(true);
        line.changed(&status(connecting(1), at(1)));
        line.changed(&status(LIVE, at(2)));
        let climbing = FeedState::Climbing {
            to: TransportKind::WebSocket,
        };
        for (state, second) in [(climbing, 20), (LIVE, 26)] {
            assert!(!line.changed(&status(state, at(second))));
            assert_eq!((line.opened(), line.down_since(None)), (Some(at(1)), None));
        }
    }

    #[test]
    fn a_connection_is_proven_by_a_frame_or_a_pong_for_twelve_seconds() {
        let mut line = Line::new(true);
        let proven = |line: &Line, second| line.is_proven(Some(Session::Open), at(second));
        assert!(!proven(&line, 0));
        line.frame_seen(at(10));
        assert!(proven(&line, 22) && !proven(&line, 23));
        line.pong_seen(at(20), Duration::from_millis(23));
        assert!(proven(&line, 32) && !proven(&line, 33));
    }

    #[test]
    fn a_connection_that_is_asked_less_often_is_proven_for_longer() {
        let mut line = Line::new(true);
        line.frame_seen(at(10));
        let shut = Some(Session::Closed);
        assert!(line.is_proven(shut, at(32)) && !line.is_proven(shut, at(33)));
        line.set_watched(false);
        assert!(line.is_proven(None, at(32)) && !line.is_proven(None, at(33)));
    }
}
