//! What one feed connects to, and in which ways it may.

use std::time::Duration;

use model::{FeedId, Secret, Source, TransportKind};
use provider::{Adapter, Denial, Hours, Replay};
use transport::Target;

use crate::cause::SLOWER_WAIT;
use crate::mute::Means;
use crate::policy::Policy;
use crate::reader::Word;
use crate::resume::Resume;
use crate::session::Terms;

/// What one feed connects to.
#[derive(Clone, Debug)]
pub struct Endpoint {
    pub id: FeedId,
    pub source: Source,
    pub venue: Adapter,
    pub target: Target,
    /// Where things are fetched, if that is elsewhere.
    pub rest: Option<Target>,
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
        let there: Vec<_> = rungs.iter().filter(|rung| self.has(**rung)).copied().collect();
        Terms {
            // Without any it is said of the first why it does not work.
            rungs: if there.is_empty() { rungs.to_vec() } else { there },
            card: card.clone(),
            policy: self.policy,
            seed: self.seed,
        }
    }

    /// What there is to find out with whether its stream is mute.
    pub(crate) fn means(&self) -> Means {
        let card = self.venue.card();
        Means {
            always_open: card.hours == Hours::Always,
            can_ask: card.transports.contains(&TransportKind::Poll) && self.has(TransportKind::Poll),
        }
    }

    /// Whether its stream may have no price of what it has accepted, and somebody else there knows it.
    pub(crate) fn leaves_prices_open(&self) -> bool {
        self.venue.card().replay == Replay::None && self.means().can_ask
    }

    /// Whether it is known where to talk to the venue in this way.
    fn has(&self, transport: TransportKind) -> bool {
        match transport {
            TransportKind::WebSocket => true,
            TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll => {
                self.rest.is_some() || self.venue.rest().is_none()
            }
        }
    }

    pub(crate) fn target(&self, transport: TransportKind) -> Target {
        let target = match (transport, &self.rest) {
            (TransportKind::WebSocket, _) | (_, None) => &self.target,
            (TransportKind::EventStream | TransportKind::LongPoll | TransportKind::Poll, Some(rest)) => rest,
        };
        target.clone().over(transport).with_poll_wait(POLL_WAIT)
    }

    /// Who is told in a message that it was too much fetches no more for a while,
    /// and neither does any other feed of the account.
    pub(crate) fn heed(&self, word: &Word) {
        if let Word::Denied {
            denial: Denial::Slower { patience },
            ..
        } = word
        {
            let fetched = self.rest.as_ref().unwrap_or(&self.target);
            fetched.leave_alone(patience.unwrap_or_else(|| self.policy.shortened(SLOWER_WAIT)));
        }
    }

    /// Whether everybody on the way to it can read and change what is said.
    pub(crate) fn is_exposed(&self) -> bool {
        self.target.is_exposed() || self.rest.as_ref().is_some_and(Target::is_exposed)
    }

    /// What may not be shown, wherever it is said.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.target.secrets();
        secrets.extend(self.rest.iter().flat_map(Target::secrets));
        secrets.extend(self.key.clone());
        secrets
    }
}
