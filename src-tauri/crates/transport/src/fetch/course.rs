//! What every way of fetching has in common: where its messages go, and when
//! another takes its place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::wire::Wire;
use crate::{Inbound, Loss, Seen};

pub(super) struct Course {
    pub(super) wire: Arc<Wire>,
    told: mpsc::Sender<Inbound>,
    opened: CancellationToken,
    retired: CancellationToken,
    turns: Turns,
}

/// When the server may be asked for its state again, by whichever course.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Option<Instant>>>);

/// The other end of a [`Course`].
pub(super) struct Reins {
    opened: CancellationToken,
    retired: CancellationToken,
}

impl Course {
    pub(super) fn new(wire: Arc<Wire>, told: mpsc::Sender<Inbound>, turns: Turns) -> (Self, Reins) {
        let reins = Reins {
            opened: CancellationToken::new(),
            retired: CancellationToken::new(),
        };
        let course = Self {
            wire,
            told,
            opened: reins.opened.clone(),
            retired: reins.retired.clone(),
            turns,
        };
        (course, reins)
    }

    pub(super) async fn tell(&self, inbound: Inbound) -> Result<(), Loss> {
        if let (Inbound::Text(text), Some(wiretap)) = (&inbound, self.wire.wiretap()) {
            wiretap.tell(|| Seen::Message { length: text.len() });
        }
        // Nobody listens only when the connection is gone, and this with it.
        self.told.send(inbound).await.map_err(|_| Loss::Dropped)
    }

    /// The server has taken the question up; what was fetched before can end.
    pub(super) fn opened(&self) {
        self.opened.cancel();
    }

    /// Another course has opened. What is there is still handed on, and nothing
    /// is waited for.
    pub(super) async fn retired(&self) {
        self.retired.cancelled().await;
    }

    /// The next turn, and at least so long until the one after it.
    pub(super) fn turn(&self, spacing: Duration) -> Instant {
        let mut next = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or_else(Instant::now, |next| next.max(Instant::now()));
        *next = Some(turn + spacing);
        turn
    }
}

impl Reins {
    pub(super) async fn opened(&self) {
        self.opened.cancelled().await;
    }

    pub(super) fn retire(&self) {
        self.retired.cancel();
    }
}
