//! What every way of fetching has in common: where its messages go, and when
//! another takes its place.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::orders::Exchange;
use super::turns::Turns;
use super::wire::Wire;
use crate::{Inbound, Loss};

pub(super) struct Course {
    pub(super) wire: Arc<Wire>,
    told: mpsc::Sender<Inbound>,
    opened: CancellationToken,
    retired: CancellationToken,
    exchange: Arc<Pending>,
}

/// The other end of a [`Course`].
pub(super) struct Reins {
    opened: CancellationToken,
    retired: CancellationToken,
    exchange: Arc<Pending>,
}

/// What it is to ask in the place of something else, from now on.
#[derive(Default)]
struct Pending {
    exchange: Mutex<Option<Exchange>>,
    bell: Notify,
}

impl Course {
    pub(super) fn new(wire: Arc<Wire>, told: mpsc::Sender<Inbound>) -> (Self, Reins) {
        let reins = Reins {
            opened: CancellationToken::new(),
            retired: CancellationToken::new(),
            exchange: Arc::default(),
        };
        let course = Self {
            wire,
            told,
            opened: reins.opened.clone(),
            retired: reins.retired.clone(),
            exchange: Arc::clone(&reins.exchange),
        };
        (course, reins)
    }

    pub(super) async fn tell(&self, inbound: Inbound) -> Result<(), Loss> {
        if let (
            Inbound::Text(text) | Inbound::Answer { text, .. } | Inbound::Declined { text, .. },
            Some(wiretap),
        ) = (&inbound, self.wire.wiretap())
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

    /// There may be something to exchange.
    pub(super) async fn exchanged(&self) {
        self.exchange.bell.notified().await;
    }

    pub(super) fn take_exchange(&self) -> Option<Exchange> {
        let pending = self.exchange.exchange.lock();
        pending.unwrap_or_else(PoisonError::into_inner).take()
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

    pub(super) fn exchange(&self, exchange: Exchange) {
        {
            let pending = self.exchange.exchange.lock();
            let mut pending = pending.unwrap_or_else(PoisonError::into_inner);
            match &mut *pending {
                Some(before) => before.then(exchange),
                none @ None => *none = Some(exchange),
            }
        }
        self.exchange.bell.notify_one();
    }
}
