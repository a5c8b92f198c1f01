//! What one feed connects to, and in which ways it may.

use std::time::Duration;

use model::{FeedId, Source, TransportKind};
use provider::VenueName;
use transport::Target;

/// What one feed connects to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub id: FeedId,
    pub source: Source,
    pub venue: VenueName,
    pub target: Target,
    /// The ways of talking to it that are allowed, the best one first. Without
    /// any it is the venue's own first choice.
    pub transports: Vec<TransportKind>,
    /// Whether the venue shall say what each minute came to.
    pub bars: bool,
    /// Where the randomness of its waits begins.
    pub seed: u64,
}

/// A long poll without news is answered after that time, so that a dead
/// connection is not taken for a quiet market for longer.
const POLL_WAIT: Duration = Duration::from_secs(10);

impl Endpoint {
    /// The way to talk to it now.
    pub(crate) fn transport(&self) -> TransportKind {
        let allowed = self.transports.first();
        let own = || self.venue.translator().card().transports.first().copied();
        allowed.copied().or_else(own).unwrap_or(TransportKind::WebSocket)
    }

    pub(crate) fn target(&self, transport: TransportKind) -> Target {
        self.target.clone().over(transport).with_poll_wait(POLL_WAIT)
    }
}
