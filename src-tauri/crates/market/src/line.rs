//! What the market knows of a feed's connection, as far as trust in a price
//! depends on it.

use std::time::Duration;

use model::{FeedState, FeedStatus, Moment};

/// The feed asks a silent connection for a pong after 5 s and gives it up 5 s
/// later at most; the rest is for a machine that is busy.
const PROVEN_FOR: Duration = Duration::from_secs(12);

#[derive(Debug)]
pub(crate) struct Line {
    link: Link,
    status: Option<FeedStatus>,
    frame: Option<Moment>,
    pong: Option<Pong>,
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
    pub(crate) const fn new() -> Self {
        Self {
            link: Link::Down { since: Moment::START },
            status: None,
            frame: None,
            pong: None,
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

    pub(crate) fn is_proven(&self, now: Moment) -> bool {
        self.alive_at()
            .is_some_and(|alive| now.since(alive) <= PROVEN_FOR)
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
            FeedState::Idle | FeedState::Waiting { .. } | FeedState::Suspended | FeedState::Closed => {
                Self::Down {
                    since: self.down_since(status.since),
                }
            }
            FeedState::Connecting { attempt } => match self {
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
            FeedState::Live => Self::Up {
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
    use model::{FeedId, Source, TransportKind};

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

    #[test]
    fn an_outage_is_counted_from_the_drop_through_every_attempt() {
        let mut line = Line::new();
        line.changed(&status(FeedState::Live, at(1)));
        assert!(line.changed(&status(WAITING, at(10))));
        line.changed(&status(FeedState::Connecting { attempt: 1 }, at(12)));
        line.changed(&status(WAITING, at(14)));
        line.changed(&status(FeedState::Connecting { attempt: 2 }, at(18)));
        assert_eq!(line.down_since(Some(at(9))), Some(at(10)));
    }

    #[test]
    fn data_that_comes_before_the_last_acknowledgement_counts() {
        let mut line = Line::new();
        line.changed(&status(FeedState::Connecting { attempt: 1 }, at(2)));
        line.changed(&status(FeedState::Connecting { attempt: 1 }, at(3)));
        assert_eq!(line.down_since(Some(at(4))), None);
        assert!(!line.changed(&status(FeedState::Live, at(5))));
        assert_eq!(line.opened(), Some(at(2)), "the snapshot came through this one");
    }

    #[test]
    fn a_redial_without_a_wait_is_a_drop_too() {
        let mut line = Line::new();
        line.changed(&status(FeedState::Live, at(1)));
        assert!(line.changed(&status(FeedState::Connecting { attempt: 1 }, at(10))));
        assert_eq!(line.down_since(Some(at(9))), Some(at(10)));
    }

    #[test]
    fn a_connection_is_proven_by_a_frame_or_a_pong_for_twelve_seconds() {
        let mut line = Line::new();
        assert!(!line.is_proven(at(0)));
        line.frame_seen(at(10));
        assert!(line.is_proven(at(22)) && !line.is_proven(at(23)));
        line.pong_seen(at(20), Duration::from_millis(23));
        assert!(line.is_proven(at(32)) && !line.is_proven(at(33)));
    }
}
