//! What every way of fetching has in common: where its messages go, and when
//! another takes its place.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::turns::Turns;
use super::wire::Wire;
use crate::{Inbound, Loss};

pub(super) struct Course {
    pub(super) wire: Arc<Wire>,
    told: mpsc::Sender<Inbound>,
    opened: CancellationToken,
    retired: CancellationToken,
}

/// The other end of a [`Course`].
pub(super) struct Reins {
    opened: CancellationToken,
    retired: CancellationToken,
}

impl Course {
    pub(super) fn new(wire: Arc<Wire>, told: mpsc::Sender<Inbound>) -> (Self, Reins) {
        let reins = Reins {
            opened: CancellationToken::new(),
            retired: CancellationToken::new(),
        };
        let course = Self {
            wire,
            told,
            opened: reins.opened.clone(),
            retired: reins.retired.clone(),
        };
        (course, reins)
    }

    pub(super) async fn tell(&self, inbound: Inbound) -> Result<(), Loss> {
        if let (Inbound::Text(text) | Inbound::Answer { text, .. }, Some(wiretap)) =
            (&inbound, self.wire.wiretap())
        {
            wiretap.handed_on(text);
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

    /// When the server may be asked for its state again.
    pub(super) fn turns(&self) -> &Turns {
        self.wire.target().turns()
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
