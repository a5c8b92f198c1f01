//! What one feed connects to, and in which ways it may.

use std::time::Duration;

use model::{FeedId, Secret, Source, TransportKind};
use provider::{Hours, VenueName};
use transport::Target;

use crate::mute::Means;
use crate::policy::Policy;
use crate::resume::Resume;
use crate::session::Terms;

/// What one feed connects to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub id: FeedId,
    pub source: Source,
    pub venue: VenueName,
    pub target: Target,
    /// What the account there is opened with, for a venue that wants it in messages.
    pub key: Option<Secret>,
    /// The ways of talking to it that are allowed, the best one first. Without
    /// any these are all that the venue has.
    pub transports: Vec<TransportKind>,
    /// Whether the venue shall say what each minute came to.
    pub bars: bool,
    /// Where the randomness of its waits begins.
    pub seed: u64,
    pub policy: Policy,
    /// Where it goes on. Without it nobody is told how far it comes either.
    pub resume: Option<Resume>,
}

/// A long poll without news is answered after that time, so that a dead
/// connection is not taken for a quiet market for longer.
const POLL_WAIT: Duration = Duration::from_secs(10);

impl Endpoint {
    /// What its session has to know: the person's choice, within what the venue offers.
    pub(crate) fn terms(&self) -> Terms {
        let card = self.venue.card();
        let rungs = if self.transports.is_empty() {
            card.transports
        } else {
            &self.transports
        };
        Terms {
            rungs: rungs.to_vec(),
            card: *card,
            policy: self.policy,
            seed: self.seed,
        }
    }

    /// What there is to find out with whether its stream is mute.
    pub(crate) fn means(&self) -> Means {
        let card = self.venue.card();
        Means {
            always_open: card.hours == Hours::Always,
            can_ask: card.transports.contains(&TransportKind::Poll),
        }
    }

    pub(crate) fn target(&self, transport: TransportKind) -> Target {
        self.target.clone().over(transport).with_poll_wait(POLL_WAIT)
    }
}
