//! What is still to be sent to one client.

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

/// Half a minute of a lively watchlist, and about a megabyte: a client that is
/// further behind shows prices that nobody should act on.
const MESSAGES_MAX: usize = 4_096;

/// The end that messages are put into. Nobody who puts waits, so a slow client
/// holds nobody up.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    messages: mpsc::Sender<Utf8Bytes>,
    overflowed: CancellationToken,
}

/// The end that its client's task empties.
#[derive(Debug)]
pub(super) struct Pending {
    messages: mpsc::Receiver<Utf8Bytes>,
    overflowed: CancellationToken,
}

pub(super) fn outbox() -> (Outbox, Pending) {
    let (sender, receiver) = mpsc::channel(MESSAGES_MAX);
    let overflowed = CancellationToken::new();
    let outbox = Outbox {
        messages: sender,
        overflowed: overflowed.clone(),
    };
    let pending = Pending {
        messages: receiver,
        overflowed,
    };
    (outbox, pending)
}

impl Outbox {
    /// False when this client gets nothing any more: it has gone, or fell too
    /// far behind. Nothing is left out silently, as it will be closed for that.
    pub(super) fn put(&self, message: Utf8Bytes) -> bool {
        if self.overflowed.is_cancelled() {
            return false;
        }
        match self.messages.try_send(message) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Full(_)) => {
                self.overflowed.cancel();
                false
            }
            Err(mpsc::error::TrySendError::Closed(_)) => false,
        }
    }
}

impl Pending {
    /// Moves what is there into `batch`, or waits for the first.
    pub(super) async fn take(&mut self, batch: &mut Vec<Utf8Bytes>, count_max: usize) -> usize {
        self.messages.recv_many(batch, count_max).await
    }

    pub(super) fn overflowed(&self) -> CancellationToken {
        self.overflowed.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_too_many_closes_it_for_good() {
        let (outbox, mut pending) = outbox();
        for _ in 0..MESSAGES_MAX {
            assert!(outbox.put("tick".into()));
        }
        assert!(!pending.overflowed.is_cancelled());
        assert!(!outbox.put("one more".into()));
        assert!(pending.overflowed.is_cancelled());
        pending.messages.try_recv().unwrap();
        assert!(!outbox.put("there is room, but a tick is missing".into()));
    }
}
