//! What a scene begins with.

use feed::Policy;
use model::TransportKind;
use transport::Via;

use crate::row::Run;

/// What a scene wants to begin with.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) transport: TransportKind,
    /// The ways that the feed may fall back to, the best first; only the one above when there are none.
    pub(crate) ladder: Vec<TransportKind>,
    pub(crate) symbols: usize,
    /// Only so many of them are wanted from the beginning.
    pub(crate) watched: Option<usize>,
    /// Ticks a second of each.
    pub(crate) rate: u64,
    pub(crate) token: Option<&'static str>,
    pub(crate) seed: u64,
    pub(crate) policy: Policy,
    pub(crate) via: Via,
}

/// In a test of every day nobody waits for patience.
const HASTE: u32 = 10;

impl Setting {
    pub(crate) fn of(run: Run) -> Self {
        let Run {
            transport,
            seed,
            full,
        } = run;
        let policy = if full {
            Policy::default()
        } else {
            Policy::hastened(HASTE)
        };
        Self {
            policy,
            transport,
            ladder: Vec::new(),
            symbols: 3,
            watched: None,
            rate: 50,
            token: None,
            seed,
            via: Via::System,
        }
    }

    /// This way and all below it may be taken, where there is time to see whether one is. In a test of every day a
    /// machine that stands still for some seconds looks like somebody who stands in the way, so there is one way.
    pub(crate) fn and_below(self, run: Run) -> Self {
        let all = TransportKind::ALL.into_iter();
        let ladder = all.skip_while(|transport| *transport != run.transport);
        Self {
            ladder: ladder.take(if run.full { usize::MAX } else { 1 }).collect(),
            ..self
        }
    }
}
